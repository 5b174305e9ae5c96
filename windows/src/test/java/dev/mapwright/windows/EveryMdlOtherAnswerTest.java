package dev.mapwright.windows;

import static dev.mapwright.windows.abi.MdlFlags.MDL_IO_SPACE;
import static dev.mapwright.windows.abi.MdlFlags.MDL_MAPPED_TO_SYSTEM_VA;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PAGES_LOCKED;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARTIAL;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARTIAL_HAS_BEEN_MAPPED;
import static dev.mapwright.windows.abi.MemoryCachingType.MM_CACHED;
import static dev.mapwright.windows.abi.PagePriority.HIGH_PAGE_PRIORITY;
import static dev.mapwright.windows.abi.PagePriority.MDL_MAPPING_NO_EXECUTE;
import static dev.mapwright.windows.abi.PageProtection.PAGE_NOACCESS;
import static dev.mapwright.windows.abi.PageProtection.PAGE_NOCACHE;
import static dev.mapwright.windows.abi.PageProtection.PAGE_READONLY;
import static dev.mapwright.windows.abi.PageProtection.PAGE_READWRITE;
import static dev.mapwright.windows.abi.PageProtection.PAGE_WRITECOPY;
import static dev.mapwright.windows.mdl.MdlCalls.ioAllocateMdl;
import static dev.mapwright.windows.mdl.MdlCalls.mmInitializeMdl;
import static dev.mapwright.windows.mdl.MdlCalls.mmProbeAndLockPages;
import static dev.mapwright.windows.mdl.MdlCalls.mmProbeAndLockProcessPages;
import static dev.mapwright.windows.mdl.MdlCalls.mmProbeAndLockSelectedPages;
import static dev.mapwright.windows.mdl.MdlCalls.mmUnlockPages;
import static dev.mapwright.windows.mdl.MdlMappingCalls.ioBuildPartialMdl;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmAdvanceMdl;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmGetSystemAddressForMdlSafe;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmMapLockedPagesSpecifyCache;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmMapMdl;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmProtectMdlSystemAddress;
import static dev.mapwright.windows.mdl.MdlPagesCalls.mmAllocatePagesForMdl;
import static dev.mapwright.windows.reserved.ReservedCalls.mmAllocateMappingAddress;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Permissions;
import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.Effect;
import dev.mapwright.windows.answer.MmAdvanceMdl;
import dev.mapwright.windows.answer.MmMapMdl;
import dev.mapwright.windows.answer.MmProbeAndLockProcessPages;
import dev.mapwright.windows.answer.MmProbeAndLockSelectedPages;
import dev.mapwright.windows.answer.MmProtectMdlSystemAddress;
import dev.mapwright.windows.context.NtProcess;
import java.util.EnumSet;
import java.util.function.IntSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every answer of the routines that lock pages elsewhere, and of those that change an MDL that is
 * mapped.
 */
class EveryMdlOtherAnswerTest extends MdlTest {
  private static final int CAREFUL = HIGH_PAGE_PRIORITY | MDL_MAPPING_NO_EXECUTE;

  /** The call returns the status of the answer, or STATUS_UNSUCCESSFUL for a misuse. */
  private void isStatus(Condition why, IntSupplier call) {
    int status = why.effect() == Effect.STATUS ? why.answer().code() : NtStatus.STATUS_UNSUCCESSFUL;
    refused(why, () -> assertThat(call.getAsInt()).isEqualTo(status));
  }

  private void succeeds(Condition why, IntSupplier call) {
    carriedOut(why, () -> assertThat(call.getAsInt()).isZero());
  }

  private long mapped(long mdl) {
    long va = mmGetSystemAddressForMdlSafe(c, mdl, CAREFUL);
    assertThat(va).isNotZero();
    return va;
  }

  private long deviceMdl() {
    long mdl = blankMdl(deviceAddress(1), PAGE);
    mmProbeAndLockPages(c, mdl, KERNEL, READ);
    return mdl;
  }

