package dev.mapwright.windows;

import static dev.mapwright.windows.abi.MemoryCachingType.MM_NON_CACHED;
import static dev.mapwright.windows.abi.MemoryCachingType.MM_WRITE_COMBINED;
import static dev.mapwright.windows.abi.PageProtection.PAGE_EXECUTE_READWRITE;
import static dev.mapwright.windows.abi.PageProtection.PAGE_NOCACHE;
import static dev.mapwright.windows.abi.PageProtection.PAGE_READWRITE;
import static dev.mapwright.windows.abi.PoolFlags.PAGED_POOL;
import static dev.mapwright.windows.abi.PoolFlags.POOL_FLAG_PAGED;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmAllocateContiguousMemoryEx;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmAllocateContiguousMemorySpecifyCacheNode;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmAllocateContiguousNodeMemory;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmAllocateNonCachedMemory;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmFreeNonCachedMemory;
import static dev.mapwright.windows.iospace.IoSpaceCalls.mmAllocateMdlForIoSpace;
import static dev.mapwright.windows.iospace.IoSpaceCalls.mmMapIoSpace;
import static dev.mapwright.windows.iospace.IoSpaceCalls.mmMapIoSpaceEx;
import static dev.mapwright.windows.physical.PhysicalCalls.mmCopyMemory;
import static dev.mapwright.windows.pool.PoolCalls.exAllocatePool2;
import static dev.mapwright.windows.pool.PoolCalls.exAllocatePoolWithTag;
import static dev.mapwright.windows.pool.PoolCalls.exFreePoolWithTag;

import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.answer.ExAllocatePool2;
import dev.mapwright.windows.answer.ExAllocatePoolWithTag;
import dev.mapwright.windows.answer.ExFreePoolWithTag;
import dev.mapwright.windows.answer.MmAllocateContiguousMemoryEx;
import dev.mapwright.windows.answer.MmAllocateContiguousMemorySpecifyCacheNode;
import dev.mapwright.windows.answer.MmAllocateContiguousNodeMemory;
import dev.mapwright.windows.answer.MmAllocateMdlForIoSpace;
import dev.mapwright.windows.answer.MmCopyMemory;
import dev.mapwright.windows.answer.MmFreeNonCachedMemory;
import dev.mapwright.windows.answer.MmMapIoSpace;
import dev.mapwright.windows.answer.MmMapIoSpaceEx;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls in which everything is wrong at once, mended one by one: the first check decides. */
class IoSpaceOrderOfChecksTest extends WindowsTest {
  private static final long DEVICE = FIRST_DEVICE_PFN * PAGE;

  @BeforeEach
  void atDeviceLevelUnderTheVerifier() {
    kernel.verifier().setOn(true);
    c.processor().setIrql(Irql.LOWEST_DEVICE_LEVEL);
  }

  private void irql(int level) {
    c.processor().setIrql(level);
  }

  private long systemTopTable() {
    var space = kernel.systemSpace().space();
    return space.translation().walk(space.firstPage()).getFirst().tableAddress();
  }

  @Test
  void ofMmMapIoSpace() {
    long table = systemTopTable();
    long wraps = -PAGE;
    refused(MmMapIoSpace.IRQL_TOO_HIGH, () -> mmMapIoSpace(c, wraps, 0, 6));
    irql(Irql.DISPATCH_LEVEL);
    refused(MmMapIoSpace.ZERO_BYTES, () -> mmMapIoSpace(c, wraps, 0, 6));
    refused(MmMapIoSpace.BEYOND_MEMORY, () -> mmMapIoSpace(c, wraps, -1, 6));
    refused(MmMapIoSpace.BAD_CACHE_TYPE, () -> mmMapIoSpace(c, table, 1L << 40, 6));
    refused(MmMapIoSpace.NO_SYSTEM_PTES, () -> mmMapIoSpace(c, table, 1L << 40, 0));
    refused(MmMapIoSpace.PAGE_TABLE, () -> mmMapIoSpace(c, table, 2 * PAGE, 0));
    // RAM that is not locked, and behind it a device's page that is mapped otherwise.
    irql(Irql.PASSIVE_LEVEL);
    boot(kernel.options());
    kernel.verifier().setOn(true);
    long lastRam = (0x100 + 16_384) * PAGE - PAGE;
    mmMapIoSpace(c, lastRam + PAGE, PAGE, MM_WRITE_COMBINED);
    refused(MmMapIoSpace.NOT_LOCKED, () -> mmMapIoSpace(c, lastRam, 2 * PAGE, MM_NON_CACHED));
    kernel.verifier().setOn(false);
    refused(MmMapIoSpace.CACHE_CONFLICT, () -> mmMapIoSpace(c, lastRam, 2 * PAGE, MM_NON_CACHED));
  }

