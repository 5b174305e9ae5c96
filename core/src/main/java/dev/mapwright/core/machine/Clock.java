package dev.mapwright.core.machine;

/**
 * The virtual time of a machine, in steps. Nothing passes by itself: time goes on when somebody
 * {@linkplain #advance advances} it, and what is due by then is done on that thread, in the order
 * of the steps and, within a step, in the order in which it was asked for. So the same program sees
 * the same order each time. How long a step is, is up to who uses it.
 *
 * <pre>{@code
 * Clock clock = machine.clock();
 * Clock.Alarm done = clock.alarm(() -> finish());  // once, when the device is made
 * done.setAfter(100);                              // each time it begins to work
 * clock.advance(100);                              // finish() has been called
 * }</pre>
 *
 * <p><b>Threads.</b> Time is driven by one thread at a time: while one advances, another one's
 * attempt is refused, since the order would be nobody's. Everything else may be called by any
 * thread (on a machine that was declared single-threaded, by its one thread).
 *
 * <p><b>Actions</b> are called on the thread that advances, with no lock of the machine or the
 * engine held: advancing is refused inside callbacks that hold one. They may do anything: call the
 * engine, use CPUs, block, set and cancel alarms, and advance the clock, which then does what is
 * due until there before it returns to the action. What an action throws ends the advance and goes
 * to its caller; the time is then the step of that action, which is not set any more, and what else
 * was due is done by whoever advances next.
 *
 * <p>Setting and cancelling an alarm takes a time that follows the logarithm of how many are set,
 * and nothing of the heap unless more are set than ever before.
 */
public interface Clock {
  /** What {@link #next} answers when no alarm is set; no alarm can be set for it. */
  long NEVER = Long.MAX_VALUE;

  /** {@return the step that it is now; a clock begins at 0} */
  long now();

  /**
   * Lets time pass, and does what is due until then, also what is set meanwhile. Advancing by 0
   * does what is due now. When this returns, it is at least so much later: an action that has
   * advanced the clock itself may have made it more.
   *
   * @param steps how many, 0 or more
   * @throws IllegalArgumentException when it is less than 0, or would come to {@link #NEVER}
   * @throws IllegalStateException when another thread advances the clock, or the caller is inside a
   *     callback of the engine that holds locks; no time has passed
   */
  void advance(long steps);

  /**
   * {@return the step of the earliest alarm that is set, {@link #NEVER} for none} Whoever waits for
   * everything to come to rest advances to there, again and again.
   */
  long next();

  /**
   * {@return whether the calling thread advances the clock just now: whether it is called, however
   * far away, by an action} What goes wrong then can be thrown to whoever advances.
   */
  boolean advancing();

  /**
   * Makes an alarm, which is not set. It can be set any number of times.
   *
   * @param action what is done when the time has come
   * @return the alarm
   */
  Alarm alarm(Runnable action);

  /**
   * Makes an alarm and sets it.
   *
   * @param step when, see {@link Alarm#setAt}
   * @param action what is done then
   * @return the alarm
   * @throws IllegalArgumentException when the step has passed, or is {@link #NEVER}
   */
  default Alarm at(long step, Runnable action) {
    Alarm made = alarm(action);
    made.setAt(step);
    return made;
  }

  /** Something to be done at a step. Thread-safe. */
  interface Alarm {
    /**
     * Sets the alarm for a step, in place of the one that it may be set for; it counts as asked for
     * now. When that is the present step, it is done by the advance that is under way, or else by
     * the next, whatever its length. An action that always sets itself for the present step keeps
     * its advance from ever returning.
     *
     * @param step from {@link Clock#now} on
     * @throws IllegalArgumentException when the step has passed, or is {@link Clock#NEVER}; nothing
     *     has changed
     */
    void setAt(long step);

    /**
     * Sets the alarm for some steps from now, as {@link #setAt} does.
     *
     * @param steps how many, 0 or more
     * @throws IllegalArgumentException when it is less than 0, or would come to {@link
     *     Clock#NEVER}; nothing has changed
     */
    void setAfter(long steps);

    /**
     * Takes the alarm back. Its action may just be under way on the thread that advances; that is
     * not waited for.
     *
     * @return whether it was set; false also when its action has begun
     */
    boolean cancel();

    /** {@return the step that it is set for, {@link Clock#NEVER} when it is not set} */
    long step();
  }
}
