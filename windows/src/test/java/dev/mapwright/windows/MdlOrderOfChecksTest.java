package dev.mapwright.windows;

import static dev.mapwright.windows.abi.MdlFlags.MDL_IO_SPACE;
import static dev.mapwright.windows.abi.MdlFlags.MDL_MAPPED_TO_SYSTEM_VA;
import static dev.mapwright.windows.abi.MdlFlags.MDL_MAPPING_CAN_FAIL;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PAGES_LOCKED;
import static dev.mapwright.windows.abi.MemoryCachingType.MM_CACHED;
import static dev.mapwright.windows.abi.MemoryCachingType.MM_WRITE_COMBINED;
import static dev.mapwright.windows.abi.PagePriority.HIGH_PAGE_PRIORITY;
import static dev.mapwright.windows.abi.PagePriority.LOW_PAGE_PRIORITY;
import static dev.mapwright.windows.abi.PagePriority.MDL_MAPPING_NO_EXECUTE;
import static dev.mapwright.windows.mdl.MdlCalls.ioAllocateMdl;
import static dev.mapwright.windows.mdl.MdlCalls.ioFreeMdl;
import static dev.mapwright.windows.mdl.MdlCalls.mmBuildMdlForNonPagedPool;
import static dev.mapwright.windows.mdl.MdlCalls.mmInitializeMdl;
import static dev.mapwright.windows.mdl.MdlCalls.mmProbeAndLockPages;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmMapLockedPagesSpecifyCache;
import static dev.mapwright.windows.mdl.MdlPagesCalls.mmFreePagesFromMdl;
import static dev.mapwright.windows.reserved.ReservedCalls.mmAllocateMappingAddress;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.IoFreeMdl;
import dev.mapwright.windows.answer.MmBuildMdlForNonPagedPool;
import dev.mapwright.windows.answer.MmFreePagesFromMdl;
import dev.mapwright.windows.answer.MmMapLockedPagesSpecifyCache;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Calls with MDLs in which much is wrong at once, mended one by one: the first check decides, and
 * the constants of the answers stand in that order.
 */
class MdlOrderOfChecksTest extends MdlTest {
  private static final int LOW = LOW_PAGE_PRIORITY | MDL_MAPPING_NO_EXECUTE;
  private static final int HIGH = HIGH_PAGE_PRIORITY | MDL_MAPPING_NO_EXECUTE;

  private int before;

  /** The next answer of a routine; its constant stands behind that of the answer before. */
  private void next(Condition expected, Runnable call) {
    refused(expected, call);
    assertThat(expected.ordinal()).as("%s", expected).isGreaterThan(before);
    before = expected.ordinal();
  }

  private long toSystem(long mdl, int cacheType, int priority) {
    return mmMapLockedPagesSpecifyCache(c, mdl, KERNEL, cacheType, 0, 0, priority);
  }

  private long toUser(long mdl, int cacheType, long requested) {
    return mmMapLockedPagesSpecifyCache(c, mdl, USER, cacheType, requested, 0, 0);
  }

  /** An MDL of a page of the device, which is mapped as write-combined memory by another. */
  private long conflictingMdl() {
    long device = deviceAddress(1);
    long other = blankMdl(device, PAGE);
    long mdl = blankMdl(device, PAGE);
    mmProbeAndLockPages(c, other, KERNEL, READ);
    mmProbeAndLockPages(c, mdl, KERNEL, READ);
    assertThat(toSystem(other, MM_WRITE_COMBINED, HIGH)).isNotZero();
    return mdl;
  }

  @Test
  void ofMmMapLockedPagesSpecifyCacheToSystemSpace() {
    long mdl = lockedMdl(PAGE, 0);
    long io = conflictingMdl();
    assertThat(mmAllocateMappingAddress(c, 1018 * PAGE, TAG)).isNotZero();
    machine.frames().addLocks(pfn(mdl, 0), -1);
    setFlags(mdl, 0);
    c.store(mdl + MdlLayout.BYTE_COUNT, 4, 0);
    next(MmMapLockedPagesSpecifyCache.NEVER_LOCKED, () -> toSystem(mdl, 6, LOW));
    setFlags(mdl, MDL_PAGES_LOCKED | MDL_MAPPING_CAN_FAIL);
    next(MmMapLockedPagesSpecifyCache.ZERO_BYTES, () -> toSystem(mdl, 6, LOW));
    c.store(mdl + MdlLayout.BYTE_COUNT, 4, PAGE);
    next(MmMapLockedPagesSpecifyCache.BAD_CACHE_TYPE, () -> toSystem(mdl, 6, LOW));
    next(MmMapLockedPagesSpecifyCache.PAGE_NOT_LOCKED, () -> toSystem(mdl, MM_CACHED, LOW));
    next(MmMapLockedPagesSpecifyCache.CACHE_CONFLICT, () -> toSystem(io, MM_CACHED, LOW));
    next(MmMapLockedPagesSpecifyCache.LOW_PRIORITY, () -> toSystem(io, MM_WRITE_COMBINED, LOW));
  }