  @Test
  void ofMmMapIoSpaceEx() {
    int executable = PAGE_EXECUTE_READWRITE | PAGE_NOCACHE;
    long table = systemTopTable();
    refused(MmMapIoSpaceEx.IRQL_TOO_HIGH, () -> mmMapIoSpaceEx(c, -PAGE, 0, 0));
    irql(Irql.DISPATCH_LEVEL);
    refused(MmMapIoSpaceEx.ZERO_BYTES, () -> mmMapIoSpaceEx(c, -PAGE, 0, 0));
    refused(MmMapIoSpaceEx.BEYOND_MEMORY, () -> mmMapIoSpaceEx(c, -PAGE, -1, 0));
    refused(MmMapIoSpaceEx.BAD_PROTECTION, () -> mmMapIoSpaceEx(c, table, 1L << 40, 0));
    refused(MmMapIoSpaceEx.EXECUTABLE, () -> mmMapIoSpaceEx(c, table, 1L << 40, executable));
    refused(MmMapIoSpaceEx.NO_SYSTEM_PTES, () -> mmMapIoSpaceEx(c, table, 1L << 40, 4));
    refused(MmMapIoSpaceEx.PAGE_TABLE, () -> mmMapIoSpaceEx(c, table, 2 * PAGE, 4));
  }

  @Test
  void ofMmAllocateMdlForIoSpace() {
    long list = memory(32);
    refused(MmAllocateMdlForIoSpace.IRQL_TOO_HIGH, () -> mmAllocateMdlForIoSpace(c, list, 2, 0));
    irql(Irql.DISPATCH_LEVEL);
    c.store(list, 8, 1);
    refused(MmAllocateMdlForIoSpace.MISALIGNED, () -> mmAllocateMdlForIoSpace(c, list, 2, 0));
    c.store(list, 8, -PAGE);
    refused(MmAllocateMdlForIoSpace.BAD_SIZE, () -> mmAllocateMdlForIoSpace(c, list, 2, 0));
    c.store(list + 8, 8, PAGE);
    refused(MmAllocateMdlForIoSpace.BEYOND_MEMORY, () -> mmAllocateMdlForIoSpace(c, list, 2, 0));
    c.store(list, 8, 0x100 * PAGE);
    refused(MmAllocateMdlForIoSpace.IS_RAM, () -> mmAllocateMdlForIoSpace(c, list, 2, 0));
    c.store(list, 8, DEVICE);
    refused(MmAllocateMdlForIoSpace.BAD_SIZE, () -> mmAllocateMdlForIoSpace(c, list, 2, 0));
    refused(MmAllocateMdlForIoSpace.NO_ENTRIES, () -> mmAllocateMdlForIoSpace(c, list, 0, 0));
    refused(MmAllocateMdlForIoSpace.NO_RESULT, () -> mmAllocateMdlForIoSpace(c, list, 1, 0));
  }

  @Test
  void ofTheRoutinesThatAllocatePool() {
    refused(ExAllocatePool2.IRQL_TOO_HIGH, () -> exAllocatePool2(c, 0, 0, 0));
    refused(ExAllocatePoolWithTag.IRQL_TOO_HIGH, () -> exAllocatePoolWithTag(c, 7, 0, 0));
    irql(Irql.DISPATCH_LEVEL);
    refused(ExAllocatePool2.BAD_FLAGS, () -> exAllocatePool2(c, 0, 0, 0));
    refused(ExAllocatePoolWithTag.BAD_POOL_TYPE, () -> exAllocatePoolWithTag(c, 7, 0, 0));
    long paged = POOL_FLAG_PAGED;
    refused(ExAllocatePool2.ZERO_BYTES, () -> exAllocatePool2(c, paged, 0, 0));
    refused(ExAllocatePoolWithTag.ZERO_BYTES, () -> exAllocatePoolWithTag(c, PAGED_POOL, 0, 0));
    refused(ExAllocatePool2.ZERO_TAG, () -> exAllocatePool2(c, paged, -1, 0));
    refused(ExAllocatePoolWithTag.ZERO_TAG, () -> exAllocatePoolWithTag(c, PAGED_POOL, -1, 0));
    refused(ExAllocatePool2.PAGED_AT_HIGH_IRQL, () -> exAllocatePool2(c, paged, -1, TAG));
    refused(
        ExAllocatePoolWithTag.PAGED_AT_HIGH_IRQL,
        () -> exAllocatePoolWithTag(c, PAGED_POOL, -1, TAG));
    irql(Irql.APC_LEVEL);
    refused(ExAllocatePool2.NO_MEMORY, () -> exAllocatePool2(c, paged, -1, TAG));
    refused(ExAllocatePoolWithTag.NO_MEMORY, () -> exAllocatePoolWithTag(c, 1, -1, TAG));
  }

