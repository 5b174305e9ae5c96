package dev.mapwright.cli.text;

import java.io.PrintWriter;

/** Running text in lines of at most 80 characters, which fits every terminal. */
public final class Paragraph {
  private static final int COLUMNS = 80;

  private Paragraph() {}

  /**
   * Prints a text, broken between words. A word that is longer than a line stays whole.
   *
   * @param first what the first line begins with: spaces, a dash. The others begin with as many
   *     spaces
   * @param text words with spaces between; line ends count as spaces
   * @param out where to
   */
  public static void print(String first, String text, PrintWriter out) {
    StringBuilder line = new StringBuilder(COLUMNS).append(first);
    int indent = first.length();
    int at = 0;
    while (at < text.length()) {
      int end = at;
      while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
        end++;
      }
      if (end > at) {
        boolean begun = line.length() > indent;
        if (begun && line.length() + 1 + end - at > COLUMNS) {
          out.println(line);
          line.setLength(0);
          line.repeat(' ', indent);
          begun = false;
        }
        line.append(begun ? " " : "").append(text, at, end);
      }
      at = end + 1;
    }
    out.println(line);
  }
}
