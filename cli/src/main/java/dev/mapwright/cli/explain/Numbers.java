package dev.mapwright.cli.explain;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Codes as one writes them: upper and lower case, zeros in front. */
final class Numbers {
  private Numbers() {}

  /** A number as the names of codes have it: {@code 0x} and capital digits. */
  static String hexadecimal(long number) {
    return "0x" + Long.toHexString(number).toUpperCase(Locale.ROOT);
  }

  /** What is compared: capitals, and hexadecimal numbers without zeros in front. */
  static String plain(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || text.charAt(i) == '/') {
        plain.append(i == text.length() ? word(text, start, i) : word(text, start, i) + "/");
        start = i + 1;
      }
    }
    return plain.toString();
  }

  private static String word(String text, int start, int end) {
    String word = text.substring(start, end).toUpperCase(Locale.ROOT);
    if (!word.startsWith("0X")) {
      return word;
    }
    int digits = 2;
    while (digits < word.length() - 1 && word.charAt(digits) == '0') {
      digits++;
    }
    return "0X" + word.substring(digits);
  }

  /**
   * The same with {@code 0X} before each part that is hexadecimal digits without it; null when a
   * part is no such number.
   */
  static @Nullable String prefixed(String plain) {
    StringBuilder prefixed = new StringBuilder();
    int start = 0;
    for (int i = 0; i <= plain.length(); i++) {
      if (i == plain.length() || plain.charAt(i) == '/') {
        String part = plain.substring(start, i);
        boolean has = part.startsWith("0X");
        if (!allDigits(has ? part.substring(2) : part)) {
          return null;
        }
        prefixed.append(start == 0 ? "" : "/").append(has ? "" : "0X").append(part);
        start = i + 1;
      }
    }
    return plain(prefixed.toString());
  }

  private static boolean allDigits(String part) {
    for (int i = 0; i < part.length(); i++) {
      char c = part.charAt(i);
      boolean digit = c >= '0' && c <= '9' || c >= 'A' && c <= 'F';
      if (!digit) {
        return false;
      }
    }
    return !part.isEmpty();
  }
}