  @Test
  void ofExFreePoolWithTag() {
    irql(Irql.PASSIVE_LEVEL);
    long block = exAllocatePool2(c, POOL_FLAG_PAGED, PAGE, TAG);
    c.store(block, 8, 1);
    long entry = kernel.systemSpace().space().translation().entry(Pages.of(block));
    machine.frames().addLocks(TranslationEntry.pfn(entry), 1);
    irql(Irql.LOWEST_DEVICE_LEVEL);
    refused(ExFreePoolWithTag.IRQL_TOO_HIGH, () -> exFreePoolWithTag(c, block + 16, OTHER_TAG));
    irql(Irql.DISPATCH_LEVEL);
    refused(ExFreePoolWithTag.FOREIGN, () -> exFreePoolWithTag(c, block + 16, OTHER_TAG));
    refused(ExFreePoolWithTag.WRONG_TAG, () -> exFreePoolWithTag(c, block, OTHER_TAG));
    refused(ExFreePoolWithTag.PAGED_AT_HIGH_IRQL, () -> exFreePoolWithTag(c, block, TAG));
    irql(Irql.APC_LEVEL);
    refused(ExFreePoolWithTag.LOCKED, () -> exFreePoolWithTag(c, block, TAG));
  }

  private long onNode(long bytes, long lowest, long boundary, int cacheType, int node) {
    return mmAllocateContiguousMemorySpecifyCacheNode(
        c, bytes, lowest, PAGE, boundary, cacheType, node);
  }

  @Test
  void ofMmAllocateContiguousMemorySpecifyCacheNode() {
    refused(
        MmAllocateContiguousMemorySpecifyCacheNode.IRQL_TOO_HIGH, () -> onNode(0, -1, 1, 6, -1));
    irql(Irql.DISPATCH_LEVEL);
    refused(MmAllocateContiguousMemorySpecifyCacheNode.ZERO_BYTES, () -> onNode(0, -1, 1, 6, -1));
    refused(MmAllocateContiguousMemorySpecifyCacheNode.BAD_LIMITS, () -> onNode(-1, -1, 1, 6, -1));
    refused(MmAllocateContiguousMemorySpecifyCacheNode.BAD_BOUNDARY, () -> onNode(-1, 0, 1, 6, -1));
    refused(
        MmAllocateContiguousMemorySpecifyCacheNode.BAD_CACHE_TYPE, () -> onNode(-1, 0, 0, 6, -1));
    refused(MmAllocateContiguousMemorySpecifyCacheNode.BAD_NODE, () -> onNode(-1, 0, 0, 0, -1));
    refused(
        MmAllocateContiguousMemorySpecifyCacheNode.NOT_AT_THIS_IRQL, () -> onNode(-1, 0, 0, 0, 0));
    irql(Irql.APC_LEVEL);
    refused(MmAllocateContiguousMemorySpecifyCacheNode.NO_MEMORY, () -> onNode(-1, 0, 0, 0, 0));
  }

  private long node(long bytes, long lowest, long boundary, int protect, int node) {
    return mmAllocateContiguousNodeMemory(c, bytes, lowest, PAGE, boundary, protect, node);
  }

  @Test
  void ofMmAllocateContiguousNodeMemory() {
    refused(MmAllocateContiguousNodeMemory.IRQL_TOO_HIGH, () -> node(0, -1, 1, 0, -1));
    irql(Irql.DISPATCH_LEVEL);
    refused(MmAllocateContiguousNodeMemory.ZERO_BYTES, () -> node(0, -1, 1, 0, -1));
    refused(MmAllocateContiguousNodeMemory.BAD_LIMITS, () -> node(-1, -1, 1, 0, -1));
    refused(MmAllocateContiguousNodeMemory.BAD_BOUNDARY, () -> node(-1, 0, 1, 0, -1));
    refused(MmAllocateContiguousNodeMemory.BAD_PROTECTION, () -> node(-1, 0, 0, 0, -1));
    refused(MmAllocateContiguousNodeMemory.BAD_NODE, () -> node(-1, 0, 0, 4, -1));
    refused(MmAllocateContiguousNodeMemory.NOT_AT_THIS_IRQL, () -> node(-1, 0, 0, 4, 0));
    irql(Irql.APC_LEVEL);
    refused(MmAllocateContiguousNodeMemory.NO_MEMORY, () -> node(-1, 0, 0, 4, 0));
  }

