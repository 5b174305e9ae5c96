package dev.mapwright.linux.input;

import java.io.IOException;

/**
 * Input that is not what it should be. The message names the source, the line, what was expected
 * there and what was found instead.
 *
 * <p>It is an {@link IOException} so that a caller who only cares whether reading worked needs one
 * clause; a caller who reports bad input apart from a failing disk catches this class first.
 */
public final class InputFormatException extends IOException {

  private static final long serialVersionUID = 1L;

  /** How much of what was found is repeated in a message, in characters. */
  private static final int MAX_EXCERPT_CHARS = 60;

  /** The name of the input. */
  private final String source;

  /** The line, from 1; 0 for the whole. */
  private final long line;

  /** What should have stood there. */
  private final String expected;

  /**
   * Creates the error.
   *
   * @param source the name of the input, usually a file's path
   * @param line the line, counted from 1; 0 if the input as a whole is meant
   * @param expected what should have stood there, as a noun phrase
   * @param found what stands there; long text is shortened and control characters are replaced
   */
  public InputFormatException(String source, long line, String expected, String found) {
    super(
        source
            + (line > 0 ? ":" + line : "")
            + ": expected "
            + expected
            + ", found "
            + printable(found));
    this.source = source;
    this.line = line;
    this.expected = expected;
  }

  /**
   * The name of the input.
   *
   * @return the name, usually a file's path
   */
  public String source() {
    return source;
  }

  /**
   * The line in error.
   *
   * @return the line, counted from 1; 0 if the input as a whole is meant
   */
  public long line() {
    return line;
  }

  /**
   * What should have stood there.
   *
   * @return a noun phrase
   */
  public String expected() {
    return expected;
  }

  private static String printable(String found) {
    StringBuilder text = new StringBuilder(Math.min(found.length(), MAX_EXCERPT_CHARS) + 4);
    for (int i = 0; i < found.length(); i++) {
      if (i == MAX_EXCERPT_CHARS) {
        return text.append("...").toString();
      }
      char c = found.charAt(i);
      text.append(c < ' ' || c == 0x7f ? '?' : c);
    }
    return text.toString();
  }
}
