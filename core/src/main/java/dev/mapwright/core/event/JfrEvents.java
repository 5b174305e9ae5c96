package dev.mapwright.core.event;

import jdk.jfr.Category;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * Hands the stream's events to Java Flight Recorder. It needs the module {@code jdk.jfr} at run
 * time, which the library itself does not.
 */
public final class JfrEvents implements EventListener {
  @Name("dev.mapwright.Event")
  @Label("Mapwright Event")
  @Category("Mapwright")
  @StackTrace(true)
  @SuppressWarnings("UnusedVariable") // the recorder reads the fields
  private static final class Recorded extends jdk.jfr.Event {
    @Label("Source")
    String source = "";

    @Label("Kind")
    String kind = "";

    @Label("Sequence")
    long sequence;

    @Label("First Page")
    long firstPage;

    @Label("Pages")
    long pages;

    @Label("Detail 1")
    long detail1;

    @Label("Detail 2")
    long detail2;
  }

  /** Makes a listener to be given to {@link EventStream#listen}. */
  public JfrEvents() {}

  @Override
  public void happened(Event event) {
    Recorded recorded = new Recorded();
    if (recorded.isEnabled()) {
      recorded.source = event.source();
      recorded.kind = event.kind().name();
      recorded.sequence = event.sequence();
      recorded.firstPage = event.firstPage();
      recorded.pages = event.pages();
      recorded.detail1 = event.detail1();
      recorded.detail2 = event.detail2();
      recorded.commit();
    }
  }
}
