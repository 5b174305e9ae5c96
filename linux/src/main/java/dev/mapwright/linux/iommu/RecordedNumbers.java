package dev.mapwright.linux.iommu;

import dev.mapwright.linux.input.InputFormatException;

/** Numbers as recordings of an IOMMU write them. */
final class RecordedNumbers {
  private RecordedNumbers() {}

  /** An address, such as {@code 0x76b5000}. */
  static long address(String source, long line, String text) throws InputFormatException {
    try {
      if (text.startsWith("0x")) {
        return Long.parseUnsignedLong(text, 2, text.length(), 16);
      }
    } catch (NumberFormatException none) {
      // reported below
    }
    throw new InputFormatException(source, line, "an address such as 0x76b5000", text);
  }

  /** A requester as bus, device and function, such as {@code 00:1f.2}. */
  static int requester(String source, long line, String text) throws InputFormatException {
    if (text.matches("[0-9a-f]{2}:[01][0-9a-f]\\.[0-7]")) {
      return Integer.parseInt(text, 0, 2, 16) << 8
          | Integer.parseInt(text, 3, 5, 16) << 3
          | text.charAt(6) - '0';
    }
    throw new InputFormatException(source, line, "a device such as 00:1f.2", text);
  }

  /** The same the other way round: bus, device and function of a requester. */
  static String name(int requester) {
    String digits = "0123456789abcdef";
    return ""
        + digits.charAt(requester >>> 12)
        + digits.charAt(requester >>> 8 & 0xF)
        + ":"
        + digits.charAt(requester >>> 7 & 1)
        + digits.charAt(requester >>> 3 & 0xF)
        + "."
        + (requester & 7);
  }
}