  @Test
  void ofMmMapLockedPagesSpecifyCacheToUserSpace() {
    long mdl = lockedMdl(PAGE, 0);
    long there = userMemory(PAGE);
    setFlags(mdl, 0);
    next(MmMapLockedPagesSpecifyCache.NEVER_LOCKED, () -> toUser(mdl, 6, there + 1));
    setFlags(mdl, MDL_PAGES_LOCKED);
    next(MmMapLockedPagesSpecifyCache.BAD_USER_CACHE_TYPE, () -> toUser(mdl, 6, -1));
    next(MmMapLockedPagesSpecifyCache.MISALIGNED_ADDRESS, () -> toUser(mdl, MM_CACHED, -1));
    c.processor().attach(null);
    next(MmMapLockedPagesSpecifyCache.OUTSIDE_USER_SPACE, () -> toUser(mdl, MM_CACHED, -PAGE));
    next(MmMapLockedPagesSpecifyCache.PROCESS_ENDING, () -> toUser(mdl, MM_CACHED, there));
    c.processor().attach(process);
    machine.frames().addLocks(pfn(mdl, 0), -1);
    next(MmMapLockedPagesSpecifyCache.PAGE_NOT_LOCKED, () -> toUser(mdl, MM_CACHED, there));
    long io = conflictingMdl();
    next(MmMapLockedPagesSpecifyCache.USER_CACHE_CONFLICT, () -> toUser(io, MM_CACHED, there));
    next(MmMapLockedPagesSpecifyCache.OCCUPIED, () -> toUser(io, MM_WRITE_COMBINED, there));
  }

  @Test
  void ofIoFreeMdl() {
    long mdl = ioAllocateMdl(c, 0, 1 << 22, false, false, 0);
    long pfn = pfnOf(mdl);
    machine.frames().addLocks(pfn, 1);
    setFlags(mdl, MDL_PAGES_LOCKED | MDL_MAPPED_TO_SYSTEM_VA);
    next(IoFreeMdl.NOT_ALLOCATED, () -> ioFreeMdl(c, mdl + 8));
    kernel.verifier().setOn(true);
    next(IoFreeMdl.STILL_MAPPED, () -> ioFreeMdl(c, mdl));
    kernel.verifier().setOn(false);
    List<Condition> answers = new ArrayList<>();
    kernel.observe(condition -> {
      answers.add(condition);
      observed(condition);
    });
    next(IoFreeMdl.IN_LOCKED_MEMORY, () -> ioFreeMdl(c, mdl));
    assertThat(answers).as("an MDL that stays leaves nothing").containsExactly(last);
    machine.frames().addLocks(pfn, -1);
    answers.clear();
    ioFreeMdl(c, mdl);
    assertThat(answers)
        .containsExactly(IoFreeMdl.STILL_MAPPED, IoFreeMdl.STILL_LOCKED, IoFreeMdl.DONE);
  }

  @Test
  void ofMmFreePagesFromMdl() {
    long mdl = lockedMdl(PAGE, 0);
    setFlags(mdl, MDL_PAGES_LOCKED | MDL_MAPPED_TO_SYSTEM_VA);
    c.store(mdl + MdlLayout.MAPPED_SYSTEM_VA, 8, 0x1000);
    next(MmFreePagesFromMdl.MAPPING_CHANGED, () -> mmFreePagesFromMdl(c, mdl));
    setFlags(mdl, MDL_PAGES_LOCKED);
    next(MmFreePagesFromMdl.NOT_ALLOCATED, () -> mmFreePagesFromMdl(c, mdl));
  }

  @Test
  void ofMmBuildMdlForNonPagedPool() {
    long gap = kernel.systemSpace().contiguous().firstPage() << 12;
    long mdl = memory(PAGE);
    mmInitializeMdl(c, mdl, gap, 100 * PAGE);
    setFlags(mdl, MDL_PAGES_LOCKED | MDL_IO_SPACE);
    c.processor().setIrql(Irql.LOWEST_DEVICE_LEVEL);
    next(MmBuildMdlForNonPagedPool.IRQL_TOO_HIGH, () -> mmBuildMdlForNonPagedPool(c, mdl));
    c.processor().setIrql(Irql.PASSIVE_LEVEL);
    next(MmBuildMdlForNonPagedPool.WRONG_FLAGS, () -> mmBuildMdlForNonPagedPool(c, mdl));
    setFlags(mdl, 0);
    machine.failures().failAll();
    next(MmBuildMdlForNonPagedPool.NO_MEMORY, () -> mmBuildMdlForNonPagedPool(c, mdl));
    machine.failures().off();
    next(MmBuildMdlForNonPagedPool.NOT_RESIDENT, () -> mmBuildMdlForNonPagedPool(c, mdl));
  }
}