  private int ex(
      long size, long low, long boundary, int node, int protect, long part, int flags, long base) {
    return mmAllocateContiguousMemoryEx(
        c, size, low, PAGE, boundary, node, protect, part, TAG, flags, base);
  }

  @Test
  void ofMmAllocateContiguousMemoryEx() {
    int rw = PAGE_READWRITE;
    long size = memory(8);
    refused(MmAllocateContiguousMemoryEx.IRQL_TOO_HIGH, () -> ex(size, -1, 1, -1, 0, 1, 2, 0));
    irql(Irql.DISPATCH_LEVEL);
    refused(MmAllocateContiguousMemoryEx.ZERO_BYTES, () -> ex(size, -1, 1, -1, 0, 1, 2, 0));
    c.store(size, 8, -1);
    refused(MmAllocateContiguousMemoryEx.BAD_LIMITS, () -> ex(size, -1, 1, -1, 0, 1, 2, 0));
    refused(MmAllocateContiguousMemoryEx.BAD_BOUNDARY, () -> ex(size, 0, 1, -1, 0, 1, 2, 0));
    refused(MmAllocateContiguousMemoryEx.BAD_NODE, () -> ex(size, 0, 0, -1, 0, 1, 2, 0));
    refused(MmAllocateContiguousMemoryEx.BAD_PROTECTION, () -> ex(size, 0, 0, 0, 0, 1, 2, 0));
    refused(MmAllocateContiguousMemoryEx.BAD_PARTITION, () -> ex(size, 0, 0, 0, rw, 1, 2, 0));
    refused(MmAllocateContiguousMemoryEx.UNKNOWN_FLAG, () -> ex(size, 0, 0, 0, rw, 0, 2, 0));
    refused(MmAllocateContiguousMemoryEx.NO_RESULT, () -> ex(size, 0, 0, 0, rw, 0, 1, 0));
    refused(MmAllocateContiguousMemoryEx.NOT_AT_THIS_IRQL, () -> ex(size, 0, 0, 0, rw, 0, 1, size));
    irql(Irql.APC_LEVEL);
    refused(MmAllocateContiguousMemoryEx.NO_MEMORY, () -> ex(size, 0, 0, 0, rw, 0, 1, size));
  }

  @Test
  void ofMmFreeNonCachedMemory() {
    irql(Irql.PASSIVE_LEVEL);
    long base = mmAllocateNonCachedMemory(c, 2 * PAGE);
    long entry = kernel.systemSpace().space().translation().entry(Pages.of(base));
    machine.frames().addLocks(TranslationEntry.pfn(entry), 1);
    irql(Irql.DISPATCH_LEVEL);
    refused(MmFreeNonCachedMemory.IRQL_TOO_HIGH, () -> mmFreeNonCachedMemory(c, base + PAGE, 1));
    irql(Irql.APC_LEVEL);
    refused(MmFreeNonCachedMemory.INSIDE, () -> mmFreeNonCachedMemory(c, base + PAGE, 1));
    refused(MmFreeNonCachedMemory.WRONG_SIZE, () -> mmFreeNonCachedMemory(c, base, 1));
    refused(MmFreeNonCachedMemory.LOCKED, () -> mmFreeNonCachedMemory(c, base, 2 * PAGE));
  }

  @Test
  void ofMmCopyMemory() {
    long count = memory(8);
    c.store(count, 8, -1);
    refused(MmCopyMemory.IRQL_TOO_HIGH, () -> mmCopyMemory(c, BAD, BAD, 8, 0, 0));
    irql(Irql.APC_LEVEL);
    refused(MmCopyMemory.BAD_FLAGS, () -> mmCopyMemory(c, BAD, BAD, 8, 0, 0));
    refused(MmCopyMemory.NO_RESULT, () -> mmCopyMemory(c, BAD, BAD, 8, 2, 0));
    refused(MmCopyMemory.INVALID_SOURCE, () -> mmCopyMemory(c, BAD, BAD, 8, 2, count));
  }
}
