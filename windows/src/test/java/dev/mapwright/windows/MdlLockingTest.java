package dev.mapwright.windows;

import static dev.mapwright.windows.abi.MdlFlags.MDL_ALLOCATED_FIXED_SIZE;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PAGES_LOCKED;
import static dev.mapwright.windows.abi.MdlFlags.MDL_SOURCE_IS_NONPAGED_POOL;
import static dev.mapwright.windows.abi.MdlFlags.MDL_WRITE_OPERATION;
import static dev.mapwright.windows.mdl.MdlCalls.ioAllocateMdl;
import static dev.mapwright.windows.mdl.MdlCalls.ioFreeMdl;
import static dev.mapwright.windows.mdl.MdlCalls.mmBuildMdlForNonPagedPool;
import static dev.mapwright.windows.mdl.MdlCalls.mmGetMdlByteCount;
import static dev.mapwright.windows.mdl.MdlCalls.mmGetMdlByteOffset;
import static dev.mapwright.windows.mdl.MdlCalls.mmInitializeMdl;
import static dev.mapwright.windows.mdl.MdlCalls.mmProbeAndLockPages;
import static dev.mapwright.windows.mdl.MdlCalls.mmProbeAndLockSelectedPages;
import static dev.mapwright.windows.mdl.MdlCalls.mmSizeOfMdl;
import static dev.mapwright.windows.mdl.MdlCalls.mmUnlockPages;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmGetSystemAddressForMdlSafe;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmMapLockedPagesSpecifyCache;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.answer.MmProbeAndLockPages;
import dev.mapwright.windows.answer.MmUnlockPages;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What making MDLs and locking pages does, beyond the answers. */
class MdlLockingTest extends MdlTest {
  private long lockedMdlOf(long va, long bytes) {
    long mdl = blankMdl(va, bytes);
    mmProbeAndLockPages(c, mdl, KERNEL, WRITE);
    return mdl;
  }

  private int locks(long mdl) {
    return machine.frames().locks(pfn(mdl, 0));
  }

  @Test
  @DisplayName("Zero bytes: IoAllocateMdl: zero-byte MDL")
  void anMdlOfNoBytesIsAllocatedAndGoodForNothing() {
    long mdl = ioAllocateMdl(c, 0x1234, 0, false, false, 0);
    assertThat(mmGetMdlByteCount(c, mdl)).isZero();
    misused(MmProbeAndLockPages.ZERO_BYTES, () -> mmProbeAndLockPages(c, mdl, KERNEL, READ));
    ioFreeMdl(c, mdl);
  }

  @Test
  void anMdlBeginsBlank() {
    long mdl = ioAllocateMdl(c, 0x12_3456, 0x2000, false, false, 0);
    assertThat(c.load(mdl + MdlLayout.NEXT, 8)).isZero();
    assertThat(c.load(mdl + MdlLayout.SIZE, 2)).isEqualTo(0x30 + 3 * 8);
    assertThat(flags(mdl)).isEqualTo(MDL_ALLOCATED_FIXED_SIZE);
    assertThat(c.load(mdl + MdlLayout.START_VA, 8)).isEqualTo(0x12_3000);
    assertThat(mmGetMdlByteOffset(c, mdl)).isEqualTo(0x456);
    long large = ioAllocateMdl(c, 0, 24 * (int) PAGE, false, false, 0);
    assertThat(flags(large)).isZero();
  }

  @Test
  void initializingLeavesWhatItDoesNotWrite() {
    long mdl = memory(0x40);
    c.store(mdl + MdlLayout.PROCESS, 8, 77);
    c.store(mdl + MdlLayout.MAPPED_SYSTEM_VA, 8, 78);
    mmInitializeMdl(c, mdl, 0x5010, 20);
    assertThat(c.load(mdl + MdlLayout.PROCESS, 8)).isEqualTo(77);
    assertThat(c.load(mdl + MdlLayout.MAPPED_SYSTEM_VA, 8)).isEqualTo(78);
    assertThat(c.load(mdl + MdlLayout.START_VA, 8)).isEqualTo(0x5000);
  }

  @Test
  void sizesOfEnormousBuffersDoNotWrap() {
    assertThat(mmSizeOfMdl(c, 0, -1)).isEqualTo(0x30 + 8 * (1L << 52));
    assertThat(mmSizeOfMdl(c, 0xFFF, 0)).isEqualTo(0x38);
  }

