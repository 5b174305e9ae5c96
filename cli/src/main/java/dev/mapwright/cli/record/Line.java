package dev.mapwright.cli.record;

import java.nio.charset.StandardCharsets;

/** Looks at a line as {@code strace -f -o} prints it: the number of a thread, then what it did. */
final class Line {
  private Line() {}

  /** The number of the thread; 0 if the line does not begin with one. */
  static int pid(byte[] line, int length) {
    int number = 0;
    for (int i = 0; i < length && line[i] >= '0' && line[i] <= '9' && number < 1 << 24; i++) {
      number = number * 10 + line[i] - '0';
    }
    return number;
  }

  /** Where that begins which the thread did. */
  static int afterPid(byte[] line, int length) {
    int at = 0;
    while (at < length && line[at] >= '0' && line[at] <= '9') {
      at++;
    }
    while (at < length && line[at] == ' ') {
      at++;
    }
    return at;
  }

  static boolean startsWith(byte[] line, int length, int at, String text) {
    if (length - at < text.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (line[at + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  static String text(byte[] line, int from, int length) {
    return new String(line, from, length - from, StandardCharsets.UTF_8);
  }
}
