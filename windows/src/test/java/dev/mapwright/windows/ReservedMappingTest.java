package dev.mapwright.windows;

import static dev.mapwright.windows.abi.MappingAddressFlags.MM_MAPPING_ADDRESS_DIVISIBLE;
import static dev.mapwright.windows.abi.MdlFlags.MDL_MAPPED_TO_SYSTEM_VA;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PAGES_LOCKED;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARTIAL;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARTIAL_HAS_BEEN_MAPPED;
import static dev.mapwright.windows.abi.MemoryCachingType.MM_CACHED;
import static dev.mapwright.windows.abi.MemoryCachingType.MM_NON_CACHED;
import static dev.mapwright.windows.abi.MemoryCachingType.MM_WRITE_COMBINED;
import static dev.mapwright.windows.reserved.ReservedCalls.mmAllocateMappingAddress;
import static dev.mapwright.windows.reserved.ReservedCalls.mmAllocateMappingAddressEx;
import static dev.mapwright.windows.reserved.ReservedCalls.mmFreeMappingAddress;
import static dev.mapwright.windows.reserved.ReservedCalls.mmMapLockedPagesWithReservedMapping;
import static dev.mapwright.windows.reserved.ReservedCalls.mmUnmapReservedMapping;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Pages;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.bugcheck.BugCheck;
import dev.mapwright.windows.context.Kernel;
import dev.mapwright.windows.context.KernelOptions;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.system.SystemLayout;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What reserved mappings do, beyond single answers. */
class ReservedMappingTest extends WindowsTest {
  private long map(long base, long mdl) {
    return mmMapLockedPagesWithReservedMapping(c, base, TAG, mdl, MM_CACHED);
  }

  private void unmap(long base, long mdl) {
    mmUnmapReservedMapping(c, base, TAG, mdl);
  }

  private long mappedSystemVa(long mdl) {
    return c.load(mdl + MdlLayout.MAPPED_SYSTEM_VA, 8);
  }

  @Test
  @DisplayName(
      "MDL with ByteOffset 0x10 through a reservation: returns base + 0x10, MappedSystemVa = base")
  void byteOffset() {
    long base = mmAllocateMappingAddress(c, PAGE, TAG);
    long mdl = lockedMdl(0x20, 0x10);
    assertThat(map(base, mdl)).isEqualTo(base + 0x10);
    assertThat(mappedSystemVa(mdl)).isEqualTo(base);
    assertThat(flags(mdl)).isEqualTo(MDL_PAGES_LOCKED | MDL_MAPPED_TO_SYSTEM_VA);
  }

  @Test
  @DisplayName("Reserved mapping: MDL larger (also via byte offset): NULL")
  void largerByOffset() {
    long base = mmAllocateMappingAddress(c, PAGE, TAG);
    assertThat(map(base, lockedMdl(PAGE + 1, 0))).isZero();
    assertThat(map(base, lockedMdl(PAGE, 1))).isZero();
    assertThat(map(base, lockedMdl(PAGE - 1, 1))).isNotZero();
  }

  @Test
  @DisplayName(
      "Map again without unmap; unmap twice; unmap with shorter / longer MDL:"
          + " 0xDA/0x107; 0x10B; 0x10C / 0x10A")
  void mapAndUnmapOutOfTurn() {
    long base = mmAllocateMappingAddress(c, 2 * PAGE, TAG);
    long mdl = lockedMdl(2 * PAGE, 0);
    map(base, mdl);
    map(base, lockedMdl(1, 0));
    assertThat(lastReport().parameters().getFirst()).isEqualTo(0x107);
    unmap(base, lockedMdl(1, 0));
    assertThat(lastReport().parameters().getFirst()).isEqualTo(0x10C);
    unmap(base, lockedMdl(3 * PAGE, 0));
    assertThat(lastReport().parameters().getFirst()).isEqualTo(0x10A);
    unmap(base, mdl);
    unmap(base, mdl);
    assertThat(lastReport().parameters().getFirst()).isEqualTo(0x10B);
    assertThat(kernel.reports()).hasSize(4);
  }