  @Test
  void anIrpHasItsMdlOrAChain() {
    long irp = memory(0x40);
    long first = ioAllocateMdl(c, 0, 1, true, false, irp);
    long second = ioAllocateMdl(c, 0, 1, true, false, irp);
    long third = ioAllocateMdl(c, 0, 1, true, false, irp);
    assertThat(c.load(irp + 8, 8)).isEqualTo(first);
    assertThat(c.load(first, 8)).isEqualTo(second);
    assertThat(c.load(second, 8)).isEqualTo(third);
    long alone = ioAllocateMdl(c, 0, 1, false, false, irp);
    assertThat(c.load(irp + 8, 8)).isEqualTo(alone);
    ioFreeMdl(c, second); // not the others
    assertThat(c.load(first, 8)).isEqualTo(second);
  }

  @Test
  @DisplayName("Probe-lock twice; unlock twice: 0xC4/0xB0; 0xC4/0x7C or 0x4E/0x07")
  void pagesAreLockedOnceByAnMdlAndUnlockedOnce() {
    long mdl = lockedMdlOf(memory(PAGE), PAGE);
    kernel.verifier().setOn(true);
    misused(MmProbeAndLockPages.WRONG_FLAGS, () -> mmProbeAndLockPages(c, mdl, KERNEL, READ));
    mmUnlockPages(c, mdl);
    refused(MmUnlockPages.NEVER_LOCKED_UNDER_VERIFIER, () -> mmUnlockPages(c, mdl));
    kernel.verifier().setOn(false);
    refused(MmUnlockPages.NOT_LOCKED, () -> mmUnlockPages(c, mdl));
  }

  @Test
  @DisplayName("Two MDLs lock one page, one unlocks: page stays locked")
  void aPageStaysLockedUntilTheLastMdlUnlocksIt() {
    long user = userMemory(PAGE);
    long first = lockedMdlOf(user, PAGE);
    long second = lockedMdlOf(user + 8, 8);
    assertThat(pfn(first, 0)).isEqualTo(pfn(second, 0));
    assertThat(locks(first)).isEqualTo(2);
    mmUnlockPages(c, first);
    assertThat(locks(first)).isEqualTo(1);
    assertThat(kernel.paging().putOut(process.space(), user, PAGE)).isZero();
    mmUnlockPages(c, second);
    assertThat(kernel.paging().putOut(process.space(), user, PAGE)).isEqualTo(1);
  }

  @Test
  @DisplayName("Probe for write on a read-only user page: raises ACCESS_VIOLATION, MDL stays BLANK")
  void aReadOnlyPageIsNotLockedForWriting() {
    long user = userMemory(2 * PAGE);
    process.memory().protect(user + PAGE, PAGE, Permissions.READ);
    c.store(user, 1, 1);
    long mdl = blankMdl(user, 2 * PAGE);
    refused(MmProbeAndLockPages.NOT_ACCESSIBLE, () -> mmProbeAndLockPages(c, mdl, USER, WRITE));
    assertThat(flags(mdl)).isEqualTo(MDL_ALLOCATED_FIXED_SIZE);
    assertThat(pfn(mdl, 0)).isEqualTo(MdlLayout.LIST_HEAD);
    mmProbeAndLockPages(c, mdl, USER, READ);
    assertThat(flags(mdl)).isEqualTo(MDL_ALLOCATED_FIXED_SIZE | MDL_PAGES_LOCKED);
  }

  @Test
  void pagesThatAreOutAreBroughtInAndStay() {
    long user = userMemory(3 * PAGE);
    c.store(user + PAGE, 8, 0x1234);
    assertThat(kernel.paging().putOut(process.space(), user, 3 * PAGE)).isEqualTo(1);
    long mdl = blankMdl(user, 3 * PAGE);
    mmProbeAndLockPages(c, mdl, USER, WRITE);
    assertThat(kernel.paging().putOut(process.space(), user, 3 * PAGE)).isZero();
    assertThat(flags(mdl) & MDL_WRITE_OPERATION).isNotZero();
    assertThat(c.load(mdl + MdlLayout.PROCESS, 8)).isEqualTo(process.eprocess());
    assertThat(machine.memory().readLong(pfn(mdl, 1) << 12)).isEqualTo(0x1234);
    mmUnlockPages(c, mdl);
    assertThat(kernel.paging().putOut(process.space(), user, 3 * PAGE)).isEqualTo(3);
  }

