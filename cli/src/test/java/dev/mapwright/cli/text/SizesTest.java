package dev.mapwright.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizesTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 KiB",
    "1, 4 KiB",
    "255, 1020 KiB",
    "256, 1 MiB",
    "384, 1.5 MiB",
    "262144, 1 GiB",
    "34359738367, 128 TiB",
    "4503599627370496, 16 EiB"
  })
  void pages_become_the_largest_unit_that_keeps_them_short(long pages, String text) {
    assertThat(Sizes.ofPages(pages)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0, 0 B", "1023, 1023 B", "1536, 1.5 KiB", "9223372036854775807, 8 EiB"})
  void bytes_too(long bytes, String text) {
    assertThat(Sizes.ofBytes(bytes)).isEqualTo(text);
  }

  @Test
  void counts_are_grouped_and_agree_with_their_noun() {
    assertThat(Sizes.count(1, "page")).isEqualTo("1 page");
    assertThat(Sizes.count(0, "page")).isEqualTo("0 pages");
    assertThat(Sizes.count(1048576, "page")).isEqualTo("1,048,576 pages");
    assertThat(Sizes.grouped(100)).isEqualTo("100");
  }
}
