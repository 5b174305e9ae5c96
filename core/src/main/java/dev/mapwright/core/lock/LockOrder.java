package dev.mapwright.core.lock;

import dev.mapwright.core.event.Callbacks;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Checks that locks are taken in the order of their ranks; called by assertions only, so it costs
 * nothing where they are off. A thread takes a lock that it holds, or one of a higher rank than all
 * of the same machine that it holds; of a space's parts it takes several by ascending pages.
 * Machines know nothing of each other: a callback of one may use another one.
 */
final class LockOrder {
  /** What one thread holds, in the order of taking; only that thread touches it. */
  private static final class Held {
    Object[] locks = new Object[4];
    Callbacks[] machines = new Callbacks[4];
    int[] ranks = new int[4];
    long[] positions = new long[4];
    int count;
  }

  /**
   * One for each thread that took a lock, as long as it lives, so that taking allocates nothing.
   */
  private static final Map<Thread, Held> HELD = new ConcurrentHashMap<>();

  private LockOrder() {}

  private static Held held() {
    Held held = HELD.get(Thread.currentThread());
    if (held == null) {
      HELD.keySet().removeIf(thread -> !thread.isAlive());
      held = new Held();
      HELD.put(Thread.currentThread(), held);
    }
    return held;
  }

  /**
   * True, or an error when it is not the turn of a lock.
   *
   * @param position among those of its rank, of which several are taken by ascending positions;
   *     always the same where only one is
   */
  @SuppressWarnings("ReferenceEquality") // a lock is itself
  static boolean allows(Object lock, int rank, long position, Callbacks machine) {
    Held held = held();
    int last = held.count - 1;
    while (last >= 0 && held.machines[last] != machine) {
      last--;
    }
    boolean later =
        last < 0
            || held.ranks[last] < rank
            || held.ranks[last] == rank && held.positions[last] < position;
    if (!later && held.locks[last] != lock) {
      throw new AssertionError(
          "a lock of rank "
              + rank
              + " is taken while one of rank "
              + held.ranks[last]
              + " is held");
    }
    return true;
  }

  /** Notes that the current thread has taken a lock. */
  static boolean taken(Object lock, int rank, long position, Callbacks machine) {
    Held held = held();
    if (held.count == held.ranks.length) {
      held.locks = Arrays.copyOf(held.locks, 2 * held.count);
      held.machines = Arrays.copyOf(held.machines, 2 * held.count);
      held.ranks = Arrays.copyOf(held.ranks, 2 * held.count);
      held.positions = Arrays.copyOf(held.positions, 2 * held.count);
    }
    held.locks[held.count] = lock;
    held.machines[held.count] = machine;
    held.ranks[held.count] = rank;
    held.positions[held.count] = position;
    held.count++;
    return true;
  }

  /** Notes that the current thread lets a lock go; true, or an error when it does not hold it. */
  @SuppressWarnings("ReferenceEquality") // a lock is itself
  static boolean released(Object lock) {
    Held held = held();
    int at = held.count - 1;
    while (at >= 0 && held.locks[at] != lock) {
      at--;
    }
    if (at < 0) {
      throw new AssertionError("a lock is let go that was not taken");
    }
    held.count--;
    int behind = held.count - at;
    System.arraycopy(held.locks, at + 1, held.locks, at, behind);
    System.arraycopy(held.machines, at + 1, held.machines, at, behind);
    System.arraycopy(held.ranks, at + 1, held.ranks, at, behind);
    System.arraycopy(held.positions, at + 1, held.positions, at, behind);
    return true;
  }
}