  @ParameterizedTest(name = "MmProbeAndLockProcessPages {0}")
  @EnumSource
  void mmProbeAndLockProcessPagesAnswers(MmProbeAndLockProcessPages why) {
    long user = userMemory(2 * PAGE, Permissions.READ);
    long mdl = blankMdl(user, 2 * PAGE);
    NtProcess theirs = process;
    long there = theirs.eprocess();
    enter("other");
    switch (why) {
      case DONE -> {
        carriedOut(why, () -> mmProbeAndLockProcessPages(c, mdl, there, USER, READ));
        assertThat(c.load(mdl + MdlLayout.PROCESS, 8)).isEqualTo(there);
      }
      case IRQL_TOO_HIGH -> {
        kernel.verifier().setOn(true);
        c.processor().setIrql(Irql.LOWEST_DEVICE_LEVEL);
        misused(why, () -> mmProbeAndLockProcessPages(c, mdl, there, USER, READ));
        parameters(0x71, Irql.LOWEST_DEVICE_LEVEL, mdl, there);
      }
      case INJECTED -> {
        kernel.verifier().simulateLowResources(10_000, 0);
        refused(why, () -> mmProbeAndLockProcessPages(c, mdl, there, USER, READ));
      }
      case WRONG_FLAGS -> {
        kernel.verifier().setOn(true);
        setFlags(mdl, MDL_IO_SPACE);
        misused(why, () -> mmProbeAndLockProcessPages(c, mdl, there, USER, READ));
        parameters(0xB1, mdl, MDL_IO_SPACE, MDL_IO_SPACE);
      }
      case ZERO_BYTES -> {
        long empty = blankMdl(user, 0);
        misused(why, () -> mmProbeAndLockProcessPages(c, empty, there, USER, READ));
      }
      case NO_SUCH_PROCESS -> {
        misused(why, () -> mmProbeAndLockProcessPages(c, mdl, 0, USER, READ));
        misused(why, () -> mmProbeAndLockProcessPages(c, mdl, there + 8, USER, READ));
      }
      case OUTSIDE_USER_SPACE -> {
        long system = blankMdl(memory(PAGE), PAGE);
        refused(why, () -> mmProbeAndLockProcessPages(c, system, there, USER, READ));
      }
      case PAGEABLE_AT_DISPATCH -> {
        kernel.verifier().setOn(true);
        c.processor().setIrql(Irql.DISPATCH_LEVEL);
        misused(why, () -> mmProbeAndLockProcessPages(c, mdl, there, USER, READ));
        parameters(0x71, Irql.DISPATCH_LEVEL, mdl, there);
      }
      case NOT_ACCESSIBLE ->
          refused(why, () -> mmProbeAndLockProcessPages(c, mdl, there, USER, WRITE));
      case NO_FRAMES -> {
        c.processor().attach(theirs);
        c.load(user, 1);
        c.processor().attach(null);
        refused(
            why,
            () -> {
              machine.failures().failNth(1, EnumSet.of(AllocationPoint.FRAME));
              mmProbeAndLockProcessPages(c, mdl, there, USER, READ);
            });
      }
      case NO_MEMORY -> {
        long own = memory(PAGE);
        mmInitializeMdl(c, own, memory(100 * PAGE), 100 * PAGE);
        c.store(own + MdlLayout.PFNS, 8, MdlLayout.LIST_HEAD);
        machine.failures().failAll();
        refused(why, () -> mmProbeAndLockProcessPages(c, own, there, KERNEL, READ));
      }
      case NOT_RAM -> {
        long io = blankMdl(deviceAddress(1), PAGE);
        doneWith(why, () -> mmProbeAndLockProcessPages(c, io, there, KERNEL, READ));
        mmUnlockPages(c, io);
        kernel.verifier().setOn(true);
        misused(why, () -> mmProbeAndLockProcessPages(c, io, there, KERNEL, READ));
      }
    }
  }

