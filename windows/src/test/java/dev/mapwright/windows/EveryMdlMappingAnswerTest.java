package dev.mapwright.windows;

import static dev.mapwright.windows.abi.MdlFlags.MDL_IO_SPACE;
import static dev.mapwright.windows.abi.MdlFlags.MDL_MAPPED_TO_SYSTEM_VA;
import static dev.mapwright.windows.abi.MdlFlags.MDL_MAPPING_CAN_FAIL;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PAGES_LOCKED;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARENT_MAPPED_SYSTEM_VA;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARTIAL;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARTIAL_HAS_BEEN_MAPPED;
import static dev.mapwright.windows.abi.MemoryCachingType.MM_CACHED;
import static dev.mapwright.windows.abi.MemoryCachingType.MM_NON_CACHED;
import static dev.mapwright.windows.abi.MemoryCachingType.MM_WRITE_COMBINED;
import static dev.mapwright.windows.abi.PagePriority.HIGH_PAGE_PRIORITY;
import static dev.mapwright.windows.abi.PagePriority.LOW_PAGE_PRIORITY;
import static dev.mapwright.windows.abi.PagePriority.MDL_MAPPING_NO_EXECUTE;
import static dev.mapwright.windows.abi.PagePriority.NORMAL_PAGE_PRIORITY;
import static dev.mapwright.windows.mdl.MdlCalls.ioAllocateMdl;
import static dev.mapwright.windows.mdl.MdlCalls.mmInitializeMdl;
import static dev.mapwright.windows.mdl.MdlCalls.mmProbeAndLockPages;
import static dev.mapwright.windows.mdl.MdlMappingCalls.ioBuildPartialMdl;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmGetSystemAddressForMdl;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmGetSystemAddressForMdlSafe;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmMapLockedPages;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmMapLockedPagesSpecifyCache;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmPrepareMdlForReuse;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmUnmapLockedPages;
import static dev.mapwright.windows.reserved.ReservedCalls.mmAllocateMappingAddress;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.IoBuildPartialMdl;
import dev.mapwright.windows.answer.MmGetSystemAddressForMdl;
import dev.mapwright.windows.answer.MmGetSystemAddressForMdlSafe;
import dev.mapwright.windows.answer.MmMapLockedPages;
import dev.mapwright.windows.answer.MmMapLockedPagesSpecifyCache;
import dev.mapwright.windows.answer.MmPrepareMdlForReuse;
import dev.mapwright.windows.answer.MmUnmapLockedPages;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every answer of the routines that map MDLs and make partial ones. */
class EveryMdlMappingAnswerTest extends MdlTest {
  private static final int CAREFUL = HIGH_PAGE_PRIORITY | MDL_MAPPING_NO_EXECUTE;
  private static final int ANY = 0;

  private void isNull(Condition why, LongSupplier call) {
    refused(why, () -> assertThat(call.getAsLong()).isZero());
  }

  private long kernel(long mdl, int type) {
    return mmMapLockedPagesSpecifyCache(c, mdl, KERNEL, type, ANY, 0, CAREFUL);
  }

  private long user(long mdl, int type, long address) {
    return mmMapLockedPagesSpecifyCache(c, mdl, USER, type, address, 0, CAREFUL);
  }

  /** An MDL of a page of the device, remembered as one that is locked. */
  private long deviceMdl() {
    long mdl = blankMdl(deviceAddress(1), PAGE);
    mmProbeAndLockPages(c, mdl, KERNEL, READ);
    return mdl;
  }

  private void takePtes(long left) {
    assertThat(mmAllocateMappingAddress(c, (1022 - left) * PAGE, TAG)).isNotZero();
  }

