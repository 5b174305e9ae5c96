package dev.mapwright.windows;

import static dev.mapwright.windows.abi.MdlFlags.MDL_IO_SPACE;
import static dev.mapwright.windows.abi.MdlFlags.MDL_MAPPED_TO_SYSTEM_VA;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PAGES_LOCKED;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARTIAL;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARTIAL_HAS_BEEN_MAPPED;
import static dev.mapwright.windows.abi.MdlFlags.MDL_SOURCE_IS_NONPAGED_POOL;
import static dev.mapwright.windows.abi.MemoryCachingType.MM_CACHED;
import static dev.mapwright.windows.mdl.MdlCalls.ioAllocateMdl;
import static dev.mapwright.windows.mdl.MdlCalls.ioFreeMdl;
import static dev.mapwright.windows.mdl.MdlCalls.mmBuildMdlForNonPagedPool;
import static dev.mapwright.windows.mdl.MdlCalls.mmGetMdlByteCount;
import static dev.mapwright.windows.mdl.MdlCalls.mmGetMdlByteOffset;
import static dev.mapwright.windows.mdl.MdlCalls.mmGetMdlPfnArray;
import static dev.mapwright.windows.mdl.MdlCalls.mmGetMdlVirtualAddress;
import static dev.mapwright.windows.mdl.MdlCalls.mmInitializeMdl;
import static dev.mapwright.windows.mdl.MdlCalls.mmProbeAndLockPages;
import static dev.mapwright.windows.mdl.MdlCalls.mmSizeOfMdl;
import static dev.mapwright.windows.mdl.MdlCalls.mmUnlockPages;
import static dev.mapwright.windows.mdl.MdlPagesCalls.mmAllocatePagesForMdl;
import static dev.mapwright.windows.mdl.MdlPagesCalls.mmAllocatePagesForMdlEx;
import static dev.mapwright.windows.mdl.MdlPagesCalls.mmFreePagesFromMdl;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Permissions;
import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.IoAllocateMdl;
import dev.mapwright.windows.answer.IoFreeMdl;
import dev.mapwright.windows.answer.MmBuildMdlForNonPagedPool;
import dev.mapwright.windows.answer.MmFreePagesFromMdl;
import dev.mapwright.windows.answer.MmGetMdlByteCount;
import dev.mapwright.windows.answer.MmGetMdlByteOffset;
import dev.mapwright.windows.answer.MmGetMdlPfnArray;
import dev.mapwright.windows.answer.MmGetMdlVirtualAddress;
import dev.mapwright.windows.answer.MmInitializeMdl;
import dev.mapwright.windows.answer.MmProbeAndLockPages;
import dev.mapwright.windows.answer.MmSizeOfMdl;
import dev.mapwright.windows.answer.MmUnlockPages;
import dev.mapwright.windows.memory.pool.MdlMemory;
import java.util.EnumSet;
import java.util.function.LongSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every answer of the routines that make MDLs and lock pages. */
class EveryMdlAnswerTest extends MdlTest {
  private static final int FOUR_GIB_LESS_A_PAGE = (int) MdlLayout.MOST_BYTES;

  private void isNull(Condition why, LongSupplier call) {
    refused(why, () -> assertThat(call.getAsLong()).isZero());
  }

  @ParameterizedTest(name = "IoAllocateMdl {0}")
  @EnumSource
  void ioAllocateMdlAnswers(IoAllocateMdl why) {
    long irp = memory(0x40);
    switch (why) {
      case DONE ->
          carriedOut(
              why, () -> assertThat(ioAllocateMdl(c, 0x1234, 1, false, false, irp)).isNotZero());
      case IRQL_TOO_HIGH -> {
        c.processor().setIrql(Irql.LOWEST_DEVICE_LEVEL);
        isNull(why, () -> ioAllocateMdl(c, 0, 1, false, false, 0));
      }
      case INJECTED -> {
        kernel.verifier().simulateLowResources(10_000, 0);
        isNull(why, () -> ioAllocateMdl(c, 0, 1, false, false, 0));
      }
      case TOO_LONG ->
          isNull(why, () -> ioAllocateMdl(c, 0, FOUR_GIB_LESS_A_PAGE + 1, false, false, 0));
      case SECONDARY_WITHOUT_IRP -> isNull(why, () -> ioAllocateMdl(c, 0, 1, true, false, 0));
      case ENDLESS_CHAIN -> {
        long first = ioAllocateMdl(c, 0, 1, false, false, irp);
        long second = ioAllocateMdl(c, 0, 1, true, false, irp);
        c.store(second + MdlLayout.NEXT, 8, first);
        isNull(why, () -> ioAllocateMdl(c, 0, 1, true, false, irp));
      }
      case NO_MEMORY ->
          isNull(
              why,
              () -> {
                machine.failures().failAll();
                long mdl = ioAllocateMdl(c, 0, 1, false, false, irp);
                machine.failures().off();
                return mdl;
              });
    }
  }