  /** An array of segments in nonpaged memory. */
  private long segments(long... addresses) {
    long array = memory(8L * addresses.length);
    for (int i = 0; i < addresses.length; i++) {
      c.store(array + 8L * i, 8, addresses[i]);
    }
    return array;
  }

  @ParameterizedTest(name = "MmProbeAndLockSelectedPages {0}")
  @EnumSource
  void mmProbeAndLockSelectedPagesAnswers(MmProbeAndLockSelectedPages why) {
    long user = userMemory(4 * PAGE, Permissions.READ);
    long mdl = blankMdl(0, 2 * PAGE);
    long two = segments(user + 3 * PAGE, user);
    switch (why) {
      case DONE -> carriedOut(why, () -> mmProbeAndLockSelectedPages(c, mdl, two, USER, READ));
      case IRQL_TOO_HIGH -> {
        kernel.verifier().setOn(true);
        c.processor().setIrql(Irql.DISPATCH_LEVEL);
        misused(why, () -> mmProbeAndLockSelectedPages(c, mdl, two, USER, READ));
        parameters(0x72, Irql.DISPATCH_LEVEL, mdl, process.eprocess());
      }
      case INJECTED -> {
        kernel.verifier().simulateLowResources(10_000, 0);
        refused(why, () -> mmProbeAndLockSelectedPages(c, mdl, two, USER, READ));
      }
      case WRONG_FLAGS -> {
        kernel.verifier().setOn(true);
        setFlags(mdl, MDL_PAGES_LOCKED);
        misused(why, () -> mmProbeAndLockSelectedPages(c, mdl, two, USER, READ));
        parameters(0xB0, mdl, MDL_PAGES_LOCKED, MDL_PAGES_LOCKED);
      }
      case ZERO_BYTES -> {
        long empty = blankMdl(0, 0);
        misused(why, () -> mmProbeAndLockSelectedPages(c, empty, two, USER, READ));
      }
      case MISALIGNED_SEGMENT -> {
        long crooked = segments(user, user + PAGE + 8);
        misused(why, () -> mmProbeAndLockSelectedPages(c, mdl, crooked, USER, READ));
      }
      case OUTSIDE_USER_SPACE -> {
        long system = segments(user, memory(PAGE));
        refused(why, () -> mmProbeAndLockSelectedPages(c, mdl, system, USER, READ));
      }
      case NOT_ACCESSIBLE -> {
        refused(why, () -> mmProbeAndLockSelectedPages(c, mdl, two, USER, WRITE));
        long both = segments(user, memory(PAGE));
        refused(why, () -> mmProbeAndLockSelectedPages(c, mdl, both, KERNEL, READ));
        c.processor().attach(null);
        refused(why, () -> mmProbeAndLockSelectedPages(c, mdl, two, USER, READ));
      }
      case NO_FRAMES -> {
        c.load(user, 1);
        refused(
            why,
            () -> {
              machine.failures().failNth(1, EnumSet.of(AllocationPoint.FRAME));
              mmProbeAndLockSelectedPages(c, mdl, two, USER, READ);
            });
      }
      case NO_MEMORY -> {
        long own = memory(PAGE);
        mmInitializeMdl(c, own, 0, 100 * PAGE);
        c.store(own + MdlLayout.PFNS, 8, MdlLayout.LIST_HEAD);
        machine.failures().failAll();
        refused(why, () -> mmProbeAndLockSelectedPages(c, own, two, KERNEL, READ));
      }
      case NOT_RAM -> {
        long one = blankMdl(0, PAGE);
        long io = segments(deviceAddress(1));
        doneWith(why, () -> mmProbeAndLockSelectedPages(c, one, io, KERNEL, READ));
        mmUnlockPages(c, one);
        kernel.verifier().setOn(true);
        misused(why, () -> mmProbeAndLockSelectedPages(c, one, io, KERNEL, READ));
      }
    }
  }

