package dev.mapwright.sim.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import org.junit.jupiter.api.Test;

/** The bits are spelled out here as the manual has them. */
class X86FormatTest {
  private final X86Format four = new X86Format(4);
  private final X86Format five = new X86Format(5);

  @Test
  void leaves_have_the_bits_of_the_manual() {
    assertThat(four.leaf(1, 0x12345, Permissions.ALL, CachePolicy.CACHED))
        .isEqualTo(0x0000_0000_1234_5007L);
    assertThat(four.leaf(1, 0x12345, Permissions.READ, CachePolicy.CACHED))
        .isEqualTo(0x8000_0000_1234_5005L);
    assertThat(four.leaf(1, 0x12345, Permissions.READ_WRITE, CachePolicy.UNCACHED))
        .isEqualTo(0x8000_0000_1234_501FL);
    assertThat(four.leaf(1, 0x12345, Permissions.READ_EXECUTE, CachePolicy.UNCACHED_DEVICE))
        .isEqualTo(0x0000_0000_1234_5015L);
    assertThat(four.leaf(1, 0x12345, Permissions.READ, CachePolicy.WRITE_COMBINING))
        .isEqualTo(0x8000_0000_1234_5085L);
    assertThat(four.leaf(2, 0x12200, Permissions.READ, CachePolicy.CACHED))
        .isEqualTo(0x8000_0000_1220_0085L);
    assertThat(four.leaf(2, 0x12200, Permissions.READ, CachePolicy.WRITE_COMBINING))
        .isEqualTo(0x8000_0000_1220_1085L);
    assertThat(four.leaf(3, 0x40000, Permissions.ALL, CachePolicy.WRITE_COMBINING))
        .isEqualTo(0x0000_0000_4000_1087L);
    assertThat(four.table(3, 0x777)).isEqualTo(0x77_7007L);
    assertThat(four.leaf(1, 0x12345, Permissions.EXECUTE, CachePolicy.CACHED))
        .isEqualTo(0x7800_0000_1234_5005L);
    assertThat(four.leaf(2, 0x12200, Permissions.EXECUTE, CachePolicy.CACHED))
        .isEqualTo(0x7800_0000_1220_0085L);
    assertThat(four.withAccessed(2, 0x5)).isEqualTo(0x25);
    assertThat(four.withDirty(1, 0x5)).isEqualTo(0x45);
    assertThat(four.clean(1, 0x65)).isEqualTo(0x25);
  }

  @Test
  void everything_written_into_a_leaf_can_be_read_from_it() {
    for (int level = 1; level <= 3; level++) {
      for (int permissions = 1; permissions < 8; permissions++) {
        if (four.effective(permissions) != permissions) {
          continue;
        }
        for (CachePolicy cache : CachePolicy.values()) {
          long pfn = 0xAB_C000_0000L;
          long bits = four.leaf(level, pfn, permissions, cache);
          assertThat(four.present(level, bits)).isTrue();
          assertThat(four.isLeaf(level, bits)).isTrue();
          assertThat(four.reservedSet(level, bits)).isFalse();
          assertThat(four.pfn(level, bits)).isEqualTo(pfn);
          assertThat(four.permissions(level, bits)).isEqualTo(permissions);
          assertThat(four.cache(level, bits)).isEqualTo(cache);
        }
      }
    }
  }

  @Test
  void only_writing_brings_reading_along() {
    assertThat(four.effective(Permissions.NONE)).isEqualTo(Permissions.NONE);
    assertThat(four.effective(Permissions.EXECUTE)).isEqualTo(Permissions.EXECUTE);
    assertThat(four.effective(Permissions.WRITE)).isEqualTo(Permissions.READ_WRITE);
    assertThat(four.effective(Permissions.WRITE | Permissions.EXECUTE)).isEqualTo(Permissions.ALL);
    assertThat(four.effective(Permissions.READ_EXECUTE)).isEqualTo(Permissions.READ_EXECUTE);
  }

  @Test
  void the_key_that_forbids_reading_counts_in_leaves_only() {
    long key = 15L << 59;
    assertThat(four.permissions(1, 0x1007 | key)).isEqualTo(Permissions.EXECUTE);
    assertThat(four.permissions(1, 0x1007 | key | 1L << 63)).isEqualTo(Permissions.NONE);
    assertThat(four.permissions(2, 0x20_0087L | key)).isEqualTo(Permissions.EXECUTE);
    assertThat(four.permissions(2, 0x1007 | key)).isEqualTo(Permissions.ALL);
    assertThat(four.permissions(1, 0x1007 | 7L << 59)).isEqualTo(Permissions.ALL);
  }