  /** The answers that all routines have which map to system space. */
  private void common(Condition why, int irqlCode, LongUnaryOperator map) {
    long mdl = lockedMdl(2 * PAGE, 0x10);
    switch (why.name()) {
      case "DONE" -> {
        last = null;
        assertThat(map.applyAsLong(mdl)).isNotZero();
        assertThat(last).isEqualTo(why);
      }
      case "IRQL_TOO_HIGH" -> {
        kernel.verifier().setOn(true);
        c.processor().setIrql(Irql.LOWEST_DEVICE_LEVEL);
        isNull(why, () -> map.applyAsLong(mdl));
        parameters(irqlCode, Irql.LOWEST_DEVICE_LEVEL, mdl, 0);
      }
      case "INJECTED" -> {
        kernel.verifier().simulateLowResources(10_000, 0);
        isNull(why, () -> map.applyAsLong(mdl));
      }
      case "ALREADY_MAPPED" -> {
        kernel.verifier().setOn(true);
        if (why instanceof MmMapLockedPagesSpecifyCache) {
          assertThat(map.applyAsLong(mdl)).isNotZero();
          isNull(why, () -> map.applyAsLong(mdl));
          parameters(0xB2, mdl, 3, 1);
        }
        int partial = MDL_PAGES_LOCKED | MDL_PARTIAL_HAS_BEEN_MAPPED;
        setFlags(mdl, partial);
        isNull(why, () -> map.applyAsLong(mdl));
        parameters(0xB2, mdl, partial, MDL_PARTIAL_HAS_BEEN_MAPPED);
      }
      case "NEVER_LOCKED_UNDER_VERIFIER" -> {
        kernel.verifier().setOn(true);
        setFlags(mdl, 0);
        isNull(why, () -> map.applyAsLong(mdl));
        parameters(0xB3, mdl, 0, MDL_PAGES_LOCKED | MDL_PARTIAL);
      }
      case "NEVER_LOCKED" -> {
        setFlags(mdl, 0);
        isNull(why, () -> map.applyAsLong(mdl));
        parameters(0x1233, pfn(mdl, 0), 0, 0);
      }
      case "ZERO_BYTES" -> {
        c.store(mdl + MdlLayout.BYTE_COUNT, 4, 0);
        isNull(why, () -> map.applyAsLong(mdl));
      }
      case "NO_MEMORY" -> {
        setFlags(mdl, MDL_PAGES_LOCKED | MDL_MAPPING_CAN_FAIL);
        machine.failures().failAll();
        isNull(why, () -> map.applyAsLong(mdl));
      }
      case "NOT_MARKED_AS_IO" -> {
        long io = deviceMdl();
        setFlags(io, MDL_PAGES_LOCKED);
        kernel.verifier().setOn(true);
        isNull(why, () -> map.applyAsLong(io));
        parameters(0x89, io, io + MdlLayout.PFNS, FIRST_DEVICE_PFN);
      }
      case "PAGE_NOT_LOCKED_UNDER_VERIFIER" -> {
        machine.frames().addLocks(pfn(mdl, 1), -1);
        kernel.verifier().setOn(true);
        isNull(why, () -> map.applyAsLong(mdl));
        parameters(0x85, mdl, 3, pfn(mdl, 1));
      }
      case "PAGE_NOT_LOCKED" -> {
        machine.frames().addLocks(pfn(mdl, 1), -1);
        isNull(why, () -> map.applyAsLong(mdl));
        parameters(0x1233, pfn(mdl, 1), 0, 0);
        c.store(mdl + MdlLayout.PFNS, 8, -7);
        isNull(why, () -> map.applyAsLong(mdl));
        parameters(0x1233, -7, 0, 0);
      }
      case "CACHE_CONFLICT" -> {
        long first = deviceMdl();
        long second = deviceMdl();
        assertThat(kernel(first, MM_WRITE_COMBINED)).isNotZero();
        isNull(why, () -> map.applyAsLong(second));
      }
      case "NO_SYSTEM_PTES" -> {
        takePtes(2);
        setFlags(mdl, MDL_PAGES_LOCKED | MDL_MAPPING_CAN_FAIL);
        isNull(why, () -> map.applyAsLong(mdl));
      }
      case "NO_MORE_SYSTEM_PTES" -> {
        takePtes(2);
        isNull(why, () -> map.applyAsLong(mdl));
        parameters(0, 3, 2, 1024);
      }
      default -> throw new AssertionError(why);
    }
  }

  private void lowPriority(Condition why, LongUnaryOperator low, LongUnaryOperator normal) {
    takePtes(255);
    long mdl = lockedMdl(PAGE, 0);
    isNull(why, () -> low.applyAsLong(mdl));
    assertThat(normal.applyAsLong(mdl)).isNotZero();
    takeMore(100);
    long other = lockedMdl(PAGE, 0);
    isNull(why, () -> normal.applyAsLong(other));
    assertThat(kernel(other, MM_CACHED)).isNotZero();
  }