  @ParameterizedTest(name = "MmProtectMdlSystemAddress {0}")
  @EnumSource
  void mmProtectMdlSystemAddressAnswers(MmProtectMdlSystemAddress why) {
    long mdl = lockedMdl(2 * PAGE, 0);
    long va = mapped(mdl);
    switch (why) {
      case DONE -> succeeds(why, () -> mmProtectMdlSystemAddress(c, mdl, PAGE_NOACCESS));
      case IRQL_TOO_HIGH -> {
        c.processor().setIrql(Irql.LOWEST_DEVICE_LEVEL);
        isStatus(why, () -> mmProtectMdlSystemAddress(c, mdl, PAGE_READONLY));
      }
      case BAD_PROTECTION -> {
        isStatus(why, () -> mmProtectMdlSystemAddress(c, mdl, PAGE_WRITECOPY));
        isStatus(why, () -> mmProtectMdlSystemAddress(c, mdl, PAGE_READONLY | PAGE_NOCACHE));
        isStatus(why, () -> mmProtectMdlSystemAddress(c, mdl, 0));
      }
      case NOT_MAPPED -> {
        long other = lockedMdl(PAGE, 0);
        isStatus(why, () -> mmProtectMdlSystemAddress(c, other, PAGE_READONLY));
      }
      case INVALID_MAPPING -> {
        c.store(mdl + MdlLayout.MAPPED_SYSTEM_VA, 8, va + PAGE);
        isStatus(why, () -> mmProtectMdlSystemAddress(c, mdl, PAGE_READONLY));
        parameters(0x1235, mdl, va + PAGE, 2);
      }
      case NO_MEMORY -> {
        long part = ioAllocateMdl(c, 0, (int) PAGE, false, false, 0);
        ioBuildPartialMdl(c, mdl, part, 0, (int) PAGE);
        machine.failures().failAll();
        isStatus(why, () -> mmProtectMdlSystemAddress(c, part, PAGE_READONLY));
      }
    }
  }

  @ParameterizedTest(name = "MmAdvanceMdl {0}")
  @EnumSource
  void mmAdvanceMdlAnswers(MmAdvanceMdl why) {
    long mdl = lockedMdl(3 * PAGE, 0);
    switch (why) {
      case DONE -> {
        succeeds(why, () -> mmAdvanceMdl(c, mdl, 0));
        succeeds(why, () -> mmAdvanceMdl(c, mdl, (int) (3 * PAGE - 1)));
      }
      case IRQL_TOO_HIGH -> {
        c.processor().setIrql(Irql.LOWEST_DEVICE_LEVEL);
        isStatus(why, () -> mmAdvanceMdl(c, mdl, 1));
      }
      case PAST_END -> {
        isStatus(why, () -> mmAdvanceMdl(c, mdl, (int) (3 * PAGE)));
        isStatus(why, () -> mmAdvanceMdl(c, mdl, -1));
      }
      case NO_MEMORY -> {
        c.store(mdl + MdlLayout.BYTE_COUNT, 4, 4000 * PAGE);
        machine.failures().failAll();
        isStatus(why, () -> mmAdvanceMdl(c, mdl, 1));
      }
      case ALLOCATED_PAGES -> {
        long pages = mmAllocatePagesForMdl(c, 0, -1, 0, 2 * PAGE);
        isStatus(why, () -> mmAdvanceMdl(c, pages, (int) PAGE));
      }
      case MAPPING_CHANGED -> {
        long va = mapped(mdl);
        c.store(mdl + MdlLayout.MAPPED_SYSTEM_VA, 8, va + PAGE);
        isStatus(why, () -> mmAdvanceMdl(c, mdl, 1));
        parameters(0x06, mdl, va + PAGE, 3);
      }
      case NOT_LOCKED -> {
        machine.frames().addLocks(pfn(mdl, 1), -1);
        isStatus(why, () -> mmAdvanceMdl(c, mdl, (int) (2 * PAGE)));
        parameters(0x07, pfn(mdl, 1), 0, 0);
      }
    }
  }

