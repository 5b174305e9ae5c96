package dev.mapwright.linux.strace;

import dev.mapwright.linux.input.InputFormatException;
import dev.mapwright.linux.input.TextCursor;
import org.jspecify.annotations.Nullable;

/**
 * Reads one argument after the other from the text between a call's parentheses: numbers in every
 * notation that the recorder has (decimal, 0x, octal with a leading 0, a name, NULL), sets of flags
 * ({@code A|B|21<<SHIFT|0x40}), file descriptors with what they stand for, and anything else by
 * skipping it. Comments count as space.
 */
final class ArgumentReader {

  private static final String UNFINISHED = "<unfinished ...>";

  private final TextCursor text;
  private final NameCache names;

  ArgumentReader(TextCursor text, NameCache names) {
    this.text = text;
    this.names = names;
  }

  /** Goes to the next argument. */
  void comma(String expected) throws InputFormatException {
    gap();
    if (!text.take(',')) {
      throw text.unexpected("\",\" and " + expected);
    }
  }

  /** Goes over a comma if one follows. */
  boolean tryComma() throws InputFormatException {
    gap();
    return text.take(',');
  }

  /** A number, or names and numbers joined by bars. */
  long value(String expected) throws InputFormatException {
    long value = term(expected);
    while (true) {
      gap();
      if (!text.take('|')) {
        return value;
      }
      value |= term(expected);
    }
  }

  /** A number that must fit into 32 bits, signed or unsigned: what the kernel takes as an int. */
  int intValue(String expected) throws InputFormatException {
    int start = text.at();
    long value = value(expected);
    if (value < Integer.MIN_VALUE || value > 0xffffffffL) {
      text.moveTo(start);
      throw text.unexpected(expected + " of 32 bits");
    }
    return (int) value;
  }

  /**
   * Flags of clone: the low byte holds a signal, whose name is gone over, and names that do not
   * decide about memory need not be known.
   */
  long cloneFlags() throws InputFormatException {
    long flags = 0;
    do {
      gap();
      if (isLetter(text.peek())) {
        long value = symbol();
        flags |= value == Symbols.UNKNOWN ? 0 : value;
      } else {
        flags |= number("clone flags") & ~0xffL;
      }
      gap();
    } while (text.take('|'));
    return flags;
  }

  /** A file descriptor, with its path in angle brackets if it was recorded. */
  TracedFile file() throws InputFormatException {
    gap();
    int descriptor;
    if (text.take("AT_FDCWD")) {
      descriptor = -100;
    } else {
      descriptor = intValue("a file descriptor");
    }
    if (!text.take('<')) {
      return descriptor == -1 ? TracedFile.NONE : new TracedFile(descriptor, null, false);
    }
    int first = text.at();
    int end = skipAnnotation();
    byte[] bytes = text.bytes();
    boolean deleted = false;
    end = withoutDevice(bytes, first, end);
    if (endsWithDeleted(bytes, first, end)) {
      deleted = true;
      end -= " (deleted)".length();
    }
    int after = text.at();
    text.skipSpaces();
    if (text.take("(deleted)")) {
      deleted = true;
    } else {
      text.moveTo(after);
    }
    return new TracedFile(descriptor, names.get(bytes, first, end), deleted);
  }

  /** A string in quotes; null if something else stands there. Three dots after it are gone over. */
  @Nullable String string() throws InputFormatException {
    gap();
    if (text.peek() != '"') {
      return null;
    }
    int first = text.at() + 1;
    skipString();
    String string = names.get(text.bytes(), first, text.at() - 1);
    text.take("...");
    return string;
  }

  /** Goes over spaces and comments. */
  void gap() throws InputFormatException {
    while (true) {
      text.skipSpaces();
      if (text.peek() != '/' || text.peek(1) != '*') {
        return;
      }
      skipComment();
    }
  }

  /**
   * Goes behind the parenthesis that closes the arguments, over whatever stands before it.
   *
   * @param whole false if the line may also end before the arguments do
   */
  void close(boolean whole) throws InputFormatException {
    int depth = 0;
    while (true) {
      int c = text.peek();
      switch (c) {
        case -1 -> {
          if (whole) {
            throw text.unexpected("\")\" after the arguments");
          }
          return;
        }
        case '"' -> skipString();
        case '(', '[', '{' -> {
          depth++;
          text.take((char) c);
        }
        case ')', ']', '}' -> {
          text.take((char) c);
          if (depth == 0) {
            if (c != ')') {
              text.moveTo(text.at() - 1);
              throw text.unexpected("\")\" after the arguments");
            }
            return;
          }
          depth--;
        }
        case '<' -> {
          if (!text.take(UNFINISHED)) {
            text.take('<');
            // Only an annotation can hold quotes or parentheses, and it follows a descriptor.
            int before = text.at() < 2 ? -1 : text.bytes()[text.at() - 2];
            if (before >= '0' && before <= '9' && text.peek() != '<') {
              skipAnnotation();
            }
          }
        }
        case '/' -> {
          if (text.peek(1) == '*') {
            skipComment();
          } else {
            text.take('/');
          }
        }
        default -> text.moveTo(text.at() + 1);
      }
    }
  }