  @Test
  @DisplayName("Free reservation while mapped; free twice: 0xDA/0x103; 0x102")
  void freeOutOfTurn() {
    long base = mmAllocateMappingAddress(c, PAGE, TAG);
    long mdl = lockedMdl(1, 0);
    map(base, mdl);
    mmFreeMappingAddress(c, base, TAG);
    assertThat(lastReport().parameters().getFirst()).isEqualTo(0x103);
    unmap(base, mdl);
    mmFreeMappingAddress(c, base, TAG);
    mmFreeMappingAddress(c, base, TAG);
    assertThat(lastReport().parameters().getFirst()).isEqualTo(0x102);
    assertThat(kernel.systemPtes().free()).isEqualTo(kernel.systemPtes().total());
  }

  @Test
  @DisplayName("Reserved mapping: wrong tag on map / unmap / free: 0xDA/0x104 / 0x108 / 0x101")
  void wrongTag() {
    long base = mmAllocateMappingAddress(c, PAGE, TAG);
    long mdl = lockedMdl(1, 0);
    mmMapLockedPagesWithReservedMapping(c, base, OTHER_TAG, mdl, MM_CACHED);
    assertThat(lastReport().parameters().getFirst()).isEqualTo(0x104);
    map(base, mdl);
    mmUnmapReservedMapping(c, base, OTHER_TAG, mdl);
    assertThat(lastReport().parameters().getFirst()).isEqualTo(0x108);
    unmap(base, mdl);
    mmFreeMappingAddress(c, base, OTHER_TAG);
    assertThat(lastReport().parameters().getFirst()).isEqualTo(0x101);
  }

  @Test
  @DisplayName("Zero bytes: MmAllocateMappingAddress: 0xDA/0x100")
  void zeroBytes() {
    assertThat(mmAllocateMappingAddress(c, 0, TAG)).isZero();
    assertThat(lastReport().parameters().getFirst()).isEqualTo(0x100);
  }

  @Test
  @DisplayName("RAM page cached, mapped MmNonCached via MDL: succeeds cached, override event")
  void override() {
    long base = mmAllocateMappingAddress(c, PAGE, TAG);
    assertThat(mmMapLockedPagesWithReservedMapping(c, base, TAG, lockedMdl(1, 0), MM_NON_CACHED))
        .isEqualTo(base);
    long entry = kernel.systemPtes().translation().entry(Pages.of(base));
    assertThat(TranslationEntry.cache(entry)).isEqualTo(CachePolicy.CACHED);
    assertThat(kernel.journal().events().getLast().kind()).isEqualTo(EventKind.CACHE_OVERRIDDEN);
  }

  @Test
  void what_is_written_through_the_mapping_is_in_the_page() {
    long base = mmAllocateMappingAddress(c, 2 * PAGE, TAG);
    long mdl = lockedMdl(2 * PAGE, 0);
    map(base, mdl);
    c.processor().setIrql(Irql.DISPATCH_LEVEL);
    c.store(base + PAGE + 8, 8, 42);
    assertThat(machine.memory().readLong(Pages.address(pfn(mdl, 1)) + 8)).isEqualTo(42);
    unmap(base, mdl);
    assertThat(c.load(base + PAGE + 8, 8)).isZero();
    assertThat(lastReport().code()).isEqualTo(BugCheckCode.PAGE_FAULT_IN_NONPAGED_AREA);
  }

  @Test
  void addresses_in_the_first_page_are_taken_as_the_base() {
    long base = mmAllocateMappingAddress(c, 2 * PAGE, TAG);
    long mdl = lockedMdl(PAGE, 0);
    assertThat(map(base + 0xFFF, mdl)).isEqualTo(base);
    unmap(base + 0x123, mdl);
    mmFreeMappingAddress(c, base + 1, TAG);
    assertThat(kernel.reports()).isEmpty();
  }

