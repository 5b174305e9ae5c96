package dev.mapwright.core.event;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The events of one machine: a level, the listeners, and the rings that the sources write to.
 *
 * <p>At {@link EventLevel#RING} no two sources share a line of memory: each address space and each
 * object has a ring of its own, written under the lock that its source holds anyway. The order of
 * events is exact within a source; across sources only the listeners of {@link EventLevel#FULL} see
 * one order.
 */
public final class EventStream {
  private static final String ENGINE = "dev.mapwright.";

  /** Added to each stream when it is made; null for none. */
  private static volatile @Nullable EventListener everywhere;

  private final List<EventListener> listeners = new CopyOnWriteArrayList<>();
  private final Callbacks callbacks = new Callbacks();
  private volatile EventLevel level = EventLevel.RING;

  /**
   * Makes a stream at {@link EventLevel#RING} without listeners, unless there is one for {@link
   * #listenToNewStreams all}; every machine has one.
   */
  public EventStream() {
    EventListener listener = everywhere;
    if (listener != null) {
      listen(listener);
    }
  }

  /**
   * Adds a listener to every stream that is made from now on: for a launcher that wants to know
   * what a program does with machines which the program makes itself.
   *
   * @param listener told of each event of each such stream; null ends this for streams to come
   */
  public static void listenToNewStreams(@Nullable EventListener listener) {
    everywhere = listener;
  }

  /** {@return the level in force} */
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
   * {@return who is inside a callback of the engine on this machine, for the engine and for
   * machines; the same instance each time}
   */
  public Callbacks callbacks() {
    return callbacks;
  }

  /**
   * {@return an empty ring for one source of events}
   *
   * @param source its name in events
   */
  public EventRing newRing(String source) {
    return new EventRing(this, source, -1);
  }

  /**
   * {@return an empty ring for one of many sources of events}
   *
   * @param kind what it is, the beginning of its name in events
   * @param number which one, at least 0, the end of its name
   */
  public EventRing newRing(String kind, long number) {
    return new EventRing(this, kind, number);
  }

  /**
   * {@return an empty ring that has its room from the beginning and never takes more}
   *
   * @param source its name in events
   * @param records how many events it keeps, a power of two
   */
  public EventRing newFixedRing(String source, int records) {
    return EventRing.fixed(this, source, records);
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
      callbacks.begin("a listener", Callbacks.NO_LOCK);
      try {
        listener.happened(event);
      } catch (Throwable problem) {
        callbacks.note(problem);
      } finally {
        callbacks.end();
      }
    }
  }

  /** {@return the first line outside the library among the callers: the user's code} */
  public static String callSite() {
    // Made when it is asked for: making one is a tenth of what making a machine costs a process.
    return StackWalker.getInstance()
        .walk(frames ->
            frames
                .filter(frame -> !frame.getClassName().startsWith(ENGINE))
                .findFirst()
                .map(frame -> frame.getFileName() + ":" + frame.getLineNumber())
                .orElse("the library itself"));
  }
}
