package dev.mapwright.windows;

import static dev.mapwright.windows.abi.MdlFlags.MDL_FREE_EXTRA_PTES;
import static dev.mapwright.windows.abi.MdlFlags.MDL_IO_SPACE;
import static dev.mapwright.windows.abi.MdlFlags.MDL_MAPPED_TO_SYSTEM_VA;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PAGES_LOCKED;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARENT_MAPPED_SYSTEM_VA;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARTIAL;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARTIAL_HAS_BEEN_MAPPED;
import static dev.mapwright.windows.abi.MemoryCachingType.MM_CACHED;
import static dev.mapwright.windows.abi.MemoryCachingType.MM_NON_CACHED;
import static dev.mapwright.windows.abi.MemoryCachingType.MM_WRITE_COMBINED;
import static dev.mapwright.windows.abi.PagePriority.HIGH_PAGE_PRIORITY;
import static dev.mapwright.windows.abi.PagePriority.MDL_MAPPING_NO_EXECUTE;
import static dev.mapwright.windows.abi.PagePriority.MDL_MAPPING_NO_WRITE;
import static dev.mapwright.windows.abi.PagePriority.MDL_MAPPING_WITH_GUARD_PTES;
import static dev.mapwright.windows.abi.PageProtection.PAGE_EXECUTE;
import static dev.mapwright.windows.abi.PageProtection.PAGE_NOACCESS;
import static dev.mapwright.windows.abi.PageProtection.PAGE_READONLY;
import static dev.mapwright.windows.abi.PageProtection.PAGE_READWRITE;
import static dev.mapwright.windows.abi.PageProtection.PAGE_WRITECOPY;
import static dev.mapwright.windows.mdl.MdlCalls.ioAllocateMdl;
import static dev.mapwright.windows.mdl.MdlCalls.ioFreeMdl;
import static dev.mapwright.windows.mdl.MdlCalls.mmGetMdlByteCount;
import static dev.mapwright.windows.mdl.MdlCalls.mmGetMdlVirtualAddress;
import static dev.mapwright.windows.mdl.MdlCalls.mmProbeAndLockPages;
import static dev.mapwright.windows.mdl.MdlCalls.mmUnlockPages;
import static dev.mapwright.windows.mdl.MdlMappingCalls.ioBuildPartialMdl;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmAdvanceMdl;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmGetSystemAddressForMdlSafe;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmMapLockedPagesSpecifyCache;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmMapMdl;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmPrepareMdlForReuse;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmProtectMdlSystemAddress;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmUnmapLockedPages;
import static dev.mapwright.windows.mdl.MdlPagesCalls.mmAllocatePagesForMdl;
import static dev.mapwright.windows.mdl.MdlPagesCalls.mmAllocatePagesForMdlEx;
import static dev.mapwright.windows.mdl.MdlPagesCalls.mmFreePagesFromMdl;
import static dev.mapwright.windows.reserved.ReservedCalls.mmAllocateMappingAddress;
import static dev.mapwright.windows.reserved.ReservedCalls.mmMapLockedPagesWithReservedMapping;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.windows.abi.MdlAllocationFlags;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.answer.MemoryAccess;
import dev.mapwright.windows.answer.MmAdvanceMdl;
import dev.mapwright.windows.answer.MmProtectMdlSystemAddress;
import dev.mapwright.windows.memory.pte.SystemPtes;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What mapping MDLs does, beyond the answers. */
class MdlMappingTest extends MdlTest {
  private static final int CAREFUL = HIGH_PAGE_PRIORITY | MDL_MAPPING_NO_EXECUTE;

  private long map(long mdl) {
    return map(mdl, MM_CACHED, CAREFUL);
  }

  private long map(long mdl, int type, int priority) {
    return mmMapLockedPagesSpecifyCache(c, mdl, KERNEL, type, 0, 0, priority);
  }

  private long mapToUser(long mdl, long address, int priority) {
    return mmMapLockedPagesSpecifyCache(c, mdl, USER, MM_CACHED, address, 0, priority);
  }

  private long lockedBuffer(long va, long bytes) {
    long mdl = blankMdl(va, bytes);
    mmProbeAndLockPages(c, mdl, KERNEL, WRITE);
    return mdl;
  }