  private void takeMore(long left) {
    long free = kernel.systemPtes().free();
    assertThat(mmAllocateMappingAddress(c, (free - left - 2) * PAGE, TAG)).isNotZero();
  }

  @ParameterizedTest(name = "MmMapLockedPagesSpecifyCache {0}")
  @EnumSource
  void mmMapLockedPagesSpecifyCacheAnswers(MmMapLockedPagesSpecifyCache why) {
    long mdl = lockedMdl(PAGE, 0);
    switch (why) {
      case USER_IRQL_TOO_HIGH -> {
        kernel.verifier().setOn(true);
        c.processor().setIrql(Irql.DISPATCH_LEVEL);
        isNull(why, () -> user(mdl, MM_CACHED, ANY));
        parameters(0x77, Irql.DISPATCH_LEVEL, mdl, 1);
      }
      case BAD_CACHE_TYPE -> isNull(why, () -> kernel(mdl, 6));
      case BUG_CHECK_ON_FAILURE -> {
        doneWith(
            why, () -> mmMapLockedPagesSpecifyCache(c, mdl, KERNEL, MM_CACHED, ANY, 1, CAREFUL));
        kernel.verifier().setOn(true);
        long other = lockedMdl(PAGE, 0);
        isNull(
            why, () -> mmMapLockedPagesSpecifyCache(c, other, KERNEL, MM_CACHED, ANY, 1, CAREFUL));
        parameters(0x82, other, MDL_PAGES_LOCKED, 0);
      }
      case EXECUTABLE -> {
        int priority = HIGH_PAGE_PRIORITY;
        doneWith(
            why, () -> mmMapLockedPagesSpecifyCache(c, mdl, KERNEL, MM_CACHED, ANY, 0, priority));
        kernel.verifier().setOn(true);
        long other = lockedMdl(PAGE, 0);
        isNull(
            why, () -> mmMapLockedPagesSpecifyCache(c, other, KERNEL, MM_CACHED, ANY, 0, priority));
        parameters(0x2002, 0, HIGH_PAGE_PRIORITY, 0);
      }
      case LOW_PRIORITY ->
          lowPriority(
              why,
              m ->
                  mmMapLockedPagesSpecifyCache(
                      c, m, KERNEL, MM_CACHED, ANY, 0, LOW_PAGE_PRIORITY | MDL_MAPPING_NO_EXECUTE),
              m ->
                  mmMapLockedPagesSpecifyCache(
                      c,
                      m,
                      KERNEL,
                      MM_CACHED,
                      ANY,
                      0,
                      NORMAL_PAGE_PRIORITY | MDL_MAPPING_NO_EXECUTE));
      case NO_MORE_SYSTEM_PTES ->
          common(
              why,
              0x76,
              m -> mmMapLockedPagesSpecifyCache(c, m, KERNEL, MM_CACHED, ANY, 1, CAREFUL));
      case BAD_USER_CACHE_TYPE -> refused(why, () -> user(mdl, -1, ANY));
      case MISALIGNED_ADDRESS -> refused(why, () -> user(mdl, MM_CACHED, 0x20_0010));
      case OUTSIDE_USER_SPACE -> {
        refused(why, () -> user(mdl, MM_CACHED, 0x7FFF_FFFE_0000L));
        refused(why, () -> user(mdl, MM_CACHED, -PAGE));
        refused(why, () -> user(mdl, MM_CACHED, PAGE));
      }
      case OCCUPIED -> {
        long there = userMemory(PAGE);
        refused(why, () -> user(mdl, MM_CACHED, there));
      }
      case NO_USER_ADDRESSES -> {
        long highest = LAYOUT.highestUserAddress();
        assertThat(process.memory().allocate(highest + 1 - 0x1_0000, 3)).isEqualTo(0x1_0000);
        refused(why, () -> user(mdl, MM_CACHED, ANY));
      }
      case NO_USER_MEMORY -> {
        machine.failures().failAll();
        refused(why, () -> user(mdl, MM_CACHED, ANY));
        machine.failures().off();
        kernel.verifier().simulateLowResources(10_000, 0);
        refused(why, () -> user(mdl, MM_CACHED, ANY));
      }
      case USER_CACHE_CONFLICT -> {
        assertThat(kernel(deviceMdl(), MM_NON_CACHED)).isNotZero();
        long io = deviceMdl();
        refused(why, () -> user(io, MM_CACHED, ANY));
      }
      case PROCESS_ENDING -> {
        c.processor().attach(null);
        refused(why, () -> user(mdl, MM_CACHED, ANY));
      }
      default -> common(why, 0x76, m -> kernel(m, MM_CACHED));
    }
  }

