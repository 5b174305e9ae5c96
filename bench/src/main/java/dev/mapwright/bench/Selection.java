package dev.mapwright.bench;

import java.util.List;

/**
 * Which rows are wanted.
 *
 * @param names beginnings of rows' names, in any case
 * @param words whether only whole words count, so that {@code H1} does not ask for {@code H10}, nor
 *     {@code A1 n=10} for {@code A1 n=10, events OFF}
 */
record Selection(List<String> names, boolean words) {
  /** All of them. */
  static final Selection ALL = new Selection(List.of(""), false);

  /** What a short run measures. */
  static final Selection QUICK =
      new Selection(
          List.of(
              "A1 n=60,000",
              "A1 n=100,000",
              "A2",
              "B1",
              "B2",
              "D1",
              "D5",
              "F1 regions",
              "G1",
              "H1"),
          true);

  /** Those whose names begin as one of a list that is separated by commas. */
  static Selection beginningWith(String list) {
    return new Selection(List.of(list.split(",")), false);
  }

  /** Whether a row is wanted. */
  boolean wants(String row) {
    return names.stream().anyMatch(name -> begins(row, name));
  }

  /** Whether rows may be wanted whose names begin so. */
  boolean wantsSome(String beginning) {
    return names.stream().anyMatch(name -> begins(beginning, name) || begins(name, beginning));
  }

  private boolean begins(String row, String name) {
    return row.regionMatches(true, 0, name, 0, name.length())
        && (!words || row.length() == name.length() || row.charAt(name.length()) == ' ');
  }
}