  @ParameterizedTest(name = "IoFreeMdl {0}")
  @EnumSource
  void ioFreeMdlAnswers(IoFreeMdl why) {
    long mdl = ioAllocateMdl(c, memory(PAGE), (int) PAGE, false, false, 0);
    switch (why) {
      case DONE -> carriedOut(why, () -> ioFreeMdl(c, mdl));
      case IRQL_TOO_HIGH -> {
        c.processor().setIrql(Irql.LOWEST_DEVICE_LEVEL);
        refused(why, () -> ioFreeMdl(c, mdl));
      }
      case FREED_TWICE -> {
        ioFreeMdl(c, mdl);
        refused(why, () -> ioFreeMdl(c, mdl));
        parameters(0x07, 0, 0, mdl);
      }
      case NOT_ALLOCATED -> {
        refused(why, () -> ioFreeMdl(c, mdl + 8));
        parameters(0x46, mdl + 8, 0, 0);
      }
      case WRONG_TAG -> {
        long own = memory(0x40);
        refused(why, () -> ioFreeMdl(c, own));
        parameters(0x0A, own, TAG, MdlMemory.TAG);
      }
      case IN_LOCKED_MEMORY -> {
        long large = ioAllocateMdl(c, 0, 1 << 22, false, false, 0);
        long pfn = pfnOf(large);
        machine.frames().addLocks(pfn, 1);
        refused(why, () -> ioFreeMdl(c, large));
        parameters(0x9A, pfn, 0, 1);
        machine.frames().addLocks(pfn, -1);
      }
      case NO_MEMORY -> {
        long io = MdlMemory.allocate(kernel.pools(), 100, MdlMemory.IO_SPACE_TAG, 0);
        fillMdl(io, MDL_PAGES_LOCKED | MDL_IO_SPACE, 0, 4000 * PAGE, 0, FIRST_DEVICE_PFN);
        machine.failures().failAll();
        refused(why, () -> ioFreeMdl(c, io));
      }
      case MAPPING_CHANGED -> {
        setFlags(mdl, MDL_PARTIAL | MDL_PARTIAL_HAS_BEEN_MAPPED | MDL_MAPPED_TO_SYSTEM_VA);
        c.store(mdl + MdlLayout.MAPPED_SYSTEM_VA, 8, 0x1000);
        refused(why, () -> ioFreeMdl(c, mdl));
        parameters(0x06, mdl, 0x1000, 1);
      }
      case STILL_MAPPED -> {
        kernel.verifier().setOn(true);
        setFlags(mdl, MDL_PAGES_LOCKED | MDL_MAPPED_TO_SYSTEM_VA);
        refused(why, () -> ioFreeMdl(c, mdl));
        parameters(0xB8, mdl, 3, 0);
        kernel.verifier().setOn(false);
        doneWith(why, () -> ioFreeMdl(c, mdl));
      }
      case STILL_LOCKED -> {
        mmProbeAndLockPages(c, mdl, KERNEL, READ);
        doneWith(why, () -> ioFreeMdl(c, mdl));
      }
    }
  }

  @ParameterizedTest(name = "MmInitializeMdl {0}")
  @EnumSource
  void mmInitializeMdlAnswers(MmInitializeMdl why) {
    long mdl = memory(0x40);
    switch (why) {
      case DONE -> carriedOut(why, () -> mmInitializeMdl(c, mdl, 0x1234, 0xFFFF_FFFFL));
      case TOO_LONG -> refused(why, () -> mmInitializeMdl(c, mdl, 0x1234, 1L << 32));
    }
  }

