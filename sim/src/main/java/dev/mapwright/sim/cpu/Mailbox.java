package dev.mapwright.sim.cpu;

import com.google.errorprone.annotations.concurrent.GuardedBy;

/**
 * What others told a CPU to forget and it has not forgotten yet. Bounded: when it is full, the CPU
 * is to forget everything. Callers hold its monitor.
 */
final class Mailbox {
  private static final int RANGES = 16;

  @GuardedBy("this")
  private final long[] ranges = new long[2 * RANGES];

  @GuardedBy("this")
  private int count;

  @GuardedBy("this")
  private boolean everything;

  @GuardedBy("this")
  private boolean ended;

  @GuardedBy("this")
  void post(long firstPage, long lastPage) {
    if (firstPage > lastPage) {
      return;
    }
    if (count == RANGES) {
      everything = true;
      return;
    }
    ranges[2 * count] = firstPage;
    ranges[2 * count + 1] = lastPage;
    count++;
  }

  /**
   * A translation has ended that the CPU was attached to a moment ago. Whether it still is, and
   * which one it was, is for the CPU to see: several may end before it looks.
   */
  @GuardedBy("this")
  void postEnd() {
    ended = true;
    everything = true;
  }

  /** Carries out what was posted, and tells whether a translation ended. */
  @GuardedBy("this")
  boolean empty(Tlb tlb) {
    if (everything) {
      tlb.flush();
    } else {
      for (int i = 0; i < count; i++) {
        tlb.forget(ranges[2 * i], ranges[2 * i + 1]);
      }
    }
    boolean gone = ended;
    count = 0;
    everything = false;
    ended = false;
    return gone;
  }
}
