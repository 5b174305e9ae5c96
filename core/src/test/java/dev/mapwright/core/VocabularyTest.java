package dev.mapwright.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.machine.TranslationEntry;
import org.junit.jupiter.api.Test;

class VocabularyTest {
  @Test
  void page_arithmetic_holds_at_both_ends_of_the_64_bit_range() {
    assertThat(Pages.of(-1L)).isEqualTo(Pages.LAST_PAGE).isEqualTo((1L << 52) - 1);
    assertThat(Pages.address(Pages.LAST_PAGE)).isEqualTo(-4096L);
    assertThat(Pages.lastAddress(Pages.LAST_PAGE)).isEqualTo(-1L);
    assertThat(Pages.offset(-1L)).isEqualTo(4095);
    assertThat(Pages.aligned(-4096L)).isTrue();
    assertThat(Pages.aligned(-4095L)).isFalse();
    assertThat(Pages.countFor(0)).isZero();
    assertThat(Pages.countFor(1)).isEqualTo(1);
    assertThat(Pages.countFor(4096)).isEqualTo(1);
    assertThat(Pages.countFor(-1L)).isEqualTo(1L << 52);
  }

  @Test
  void a_range_fits_exactly_as_far_as_there_are_pages() {
    assertThat(Pages.fits(0, Pages.LAST_PAGE + 1)).isTrue();
    assertThat(Pages.fits(1, Pages.LAST_PAGE + 1)).isFalse();
    assertThat(Pages.fits(Pages.LAST_PAGE, 1)).isTrue();
    assertThat(Pages.fits(Pages.LAST_PAGE, 2)).isFalse();
    assertThat(Pages.fits(Pages.LAST_PAGE + 1, 1)).isFalse();
    assertThat(Pages.fits(-1, 1)).isFalse();
    assertThat(Pages.fits(0, 0)).isFalse();
    assertThat(Pages.fits(5, Long.MAX_VALUE)).isFalse();
    assertThat(Pages.fits(Long.MAX_VALUE, Long.MAX_VALUE)).isFalse();
  }

  @Test
  void permissions_are_sets_with_a_notation() {
    assertThat(Permissions.within(Permissions.READ, Permissions.READ_WRITE)).isTrue();
    assertThat(Permissions.within(Permissions.ALL, Permissions.READ_EXECUTE)).isFalse();
    assertThat(Permissions.within(8, Permissions.ALL)).isFalse();
    assertThat(Permissions.within(Permissions.NONE, Permissions.NONE)).isTrue();
    assertThat(Permissions.text(Permissions.READ_EXECUTE)).isEqualTo("r-x");
    assertThat(Permissions.text(Permissions.WRITE)).isEqualTo("-w-");
    for (Access access : Access.values()) {
      assertThat(Integer.bitCount(access.permission())).isEqualTo(1);
    }
  }

  @Test
  void outcomes_become_exceptions_for_those_who_want_them() {
    Outcome.OK.orThrow();
    assertThatThrownBy(Outcome.LEASED::orThrow)
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining(Outcome.LEASED.sentence());
    assertThat(Made.of("thing").get()).isEqualTo("thing");
    assertThat(Made.refused(Outcome.NO_ROOM).made()).isNull();
    assertThatThrownBy(() -> Made.refused(Outcome.NO_ROOM).get())
        .isInstanceOf(RefusedException.class);
  }

  @Test
  void sentences_are_clauses_without_a_period() {
    for (Outcome outcome : Outcome.values()) {
      assertThat(outcome.sentence()).isNotBlank().doesNotEndWith(".");
    }
    for (FaultReason reason : FaultReason.values()) {
      assertThat(reason.sentence()).isNotBlank().doesNotEndWith(".");
    }
  }

  @Test
  void an_entry_keeps_what_was_packed_into_it() {
    for (CachePolicy cache : CachePolicy.values()) {
      for (int permissions = 0; permissions < 8; permissions++) {
        for (long pfn : new long[] {0, 1, (1L << 40) - 1, (1L << 52) - 1}) {
          long entry = TranslationEntry.of(pfn, permissions, cache, pfn == 1, pfn == 0);
          assertThat(TranslationEntry.present(entry)).isTrue();
          assertThat(TranslationEntry.pfn(entry)).isEqualTo(pfn);
          assertThat(TranslationEntry.permissions(entry)).isEqualTo(permissions);
          assertThat(TranslationEntry.cache(entry)).isEqualTo(cache);
          assertThat(TranslationEntry.accessed(entry)).isEqualTo(pfn == 1);
          assertThat(TranslationEntry.dirty(entry)).isEqualTo(pfn == 0);
        }
      }
    }
    assertThat(TranslationEntry.present(TranslationEntry.ABSENT)).isFalse();
  }

  @Test
  void a_fault_is_a_sentence_that_names_the_mapping_and_its_end() {
    Fault.Trace gone = new Fault.Trace(1, 2, Permissions.READ, false, 7, "unmap");
    Fault fault = new Fault(0x1000, 1, Access.READ, 0x1000, FaultReason.UNMAPPED, gone);
    assertThat(fault)
        .hasToString(
            "read of 1 byte at 0x1000: no mapping covers the address; the last mapping there was"
                + " 0x1000-0x2fff r--, removed by unmap");
    Fault wide = fault.within(0xFFC, 8);
    assertThat(wide.address()).isEqualTo(0xFFC);
    assertThat(wide.faultAddress()).isEqualTo(0x1000);
    assertThat(fault.within(0x1000, 1)).isSameAs(fault);
    assertThat(new MemoryFault(wide).fault()).isSameAs(wide);
    assertThat(new MemoryFault(wide)).hasMessage(wide.toString());
  }
}
