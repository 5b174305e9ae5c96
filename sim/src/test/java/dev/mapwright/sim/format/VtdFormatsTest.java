package dev.mapwright.sim.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Permissions;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The bits are spelled out here as the manual has them. */
class VtdFormatsTest {
  private final VtdSecondStage plain = new VtdSecondStage(4, false, 52);
  private final VtdSecondStage marking = new VtdSecondStage(4, true, 52);
  private final VtdFirstStage first = new VtdFirstStage(4, 52);

  @Test
  void second_stage_leaves_have_the_bits_of_the_manual() {
    int rx = Permissions.READ_EXECUTE;
    assertThat(plain.leaf(1, 0x12345, rx, CachePolicy.CACHED)).isEqualTo(0x1234_5001L);
    assertThat(plain.leaf(1, 0x12345, Permissions.ALL, CachePolicy.CACHED)).isEqualTo(0x1234_5003L);
    assertThat(plain.leaf(1, 0x12345, Permissions.WRITE, CachePolicy.CACHED))
        .isEqualTo(0x1234_5002L);
    assertThat(plain.leaf(2, 0x12200, Permissions.ALL, CachePolicy.CACHED)).isEqualTo(0x1220_0083L);
    assertThat(plain.leaf(3, 0x40000, rx, CachePolicy.CACHED)).isEqualTo(0x4000_0081L);
    assertThat(plain.table(3, 0x777)).isEqualTo(0x77_7003L);
    assertThat(marking.withAccessed(1, 0x1003)).isEqualTo(0x1103);
    assertThat(marking.withDirty(1, 0x1003)).isEqualTo(0x1203);
    assertThat(marking.clean(1, 0x1303)).isEqualTo(0x1103);
    assertThat(marking.maybeAccessed(1, 0x1003)).isFalse();
  }

  @Test
  void with_the_flags_off_everything_counts_as_used_and_nothing_as_written() {
    assertThat(plain.withAccessed(1, 0x1003)).isEqualTo(0x1003);
    assertThat(plain.withDirty(1, 0x1003)).isEqualTo(0x1003);
    assertThat(plain.maybeAccessed(1, 0x1003)).isTrue();
    assertThat(plain.dirty(1, 0x1303)).isFalse();
    assertThat(plain.clean(1, 0x1303)).as("bits that are ignored stay").isEqualTo(0x1303);
  }

  @Test
  void everything_written_into_a_leaf_can_be_read_from_it() {
    for (TableFormat format : List.of(plain, marking, first)) {
      for (int level = 1; level <= 3; level++) {
        for (int any = 1; any < 8; any++) {
          int permissions = format.effective(any);
          assertThat(permissions & any).isEqualTo(any);
          for (CachePolicy cache : CachePolicy.values()) {
            long pfn = 0xAB_C000_0000L;
            long bits = format.leaf(level, pfn, permissions, cache);
            assertThat(format.present(level, bits)).isTrue();
            assertThat(format.isLeaf(level, bits)).isTrue();
            assertThat(format.reservedSet(level, bits)).isFalse();
            assertThat(format.pfn(level, bits)).isEqualTo(pfn);
            assertThat(format.permissions(level, bits)).isEqualTo(permissions);
            assertThat(format.cache(level, bits)).isEqualTo(cache);
          }
        }
      }
    }
  }

  @Test
  void a_bare_leaf_keeps_what_was_asked_for_also_when_it_is_not_present() {
    for (TableFormat format : List.of(plain, marking, first)) {
      for (int asked = 0; asked < 8; asked++) {
        long leaf = format.leaf(1, 0xAB_C000_0123L, Permissions.ALL, CachePolicy.UNCACHED_DEVICE);
        assertThat(format.isBare(leaf)).isFalse();
        long withdrawn = format.withdrawn(format.bare(leaf, asked));
        assertThat(format.present(1, withdrawn)).isFalse();
        assertThat(format.isBare(withdrawn)).isTrue();
        assertThat(format.asked(withdrawn)).isEqualTo(asked);
        assertThat(format.pfn(1, withdrawn)).isEqualTo(0xAB_C000_0123L);
        assertThat(format.cache(1, withdrawn)).isEqualTo(CachePolicy.UNCACHED_DEVICE);
        if (asked != Permissions.NONE) {
          long back = format.reinstated(withdrawn);
          assertThat(format.present(1, back)).isTrue();
          assertThat(format.reservedSet(1, back)).isFalse();
          assertThat(format.permissions(1, back)).isEqualTo(format.effective(asked));
          assertThat(format.asked(back)).isEqualTo(asked);
        }
      }
    }
  }