  /**
   * Goes over an annotation whose opening bracket has been taken, and its closing bracket. A path
   * may hold a bare {@code >} and a socket an arrow, so only a bracket before something that can
   * follow a descriptor closes.
   *
   * @return the index of the closing bracket
   */
  int skipAnnotation() throws InputFormatException {
    byte[] bytes = text.bytes();
    for (int i = text.at(); i < text.end(); i++) {
      if (bytes[i] != '>') {
        continue;
      }
      int next = i + 1 < text.end() ? bytes[i + 1] : -1;
      if (next == -1 || next == ',' || next == ')' || next == ' ' || next == ']' || next == '}') {
        text.moveTo(i + 1);
        return i;
      }
      if (next == '(') {
        text.moveTo(i + 1);
        if (text.startsWith("(deleted)")) {
          return i;
        }
      }
    }
    throw text.unexpected("\">\" after the name of a file");
  }

  private long term(String expected) throws InputFormatException {
    gap();
    long value;
    if (isLetter(text.peek())) {
      int start = text.at();
      value = symbol();
      if (value == Symbols.UNKNOWN) {
        text.moveTo(start);
        throw text.unexpected(expected);
      }
    } else {
      value = number(expected);
    }
    if (!text.take("<<")) {
      return value;
    }
    int start = text.at();
    long shift = isLetter(text.peek()) ? symbol() : number("a shift");
    if (shift < 0 || shift > 63) {
      text.moveTo(start);
      throw text.unexpected("a shift of at most 63 bits");
    }
    return value << shift;
  }

  private long symbol() {
    int first = text.at();
    byte[] bytes = text.bytes();
    int i = first;
    while (i < text.end() && (isLetter(bytes[i]) || bytes[i] >= '0' && bytes[i] <= '9')) {
      i++;
    }
    text.moveTo(i);
    return Symbols.find(bytes, first, i);
  }

  private long number(String expected) throws InputFormatException {
    if (text.take('-')) {
      long magnitude = text.decimalDigits(expected);
      if (magnitude < 0) {
        throw text.unexpected(expected + " of at most 64 bits");
      }
      return -magnitude;
    }
    if (text.peek() != '0') {
      return text.decimalDigits(expected);
    }
    if (text.peek(1) == 'x') {
      text.moveTo(text.at() + 2);
      return text.hexDigits(expected);
    }
    long octal = 0;
    while (text.peek() >= '0' && text.peek() <= '7') {
      if (octal >>> 61 != 0) {
        throw text.unexpected(expected + " of at most 64 bits");
      }
      octal = octal << 3 | text.peek() - '0';
      text.moveTo(text.at() + 1);
    }
    return octal;
  }

  private void skipComment() throws InputFormatException {
    byte[] bytes = text.bytes();
    for (int i = text.at() + 2; i + 1 < text.end(); i++) {
      if (bytes[i] == '*' && bytes[i + 1] == '/') {
        text.moveTo(i + 2);
        return;
      }
    }
    throw text.unexpected("a comment that ends");
  }

  private void skipString() throws InputFormatException {
    byte[] bytes = text.bytes();
    for (int i = text.at() + 1; i < text.end(); i++) {
      if (bytes[i] == '\\') {
        i++;
      } else if (bytes[i] == '"') {
        text.moveTo(i + 1);
        return;
      }
    }
    throw text.unexpected("a string that ends");
  }

  /** Cuts what option -yy adds to the path of a device: {@code /dev/zero<char 1:5>}. */
  private static int withoutDevice(byte[] bytes, int first, int end) {
    if (end - first < 2 || bytes[end - 1] != '>') {
      return end;
    }
    for (int i = end - 1; i > first; i--) {
      if (bytes[i] == '<') {
        return i;
      }
    }
    return end;
  }

  private static boolean endsWithDeleted(byte[] bytes, int first, int end) {
    String wanted = " (deleted)";
    int from = end - wanted.length();
    if (from < first) {
      return false;
    }
    for (int i = 0; i < wanted.length(); i++) {
      if (bytes[from + i] != wanted.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetter(int c) {
    return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '_';
  }
}
