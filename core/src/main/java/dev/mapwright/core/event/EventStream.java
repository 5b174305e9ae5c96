package dev.mapwright.core.event;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The events of one machine: a level, the listeners, and the rings that the sources write to.
 *
 * <p>At {@link EventLevel#RING} no two sources share a line of memory: each address space and each
 * object has a ring of its own, written under the lock that its source holds anyway. The order of
 * events is exact within a source; across sources only the listeners of {@link EventLevel#FULL} see
 * one order.
 */
public final class EventStream {
  private static final StackWalker WALKER = StackWalker.getInstance();
  private static final String ENGINE = "dev.mapwright.";

  private final List<EventListener> listeners = new CopyOnWriteArrayList<>();
  private volatile EventLevel level = EventLevel.RING;

  /** Makes a stream at {@link EventLevel#RING} without listeners; every machine has one. */
  public EventStream() {}

  /**
   * The level in force.
   *
   * @return the level
   */
  public EventLevel level() {
    return level;
  }

  /**
   * Changes the level. Calls that are under way may still record at the old one.
   *
   * @param level the level from now on
   */
  public void setLevel(EventLevel level) {
    this.level = level;
  }

  /**
   * Adds a listener and raises the level to {@link EventLevel#FULL}.
   *
   * @param listener told of each event from now on
   */
  public void listen(EventListener listener) {
    listeners.add(listener);
    level = EventLevel.FULL;
  }

  /**
   * Removes a listener; the level stays.
   *
   * @param listener one that was added before; others are ignored
   */
  public void ignore(EventListener listener) {
    listeners.remove(listener);
  }

  /**
   * A ring for one source of events.
   *
   * @param source its name in events
   * @return an empty ring
   */
  public EventRing newRing(String source) {
    return new EventRing(this, source);
  }

  void tell(
      String source,
      long sequence,
      EventKind kind,
      long firstPage,
      long pages,
      long detail1,
      long detail2) {
    Event event = new Event(source, sequence, kind, firstPage, pages, detail1, detail2, callSite());
    for (EventListener listener : listeners) {
      listener.happened(event);
    }
  }

  /** The first frame outside the library, which is the line of the user's code that called it. */
  private static String callSite() {
    return WALKER.walk(frames ->
        frames
            .filter(frame -> !frame.getClassName().startsWith(ENGINE))
            .findFirst()
            .map(frame -> frame.getFileName() + ":" + frame.getLineNumber())
            .orElse("the library itself"));
  }
}
