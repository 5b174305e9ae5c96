package dev.mapwright.proof.windows;

import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.Frames;
import org.jspecify.annotations.Nullable;

/**
 * The campaign with nothing but numbers at its border, so that another class loader can call it;
 * and what stands in mutants in place of calls.
 */
public final class WindowsMutantRun {
  private static final int SEQUENCE = 600;

  private WindowsMutantRun() {}

  /**
   * Runs sequences on the personality.
   *
   * @param operations how many in all
   * @return what was found and after how many operations, or null
   */
  public static @Nullable String find(int operations) {
    Campaign campaign = new Campaign();
    for (int seed = 0; campaign.tally.operations() < operations; seed++) {
      Campaign.Failure failure = campaign.generate(seed, SEQUENCE);
      if (failure != null) {
        return "after %d operations: %s".formatted(campaign.tally.operations(), failure.cause());
      }
    }
    return null;
  }

  // ---- defects

  /** In place of a load: reads once more, and believes that. */
  public static long loadTwice(Cpu cpu, long address, int bytes) {
    cpu.load(address, bytes);
    return cpu.load(address, bytes);
  }

  /** In place of counting a lock: a frame that is locked is locked. */
  public static int lockOnce(Frames frames, long pfn, int delta) {
    int locks = frames.locks(pfn);
    return locks != 0 && delta > 0 ? locks : frames.addLocks(pfn, delta);
  }
}