  @Test
  void aPageThatWasNeverWrittenGetsAFrameOfItsOwn() {
    long user = userMemory(2 * PAGE);
    assertThat(c.load(user, 8)).isZero(); // shows the frame of zeros
    long mdl = blankMdl(user, 2 * PAGE);
    mmProbeAndLockPages(c, mdl, USER, READ);
    assertThat(pfn(mdl, 0)).isNotEqualTo(pfn(mdl, 1)).isNotEqualTo(machine.frames().zeroFrame());
    c.store(user, 8, 5);
    assertThat(machine.memory().readLong(pfn(mdl, 0) << 12)).isEqualTo(5);
  }

  @Test
  void memoryThatIsFreedWhileItIsLockedIsKeptUntilItIsUnlocked() {
    long user = userMemory(PAGE);
    long mdl = lockedMdlOf(user, PAGE);
    long pfn = pfn(mdl, 0);
    assertThat(process.memory().free(user)).isTrue();
    assertThat(machine.frames().owner(pfn)).isEqualTo(FrameOwner.HELD_BACK);
    mmUnlockPages(c, mdl);
    assertThat(machine.frames().owner(pfn)).isEqualTo(FrameOwner.FREE);
  }

  @Test
  void pagesThatAreNotAdjacentAreLockedOneByOne() {
    long user = userMemory(4 * PAGE);
    c.store(user, 8, 10);
    c.store(user + 3 * PAGE, 8, 13);
    long segments = memory(16);
    c.store(segments, 8, user + 3 * PAGE);
    c.store(segments + 8, 8, user);
    long mdl = blankMdl(0, 2 * PAGE);
    mmProbeAndLockSelectedPages(c, mdl, segments, USER, WRITE);
    long va = mmGetSystemAddressForMdlSafe(c, mdl, 0x4000_0020);
    assertThat(c.load(va, 8)).isEqualTo(13);
    assertThat(c.load(va + PAGE, 8)).isEqualTo(10);
    mmUnlockPages(c, mdl);
    assertThat(kernel.systemPtes().free()).isEqualTo(1024);
  }

  @Test
  void anMdlOverNonpagedPoolHasAnAddressAndNoLocks() {
    long buffer = memory(2 * PAGE);
    c.store(buffer + 0x10, 8, 99);
    long mdl = blankMdl(buffer + 0x10, PAGE);
    mmBuildMdlForNonPagedPool(c, mdl);
    assertThat(flags(mdl) & MDL_SOURCE_IS_NONPAGED_POOL).isNotZero();
    assertThat(mmGetSystemAddressForMdlSafe(c, mdl, 0)).isEqualTo(buffer + 0x10);
    assertThat(locks(mdl)).isZero();
    long user = mmMapLockedPagesSpecifyCache(c, mdl, USER, 1, 0, 0, 0);
    assertThat(c.load(user, 8)).isEqualTo(99);
    assertThat(user & 0xFFF).isEqualTo(0x10);
  }

  @Test
  void whatAnUnlockedListNamesTwiceOrWronglyIsLeftAsItIs() {
    long mdl = lockedMdlOf(memory(3 * PAGE), 3 * PAGE);
    long third = pfn(mdl, 2);
    c.store(mdl + MdlLayout.PFNS + 16, 8, pfn(mdl, 0));
    refused(MmUnlockPages.NOT_LOCKED, () -> mmUnlockPages(c, mdl));
    c.store(mdl + MdlLayout.PFNS + 16, 8, FIRST_DEVICE_PFN);
    refused(MmUnlockPages.NOT_LOCKED, () -> mmUnlockPages(c, mdl));
    c.store(mdl + MdlLayout.PFNS + 16, 8, third);
    mmUnlockPages(c, mdl);
    assertThat(kernel.pageLocks().register().mdls()).isZero();
  }

  @Test
  void lockingAndUnlockingTakesNothingOfTheHeap() {
    long buffer = memory(256 * PAGE);
    long mdl = blankMdl(buffer, 256 * PAGE);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    // The compiler may take something for itself in one lot, but not in each.
    long least = Long.MAX_VALUE;
    for (int lot = 0; lot < 6; lot++) {
      long bytes = 0;
      for (int i = 0; i < 500; i++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        mmProbeAndLockPages(c, mdl, KERNEL, WRITE);
        mmUnlockPages(c, mdl);
        bytes += threads.getCurrentThreadAllocatedBytes() - before;
      }
      least = Math.min(least, bytes);
    }
    assertThat(least).isLessThan(500); // less than a byte a round: nothing of ours
  }
}