  @ParameterizedTest(name = "MmSizeOfMdl {0}")
  @EnumSource
  void mmSizeOfMdlAnswers(MmSizeOfMdl why) {
    carriedOut(why, () -> assertThat(mmSizeOfMdl(c, 0xFFF, 2)).isEqualTo(0x40));
  }

  @ParameterizedTest(name = "MmGetMdlByteCount {0}")
  @EnumSource
  void mmGetMdlByteCountAnswers(MmGetMdlByteCount why) {
    long mdl = lockedMdl(100, 7);
    carriedOut(why, () -> assertThat(mmGetMdlByteCount(c, mdl)).isEqualTo(100));
  }

  @ParameterizedTest(name = "MmGetMdlByteOffset {0}")
  @EnumSource
  void mmGetMdlByteOffsetAnswers(MmGetMdlByteOffset why) {
    long mdl = lockedMdl(100, 7);
    carriedOut(why, () -> assertThat(mmGetMdlByteOffset(c, mdl)).isEqualTo(7));
  }

  @ParameterizedTest(name = "MmGetMdlVirtualAddress {0}")
  @EnumSource
  void mmGetMdlVirtualAddressAnswers(MmGetMdlVirtualAddress why) {
    long mdl = lockedMdl(100, 7);
    c.store(mdl + MdlLayout.START_VA, 8, 0x5000);
    carriedOut(why, () -> assertThat(mmGetMdlVirtualAddress(c, mdl)).isEqualTo(0x5007));
  }

  @ParameterizedTest(name = "MmGetMdlPfnArray {0}")
  @EnumSource
  void mmGetMdlPfnArrayAnswers(MmGetMdlPfnArray why) {
    carriedOut(why, () -> assertThat(mmGetMdlPfnArray(c, BAD)).isEqualTo(BAD + 0x30));
  }

  @ParameterizedTest(name = "MmProbeAndLockPages {0}")
  @EnumSource
  void mmProbeAndLockPagesAnswers(MmProbeAndLockPages why) {
    long user = userMemory(2 * PAGE, Permissions.READ);
    long mdl = blankMdl(user, 2 * PAGE);
    switch (why) {
      case DONE -> carriedOut(why, () -> mmProbeAndLockPages(c, mdl, USER, READ));
      case IRQL_TOO_HIGH -> {
        kernel.verifier().setOn(true);
        c.processor().setIrql(Irql.LOWEST_DEVICE_LEVEL);
        misused(why, () -> mmProbeAndLockPages(c, mdl, USER, READ));
        parameters(0x70, Irql.LOWEST_DEVICE_LEVEL, mdl, 1);
      }
      case INJECTED -> {
        kernel.verifier().simulateLowResources(10_000, 0);
        refused(why, () -> mmProbeAndLockPages(c, mdl, USER, READ));
      }
      case WRONG_FLAGS -> {
        mmProbeAndLockPages(c, mdl, USER, READ);
        kernel.verifier().setOn(true);
        misused(why, () -> mmProbeAndLockPages(c, mdl, USER, READ));
        parameters(0xB0, mdl, flags(mdl), MDL_PAGES_LOCKED);
      }
      case ZERO_BYTES -> {
        long empty = blankMdl(user, 0);
        misused(why, () -> mmProbeAndLockPages(c, empty, USER, READ));
      }
      case OUTSIDE_USER_SPACE -> {
        long system = blankMdl(memory(PAGE), PAGE);
        refused(why, () -> mmProbeAndLockPages(c, system, USER, READ));
        long wrapping = blankMdl(-PAGE, 2 * PAGE);
        refused(why, () -> mmProbeAndLockPages(c, wrapping, USER, READ));
      }
      case PAGEABLE_AT_DISPATCH -> {
        kernel.verifier().setOn(true);
        c.processor().setIrql(Irql.DISPATCH_LEVEL);
        misused(why, () -> mmProbeAndLockPages(c, mdl, USER, READ));
        parameters(0x70, Irql.DISPATCH_LEVEL, mdl, 1);
      }
      case NOT_ACCESSIBLE -> {
        refused(why, () -> mmProbeAndLockPages(c, mdl, USER, WRITE));
        c.processor().attach(null);
        refused(why, () -> mmProbeAndLockPages(c, mdl, USER, READ));
        long nothing = blankMdl(-PAGE, 2 * PAGE);
        refused(why, () -> mmProbeAndLockPages(c, nothing, KERNEL, READ));
      }
      case NO_FRAMES -> {
        c.load(user, 1);
        refused(
            why,
            () -> {
              machine.failures().failNth(1, EnumSet.of(AllocationPoint.FRAME));
              mmProbeAndLockPages(c, mdl, USER, READ);
            });
      }
      case NO_MEMORY -> {
        long own = memory(PAGE);
        mmInitializeMdl(c, own, memory(100 * PAGE), 100 * PAGE);
        c.store(own + MdlLayout.PFNS, 8, MdlLayout.LIST_HEAD);
        machine.failures().failAll();
        refused(why, () -> mmProbeAndLockPages(c, own, KERNEL, READ));
      }
      case NOT_RAM -> {
        long io = blankMdl(deviceAddress(1), PAGE);
        doneWith(why, () -> mmProbeAndLockPages(c, io, KERNEL, READ));
        assertThat(flags(io)).isEqualTo(MDL_PAGES_LOCKED | MDL_IO_SPACE | 8);
        mmUnlockPages(c, io);
        kernel.verifier().setOn(true);
        misused(why, () -> mmProbeAndLockPages(c, io, KERNEL, READ));
      }
    }
  }

