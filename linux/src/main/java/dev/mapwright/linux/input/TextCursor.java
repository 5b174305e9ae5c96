package dev.mapwright.linux.input;

import java.nio.charset.StandardCharsets;

/**
 * A position in one line of text, and the few steps that parsers take from it. Works on bytes and
 * allocates nothing unless it fails. Instances belong to one thread and are used for one line after
 * the other.
 */
public final class TextCursor {

  private final String source;
  private byte[] bytes = new byte[0];
  private int at;
  private int end;
  private long line;

  /**
   * Creates a cursor that stands nowhere yet.
   *
   * @param source what errors call the text
   */
  public TextCursor(String source) {
    this.source = source;
  }

  /**
   * Goes to the start of the current line of a text.
   *
   * @param lines the text
   */
  public void enter(LineSource lines) {
    enter(lines.buffer(), lines.first(), lines.end(), lines.line());
  }

  /**
   * Goes to the start of a line.
   *
   * @param buffer the array that holds the line
   * @param first the index of its first byte
   * @param end the index after its last byte
   * @param line its number, counted from 1
   */
  public void enter(byte[] buffer, int first, int end, long line) {
    this.bytes = buffer;
    this.at = first;
    this.end = end;
    this.line = line;
  }

  /** {@return the array that holds the line} */
  public byte[] bytes() {
    return bytes;
  }

  /**
   * Where the cursor stands.
   *
   * @return an index into {@link #bytes()}
   */
  public int at() {
    return at;
  }

  /**
   * Moves the cursor.
   *
   * @param index an index into {@link #bytes()}, at most {@link #end()}
   */
  public void moveTo(int index) {
    at = index;
  }

  /**
   * Where the line ends.
   *
   * @return the index after its last byte
   */
  public int end() {
    return end;
  }

  /**
   * Makes the line shorter.
   *
   * @param index the index after the last byte that still belongs to it
   */
  public void cutAt(int index) {
    end = index;
  }

  /**
   * The line's number.
   *
   * @return the number, counted from 1
   */
  public long line() {
    return line;
  }

  /**
   * The byte under the cursor.
   *
   * @return 0 to 255, or -1 at the end of the line
   */
  public int peek() {
    return at < end ? bytes[at] & 0xff : -1;
  }

  /**
   * A byte ahead of the cursor.
   *
   * @param ahead how far; 0 is the byte under the cursor
   * @return 0 to 255, or -1 behind the end of the line
   */
  public int peek(int ahead) {
    return at + ahead < end ? bytes[at + ahead] & 0xff : -1;
  }

  /** Goes over spaces and tabs. */
  public void skipSpaces() {
    while (at < end && (bytes[at] == ' ' || bytes[at] == '\t')) {
      at++;
    }
  }

  /**
   * Goes over a byte if it is there.
   *
   * @param wanted an ASCII character
   * @return whether it was there
   */
  public boolean take(char wanted) {
    if (at < end && bytes[at] == wanted) {
      at++;
      return true;
    }
    return false;
  }

  /**
   * Goes over a piece of text if it is there.
   *
   * @param wanted ASCII text
   * @return whether it was there, whole
   */
  public boolean take(String wanted) {
    if (!startsWith(wanted)) {
      return false;
    }
    at += wanted.length();
    return true;
  }

  /**
   * Whether the rest of the line begins with a piece of text.
   *
   * @param wanted ASCII text
   * @return whether it does
   */
  public boolean startsWith(String wanted) {
    int length = wanted.length();
    if (end - at < length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (bytes[at + i] != wanted.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether the rest of the line ends with a piece of text.
   *
   * @param wanted ASCII text
   * @return whether it does
   */
  public boolean endsWith(String wanted) {
    int length = wanted.length();
    if (end - at < length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (bytes[end - length + i] != wanted.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Goes over a byte that must be there.
   *
   * @param wanted an ASCII character
   * @param expected what the error calls it
   * @throws InputFormatException if it is not there
   */
  public void need(char wanted, String expected) throws InputFormatException {
    if (!take(wanted)) {
      throw unexpected(expected);
    }
  }

  /** {@return whether a decimal digit is under the cursor} */
  public boolean atDigit() {
    return at < end && bytes[at] >= '0' && bytes[at] <= '9';
  }

  /**
   * Reads hexadecimal digits without a prefix.
   *
   * @param expected what the error calls the number
   * @return the number, unsigned
   * @throws InputFormatException if there is no digit or the number has more than 64 bits
   */
  public long hexDigits(String expected) throws InputFormatException {
    byte[] text = bytes;
    int limit = end;
    int next = at;
    long value = 0;
    int digit;
    while (next < limit && (digit = hexDigit(text[next])) >= 0) {
      if (value >>> 60 != 0) {
        throw unexpected(expected + " of at most 64 bits");
      }
      value = value << 4 | digit;
      next++;
    }
    if (next == at) {
      throw unexpected(expected);
    }
    at = next;
    return value;
  }

  /** What a hexadecimal digit stands for; negative if it is none. */
  private static int hexDigit(byte character) {
    int digit = character - '0';
    if (digit <= 9) {
      return digit;
    }
    int letter = (character | 0x20) - 'a';
    return letter >= 0 && letter < 6 ? letter + 10 : -1;
  }

  /**
   * Reads decimal digits.
   *
   * @param expected what the error calls the number
   * @return the number, unsigned
   * @throws InputFormatException if there is no digit or the number has more than 64 bits
   */
  public long decimalDigits(String expected) throws InputFormatException {
    byte[] text = bytes;
    int limit = end;
    int next = at;
    long value = 0;
    while (next < limit && text[next] >= '0' && text[next] <= '9') {
      int digit = text[next] - '0';
      // 1844674407370955161 is (2^64 - 1) / 10; the remainder is 5.
      int side = Long.compareUnsigned(value, 1844674407370955161L);
      if (side > 0 || side == 0 && digit > 5) {
        throw unexpected(expected + " of at most 64 bits");
      }
      value = value * 10 + digit;
      next++;
    }
    if (next == at) {
      throw unexpected(expected);
    }
    at = next;
    return value;
  }

  /**
   * The error that something else was expected under the cursor.
   *
   * @param expected what, as a noun phrase
   * @return the error, to be thrown by the caller
   */
  public InputFormatException unexpected(String expected) {
    String found =
        at < end
            ? "\"" + new String(bytes, at, Math.min(end - at, 80), StandardCharsets.UTF_8) + "\""
            : "the end of the line";
    return new InputFormatException(source, line, expected, found);
  }
}
