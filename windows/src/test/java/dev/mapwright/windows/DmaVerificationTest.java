package dev.mapwright.windows;

import static dev.mapwright.windows.iommu.DomainCalls.deleteDomain;
import static dev.mapwright.windows.iommu.logical.LogicalCalls.mapIdentityRangeEx;
import static dev.mapwright.windows.iommu.logical.LogicalCalls.mapLogicalRange;
import static dev.mapwright.windows.iommu.logical.LogicalCalls.unmapIdentityRangeEx;
import static dev.mapwright.windows.iommu.logical.LogicalCalls.unmapLogicalRange;
import static dev.mapwright.windows.iommu.logical.ReservedLogicalCalls.mapReservedLogicalRange;
import static dev.mapwright.windows.iommu.logical.ReservedLogicalCalls.unmapReservedLogicalRange;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.abi.MemoryCachingType;
import dev.mapwright.windows.abi.PoolFlags;
import dev.mapwright.windows.abi.iommu.MapPhysicalAddressType;
import dev.mapwright.windows.abi.iommu.MappedSegmentLayout;
import dev.mapwright.windows.answer.DeleteDomain;
import dev.mapwright.windows.answer.DmaVerification;
import dev.mapwright.windows.answer.MapLogicalRangeEx;
import dev.mapwright.windows.answer.UnmapLogicalRange;
import dev.mapwright.windows.contiguous.ContiguousCalls;
import dev.mapwright.windows.mdl.MdlCalls;
import dev.mapwright.windows.mdl.MdlPagesCalls;
import dev.mapwright.windows.pool.PoolCalls;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What DMA verification finds, and that nobody looks while it is off. */
class DmaVerificationTest extends IommuTest {
  private static final long HERE = 0x7000_0000L;

  @BeforeEach
  void verify() {
    kernel.verifier().setDma(true);
  }

  @Test
  void it_is_part_of_the_special_checks_and_can_be_turned_on_alone() {
    assertThat(kernel.verifier().dma()).isTrue();
    assertThat(kernel.verifier().on()).isFalse();
    kernel.verifier().setDma(false);
    assertThat(kernel.verifier().dma()).isFalse();
    kernel.verifier().setOn(true);
    assertThat(kernel.verifier().dma()).isTrue();
  }

  @Test
  void the_wrong_irql_is_a_bug_check_of_dma_verification() {
    c.processor().setIrql(Irql.APC_LEVEL);
    refused(DeleteDomain.IRQL_TOO_HIGH, () -> deleteDomain(c, 0));
    parameters(0x13, 2, 0, 1);
    kernel.verifier().setDma(false);
    refused(DeleteDomain.IRQL_TOO_HIGH, () -> deleteDomain(c, 0));
  }

  @Test
  void a_range_that_is_mapped_twice() {
    long domain = domain();
    ok(map(domain, BOTH, pages(2), HERE));
    long three = pages(3);
    DmaVerification why = DmaVerification.MAPPED_ALREADY;
    at(HERE - PAGE);
    refused(why, () -> map(domain, BOTH, three, HERE - PAGE));
    parameters(0x1D, HERE - PAGE, HERE + 2 * PAGE, HERE);
    long mdl = lockedMdl(PAGE, 0);
    refused(why, () -> mapLogicalRange(c, domain, BOTH, mdl, HERE + PAGE));
    parameters(0x1D, HERE + PAGE, HERE + 2 * PAGE, HERE + PAGE);
    long token = token(domain, HERE + 16 * PAGE, 4);
    mapped(token, 1, pages(1));
    long segment = segment();
    long one = pages(1);
    refused(why, () -> mapReservedLogicalRange(c, token, PAGE, BOTH, one, segment));
    parameters(0x1D, HERE + 17 * PAGE, HERE + 18 * PAGE, HERE + 17 * PAGE);
    ok(mapIdentityRangeEx(c, domain, BOTH, ofMdl(mdl)));
    long same = ofMdl(mdl);
    refused(why, () -> mapIdentityRangeEx(c, domain, BOTH, same));
    // A range that is reserved and not mapped is no such thing.
    at(HERE + 16 * PAGE);
    refused(MapLogicalRangeEx.OCCUPIED, () -> map(domain, BOTH, one, HERE + 16 * PAGE));
  }