  @ParameterizedTest(name = "MmUnlockPages {0}")
  @EnumSource
  void mmUnlockPagesAnswers(MmUnlockPages why) {
    long mdl = blankMdl(memory(2 * PAGE), 2 * PAGE);
    mmProbeAndLockPages(c, mdl, KERNEL, WRITE);
    int flags = flags(mdl);
    switch (why) {
      case DONE -> carriedOut(why, () -> mmUnlockPages(c, mdl));
      case IRQL_TOO_HIGH -> {
        kernel.verifier().setOn(true);
        c.processor().setIrql(Irql.LOWEST_DEVICE_LEVEL);
        refused(why, () -> mmUnlockPages(c, mdl));
        parameters(0x78, Irql.LOWEST_DEVICE_LEVEL, mdl, 0);
      }
      case PARTIAL_UNDER_VERIFIER -> {
        kernel.verifier().setOn(true);
        setFlags(mdl, flags | MDL_PARTIAL);
        refused(why, () -> mmUnlockPages(c, mdl));
        parameters(0xB4, mdl, flags | MDL_PARTIAL, MDL_PARTIAL);
      }
      case NONPAGED_UNDER_VERIFIER -> {
        kernel.verifier().setOn(true);
        setFlags(mdl, MDL_SOURCE_IS_NONPAGED_POOL);
        refused(why, () -> mmUnlockPages(c, mdl));
        parameters(0x7D, mdl, MDL_SOURCE_IS_NONPAGED_POOL, 0);
      }
      case NEVER_LOCKED_UNDER_VERIFIER -> {
        mmUnlockPages(c, mdl);
        kernel.verifier().setOn(true);
        refused(why, () -> mmUnlockPages(c, mdl));
        parameters(0x7C, mdl, flags(mdl), 0);
      }
      case NOT_LOCKED -> {
        mmUnlockPages(c, mdl);
        refused(why, () -> mmUnlockPages(c, mdl));
        parameters(0x07, pfn(mdl, 0), 0, 0);
        setFlags(mdl, flags);
        refused(why, () -> mmUnlockPages(c, mdl));
        c.store(mdl + MdlLayout.PFNS, 8, -5);
        refused(why, () -> mmUnlockPages(c, mdl));
        parameters(0x07, -5, 0, 0);
      }
      case PROCESS_NOT_LOCKED -> {
        long user = blankMdl(userMemory(PAGE, Permissions.READ_WRITE), PAGE);
        mmProbeAndLockPages(c, user, USER, READ);
        mmUnlockPages(c, user);
        refused(why, () -> mmUnlockPages(c, user));
        parameters(0x01, user, 0, 0);
      }
      case IO_SPACE_MDL -> {
        long io = MdlMemory.allocate(kernel.pools(), 1, MdlMemory.IO_SPACE_TAG, 0);
        fillMdl(io, MDL_PAGES_LOCKED | MDL_IO_SPACE, 0, PAGE, 0, FIRST_DEVICE_PFN);
        refused(why, () -> mmUnlockPages(c, io));
      }
      case ZERO_BYTES -> {
        c.store(mdl + MdlLayout.BYTE_COUNT, 4, 0);
        refused(why, () -> mmUnlockPages(c, mdl));
      }
      case NO_MEMORY -> {
        c.store(mdl + MdlLayout.BYTE_COUNT, 4, 4000 * PAGE);
        machine.failures().failAll();
        refused(why, () -> mmUnlockPages(c, mdl));
      }
      case MAPPING_CHANGED -> {
        setFlags(mdl, flags | MDL_MAPPED_TO_SYSTEM_VA);
        c.store(mdl + MdlLayout.MAPPED_SYSTEM_VA, 8, 0x1000);
        refused(why, () -> mmUnlockPages(c, mdl));
        parameters(0x06, mdl, 0x1000, 2);
      }
      case ALLOCATED_PAGES -> {
        long cached = mmAllocatePagesForMdlEx(c, 0, -1, 0, 2 * PAGE, MM_CACHED, 0);
        long plain = mmAllocatePagesForMdl(c, 0, -1, 0, 2 * PAGE);
        refused(why, () -> mmUnlockPages(c, cached));
        refused(why, () -> mmUnlockPages(c, plain));
        // Locked twice, a page can be unlocked once, and not twice.
        long pfn = pfn(cached, 1);
        machine.frames().addLocks(pfn, 1);
        long twice = memory(0x40);
        fillMdl(twice, MDL_PAGES_LOCKED, 0, 2 * PAGE, 0, pfn, pfn);
        refused(why, () -> mmUnlockPages(c, twice));
        c.store(twice + MdlLayout.BYTE_COUNT, 4, PAGE);
        carriedOut(MmUnlockPages.DONE, () -> mmUnlockPages(c, twice));
        carriedOut(MmFreePagesFromMdl.DONE, () -> mmFreePagesFromMdl(c, cached));
        carriedOut(MmFreePagesFromMdl.DONE, () -> mmFreePagesFromMdl(c, plain));
      }
    }
  }