  private void allPtesAreFree() {
    assertThat(kernel.systemPtes().free()).isEqualTo(kernel.systemPtes().total());
  }

  @Test
  void aMappingShowsTheBufferAndGoesWithTheLocks() {
    long user = userMemory(3 * PAGE);
    long mdl = lockedBuffer(user + 0x123, 2 * PAGE);
    long va = map(mdl);
    assertThat(va & 0xFFF).isEqualTo(0x123);
    assertThat(c.load(mdl + MdlLayout.MAPPED_SYSTEM_VA, 8)).isEqualTo(va);
    c.store(va + PAGE, 8, 0xABCD);
    assertThat(c.load(user + 0x123 + PAGE, 8)).isEqualTo(0xABCD);
    assertThat(mmGetSystemAddressForMdlSafe(c, mdl, CAREFUL)).isEqualTo(va);
    mmUnlockPages(c, mdl);
    allPtesAreFree();
    assertThat(flags(mdl) & (MDL_MAPPED_TO_SYSTEM_VA | MDL_PAGES_LOCKED)).isZero();
    c.load(va, 1);
    assertThat(last).isEqualTo(MemoryAccess.INVALID_ADDRESS);
  }

  @Test
  void whatThePriorityExcludesIsNotAllowed() {
    long mdl = lockedMdl(PAGE, 0);
    long va = map(mdl, MM_CACHED, CAREFUL | MDL_MAPPING_NO_WRITE | MDL_MAPPING_WITH_GUARD_PTES);
    assertThat(kernel.systemPtes().free()).isEqualTo(1024 - 1 - SystemPtes.GUARDS);
    c.store(va, 1, 1);
    assertThat(last).isEqualTo(MemoryAccess.READ_ONLY);
    c.fetch(va, 1);
    assertThat(last).isEqualTo(MemoryAccess.NOT_EXECUTABLE);
    mmUnmapLockedPages(c, va, mdl);
    allPtesAreFree();
  }

  @Test
  @DisplayName("RAM page cached, mapped MmNonCached via MDL: succeeds cached, override event")
  void aPageKeepsItsCachingTypeAndTheOverrideIsTold() {
    long mdl = lockedBuffer(memory(PAGE), PAGE);
    assertThat(map(mdl, MM_NON_CACHED, CAREFUL)).isNotZero();
    assertThat(kernel.journal().events().getLast().kind()).isEqualTo(EventKind.CACHE_OVERRIDDEN);
    assertThat(kernel.cacheBook().policy(pfn(mdl, 0))).isEqualTo(CachePolicy.CACHED);
  }

  @Test
  @DisplayName("I/O page mapped MmNonCached, then MmWriteCombined: second NULL (by MDLs)")
  void anIoPageHasOneCachingTypeForAllMdls() {
    long first = lockedBuffer(deviceAddress(1), PAGE);
    long second = lockedBuffer(deviceAddress(1), PAGE);
    assertThat(flags(first) & MDL_IO_SPACE).isNotZero();
    long va = map(first, MM_NON_CACHED, CAREFUL);
    assertThat(map(second, MM_WRITE_COMBINED, CAREFUL)).isZero();
    mmUnmapLockedPages(c, va, first);
    assertThat(map(second, MM_WRITE_COMBINED, CAREFUL)).isNotZero();
    mmUnlockPages(c, second);
    mmUnlockPages(c, first);
    assertThat(kernel.cacheBook().references(FIRST_DEVICE_PFN)).isZero();
  }

  @Test
  void aPartSharesTheMappingOfItsSource() {
    long buffer = memory(3 * PAGE);
    long source = lockedBuffer(buffer + 8, 2 * PAGE);
    long va = map(source);
    long part = ioAllocateMdl(c, 0, (int) PAGE, false, false, 0);
    ioBuildPartialMdl(c, source, part, buffer + PAGE, 0x20);
    assertThat(flags(part) & (MDL_PARTIAL | MDL_PARENT_MAPPED_SYSTEM_VA | MDL_MAPPED_TO_SYSTEM_VA))
        .isEqualTo(MDL_PARTIAL | MDL_PARENT_MAPPED_SYSTEM_VA | MDL_MAPPED_TO_SYSTEM_VA);
    assertThat(mmGetSystemAddressForMdlSafe(c, part, CAREFUL)).isEqualTo(va + PAGE - 8);
    assertThat(pfn(part, 0)).isEqualTo(pfn(source, 1));
    ioFreeMdl(c, part); // the mapping is the source's
    assertThat(c.load(va, 1)).isZero();
    mmUnlockPages(c, source);
    allPtesAreFree();
  }

