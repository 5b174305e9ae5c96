package dev.mapwright.linux.maps;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MapsComparisonTest {

  private static final MappedRange CODE = range(0x1000, 0x3fff, 5, "/lib/x", 0x7000);
  private static final MappedRange DATA = range(0x4000, 0x4fff, 3, "/lib/x", 0xa000);
  private static final MappedRange HEAP = range(0x9000, 0x9fff, 3, "", 0);

  @Test
  void neighbours_that_agree_are_one_range() {
    assertThat(
            MappedRange.merge(
                List.of(
                    range(0x1000, 0x1fff, 5, "/lib/x", 0x7000),
                    range(0x2000, 0x3fff, 5, "/lib/x", 0x8000),
                    range(0x9000, 0x93ff, 3, "", 0),
                    range(0x9400, 0x9fff, 3, "", 0))))
        .containsExactly(CODE, HEAP);
  }

  @Test
  void neighbours_that_differ_in_anything_stay_apart() {
    assertThat(merged(CODE, range(0x4000, 0x4fff, 5, "/lib/x", 0xb000))).isEqualTo(2);
    assertThat(merged(CODE, range(0x4000, 0x4fff, 1, "/lib/x", 0xa000))).isEqualTo(2);
    assertThat(merged(CODE, range(0x4000, 0x4fff, 5, "/lib/y", 0xa000))).isEqualTo(2);
    assertThat(merged(CODE, range(0x5000, 0x5fff, 5, "/lib/x", 0xb000))).isEqualTo(2);
    assertThat(merged(CODE, new MappedRange(0x4000, 0x4fff, 5, true, "/lib/x", 0xa000)))
        .isEqualTo(2);
    assertThat(merged(CODE, range(0x4000, 0x4fff, 5, "/lib/x", 0xa000))).isEqualTo(1);
  }

  @Test
  void equal_spaces_match_completely() {
    MapsComparison same = MapsComparison.of(List.of(CODE, DATA), List.of(CODE, DATA), 5);
    assertThat(same.equal()).isTrue();
    assertThat(same.matching()).isEqualTo(same.expectedRanges()).isEqualTo(2);
  }

  @Test
  void differences_stand_side_by_side() {
    MappedRange otherData = range(0x4000, 0x4fff, 1, "/lib/x", 0xa000);
    MapsComparison result =
        MapsComparison.of(List.of(CODE, DATA), List.of(CODE, otherData, HEAP), 5);
    assertThat(result.matching()).isEqualTo(1);
    assertThat(result.differing()).isEqualTo(2);
    assertThat(result.differences())
        .containsExactly(
            new MapsComparison.Difference(DATA, otherData),
            new MapsComparison.Difference(null, HEAP));
    assertThat(MapsComparison.of(List.of(HEAP), List.of(), 0).equal()).isFalse();
    assertThat(MapsComparison.of(List.of(HEAP), List.of(), 0).differences()).isEmpty();
  }

  @Test
  void a_range_is_written_as_the_kernel_does() {
    assertThat(CODE).hasToString("1000-4000 r-xp 00007000 /lib/x");
    assertThat(new MappedRange(0xfffffffffffff000L, -1L, 3, true, "", 0))
        .hasToString("fffffffffffff000-10000000000000000 rw-s 00000000");
  }

  private static int merged(MappedRange... ranges) {
    return MappedRange.merge(List.of(ranges)).size();
  }

  private static MappedRange range(
      long first, long last, int protection, String object, long offset) {
    return new MappedRange(first, last, protection, false, object, offset);
  }
}