  @ParameterizedTest(name = "MmMapLockedPages {0}")
  @EnumSource
  void mmMapLockedPagesAnswers(MmMapLockedPages why) {
    long mdl = lockedMdl(PAGE, 0);
    switch (why) {
      case USER_IRQL_TOO_HIGH -> {
        kernel.verifier().setOn(true);
        c.processor().setIrql(Irql.DISPATCH_LEVEL);
        isNull(why, () -> mmMapLockedPages(c, mdl, USER));
        parameters(0x75, Irql.DISPATCH_LEVEL, mdl, 1);
      }
      case OBSOLETE -> {
        doneWith(why, () -> mmMapLockedPages(c, mdl, KERNEL));
        kernel.verifier().setOn(true);
        long other = lockedMdl(PAGE, 0);
        isNull(why, () -> mmMapLockedPages(c, other, KERNEL));
        parameters(0x81, other, MDL_PAGES_LOCKED, 0);
      }
      case NO_USER_ADDRESSES -> {
        long highest = LAYOUT.highestUserAddress();
        assertThat(process.memory().allocate(highest + 1 - 0x1_0000, 3)).isEqualTo(0x1_0000);
        refused(why, () -> mmMapLockedPages(c, mdl, USER));
      }
      case NO_USER_MEMORY -> {
        machine.failures().failAll();
        refused(why, () -> mmMapLockedPages(c, mdl, USER));
      }
      case USER_CACHE_CONFLICT -> {
        assertThat(kernel(deviceMdl(), MM_NON_CACHED)).isNotZero();
        long io = deviceMdl();
        refused(why, () -> mmMapLockedPages(c, io, USER));
      }
      case PROCESS_ENDING -> {
        c.processor().attach(null);
        refused(why, () -> mmMapLockedPages(c, mdl, USER));
      }
      case NOT_MARKED_AS_IO -> {
        long io = deviceMdl();
        setFlags(io, MDL_PAGES_LOCKED);
        isNull(why, () -> mmMapLockedPages(c, io, KERNEL));
      }
      default -> common(why, 0x74, m -> mmMapLockedPages(c, m, KERNEL));
    }
  }

  @ParameterizedTest(name = "MmGetSystemAddressForMdl {0}")
  @EnumSource
  void mmGetSystemAddressForMdlAnswers(MmGetSystemAddressForMdl why) {
    long mdl = lockedMdl(PAGE, 0);
    switch (why) {
      case OBSOLETE -> {
        doneWith(why, () -> mmGetSystemAddressForMdl(c, mdl));
        kernel.verifier().setOn(true);
        long other = lockedMdl(PAGE, 0);
        isNull(why, () -> mmGetSystemAddressForMdl(c, other));
        parameters(0x81, other, MDL_PAGES_LOCKED, 0);
      }
      case NOT_MARKED_AS_IO -> {
        long io = deviceMdl();
        setFlags(io, MDL_PAGES_LOCKED);
        isNull(why, () -> mmGetSystemAddressForMdl(c, io));
      }
      default -> common(why, 0x74, m -> mmGetSystemAddressForMdl(c, m));
    }
  }

