package dev.mapwright.windows.bugcheck;

import dev.mapwright.core.Pages;
import dev.mapwright.core.event.Event;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.event.EventListener;
import dev.mapwright.core.event.EventRing;
import dev.mapwright.core.event.EventStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The system's own events, and the memory of what happened to an object before it was misused.
 *
 * <p>The last events are in a ring, as the engine's are in rings of theirs. While call sites are
 * recorded, it is a listener, too, and remembers more events of everybody, with the lines of the
 * program that caused them.
 *
 * <p>Thread-safe: guarded by its own monitor, under which nothing else is called but the listeners
 * of the stream. Nobody calls it with a lock of the system held, but the engine, as a listener.
 */
public final class Journal implements EventListener {
  private static final String NAME = "windows";
  private static final int REMEMBERED = 4096;
  private static final int MOST_LINES = 12;

  private final EventRing ring;
  private final ArrayDeque<Event> remembered = new ArrayDeque<>();
  private volatile boolean listening;

  /**
   * Makes an empty one.
   *
   * @param stream whose events
   */
  public Journal(EventStream stream) {
    ring = stream.newRing(NAME);
  }

  /** {@return whether call sites are recorded} */
  public boolean listening() {
    return listening;
  }

  /**
   * Begins to remember events with call sites.
   *
   * @param stream whose events
   */
  public void listenTo(EventStream stream) {
    listening = true;
    stream.listen(this);
  }

  @Override
  public void happened(Event event) {
    synchronized (remembered) {
      remembered.add(event);
      if (remembered.size() > REMEMBERED) {
        remembered.poll();
      }
    }
  }

  /**
   * Records an event of the system.
   *
   * @param kind what happened
   * @param address the first byte concerned
   * @param pages how many pages
   * @param detail1 see {@link EventKind}
   * @param detail2 see {@link EventKind}
   */
  public void record(EventKind kind, long address, long pages, long detail1, long detail2) {
    synchronized (ring) {
      ring.record(kind, Pages.of(address), pages, detail1, detail2);
    }
  }

  /** {@return the last events of the system, oldest first} */
  public List<Event> events() {
    synchronized (ring) {
      return ring.events();
    }
  }

  /**
   * What happened to a range of pages, or to what is named by a number.
   *
   * @param firstPage the first page
   * @param pages how many; 0 for none
   * @param name what an event's first detail may name, for example the address of an MDL; 0 for
   *     nothing
   * @param others events from elsewhere, for example a reservation's
   * @return one sentence an event, oldest first, the last dozen
   */
  public List<String> history(long firstPage, long pages, long name, List<Event> others) {
    List<Event> all = new ArrayList<>();
    if (listening) {
      synchronized (remembered) {
        all.addAll(remembered);
      }
    } else {
      all.addAll(others);
      all.addAll(events());
    }
    List<String> lines = new ArrayList<>();
    for (Event event : all) {
      boolean regions =
          event.kind() == EventKind.REGION_CREATED || event.kind() == EventKind.REGION_DESTROYED;
      boolean inRange =
          pages != 0
              && !regions
              && event.firstPage() < firstPage + pages
              && firstPage < event.firstPage() + event.pages();
      if (inRange || name != 0 && event.detail1() == name) {
        lines.add(sentence(event));
      }
    }
    int from = Math.max(0, lines.size() - MOST_LINES);
    return List.copyOf(lines.subList(from, lines.size()));
  }

  private static String sentence(Event event) {
    String text =
        String.format(
            Locale.ROOT,
            "%s of %d page%s at 0x%x",
            event.kind().words(),
            event.pages(),
            event.pages() == 1 ? "" : "s",
            event.address());
    String where = event.source().equals(NAME) ? text : text + " in " + event.source();
    return event.callSite() == null ? where : where + ", " + event.callSite();
  }
}
