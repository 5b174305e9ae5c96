package dev.mapwright.sim.memory;

import dev.mapwright.core.machine.Frames;
import java.util.Arrays;

/**
 * Counts the holds of the frames whose own counts stick: their numbers in ascending order, and
 * beside each how many holds were told. One thread uses it.
 */
final class StuckHolds implements Frames.HoldCount {
  private final FrameCounts counter;

  /** How many changes there had been when this began. */
  private final long changes;

  private long[] pfns = new long[16];
  private int size;
  private long[] counts = {};

  /** Begins with no frame; the counter, which has the lock, {@linkplain #enter enters} them. */
  StuckHolds(FrameCounts counter, long changes) {
    this.counter = counter;
    this.changes = changes;
  }

  /** Enters a frame above the others. */
  void enter(long pfn) {
    if (size == pfns.length) {
      pfns = Arrays.copyOf(pfns, 2 * size);
    }
    pfns[size++] = pfn;
  }

  /** Ends entering. */
  StuckHolds entered() {
    counts = new long[size];
    return this;
  }

  @Override
  public boolean empty() {
    return size == 0;
  }

  @Override
  public void add(long firstPfn, long pages) {
    int found = Arrays.binarySearch(pfns, 0, size, firstPfn);
    for (int i = found < 0 ? -found - 1 : found; i < size && pfns[i] - firstPfn < pages; i++) {
      counts[i]++;
    }
  }

  @Override
  public boolean finish() {
    return counter.settle(this);
  }

  long changes() {
    return changes;
  }

  int size() {
    return size;
  }

  long pfn(int index) {
    return pfns[index];
  }

  long holds(int index) {
    return counts[index];
  }
}
