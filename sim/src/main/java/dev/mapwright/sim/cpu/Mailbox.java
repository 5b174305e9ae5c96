package dev.mapwright.sim.cpu;

import com.google.errorprone.annotations.concurrent.GuardedBy;

/**
 * What others told a CPU to forget and it has not forgotten yet. Bounded: when it is full, the
 * smallest range around all that is in it takes their place, so that what was said of one half of
 * the addresses does not cost the other half its translations. Callers hold its monitor.
 */
final class Mailbox {
  static final int RANGES = 16;

  /** First and last pages, in turn. */
  @GuardedBy("this")
  private final long[] ranges = new long[2 * RANGES];

  @GuardedBy("this")
  private int count;

  @GuardedBy("this")
  private boolean ended;

  @GuardedBy("this")
  private boolean machineEnded;

  @GuardedBy("this")
  void post(long firstPage, long lastPage) {
    if (firstPage > lastPage) {
      return;
    }
    if (count == RANGES) {
      join();
    }
    ranges[2 * count] = firstPage;
    ranges[2 * count + 1] = lastPage;
    count++;
  }

  @GuardedBy("this")
  private void join() {
    for (int i = 1; i < count; i++) {
      ranges[0] = Math.min(ranges[0], ranges[2 * i]);
      ranges[1] = Math.max(ranges[1], ranges[2 * i + 1]);
    }
    count = 1;
  }

  /**
   * A translation has ended that the CPU was attached to a moment ago. Whether it still is, and
   * which one it was, is for the CPU to see: several may end before it looks.
   */
  @GuardedBy("this")
  void postEnd() {
    ended = true;
  }

  /** Whether a translation has ended since the mailbox was emptied. */
  @GuardedBy("this")
  boolean ended() {
    return ended;
  }

  /** The machine has ended. That stays in here: a CPU that reads it twice does the same twice. */
  @GuardedBy("this")
  void postMachineEnd() {
    machineEnded = true;
  }

  @GuardedBy("this")
  boolean machineEnded() {
    return machineEnded;
  }

  /** Carries out what was posted, which stays in here until {@link #clear}. */
  @GuardedBy("this")
  void forgetIn(Tlb tlb) {
    for (int i = 0; i < count; i++) {
      tlb.forget(ranges[2 * i], ranges[2 * i + 1]);
    }
  }

  @GuardedBy("this")
  void clear() {
    count = 0;
    ended = false;
  }
}
