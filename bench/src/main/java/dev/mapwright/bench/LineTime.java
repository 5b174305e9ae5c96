package dev.mapwright.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/**
 * How long a line of memory takes from the caches of one processor to those of the other, as often
 * as it was asked. A virtual machine's processors are near each other in one minute and on two
 * chips of the host in the next; then whatever two threads both write takes several times as long.
 */
final class LineTime {
  private static final int BATCHES = 20;
  private static final int ROUND_TRIPS_IN_BATCH = 100;
  private static final int TURNS = 2 * (BATCHES + 1) * ROUND_TRIPS_IN_BATCH;

  /** Two processors that have a cache in common take 30 to 60. */
  private static final double MOST_NANOS = 100;

  /** The middle one of some more, so that nothing else lies in its line. */
  private static final int PLACE = 64;

  private final List<Double> nanos = new ArrayList<>();

  /** Asks once more; some milliseconds. */
  void measure() {
    AtomicIntegerArray line = new AtomicIntegerArray(2 * PLACE);
    Thread other =
        Thread.ofPlatform()
            .start(() -> {
              for (int turn = 1; turn < TURNS; turn += 2) {
                answer(line, turn);
              }
            });
    // Of the shortest batch, for now and then both are on one processor, or have to begin.
    double shortest = Double.MAX_VALUE;
    for (int turn = 0; turn < TURNS; ) {
      long began = System.nanoTime();
      for (int end = turn + 2 * ROUND_TRIPS_IN_BATCH; turn < end; turn += 2) {
        answer(line, turn);
      }
      shortest = Math.min(shortest, System.nanoTime() - began);
    }
    nanos.add(shortest / (2 * ROUND_TRIPS_IN_BATCH));
    try {
      other.join();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for a turn, and says that the next one's is. */
  private static void answer(AtomicIntegerArray line, int turn) {
    while (line.get(PLACE) != turn) {
      Thread.onSpinWait();
    }
    line.set(PLACE, turn + 1);
  }

  private double median() {
    return Quartiles.of(nanos).median();
  }

  /** Why rows about what both threads write can't be judged, or null when they can. */
  @Nullable String tooLong() {
    return median() <= MOST_NANOS
        ? null
        : Table.format(
            "a line takes %.0f ns from one processor to the other, not at most %.0f",
            median(), MOST_NANOS);
  }

  /** For a row's figures. */
  @Override
  public String toString() {
    return Table.format("a line from one processor to the other %.0f ns", median());
  }
}