  @Test
  void buffers_that_are_not_locked_or_have_no_bytes() {
    long domain = domain();
    long mdl = lockedMdl(PAGE, 0);
    setFlags(mdl, 0);
    long unlocked = ofMdl(mdl);
    at(HERE);
    refused(DmaVerification.UNLOCKED_BUFFER, () -> map(domain, BOTH, unlocked, HERE));
    parameters(0x0E, mdl, 0, 0);
    c.store(mdl + MdlLayout.BYTE_COUNT, 4, 0);
    refused(DmaVerification.ZERO_LENGTH, () -> map(domain, BOTH, unlocked, HERE));
    parameters(0x21, 0, 0, 0);
    long none = physical(MapPhysicalAddressType.CONTIGUOUS_RANGE, 0x20_0000, 0);
    refused(DmaVerification.ZERO_LENGTH, () -> mapIdentityRangeEx(c, domain, BOTH, none));
    long empty = physical(MapPhysicalAddressType.PFN_ARRAY, out, 0);
    refused(DmaVerification.ZERO_LENGTH, () -> map(domain, BOTH, empty, HERE));
  }

  @Test
  void unmapping_another_size_or_what_is_not_mapped() {
    long buddy = buddyDomain(32);
    long there = mapAnywhere(buddy, pages(3));
    refused(DmaVerification.STILL_MAPPED, () -> unmapLogicalRange(c, buddy, there, 1));
    parameters(0x10, 2, 0, 0);
    DmaVerification extra = DmaVerification.TOO_MUCH_UNMAPPED;
    refused(extra, () -> unmapLogicalRange(c, buddy, there, 5));
    parameters(0x05, 2, 0, 0);
    ok(unmapLogicalRange(c, buddy, there, 3));
    refused(extra, () -> unmapLogicalRange(c, buddy, there, 3));
    parameters(0x05, 3, 0, 0);
    refused(extra, () -> unmapLogicalRange(c, buddy, 0, 1L << 50));
    long domain = domain();
    ok(map(domain, BOTH, pages(2), HERE));
    refused(extra, () -> unmapLogicalRange(c, domain, HERE + PAGE, 3));
    parameters(0x05, 2, 0, 0);
    long range = physical(MapPhysicalAddressType.CONTIGUOUS_RANGE, 0x20_0000, 2 * PAGE);
    refused(extra, () -> unmapIdentityRangeEx(c, domain, range));
    parameters(0x05, 2, 0, 0);
    // A part of what is mapped may be unmapped where callers choose addresses.
    ok(unmapLogicalRange(c, domain, HERE, 1));
  }

  @Test
  void a_copy_of_a_segment_that_was_unmapped() {
    long domain = domain();
    long token = token(domain, HERE, 4);
    long segment = mapped(token, 0, pages(2));
    long copy = segment();
    for (int at = 0; at < MappedSegmentLayout.BYTES; at += 8) {
      c.store(copy + at, 8, c.load(segment + at, 8));
    }
    ok(unmapReservedLogicalRange(c, segment));
    refused(DmaVerification.TOO_MUCH_UNMAPPED, () -> unmapReservedLogicalRange(c, copy));
    parameters(0x05, 2, 0, 0);
  }

  @Test
  void a_domain_that_is_deleted_with_mappings_in_it() {
    long domain = domain();
    ok(map(domain, BOTH, pages(2), HERE));
    ok(map(domain, BOTH, pages(1), HERE + 4 * PAGE));
    refused(DmaVerification.MAPPINGS_LEFT, () -> deleteDomain(c, domain));
    parameters(0x09, domain, 2, 0);
    attached(domain);
    refused(DeleteDomain.ATTACHED, () -> deleteDomain(c, domain));
  }

  // ---- memory that is freed while a device may reach it

  private void map(long domain, long address, long bytes) {
    long mdl = MdlCalls.ioAllocateMdl(c, address, (int) bytes, false, false, 0);
    MdlCalls.mmBuildMdlForNonPagedPool(c, mdl);
    ok(map(domain, BOTH, ofMdl(mdl), HERE));
  }

