package dev.mapwright.core.event;

/**
 * Told of every event while the stream's level is {@link EventLevel#FULL}.
 *
 * <p>It is called on the thread that caused the event, while the engine holds locks: others wait
 * until it returns. It must not call the engine; a call is refused with {@link
 * IllegalStateException}. What it throws does not disturb what is under way: that is carried out
 * whole, and then the exception is thrown to the caller. Something that was just made and could not
 * be handed to the caller for this reason is released again.
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
