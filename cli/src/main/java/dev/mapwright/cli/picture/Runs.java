package dev.mapwright.cli.picture;

import dev.mapwright.cli.text.Sizes;
import java.util.ArrayList;
import java.util.List;

/**
 * Folds what repeats: mappings without a name, one behind the other, whose permissions come again
 * and again in one pattern, as those of stacks with their guards and of heaps of threads. Such a
 * run is drawn as one.
 */
public final class Runs {
  /** Fewer are drawn one by one. */
  private static final int FEWEST_TIMES = 3;

  private static final int LONGEST_PATTERN = 4;

  private Runs() {}

  /**
   * Folds.
   *
   * @param pieces mappings, ascending and disjoint
   * @return the same with runs in the place of what repeats
   */
  public static List<Piece> fold(List<Piece> pieces) {
    List<Piece> folded = new ArrayList<>();
    int at = 0;
    while (at < pieces.size()) {
      int pattern = 1;
      int times = 1;
      for (int length = 1; length <= LONGEST_PATTERN; length++) {
        int found = times(pieces, at, length);
        if (found >= FEWEST_TIMES && found * length > times * pattern) {
          pattern = length;
          times = found;
        }
      }
      folded.add(times == 1 ? pieces.get(at) : run(pieces, at, pattern, times));
      at += times == 1 ? 1 : pattern * times;
    }
    return folded;
  }

  /** How often the pattern of a length that begins at an index comes. */
  private static int times(List<Piece> pieces, int at, int length) {
    int end = at;
    while (end < pieces.size() && pieces.get(end).name().isEmpty()) {
      boolean behind =
          end == at || pieces.get(end).firstPage() == pieces.get(end - 1).lastPage() + 1;
      boolean again =
          end < at + length || pieces.get(end).letters().equals(pieces.get(end - length).letters());
      if (!behind || !again) {
        break;
      }
      end++;
    }
    return (end - at) / length;
  }

  private static Piece run(List<Piece> pieces, int at, int length, int times) {
    StringBuilder pattern = new StringBuilder();
    int permissions = 0;
    String letters = "";
    for (int i = at; i < at + length; i++) {
      pattern.append(i == at ? "" : " and ").append(pieces.get(i).letters());
      if (i == at
          || Integer.bitCount(pieces.get(i).permissions()) > Integer.bitCount(permissions)) {
        permissions = pieces.get(i).permissions();
        letters = pieces.get(i).letters();
      }
    }
    return new Piece(
        pieces.get(at).firstPage(),
        pieces.get(at + length * times - 1).lastPage(),
        permissions,
        letters,
        Sizes.grouped(times) + " times " + pattern);
  }
}