  @Test
  void aPartOfWhatIsNotMappedHasAMappingOfItsOwn() {
    long buffer = memory(3 * PAGE);
    long source = lockedBuffer(buffer, 3 * PAGE);
    long part = ioAllocateMdl(c, 0, (int) PAGE, false, false, 0);
    for (int i = 0; i < 3; i++) {
      c.store(buffer + i * PAGE, 8, i);
      ioBuildPartialMdl(c, source, part, buffer + i * PAGE, (int) PAGE);
      assertThat(c.load(mmGetSystemAddressForMdlSafe(c, part, CAREFUL), 8)).isEqualTo(i);
      assertThat(flags(part) & MDL_PARTIAL_HAS_BEEN_MAPPED).isNotZero();
      mmPrepareMdlForReuse(c, part);
    }
    ioBuildPartialMdl(c, source, part, buffer, 0x10);
    map(part);
    ioFreeMdl(c, part);
    allPtesAreFree();
  }

  @Test
  void pfnsThatAreRewrittenMoveNoMapping() {
    long mdl = lockedMdl(2 * PAGE, 0);
    long va = map(mdl);
    machine.memory().writeLong(pfn(mdl, 1) << 12, 7);
    c.store(mdl + MdlLayout.PFNS + 8, 8, -1);
    assertThat(c.load(va + PAGE, 8)).isEqualTo(7);
  }

  @Test
  @DisplayName(
      "MmAdvanceMdl: 0 / ByteCount - 1 / ByteCount: SUCCESS / SUCCESS / INVALID_PARAMETER_2")
  void anMdlIsAdvancedUpToItsLastByte() {
    long mdl = lockedBuffer(memory(2 * PAGE), 2 * PAGE);
    assertThat(mmAdvanceMdl(c, mdl, 0)).isEqualTo(NtStatus.STATUS_SUCCESS);
    refused(
        MmAdvanceMdl.PAST_END,
        () ->
            assertThat(mmAdvanceMdl(c, mdl, (int) (2 * PAGE)))
                .isEqualTo(NtStatus.STATUS_INVALID_PARAMETER_2));
    assertThat(mmAdvanceMdl(c, mdl, (int) (2 * PAGE - 1))).isEqualTo(NtStatus.STATUS_SUCCESS);
    assertThat(mmGetMdlByteCount(c, mdl)).isEqualTo(1);
    mmUnlockPages(c, mdl);
  }

  @Test
  void whatIsPassedIsUnlockedAndTheMappingStaysWholeUntilItGoes() {
    long buffer = memory(4 * PAGE);
    for (int i = 0; i < 4; i++) {
      c.store(buffer + i * PAGE, 8, i);
    }
    long mdl = lockedBuffer(buffer, 4 * PAGE);
    long first = pfn(mdl, 0);
    long third = pfn(mdl, 2);
    long va = map(mdl);
    assertThat(mmAdvanceMdl(c, mdl, (int) PAGE + 8)).isZero();
    assertThat(mmAdvanceMdl(c, mdl, (int) PAGE)).isZero();
    assertThat(machine.frames().locks(first)).isZero();
    assertThat(machine.frames().locks(third)).isEqualTo(1);
    assertThat(pfn(mdl, 0)).isEqualTo(third);
    assertThat(pfn(mdl, 2)).isEqualTo(2); // pages of the mapping that were left behind
    assertThat(mmGetMdlVirtualAddress(c, mdl)).isEqualTo(buffer + 2 * PAGE + 8);
    assertThat(mmGetSystemAddressForMdlSafe(c, mdl, CAREFUL)).isEqualTo(va + 2 * PAGE + 8);
    assertThat(flags(mdl) & MDL_FREE_EXTRA_PTES).isNotZero();
    assertThat(c.load(va + 2 * PAGE, 8)).isEqualTo(2);
    assertThat(kernel.systemPtes().free()).isEqualTo(1024 - 4);
    mmUnlockPages(c, mdl);
    allPtesAreFree();
    assertThat(kernel.pageLocks().register().pages()).isZero();
  }

