package dev.mapwright.linux.strace;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Names that return on line after line (paths, calls), made a string once. A slot keeps the last
 * name that fell into it; long names are not kept, so that the whole stays below 8 MiB whatever is
 * read. Belongs to one reader.
 */
final class NameCache {

  private static final int SLOTS = 1 << 10;
  private static final int MAX_KEPT_BYTES = 1 << 12;

  private final byte[] @Nullable [] keys = new byte[SLOTS][];
  private final @Nullable String[] names = new String[SLOTS];

  /** The text between two indexes of a line, with the recorder's escapes decoded. */
  String get(byte[] bytes, int first, int end) {
    int hash = 0;
    for (int i = first; i < end; i++) {
      hash = hash * 31 + bytes[i];
    }
    int slot = (hash ^ hash >>> 10 ^ hash >>> 20) & SLOTS - 1;
    byte[] key = keys[slot];
    String name = names[slot];
    if (key != null && name != null && Arrays.equals(key, 0, key.length, bytes, first, end)) {
      return name;
    }
    String fresh = decode(bytes, first, end);
    if (end - first <= MAX_KEPT_BYTES) {
      byte[] kept = new byte[end - first];
      System.arraycopy(bytes, first, kept, 0, kept.length);
      keys[slot] = kept;
      names[slot] = fresh;
    }
    return fresh;
  }

  /**
   * Undoes C escapes: a backslash and one to three octal digits, x and two hexadecimal ones, or a
   * letter.
   */
  private static String decode(byte[] bytes, int first, int end) {
    byte[] plain = new byte[end - first];
    int length = 0;
    int i = first;
    while (i < end) {
      byte b = bytes[i++];
      if (b != '\\' || i == end) {
        plain[length++] = b;
        continue;
      }
      byte kind = bytes[i++];
      if (kind >= '0' && kind <= '7') {
        int value = kind - '0';
        for (int digits = 1;
            digits < 3 && i < end && bytes[i] >= '0' && bytes[i] <= '7';
            digits++) {
          value = value * 8 + (bytes[i++] - '0');
        }
        plain[length++] = (byte) value;
      } else if (kind == 'x' && i < end && Character.digit(bytes[i], 16) >= 0) {
        int value = 0;
        for (int digits = 0;
            digits < 2 && i < end && Character.digit(bytes[i], 16) >= 0;
            digits++) {
          value = value * 16 + Character.digit(bytes[i++], 16);
        }
        plain[length++] = (byte) value;
      } else {
        plain[length++] =
            switch (kind) {
              case 'n' -> (byte) '\n';
              case 't' -> (byte) '\t';
              case 'r' -> (byte) '\r';
              case 'v' -> (byte) 0x0b;
              case 'f' -> (byte) '\f';
              default -> kind;
            };
      }
    }
    return new String(plain, 0, length, StandardCharsets.UTF_8);
  }
}