  @ParameterizedTest(name = "MmBuildMdlForNonPagedPool {0}")
  @EnumSource
  void mmBuildMdlForNonPagedPoolAnswers(MmBuildMdlForNonPagedPool why) {
    long buffer = memory(2 * PAGE);
    long mdl = blankMdl(buffer, 2 * PAGE);
    switch (why) {
      case DONE -> carriedOut(why, () -> mmBuildMdlForNonPagedPool(c, mdl));
      case IRQL_TOO_HIGH -> {
        c.processor().setIrql(Irql.LOWEST_DEVICE_LEVEL);
        refused(why, () -> mmBuildMdlForNonPagedPool(c, mdl));
      }
      case WRONG_FLAGS -> {
        mmBuildMdlForNonPagedPool(c, mdl);
        refused(why, () -> mmBuildMdlForNonPagedPool(c, mdl));
      }
      case ZERO_BYTES -> {
        long empty = blankMdl(buffer, 0);
        refused(why, () -> mmBuildMdlForNonPagedPool(c, empty));
      }
      case PAGED_POOL -> {
        kernel.verifier().setOn(true);
        long paged = blankMdl(kernel.pools().paged().allocate(PAGE, TAG, 0, true), PAGE);
        refused(why, () -> mmBuildMdlForNonPagedPool(c, paged));
        parameters(0x7F, 0, paged, flags(paged));
      }
      case PAGEABLE -> {
        kernel.verifier().setOn(true);
        long user = userMemory(PAGE, Permissions.READ_WRITE);
        long pageable = blankMdl(user, PAGE);
        refused(why, () -> mmBuildMdlForNonPagedPool(c, pageable));
        parameters(0x140, 0, pageable, user);
      }
      case NOT_RESIDENT -> {
        long gap = blankMdl(kernel.systemSpace().contiguous().firstPage() << 12, PAGE);
        refused(why, () -> mmBuildMdlForNonPagedPool(c, gap));
        parameters(0x1240, gap, 0, 0);
      }
      case NO_MEMORY -> {
        long own = memory(PAGE);
        mmInitializeMdl(c, own, memory(100 * PAGE), 100 * PAGE);
        machine.failures().failAll();
        refused(why, () -> mmBuildMdlForNonPagedPool(c, own));
      }
    }
  }
}