  @Test
  void anAdvancedMdlIsUnmappedByItself() {
    long mdl = lockedBuffer(memory(3 * PAGE), 3 * PAGE);
    long va = map(mdl);
    assertThat(mmAdvanceMdl(c, mdl, (int) PAGE)).isZero();
    mmUnmapLockedPages(c, va + PAGE, mdl);
    allPtesAreFree();
    assertThat(flags(mdl) & (MDL_FREE_EXTRA_PTES | MDL_MAPPED_TO_SYSTEM_VA)).isZero();
  }

  @Test
  @DisplayName(
      "MmProtectMdlSystemAddress: WRITECOPY / unmapped MDL: INVALID_PAGE_PROTECTION /"
          + " NOT_MAPPED_VIEW")
  void onlyMappedPagesAreProtectedAndNotByCopying() {
    long mdl = lockedMdl(PAGE, 0);
    refused(
        MmProtectMdlSystemAddress.BAD_PROTECTION,
        () ->
            assertThat(mmProtectMdlSystemAddress(c, mdl, PAGE_WRITECOPY))
                .isEqualTo(NtStatus.STATUS_INVALID_PAGE_PROTECTION));
    refused(
        MmProtectMdlSystemAddress.NOT_MAPPED,
        () ->
            assertThat(mmProtectMdlSystemAddress(c, mdl, PAGE_READONLY))
                .isEqualTo(NtStatus.STATUS_NOT_MAPPED_VIEW));
  }

  @Test
  void aProtectedMappingAllowsWhatItWasGiven() {
    long mdl = lockedMdl(2 * PAGE, 0);
    long va = map(mdl);
    c.store(va, 8, 42);
    assertThat(mmProtectMdlSystemAddress(c, mdl, PAGE_READONLY)).isZero();
    c.store(va, 8, 1);
    assertThat(last).isEqualTo(MemoryAccess.READ_ONLY);
    assertThat(mmProtectMdlSystemAddress(c, mdl, PAGE_NOACCESS)).isZero();
    c.load(va, 8);
    assertThat(last).isEqualTo(MemoryAccess.INVALID_ADDRESS);
    assertThat(mmProtectMdlSystemAddress(c, mdl, PAGE_EXECUTE)).isZero();
    assertThat(c.fetch(va, 8)).isEqualTo(42);
    assertThat(mmProtectMdlSystemAddress(c, mdl, PAGE_READWRITE)).isZero();
    c.store(va, 8, 43);
    assertThat(c.load(va, 8)).isEqualTo(43);
    mmUnmapLockedPages(c, va, mdl);
    allPtesAreFree();
  }

  @Test
  void aPartProtectsItsPagesAlone() {
    long source = lockedMdl(3 * PAGE, 0);
    long va = map(source);
    long part = ioAllocateMdl(c, 0, (int) PAGE, false, false, 0);
    ioBuildPartialMdl(c, source, part, PAGE, (int) PAGE);
    assertThat(mmProtectMdlSystemAddress(c, part, PAGE_READONLY)).isZero();
    c.store(va, 1, 1);
    c.store(va + 2 * PAGE, 1, 1);
    c.store(va + PAGE, 1, 1);
    assertThat(last).isEqualTo(MemoryAccess.READ_ONLY);
    mmUnmapLockedPages(c, va, source);
    allPtesAreFree();
  }

  @Test
  void anMdlInAReservationIsProtected() {
    long mdl = lockedMdl(2 * PAGE, 0);
    long base = mmAllocateMappingAddress(c, 2 * PAGE, TAG);
    long va = mmMapLockedPagesWithReservedMapping(c, base, TAG, mdl, MM_CACHED);
    assertThat(mmProtectMdlSystemAddress(c, mdl, PAGE_READONLY)).isZero();
    c.store(va, 1, 1);
    assertThat(last).isEqualTo(MemoryAccess.READ_ONLY);
  }