  @ParameterizedTest(name = "MmGetSystemAddressForMdlSafe {0}")
  @EnumSource
  void mmGetSystemAddressForMdlSafeAnswers(MmGetSystemAddressForMdlSafe why) {
    long mdl = lockedMdl(PAGE, 0);
    switch (why) {
      case EXECUTABLE -> {
        doneWith(why, () -> mmGetSystemAddressForMdlSafe(c, mdl, HIGH_PAGE_PRIORITY));
        kernel.verifier().setOn(true);
        long other = lockedMdl(PAGE, 0);
        isNull(why, () -> mmGetSystemAddressForMdlSafe(c, other, HIGH_PAGE_PRIORITY));
        parameters(0x2002, 0, HIGH_PAGE_PRIORITY, 0);
      }
      case LOW_PRIORITY ->
          lowPriority(
              why,
              m -> mmGetSystemAddressForMdlSafe(c, m, LOW_PAGE_PRIORITY | MDL_MAPPING_NO_EXECUTE),
              m ->
                  mmGetSystemAddressForMdlSafe(
                      c, m, NORMAL_PAGE_PRIORITY | MDL_MAPPING_NO_EXECUTE));
      default -> common(why, 0x76, m -> mmGetSystemAddressForMdlSafe(c, m, CAREFUL));
    }
  }

  @ParameterizedTest(name = "MmUnmapLockedPages {0}")
  @EnumSource
  void mmUnmapLockedPagesAnswers(MmUnmapLockedPages why) {
    long mdl = lockedMdl(2 * PAGE, 0x10);
    long va = kernel(mdl, MM_CACHED);
    switch (why) {
      case DONE -> {
        carriedOut(why, () -> mmUnmapLockedPages(c, va, mdl));
        long there = user(mdl, MM_CACHED, ANY);
        carriedOut(why, () -> mmUnmapLockedPages(c, there, mdl));
      }
      case IRQL_TOO_HIGH -> {
        kernel.verifier().setOn(true);
        c.processor().setIrql(Irql.LOWEST_DEVICE_LEVEL);
        refused(why, () -> mmUnmapLockedPages(c, va, mdl));
        parameters(0x79, Irql.LOWEST_DEVICE_LEVEL, va, mdl);
      }
      case USER_IRQL_TOO_HIGH -> {
        long there = user(mdl, MM_CACHED, ANY);
        kernel.verifier().setOn(true);
        c.processor().setIrql(Irql.DISPATCH_LEVEL);
        refused(why, () -> mmUnmapLockedPages(c, there, mdl));
        parameters(0x7A, Irql.DISPATCH_LEVEL, there, mdl);
      }
      case NOT_IN_THIS_PROCESS -> {
        long there = user(mdl, MM_CACHED, ANY);
        enter("other");
        refused(why, () -> mmUnmapLockedPages(c, there, mdl));
        kernel.verifier().setOn(true);
        refused(why, () -> mmUnmapLockedPages(c, there, mdl));
        parameters(0xB9, there, mdl, 0);
      }
      case SHARED_UNDER_VERIFIER -> {
        long partial = blankMdl(0x10, PAGE);
        ioBuildPartialMdl(c, mdl, partial, 0x10, (int) PAGE);
        kernel.verifier().setOn(true);
        refused(why, () -> mmUnmapLockedPages(c, va, partial));
        parameters(0xB5, partial, flags(partial), MDL_PARENT_MAPPED_SYSTEM_VA);
      }
      case NOT_MAPPED_UNDER_VERIFIER -> {
        mmUnmapLockedPages(c, va, mdl);
        kernel.verifier().setOn(true);
        refused(why, () -> mmUnmapLockedPages(c, va, mdl));
        parameters(0xB6, mdl, MDL_PAGES_LOCKED, MDL_MAPPED_TO_SYSTEM_VA);
      }
      case NOT_MAPPED -> {
        mmUnmapLockedPages(c, va, mdl);
        refused(why, () -> mmUnmapLockedPages(c, va, mdl));
        parameters(0x06, mdl, va, 3);
        setFlags(mdl, MDL_PAGES_LOCKED | MDL_MAPPED_TO_SYSTEM_VA);
        refused(why, () -> mmUnmapLockedPages(c, va, mdl));
      }
      case WRONG_ADDRESS -> {
        refused(why, () -> mmUnmapLockedPages(c, va + PAGE, mdl));
        parameters(0x03, mdl, va & -PAGE, va + PAGE & -PAGE);
        refused(why, () -> mmUnmapLockedPages(c, -PAGE, mdl));
      }
      case WRONG_COUNT -> {
        c.store(mdl + MdlLayout.BYTE_COUNT, 4, 1);
        refused(why, () -> mmUnmapLockedPages(c, va, mdl));
        parameters(0x02, mdl, 3, 1);
      }
      case WRONG_FIRST_PFN -> {
        long pfn = pfn(mdl, 0);
        c.store(mdl + MdlLayout.PFNS, 8, 5);
        refused(why, () -> mmUnmapLockedPages(c, va, mdl));
        parameters(0x04, mdl, pfn, 5);
      }
      case WRONG_START -> {
        c.store(mdl + MdlLayout.START_VA, 8, 0x5000);
        refused(why, () -> mmUnmapLockedPages(c, va, mdl));
        parameters(0x05, mdl, 0, 0x5000);
      }
    }
  }