  @ParameterizedTest(name = "MmMapMdl {0}")
  @EnumSource
  void mmMapMdlAnswers(MmMapMdl why) {
    long mdl = lockedMdl(2 * PAGE, 0x10);
    long nothing = kernel.functions().register((callee, first, second) -> 0);
    IntSupplier map = () -> mmMapMdl(c, mdl, PAGE_READWRITE, nothing, 0);
    switch (why) {
      case DONE -> succeeds(why, map);
      case IRQL_TOO_HIGH -> {
        c.processor().setIrql(Irql.LOWEST_DEVICE_LEVEL);
        isStatus(why, map);
      }
      case INJECTED -> {
        kernel.verifier().simulateLowResources(10_000, 0);
        isStatus(why, map);
      }
      case BAD_PROTECTION -> {
        isStatus(why, () -> mmMapMdl(c, mdl, PAGE_WRITECOPY, nothing, 0));
        isStatus(why, () -> mmMapMdl(c, mdl, 0, nothing, 0));
      }
      case NO_ROUTINE -> {
        isStatus(why, () -> mmMapMdl(c, mdl, PAGE_READWRITE, 0, 0));
        isStatus(why, () -> mmMapMdl(c, mdl, PAGE_READWRITE, nothing + 1, 0));
      }
      case ALREADY_MAPPED -> {
        kernel.verifier().setOn(true);
        int partial = MDL_PAGES_LOCKED | MDL_PARTIAL_HAS_BEEN_MAPPED;
        setFlags(mdl, partial);
        isStatus(why, map);
        parameters(0xB2, mdl, partial, MDL_PARTIAL_HAS_BEEN_MAPPED);
      }
      case NEVER_LOCKED_UNDER_VERIFIER -> {
        kernel.verifier().setOn(true);
        setFlags(mdl, 0);
        isStatus(why, map);
        parameters(0xB3, mdl, 0, MDL_PAGES_LOCKED | MDL_PARTIAL);
      }
      case NEVER_LOCKED -> {
        setFlags(mdl, 0);
        isStatus(why, map);
        parameters(0x1233, pfn(mdl, 0), 0, 0);
      }
      case ZERO_BYTES -> {
        c.store(mdl + MdlLayout.BYTE_COUNT, 4, 0);
        isStatus(why, map);
      }
      case NO_MEMORY -> {
        machine.failures().failAll();
        isStatus(why, map);
      }
      case NOT_MARKED_AS_IO -> {
        long io = deviceMdl();
        setFlags(io, MDL_PAGES_LOCKED);
        isStatus(why, () -> mmMapMdl(c, io, PAGE_READWRITE, nothing, 0));
      }
      case PAGE_NOT_LOCKED_UNDER_VERIFIER -> {
        kernel.verifier().setOn(true);
        machine.frames().addLocks(pfn(mdl, 1), -1);
        isStatus(why, map);
        parameters(0x85, mdl, 3, pfn(mdl, 1));
      }
      case PAGE_NOT_LOCKED -> {
        machine.frames().addLocks(pfn(mdl, 1), -1);
        isStatus(why, map);
        parameters(0x1233, pfn(mdl, 1), 0, 0);
      }
      case CACHE_CONFLICT -> {
        int type = MM_CACHED;
        assertThat(mmMapLockedPagesSpecifyCache(c, deviceMdl(), KERNEL, type, 0, 0, CAREFUL))
            .isNotZero();
        long io = deviceMdl();
        isStatus(why, () -> mmMapMdl(c, io, PAGE_READWRITE | PAGE_NOCACHE, nothing, 0));
      }
      case NO_SYSTEM_PTES -> {
        assertThat(mmAllocateMappingAddress(c, 1020 * PAGE, TAG)).isNotZero();
        isStatus(why, map);
      }
    }
    assertThat(flags(mdl) & MDL_MAPPED_TO_SYSTEM_VA).isZero();
  }
}