  @Test
  void a_divisible_reservation_maps_several_mdls_side_by_side_and_is_aligned_to_its_size() {
    long base = mmAllocateMappingAddressEx(c, 4 * PAGE, TAG, MM_MAPPING_ADDRESS_DIVISIBLE);
    assertThat(base % (4 * PAGE)).isZero();
    long first = lockedMdl(PAGE, 0);
    long second = lockedMdl(2 * PAGE, 0);
    assertThat(map(base, first)).isEqualTo(base);
    assertThat(map(base + PAGE, second)).isEqualTo(base + PAGE);
    assertThat(map(base + 2 * PAGE, lockedMdl(1, 0))).isZero();
    assertThat(lastReport().parameters().getFirst()).isEqualTo(0x107);
    unmap(base, first);
    assertThat(c.load(base + PAGE, 8)).isZero();
    unmap(base + PAGE, second);
    assertThat(kernel.reports()).hasSize(1);
  }

  @Test
  void a_shorter_mdl_occupies_a_reservation_that_is_not_divisible_whole() {
    long base = mmAllocateMappingAddress(c, 4 * PAGE, TAG);
    map(base, lockedMdl(1, 0));
    map(base + PAGE, lockedMdl(1, 0));
    assertThat(lastReport().parameters().getFirst()).isEqualTo(0x105);
  }

  @Test
  void a_partial_mdl_counts_as_locked_and_notes_its_own_mapping() {
    long base = mmAllocateMappingAddress(c, PAGE, TAG);
    long mdl = lockedMdl(1, 0);
    setFlags(mdl, MDL_PARTIAL);
    assertThat(map(base, mdl)).isEqualTo(base);
    assertThat(flags(mdl))
        .isEqualTo(MDL_PARTIAL | MDL_MAPPED_TO_SYSTEM_VA | MDL_PARTIAL_HAS_BEEN_MAPPED);
    unmap(base, mdl);
    assertThat(flags(mdl)).isEqualTo(MDL_PARTIAL);
  }

  @Test
  void pages_without_an_attribute_get_that_of_their_first_mapping_until_the_last_is_gone() {
    long base = mmAllocateMappingAddress(c, PAGE, TAG);
    long other = mmAllocateMappingAddress(c, PAGE, TAG);
    long mdl = lockedMdl(1, 0);
    long pfn = pfn(mdl, 0);
    machine.frames().setCachePolicy(pfn, null);
    c.frames().begin(1);
    c.frames().words()[0] = pfn;
    assertThat(kernel.cacheBook().referTo(c.frames())).isTrue();

    mmMapLockedPagesWithReservedMapping(c, base, TAG, mdl, MM_WRITE_COMBINED);
    assertThat(kernel.cacheBook().policy(pfn)).isEqualTo(CachePolicy.WRITE_COMBINING);
    setFlags(mdl, MDL_PAGES_LOCKED);
    assertThat(mmMapLockedPagesWithReservedMapping(c, other, TAG, mdl, MM_CACHED)).isNotZero();
    long entry = kernel.systemPtes().translation().entry(Pages.of(other));
    assertThat(TranslationEntry.cache(entry)).isEqualTo(CachePolicy.WRITE_COMBINING);
    unmap(base, mdl);
    assertThat(kernel.cacheBook().policy(pfn)).isEqualTo(CachePolicy.WRITE_COMBINING);
    unmap(other, mdl);
    assertThat(kernel.cacheBook().policy(pfn)).isNull();
  }

  @Test
  void nothing_is_acquired_while_every_allocation_fails() {
    long base = mmAllocateMappingAddress(c, 64 * PAGE, TAG);
    long mdl = lockedMdl(64 * PAGE, 0);
    machine.failures().failAll();
    for (int i = 0; i < 1000; i++) {
      assertThat(map(base, mdl)).isEqualTo(base);
      unmap(base, mdl);
    }
    assertThat(machine.failures().asked()).isZero();
  }

  @Test
  void ten_million_rounds_leave_every_counter_where_it_was() {
    long base = mmAllocateMappingAddress(c, PAGE, TAG);
    long mdl = lockedMdl(PAGE, 0);
    map(base, mdl);
    unmap(base, mdl);
    String before = image();
    machine.failures().failAll();
    c.cpu().enter();
    boolean right = true;
    for (int i = 0; i < 10_000_000; i++) {
      right &= map(base, mdl) == base;
      unmap(base, mdl);
    }
    c.cpu().exit();
    assertThat(right).isTrue();
    assertThat(machine.failures().asked()).isZero();
    machine.failures().off();
    assertThat(image()).isEqualTo(before);
    assertThat(kernel.reports()).isEmpty();
  }