  @ParameterizedTest(name = "IoBuildPartialMdl {0}")
  @EnumSource
  void ioBuildPartialMdlAnswers(IoBuildPartialMdl why) {
    long source = lockedMdl(3 * PAGE, 0x10);
    long target = ioAllocateMdl(c, 0x10, (int) PAGE, false, false, 0);
    switch (why) {
      case DONE -> carriedOut(why, () -> ioBuildPartialMdl(c, source, target, PAGE + 0x20, 0x20));
      case IRQL_TOO_HIGH -> {
        c.processor().setIrql(Irql.LOWEST_DEVICE_LEVEL);
        refused(why, () -> ioBuildPartialMdl(c, source, target, 0x10, 1));
      }
      case SAME_MDL -> refused(why, () -> ioBuildPartialMdl(c, source, source, 0x10, 1));
      case SOURCE_NOT_LOCKED -> {
        setFlags(source, MDL_IO_SPACE);
        refused(why, () -> ioBuildPartialMdl(c, source, target, 0x10, 1));
      }
      case BEFORE_SOURCE -> {
        refused(why, () -> ioBuildPartialMdl(c, source, target, 0xF, 1));
        refused(why, () -> ioBuildPartialMdl(c, source, target, 3 * PAGE + 0x10, 0));
      }
      case PAST_SOURCE -> {
        refused(why, () -> ioBuildPartialMdl(c, source, target, 3 * PAGE, 0x11));
        refused(why, () -> ioBuildPartialMdl(c, source, target, 3 * PAGE, -1));
      }
      case TARGET_TOO_SMALL ->
          refused(why, () -> ioBuildPartialMdl(c, source, target, 0x10, (int) (2 * PAGE)));
      case NO_MEMORY -> {
        long own = memory(PAGE);
        mmInitializeMdl(c, own, 0, 100 * PAGE);
        c.store(source + MdlLayout.BYTE_COUNT, 4, 100 * PAGE);
        machine.failures().failAll();
        refused(why, () -> ioBuildPartialMdl(c, source, own, 0x10, 0));
      }
      case TARGET_MAPPED -> {
        ioBuildPartialMdl(c, source, target, 0x10, 1);
        kernel(target, MM_CACHED);
        doneWith(why, () -> ioBuildPartialMdl(c, source, target, 0x10, 1));
      }
    }
  }

  @ParameterizedTest(name = "MmPrepareMdlForReuse {0}")
  @EnumSource
  void mmPrepareMdlForReuseAnswers(MmPrepareMdlForReuse why) {
    long source = lockedMdl(3 * PAGE, 0x10);
    long target = ioAllocateMdl(c, 0x10, (int) PAGE, false, false, 0);
    ioBuildPartialMdl(c, source, target, 0x10, 1);
    kernel(target, MM_CACHED);
    assertThat(flags(target) & MDL_PARTIAL_HAS_BEEN_MAPPED).isNotZero();
    switch (why) {
      case DONE -> {
        carriedOut(why, () -> mmPrepareMdlForReuse(c, target));
        assertThat(kernel.systemPtes().free()).isEqualTo(1024);
      }
      case IRQL_TOO_HIGH -> {
        c.processor().setIrql(Irql.LOWEST_DEVICE_LEVEL);
        refused(why, () -> mmPrepareMdlForReuse(c, target));
      }
      case MAPPING_CHANGED -> {
        long va = c.load(target + MdlLayout.MAPPED_SYSTEM_VA, 8);
        c.store(target + MdlLayout.PFNS, 8, 5);
        refused(why, () -> mmPrepareMdlForReuse(c, target));
        parameters(0x06, target, va, 1);
      }
    }
  }
}
