package dev.mapwright.proof;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Makes a failing sequence as short as it gets by taking out ever smaller pieces. */
public final class Shrinker {
  private static final int MOST_RUNS = 1500;

  private Shrinker() {}

  /**
   * Shrinks a sequence.
   *
   * @param <T> what the sequence is made of
   * @param failing a sequence that fails
   * @param fails runs a sequence from the beginning; true when it fails
   * @return a part of it, in order, that fails, and of which usually no element can be spared
   */
  public static <T> List<T> shrink(List<T> failing, Predicate<List<T>> fails) {
    List<T> shortest = failing;
    int runs = 0;
    int piece = Math.max(1, shortest.size() / 2);
    while (piece > 0 && runs < MOST_RUNS) {
      boolean shorter = false;
      for (int from = 0; from < shortest.size() && runs < MOST_RUNS; runs++) {
        List<T> candidate = new ArrayList<>(shortest.subList(0, from));
        int rest = Math.min(from + piece, shortest.size());
        candidate.addAll(shortest.subList(rest, shortest.size()));
        if (fails.test(candidate)) {
          shortest = candidate;
          shorter = true;
        } else {
          from += piece;
        }
      }
      piece = piece == 1 && shorter ? 1 : piece / 2;
    }
    return shortest;
  }
}