  @Test
  void pool_that_is_freed_while_it_is_mapped() {
    long domain = domain();
    long block = PoolCalls.exAllocatePool2(c, PoolFlags.POOL_FLAG_NON_PAGED, 3 * PAGE, TAG);
    map(domain, block, 3 * PAGE);
    refused(DmaVerification.STILL_MAPPED, () -> PoolCalls.exFreePoolWithTag(c, block, TAG));
    parameters(0x10, 3, 0, 0);
    assertThat(lastReport().called()).isEqualTo("ExFreePoolWithTag");
    refused(DmaVerification.STILL_MAPPED, () -> PoolCalls.exFreePool(c, block));
    ok(unmapLogicalRange(c, domain, HERE + PAGE, 2));
    refused(DmaVerification.STILL_MAPPED, () -> PoolCalls.exFreePool(c, block));
    parameters(0x10, 1, 0, 0);
    ok(unmapLogicalRange(c, domain, HERE, 1));
    PoolCalls.exFreePool(c, block);
    assertThat(kernel.pools().nonPaged().tagOf(block)).isZero();
  }

  @Test
  void contiguous_and_non_cached_memory_that_is_freed_while_it_is_mapped() {
    long domain = domain();
    long block = ContiguousCalls.mmAllocateContiguousMemory(c, 2 * PAGE, Long.MAX_VALUE);
    map(domain, block, 2 * PAGE);
    DmaVerification why = DmaVerification.STILL_MAPPED;
    refused(why, () -> ContiguousCalls.mmFreeContiguousMemory(c, block));
    refused(
        why,
        () ->
            ContiguousCalls.mmFreeContiguousMemorySpecifyCache(
                c, block, 2 * PAGE, MemoryCachingType.MM_CACHED));
    parameters(0x10, 2, 0, 0);
    ok(unmapLogicalRange(c, domain, HERE, 2));
    long other = ContiguousCalls.mmAllocateNonCachedMemory(c, PAGE);
    map(domain, other, PAGE);
    refused(why, () -> ContiguousCalls.mmFreeNonCachedMemory(c, other, PAGE));
    ok(unmapLogicalRange(c, domain, HERE, 1));
    ContiguousCalls.mmFreeNonCachedMemory(c, other, PAGE);
    ContiguousCalls.mmFreeContiguousMemory(c, block);
    assertThat(c.lastRefusal()).isNull();
  }

  @Test
  void pages_of_mdls_that_are_freed_or_unlocked_while_they_are_mapped() {
    long domain = domain();
    long owned = MdlPagesCalls.mmAllocatePagesForMdl(c, 0, Long.MAX_VALUE, 0, 2 * PAGE);
    ok(map(domain, BOTH, ofMdl(owned), HERE));
    DmaVerification why = DmaVerification.STILL_MAPPED;
    refused(why, () -> MdlPagesCalls.mmFreePagesFromMdl(c, owned));
    parameters(0x10, 2, 0, 0);
    ok(unmapLogicalRange(c, domain, HERE, 2));
    MdlPagesCalls.mmFreePagesFromMdl(c, owned);
    long block = PoolCalls.exAllocatePool2(c, PoolFlags.POOL_FLAG_NON_PAGED, PAGE, TAG);
    long first = locked(block);
    long second = locked(block);
    ok(map(domain, BOTH, ofMdl(first), HERE));
    // The other MDL keeps the page locked.
    MdlCalls.mmUnlockPages(c, second);
    assertThat(c.lastRefusal()).isNull();
    refused(why, () -> MdlCalls.mmUnlockPages(c, first));
    ok(unmapLogicalRange(c, domain, HERE, 1));
    MdlCalls.mmUnlockPages(c, first);
    assertThat(c.lastRefusal()).isNull();
  }

  private long locked(long block) {
    long mdl = MdlCalls.ioAllocateMdl(c, block, (int) PAGE, false, false, 0);
    MdlCalls.mmProbeAndLockPages(c, mdl, 0, 1);
    return mdl;
  }

  @Test
  void while_it_is_off_the_routines_give_their_own_answers() {
    kernel.verifier().setDma(false);
    long buddy = buddyDomain(32);
    long there = mapAnywhere(buddy, pages(3));
    refused(UnmapLogicalRange.NOT_AS_MAPPED, () -> unmapLogicalRange(c, buddy, there, 1));
    long block = PoolCalls.exAllocatePool2(c, PoolFlags.POOL_FLAG_NON_PAGED, PAGE, TAG);
    map(domain(), block, PAGE);
    PoolCalls.exFreePool(c, block);
    carriedOut(DeleteDomain.DONE, () -> deleteDomain(c, buddy));
    assertThat(kernel.reports()).isEmpty();
  }
}
