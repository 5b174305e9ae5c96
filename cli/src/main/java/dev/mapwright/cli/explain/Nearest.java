package dev.mapwright.cli.explain;

import dev.mapwright.cli.text.EditDistance;
import java.util.ArrayList;
import java.util.List;

/** The codes whose names or numbers are most like what somebody typed. */
final class Nearest {
  /** How many are worth reading. */
  private static final int MOST = 5;

  /** A name's end of fewer characters is like everything. */
  private static final int SHORTEST_END = 4;

  /** Nobody means a code by more. */
  private static final int LONGEST = 80;

  private Nearest() {}

  /**
   * A code that may have been meant.
   *
   * @param code the code
   * @param spelling which of its names or numbers is near
   * @param distance how many characters differ
   */
  record Guess(Code code, String spelling, int distance) {}

  /** The nearest codes, the best first; none if nothing is near. */
  static List<Guess> to(String plain, List<Code> codes) {
    List<Guess> nearest = new ArrayList<>();
    if (plain.length() > LONGEST) {
      return nearest;
    }
    int most = Math.max(1, plain.length() / 3);
    for (Code code : codes) {
      Guess best = new Guess(code, code.name(), distance(plain, code.name()));
      for (String alias : code.aliases()) {
        int distance = distance(plain, alias);
        best = distance < best.distance ? new Guess(code, alias, distance) : best;
      }
      if (best.distance <= most) {
        insert(best, nearest);
      }
    }
    return nearest;
  }

  /** The list stays in order, and is never longer than is worth reading. */
  private static void insert(Guess guess, List<Guess> nearest) {
    int at = nearest.size();
    while (at > 0 && nearest.get(at - 1).distance > guess.distance) {
      at--;
    }
    nearest.add(at, guess);
    if (nearest.size() > MOST) {
      nearest.removeLast();
    }
  }

  /** How far a word is from a name, or from the name's last words, which is short for it. */
  private static int distance(String plain, String spelling) {
    String name = Numbers.plain(spelling);
    int best = EditDistance.of(plain, name);
    for (int at = 1; at <= name.length() - SHORTEST_END; at++) {
      if (name.charAt(at - 1) == '_') {
        best = Math.min(best, EditDistance.of(plain, name.substring(at)));
      }
    }
    return best;
  }
}
