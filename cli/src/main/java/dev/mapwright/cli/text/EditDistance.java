package dev.mapwright.cli.text;

/** How alike two words are. */
public final class EditDistance {
  /** More of a word does not count: nobody means one of ours by it. */
  private static final int LONGEST = 80;

  private EditDistance() {}

  /**
   * How many characters have to be inserted, removed or replaced to make one of the other.
   *
   * @param from a word; only its first 80 characters count
   * @param to another
   * @return 0 if they are equal
   */
  public static int of(String from, String to) {
    int length = Math.min(from.length(), LONGEST);
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= length; i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replace = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replace, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[to.length()];
  }
}
