package dev.mapwright.core.lock;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Checks that locks are taken in their order; called by assertions only, so it costs nothing where
 * they are off.
 */
final class LockOrder {
  /**
   * What each thread holds, the last taken first. Only its own thread touches a deque, which stays
   * as long as the thread lives, so that taking a lock allocates nothing here either.
   */
  private static final Map<Thread, Deque<EngineLock>> HELD = new ConcurrentHashMap<>();

  private LockOrder() {}

  /** Notes that the current thread has taken a lock; true, or an error when it was not its turn. */
  @SuppressWarnings("ReferenceEquality") // a lock is itself
  static boolean taken(EngineLock lock) {
    Deque<EngineLock> held = held();
    EngineLock last = held.peek();
    if (last != null && last != lock && last.rank().compareTo(lock.rank()) >= 0) {
      lock.unlockUnchecked();
      throw new AssertionError(
          "a lock of rank "
              + lock.rank()
              + " is taken while one of rank "
              + last.rank()
              + " is held");
    }
    held.push(lock);
    return true;
  }

  /** Notes that the current thread lets a lock go. */
  static boolean released(EngineLock lock) {
    Deque<EngineLock> held = HELD.get(Thread.currentThread());
    if (held == null || !held.removeFirstOccurrence(lock)) {
      throw new AssertionError("a lock is let go that was not taken");
    }
    return true;
  }

  private static Deque<EngineLock> held() {
    Deque<EngineLock> held = HELD.get(Thread.currentThread());
    if (held == null) {
      HELD.keySet().removeIf(thread -> !thread.isAlive());
      held = new ArrayDeque<>();
      HELD.put(Thread.currentThread(), held);
    }
    return held;
  }
}