  @Test
  void aCallbackSeesTheMappingAndMayMakeCalls() {
    long mdl = lockedMdl(PAGE, 0x20);
    long[] seen = new long[2];
    long routine =
        kernel
            .functions()
            .register((callee, first, second) -> {
              seen[0] = first;
              seen[1] = second;
              callee.store(second, 8, 5);
              assertThat(mmGetSystemAddressForMdlSafe(callee, mdl, CAREFUL)).isEqualTo(second);
              ioFreeMdl(callee, ioAllocateMdl(callee, 0, 1, false, false, 0));
              return 0;
            });
    assertThat(mmMapMdl(c, mdl, PAGE_READWRITE, routine, 77)).isZero();
    assertThat(seen[0]).isEqualTo(77);
    assertThat(seen[1] & 0xFFF).isEqualTo(0x20);
    assertThat(flags(mdl)).isEqualTo(MDL_PAGES_LOCKED);
    allPtesAreFree();
    long va = map(mdl);
    assertThat(mmMapMdl(c, mdl, PAGE_READWRITE, routine, 78)).isZero();
    assertThat(seen[1]).isEqualTo(va); // the mapping that was there, and it stays
    assertThat(c.load(va, 8)).isEqualTo(5);
  }

  @Test
  void aCallbackThatThrowsLeavesNoMapping() {
    long mdl = lockedMdl(PAGE, 0);
    long routine =
        kernel
            .functions()
            .register((callee, first, second) -> {
              throw new IllegalArgumentException("theirs");
            });
    assertThatThrownBy(() -> mmMapMdl(c, mdl, PAGE_READWRITE, routine, 0))
        .isInstanceOf(IllegalArgumentException.class);
    allPtesAreFree();
    assertThat(flags(mdl)).isEqualTo(MDL_PAGES_LOCKED);
  }

  @Test
  void aUserMappingIsNeverExecutedAndItsCodeCanNotAllowMore() {
    long mdl = lockedMdl(2 * PAGE, 0x18);
    long first = mapToUser(mdl, 0, CAREFUL);
    long second = mapToUser(mdl, 0x40_0000, CAREFUL | MDL_MAPPING_NO_WRITE);
    assertThat(second).isEqualTo(0x40_0018);
    assertThat(first & 0xFFFF).isEqualTo(0x18);
    c.store(first, 8, 6);
    assertThat(c.load(second, 8)).isEqualTo(6);
    assertThat(flags(mdl)).isEqualTo(MDL_PAGES_LOCKED);
    assertThat(process.memory().protect(0x40_0000, PAGE, Permissions.READ_WRITE))
        .isEqualTo(Outcome.EXCEEDS_MAXIMUM);
    assertThat(process.memory().free(first & -PAGE)).isFalse();
    c.fetch(first, 1);
    assertThat(last).isEqualTo(MemoryAccess.NOT_EXECUTABLE);
    mmUnmapLockedPages(c, first, mdl);
    mmUnmapLockedPages(c, second & -PAGE, mdl); // the page will do
    assertThat(process.memory().mappings().count()).isZero();
  }

  @Test
  @DisplayName("MmAllocatePagesForMdl gets half the memory: success, smaller ByteCount")
  void fewerPagesThanWereAskedForAreASuccess() {
    long free = machine.frames().free();
    long mdl = mmAllocatePagesForMdl(c, 0, -1, 0, 2 * free * PAGE);
    assertThat(mdl).isNotZero();
    long got = (mmGetMdlByteCount(c, mdl) & 0xFFFF_FFFFL) / PAGE;
    assertThat(got).isLessThan(free).isGreaterThan(free * 9 / 10);
    assertThat(pfn(mdl, (int) got)).isEqualTo(MdlLayout.LIST_HEAD);
    mmFreePagesFromMdl(c, mdl);
    ioFreeMdl(c, mdl);
    assertThat(machine.frames().free()).isEqualTo(free);
  }

  @Test
  void pagesWithoutAnAttributeGetThatOfTheirFirstMapping() {
    long mdl = mmAllocatePagesForMdl(c, 0, -1, 0, 2 * PAGE);
    long pfn = pfn(mdl, 0);
    assertThat(kernel.cacheBook().policy(pfn)).isNull();
    long va = map(mdl, MM_WRITE_COMBINED, CAREFUL);
    assertThat(kernel.cacheBook().policy(pfn)).isEqualTo(CachePolicy.WRITE_COMBINING);
    mmUnmapLockedPages(c, va, mdl);
    assertThat(kernel.cacheBook().policy(pfn)).isNull();
    map(mdl, MM_NON_CACHED, CAREFUL);
    mmFreePagesFromMdl(c, mdl); // the mapping goes, too
    allPtesAreFree();
    assertThat(machine.frames().owner(pfn)).isEqualTo(FrameOwner.FREE);
    assertThat(machine.frames().cachePolicy(pfn)).isEqualTo(CachePolicy.CACHED);
    long typed = mmAllocatePagesForMdlEx(c, 0, -1, 0, PAGE, MM_NON_CACHED, 0);
    assertThat(kernel.cacheBook().policy(pfn(typed, 0))).isEqualTo(CachePolicy.UNCACHED);
  }