  @Test
  void after_a_bug_check_every_call_and_every_access_raises_the_same_one() {
    boot(KernelOptions.DEFAULT.with(LAYOUT));
    BugCheck first = stops(() -> mmFreeMappingAddress(c, BAD, TAG));
    assertThat(first.code()).isEqualTo(BugCheckCode.SYSTEM_PTE_MISUSE);
    assertThat(first.parameter(1)).isEqualTo(0x102);
    assertThat(first.parameter(2)).isEqualTo(BAD);
    assertThat(stops(() -> mmAllocateMappingAddress(c, 1, TAG))).isSameAs(first);
    assertThat(stops(() -> c.load(BAD, 8))).isSameAs(first);
  }

  @Test
  void a_report_says_what_was_called_what_the_contract_says_what_happened_and_what_to_do() {
    boot(KernelOptions.DEFAULT.with(LAYOUT).recordingMisuse().withCallSites());
    long base = mmAllocateMappingAddress(c, PAGE, TAG);
    long mdl = lockedMdl(1, 0);
    map(base, mdl);
    mmFreeMappingAddress(c, base, TAG);
    assertThat(lastReport().text())
        .startsWith("0xDA SYSTEM_PTE_MISUSE (0x103, ")
        .contains("MmFreeMappingAddress by test driver")
        .contains("first mapped page")
        .contains("Bug Check 0xDA, 0x103")
        .contains("reserve of 1 page at 0x")
        .contains("MmUnmapReservedMapping before MmFreeMappingAddress");
  }

  @Test
  void system_space_may_lie_in_the_lower_half() {
    kernel.close();
    SystemLayout low = LAYOUT.at(0x4000_0000_0000L, 0x3FFF_FFFE_FFFFL);
    kernel = Kernel.boot(machine, KernelOptions.DEFAULT.with(low).recordingMisuse());
    c = kernel.newContext(kernel.loadDriver("low"));
    long base = mmAllocateMappingAddress(c, PAGE, TAG);
    assertThat(base).isPositive();
    long mdl = lockedMdl(1, 0);
    assertThat(map(base, mdl)).isEqualTo(base);
    c.store(base, 8, 7);
    assertThat(kernel.reports()).isEmpty();
  }

  @Test
  void garbage_where_an_mdl_is_expected_is_an_invalid_address() {
    long base = mmAllocateMappingAddress(c, PAGE, TAG);
    for (long garbage : new long[] {0, 1, -1, BAD, Long.MIN_VALUE, 0xFFFF_F780_0000_0000L}) {
      assertThat(map(base, garbage)).isZero();
      assertThat(lastReport().code()).isEqualTo(BugCheckCode.PAGE_FAULT_IN_NONPAGED_AREA);
      unmap(base, garbage);
      assertThat(lastReport().code()).isEqualTo(BugCheckCode.PAGE_FAULT_IN_NONPAGED_AREA);
    }
    long mdl = memory(0x40);
    long[] words = {0, -1, 0xFFFFL, 0x7FFF_FFFFL, 1L << 52, 0x0002_0000L | 1};
    for (long word : words) {
      for (int offset = 0; offset < 0x38; offset += 8) {
        fillMdl(mdl, MDL_PAGES_LOCKED, 0, PAGE, 0, 0x200);
        c.store(mdl + offset, 8, word);
        assertThat(map(base, mdl)).isZero();
        unmap(base, mdl);
      }
    }
  }

  @Test
  void another_context_may_map_an_mdl_that_is_larger_than_what_it_has_seen() {
    NtContext early = kernel.newContext(driver);
    long base = mmAllocateMappingAddress(c, 600 * PAGE, TAG);
    NtContext late = kernel.newContext(driver);
    long mdl = lockedMdl(600 * PAGE, 0);
    for (NtContext context : new NtContext[] {early, late}) {
      assertThat(mmMapLockedPagesWithReservedMapping(context, base, TAG, mdl, MM_CACHED))
          .isEqualTo(base);
      mmUnmapReservedMapping(context, base, TAG, mdl);
    }
  }
}
