package dev.mapwright.core.event;

/**
 * Told of every event while the stream's level is {@link EventLevel#FULL}.
 *
 * <p>It is called on the thread that caused the event, while the engine holds locks: it must return
 * soon and must not call the engine.
 */
@FunctionalInterface
public interface EventListener {
  /**
   * Something happened.
   *
   * @param event what
   */
  void happened(Event event);
}