  @Test
  void a_bare_leaf_keeps_what_was_asked_for_also_when_it_is_not_present() {
    for (int asked = 0; asked < 8; asked++) {
      for (CachePolicy cache : CachePolicy.values()) {
        long leaf = four.leaf(1, 0xAB_C000_0123L, Permissions.ALL, cache);
        long withdrawn = four.withdrawn(four.bare(leaf, asked));
        assertThat(four.present(1, withdrawn)).isFalse();
        assertThat(four.isBare(withdrawn)).isTrue();
        assertThat(four.isBare(leaf)).isFalse();
        assertThat(four.asked(withdrawn)).isEqualTo(asked);
        assertThat(four.pfn(1, withdrawn)).isEqualTo(0xAB_C000_0123L);
        assertThat(four.cache(1, withdrawn)).isEqualTo(cache);
        if (asked != Permissions.NONE) {
          long back = four.reinstated(withdrawn);
          assertThat(four.present(1, back)).isTrue();
          assertThat(four.reservedSet(1, back)).isFalse();
          assertThat(four.permissions(1, back)).isEqualTo(four.effective(asked));
          assertThat(four.asked(back)).isEqualTo(asked);
          assertThat(four.withdrawn(back) & ~(15L << 59 | 1L << 63 | 2))
              .isEqualTo(withdrawn & ~(15L << 59 | 1L << 63 | 2));
        }
      }
    }
  }

  @Test
  void a_split_leaf_keeps_everything_but_its_size() {
    long huge = four.leaf(3, 0x40000, Permissions.READ, CachePolicy.WRITE_COMBINING) | 0x60;
    long large = four.splitLeaf(3, huge, 511);
    assertThat(large).isEqualTo(0x8000_0000_7FE0_10E5L);
    long small = four.splitLeaf(2, large, 511);
    assertThat(small).isEqualTo(0x8000_0000_7FFF_F0E5L);
    long cached = four.leaf(2, 0x200, Permissions.ALL, CachePolicy.CACHED);
    assertThat(four.splitLeaf(2, cached, 3)).isEqualTo(0x20_3007L);
  }

  @Test
  void write_through_reads_as_cached_and_the_upper_half_of_the_PAT_as_the_lower() {
    assertThat(four.cache(1, 0x1000 | 0x08 | 1)).isEqualTo(CachePolicy.CACHED);
    assertThat(four.cache(1, 0x1000 | 0x98 | 1)).isEqualTo(CachePolicy.UNCACHED);
    assertThat(four.cache(1, 0x1000 | 0x90 | 1)).isEqualTo(CachePolicy.UNCACHED_DEVICE);
    assertThat(four.cache(2, 0x1088 | 0x80 | 1)).isEqualTo(CachePolicy.CACHED);
  }

  @Test
  void reserved_bits_are_those_of_large_leaves_and_the_size_bit_of_upper_tables() {
    assertThat(four.reservedSet(1, -1L)).isFalse();
    assertThat(four.reservedSet(2, 0x20_0083L)).isFalse();
    assertThat(four.reservedSet(2, 0x20_2083L)).isTrue();
    assertThat(four.reservedSet(2, 0x30_0083L)).isTrue();
    assertThat(four.reservedSet(3, 0x4000_0083L)).isFalse();
    assertThat(four.reservedSet(3, 0x4020_0083L)).isTrue();
    assertThat(four.reservedSet(3, 0x6000_0083L)).isTrue();
    assertThat(four.reservedSet(4, 0x1083L)).isTrue();
    assertThat(five.reservedSet(5, 0x1083L)).isTrue();
    assertThat(five.reservedSet(5, 0x1003L)).isFalse();
  }

  @Test
  void only_canonical_pages_can_be_translated() {
    assertThat(four.translatable(0x7_FFFF_FFFFL)).isTrue();
    assertThat(four.translatable(0x8_0000_0000L)).isFalse();
    assertThat(four.translatable(0xF_FFF7_FFFF_FFFFL)).isFalse();
    assertThat(four.translatable(0xF_FFF8_0000_0000L)).isTrue();
    assertThat(four.translatable(Pages.LAST_PAGE)).isTrue();
    assertThat(four.translatable(Pages.LAST_PAGE + 1)).isFalse();
    assertThat(four.translatable(-1)).isFalse();
    assertThat(five.translatable(0xFFF_FFFF_FFFFL)).isTrue();
    assertThat(five.translatable(0x1000_0000_0000L)).isFalse();
    assertThat(five.translatable(0xF_F000_0000_0000L)).isTrue();
    assertThat(five.translatable(0xF_EFFF_FFFF_FFFFL)).isFalse();
    assertThatThrownBy(() -> new X86Format(3)).isInstanceOf(IllegalArgumentException.class);
  }
}
