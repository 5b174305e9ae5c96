package dev.mapwright.cli.text;

/** Sizes in the largest binary unit that keeps them short. */
public final class Sizes {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  private Sizes() {}

  /**
   * A count of pages as a size.
   *
   * @param pages a count of pages of 4096 bytes, 0 .. 2^52
   * @return for example {@code 12 KiB}, {@code 1.5 MiB} or {@code 128 TiB}
   */
  public static String ofPages(long pages) {
    // Two bits of 2^64 bytes do not fit into a long, so the unit starts at KiB.
    long tenthsOfKib = pages <= Long.MAX_VALUE / 40 ? pages * 40 : Long.MAX_VALUE;
    return text(tenthsOfKib, 1);
  }

  /**
   * A count of bytes as a size.
   *
   * @param bytes a count, not negative
   * @return for example {@code 100 B} or {@code 4 KiB}
   */
  public static String ofBytes(long bytes) {
    return bytes <= Long.MAX_VALUE / 10 ? text(bytes * 10, 0) : text(bytes / 1024 * 10, 1);
  }

  private static String text(long tenths, int unit) {
    long value = tenths;
    int at = unit;
    while (value >= 10 * 1024 && at < UNITS.length - 1) {
      value = (value + 512) >>> 10;
      at++;
    }
    // 100 and more, or whole: no decimals.
    String number =
        value >= 1000 || value % 10 == 0
            ? Long.toString((value + 5) / 10)
            : value / 10 + "." + value % 10;
    return number + " " + UNITS[at];
  }

  /**
   * A count with its noun.
   *
   * @param number how many
   * @param noun in the singular
   * @return for example {@code 1 page} or {@code 1,570 calls}
   */
  public static String count(long number, String noun) {
    return grouped(number) + " " + noun + (number == 1 ? "" : "s");
  }

  /**
   * A count with its noun.
   *
   * @param number how many
   * @param noun in the singular
   * @param nouns in the plural
   * @return for example {@code 1 flush} or {@code 1,941 flushes}
   */
  public static String count(long number, String noun, String nouns) {
    return grouped(number) + " " + (number == 1 ? noun : nouns);
  }

  /**
   * A number with a comma between each three digits.
   *
   * @param number not negative
   * @return for example {@code 1,048,576}
   */
  public static String grouped(long number) {
    String digits = Long.toString(number);
    StringBuilder text = new StringBuilder(digits.length() + 6);
    for (int i = 0; i < digits.length(); i++) {
      if (i > 0 && (digits.length() - i) % 3 == 0) {
        text.append(',');
      }
      text.append(digits.charAt(i));
    }
    return text.toString();
  }
}
