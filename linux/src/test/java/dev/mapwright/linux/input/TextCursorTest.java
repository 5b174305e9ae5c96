package dev.mapwright.linux.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Numbers read from a line: where they end, how large they may be, where the cursor is left. */
final class TextCursorTest {

  private static TextCursor at(byte[] text) {
    TextCursor cursor = new TextCursor("text");
    cursor.enter(text, 0, text.length, 1);
    return cursor;
  }

  private static TextCursor at(String text) {
    return at(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void every_byte_is_a_hexadecimal_digit_or_ends_the_number() throws Exception {
    for (int b = 0; b < 256; b++) {
      TextCursor cursor = at(new byte[] {'1', (byte) b, '2'});
      int digit = b < 128 ? Character.digit(b, 16) : -1;
      assertThat(cursor.hexDigits("a number"))
          .as("byte %d", b)
          .isEqualTo(digit < 0 ? 1 : 0x102 + digit * 16);
      assertThat(cursor.at()).isEqualTo(digit < 0 ? 1 : 3);
    }
  }

  @Test
  void every_byte_is_a_decimal_digit_or_ends_the_number() throws Exception {
    for (int b = 0; b < 256; b++) {
      TextCursor cursor = at(new byte[] {'1', (byte) b, '2'});
      boolean digit = b >= '0' && b <= '9';
      assertThat(cursor.decimalDigits("a number"))
          .as("byte %d", b)
          .isEqualTo(digit ? 102 + (b - '0') * 10 : 1);
      assertThat(cursor.at()).isEqualTo(digit ? 3 : 1);
    }
  }

  @Test
  void numbers_have_64_bits_at_most() throws Exception {
    assertThat(at("ffffffffffffffff").hexDigits("a number")).isEqualTo(-1);
    assertThat(at("00ffffffffffffffff").hexDigits("a number")).isEqualTo(-1);
    assertThat(at("18446744073709551615").decimalDigits("a number")).isEqualTo(-1);
    refuses(at("10000000000000000"), true);
    refuses(at("18446744073709551616"), false);
    refuses(at("184467440737095516150"), false);
  }

  @Test
  void where_no_digit_stands_there_is_no_number() {
    refuses(at("g"), true);
    refuses(at(""), true);
    refuses(at("x"), false);
    refuses(at(""), false);
  }

  /** The error names what was expected, and the cursor has not moved. */
  private static void refuses(TextCursor cursor, boolean hexadecimal) {
    assertThatThrownBy(
            () -> {
              if (hexadecimal) {
                cursor.hexDigits("an address");
              } else {
                cursor.decimalDigits("an address");
              }
            })
        .isInstanceOf(InputFormatException.class)
        .hasMessageContaining("an address");
    assertThat(cursor.at()).isZero();
  }
}
