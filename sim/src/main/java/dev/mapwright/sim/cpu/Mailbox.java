package dev.mapwright.sim.cpu;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.mapwright.sim.tables.PageTables;
import org.jspecify.annotations.Nullable;

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
  private @Nullable PageTables ended;

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

  /** The CPU is attached to one translation, so one that ended is enough to remember. */
  @GuardedBy("this")
  void postEnd(PageTables tables) {
    ended = tables;
    everything = true;
  }

  /** Carries out what was posted, and returns the translation that ended, if one did. */
  @GuardedBy("this")
  @Nullable PageTables empty(Tlb tlb) {
    if (everything) {
      tlb.flush();
    } else {
      for (int i = 0; i < count; i++) {
        tlb.forget(ranges[2 * i], ranges[2 * i + 1]);
      }
    }
    PageTables gone = ended;
    count = 0;
    everything = false;
    ended = null;
    return gone;
  }
}