  @Test
  void a_split_leaf_keeps_everything_but_its_size() {
    assertThat(marking.splitLeaf(3, 0x4000_0381L, 511)).isEqualTo(0x7FE0_0381L);
    assertThat(marking.splitLeaf(2, 0x7FE0_0381L, 511)).isEqualTo(0x7FFF_F301L);
    assertThat(first.splitLeaf(2, 0x20_0087L, 3)).isEqualTo(0x20_3007L);
  }

  @Test
  void reserved_bits_of_the_second_stage() {
    assertThat(plain.reservedSet(1, 0x1003 | 1L << 62)).as("transient mapping").isTrue();
    assertThat(plain.reservedSet(1, 0xBFF0_0000_0000_1FFFL)).as("what is ignored").isFalse();
    assertThat(plain.reservedSet(2, 0x1803)).as("bit 11 above a table").isTrue();
    assertThat(plain.reservedSet(2, 0x20_0883)).as("snooping of a leaf").isFalse();
    assertThat(plain.reservedSet(2, 0x20_1083)).isTrue();
    assertThat(plain.reservedSet(2, 0x30_0083)).isTrue();
    assertThat(plain.reservedSet(3, 0x4020_0083L)).isTrue();
    assertThat(plain.reservedSet(3, 0x4000_0083L)).isFalse();
    assertThat(plain.reservedSet(4, 0x1083)).isTrue();
    assertThat(plain.reservedSet(4, 0x1003)).isFalse();
    VtdSecondStage narrow = new VtdSecondStage(3, false, 39);
    assertThat(narrow.reservedSet(1, 1L << 38 | 1)).isFalse();
    assertThat(narrow.reservedSet(1, 1L << 39 | 1)).isTrue();
    assertThat(narrow.reservedSet(3, 1L << 51 | 1)).isTrue();
  }

  @Test
  void an_entry_of_the_first_stage_without_user_allows_nothing_and_keys_and_NX_mean_nothing() {
    assertThat(first.permissions(1, 0x1003)).isEqualTo(Permissions.NONE);
    assertThat(first.permissions(2, 0x1003)).isEqualTo(Permissions.NONE);
    assertThat(first.permissions(1, 0x1005)).isEqualTo(Permissions.READ_EXECUTE);
    assertThat(first.permissions(1, 0xF800_0000_0000_1007L)).isEqualTo(Permissions.ALL);
    assertThat(first.reservedSet(4, 0x1087)).isTrue();
    assertThat(first.reservedSet(2, 0x20_2087)).isTrue();
    assertThat(new VtdFirstStage(4, 48).reservedSet(1, 1L << 48 | 7)).isTrue();
    assertThat(first.reservedSet(1, 1L << 48 | 7)).isFalse();
  }

  @Test
  void widths_are_those_of_the_levels_and_of_canonical_addresses() {
    assertThat(new VtdSecondStage(3, false, 52).lowLastPage()).isEqualTo((1L << 27) - 1);
    assertThat(new VtdSecondStage(5, false, 52).lowLastPage()).isEqualTo((1L << 45) - 1);
    assertThat(plain.translatable(1L << 36)).isFalse();
    assertThat(plain.translatable((1L << 36) - 1)).isTrue();
    assertThat(first.translatable(1L << 35)).isFalse();
    assertThat(first.translatable(0xF_FFF8_0000_0000L)).isTrue();
  }

  @Test
  void what_no_hardware_has_is_refused() {
    for (int levels : new int[] {2, 6}) {
      assertThatThrownBy(() -> new VtdSecondStage(levels, true, 52))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not " + levels);
    }
    for (int bits : new int[] {31, 53}) {
      assertThatThrownBy(() -> new VtdSecondStage(4, true, bits))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not " + bits);
      assertThatThrownBy(() -> new VtdFirstStage(4, bits))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not " + bits);
    }
    assertThatThrownBy(() -> new VtdFirstStage(3, 52)).isInstanceOf(IllegalArgumentException.class);
  }
}