  @Test
  void pagesThatAProcessStillShowsAreKeptUntilItDoesNot() {
    long mdl = mmAllocatePagesForMdl(c, 0, -1, 0, PAGE);
    long pfn = pfn(mdl, 0);
    long user = mapToUser(mdl, 0, CAREFUL);
    mmFreePagesFromMdl(c, mdl);
    assertThat(machine.frames().owner(pfn)).isEqualTo(FrameOwner.HELD_BACK);
    c.store(user, 8, 1);
    mmUnmapLockedPages(c, user, mdl);
    assertThat(machine.frames().owner(pfn)).isEqualTo(FrameOwner.FREE);
    assertThat(kernel.cacheBook().references(pfn)).isZero();
  }

  @Test
  void theRangeMovesUpUntilThereAreEnoughPages() {
    long low = 0x20_0000;
    long mdl = mmAllocatePagesForMdl(c, low, low + 2 * PAGE - 1, 4 * PAGE, 5 * PAGE);
    long first = low / PAGE;
    assertThat(pfn(mdl, 0)).isEqualTo(first);
    assertThat(pfn(mdl, 1)).isEqualTo(first + 1);
    assertThat(pfn(mdl, 2)).isEqualTo(first + 4);
    assertThat(pfn(mdl, 3)).isEqualTo(first + 5);
    assertThat(pfn(mdl, 4)).isEqualTo(first + 8);
    long adjacent = mmAllocatePagesForMdl(c, low, low + 4 * PAGE - 1, PAGE, 4 * PAGE);
    assertThat(pfn(adjacent, 0)).isEqualTo(first + 2);
    assertThat(pfn(adjacent, 2)).isEqualTo(first + 6);
  }

  @Test
  void chunksAreAdjacentAndAligned() {
    int flags = MdlAllocationFlags.MM_ALLOCATE_REQUIRE_CONTIGUOUS_CHUNKS;
    long mdl = mmAllocatePagesForMdlEx(c, 0, -1, 4 * PAGE, 8 * PAGE, MM_CACHED, flags);
    for (int chunk = 0; chunk < 2; chunk++) {
      long first = pfn(mdl, 4 * chunk);
      assertThat(first % 4).isZero();
      assertThat(pfn(mdl, 4 * chunk + 3)).isEqualTo(first + 3);
    }
    long whole = mmAllocatePagesForMdlEx(c, 0, -1, 0, 5 * PAGE, MM_CACHED, flags);
    assertThat(pfn(whole, 4)).isEqualTo(pfn(whole, 0) + 4);
  }

  @Test
  void anMdlThatIsMappedTwiceMirrorsItsPages() {
    long one = lockedBuffer(memory(PAGE), PAGE);
    long twice = blankMdl(0, 2 * PAGE);
    fillMdl(twice, MDL_PAGES_LOCKED, 0, 2 * PAGE, 0, pfn(one, 0), pfn(one, 0));
    long va = map(twice);
    c.store(va + PAGE - 4, 8, 0x1122_3344_5566_7788L);
    assertThat(c.load(va, 4)).isEqualTo(0x1122_3344L);
  }

  @Test
  void mappingAndUnmappingTakesNothingOfTheHeap() {
    long mdl = lockedMdl(32 * PAGE, 0);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long bytes = 0;
    for (int i = 0; i < 4000; i++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      mmUnmapLockedPages(c, map(mdl), mdl);
      mmUnmapLockedPages(c, mapToUser(mdl, 0, CAREFUL), mdl);
      bytes = i < 2000 ? 0 : bytes + threads.getCurrentThreadAllocatedBytes() - before;
    }
    assertThat(bytes).isLessThan(2000); // less than a byte a round: nothing of ours
  }
}
