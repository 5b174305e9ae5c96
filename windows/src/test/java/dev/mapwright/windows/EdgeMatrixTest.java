package dev.mapwright.windows;

import static dev.mapwright.windows.abi.MdlFlags.MDL_PAGES_LOCKED;
import static dev.mapwright.windows.abi.PagePriority.HIGH_PAGE_PRIORITY;
import static dev.mapwright.windows.abi.PagePriority.MDL_MAPPING_NO_EXECUTE;
import static dev.mapwright.windows.abi.PageProtection.PAGE_WRITECOPY;
import static dev.mapwright.windows.abi.PoolFlags.POOL_FLAG_NON_PAGED;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmAllocateContiguousMemory;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmFreeContiguousMemory;
import static dev.mapwright.windows.mdl.MdlCalls.ioAllocateMdl;
import static dev.mapwright.windows.mdl.MdlCalls.ioFreeMdl;
import static dev.mapwright.windows.mdl.MdlCalls.mmGetMdlByteCount;
import static dev.mapwright.windows.mdl.MdlCalls.mmGetMdlVirtualAddress;
import static dev.mapwright.windows.mdl.MdlCalls.mmProbeAndLockPages;
import static dev.mapwright.windows.mdl.MdlCalls.mmUnlockPages;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmAdvanceMdl;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmGetSystemAddressForMdlSafe;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmProtectMdlSystemAddress;
import static dev.mapwright.windows.mdl.MdlPagesCalls.mmAllocatePagesForMdl;
import static dev.mapwright.windows.mdl.MdlPagesCalls.mmFreePagesFromMdl;
import static dev.mapwright.windows.pool.PoolCalls.exAllocatePool2;
import static dev.mapwright.windows.pool.PoolCalls.exFreePool;
import static dev.mapwright.windows.pool.PoolCalls.exFreePoolWithTag;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.answer.MmProbeAndLockPages;
import dev.mapwright.windows.bugcheck.NtStatusException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The quick list of edges of MDLs, each row with its sentence as its name. The rows of reserved
 * mappings, I/O space and zero bytes stand with the tests of those.
 */
class EdgeMatrixTest extends MdlTest {
  private static final int CAREFUL = HIGH_PAGE_PRIORITY | MDL_MAPPING_NO_EXECUTE;

  private void reported(int code, long kind) {
    assertThat(lastReport().code()).isEqualTo(code);
    assertThat(lastReport().parameters().getFirst()).isEqualTo(kind);
  }

  @Test
  @DisplayName("Zero bytes: IoAllocateMdl: zero-byte MDL")
  void zeroBytes() {
    long mdl = ioAllocateMdl(c, memory(PAGE), 0, false, false, 0);
    assertThat(mdl).isNotZero();
    assertThat(mmGetMdlByteCount(c, mdl)).isZero();
    misused(MmProbeAndLockPages.ZERO_BYTES, () -> mmProbeAndLockPages(c, mdl, KERNEL, READ));
    ioFreeMdl(c, mdl);
  }

  @Test
  @DisplayName("Probe-lock twice; unlock twice: 0xC4/0xB0; 0xC4/0x7C or 0x4E/0x07")
  void lockedAndUnlockedTwice() {
    int verified = BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION;
    long mdl = blankMdl(memory(2 * PAGE), 2 * PAGE);
    mmProbeAndLockPages(c, mdl, KERNEL, WRITE);
    kernel.verifier().setOn(true);
    misused(MmProbeAndLockPages.WRONG_FLAGS, () -> mmProbeAndLockPages(c, mdl, KERNEL, WRITE));
    reported(verified, 0xB0);
    long pfn = pfn(mdl, 0);
    assertThat(machine.frames().locks(pfn)).isEqualTo(1);
    mmUnlockPages(c, mdl);
    mmUnlockPages(c, mdl);
    reported(verified, 0x7C);
    kernel.verifier().setOn(false);
    mmUnlockPages(c, mdl);
    reported(BugCheckCode.PFN_LIST_CORRUPT, 0x07);
    assertThat(machine.frames().locks(pfn)).isZero();
    assertThat(kernel.reports()).hasSize(3);
  }

  @Test
  @DisplayName("Two MDLs lock one page, one unlocks: page stays locked")
  void lockedByTwo() {
    long page = userMemory(PAGE);
    c.store(page, 8, 77);
    long one = blankMdl(page, 100);
    long other = blankMdl(page + 100, 100);
    mmProbeAndLockPages(c, one, USER, WRITE);
    mmProbeAndLockPages(c, other, USER, READ);
    long pfn = pfn(one, 0);
    assertThat(pfn(other, 0)).isEqualTo(pfn);
    mmUnlockPages(c, one);
    assertThat(machine.frames().locks(pfn)).isEqualTo(1);
    assertThat(kernel.paging().putOut(process.space(), page, PAGE)).isZero();
    mmUnlockPages(c, other);
    assertThat(kernel.paging().putOut(process.space(), page, PAGE)).isEqualTo(1);
    assertThat(c.load(page, 8)).isEqualTo(77);
  }

  @Test
  @DisplayName("Probe for write on a read-only user page: raises ACCESS_VIOLATION, MDL stays BLANK")
  void writingWhatIsReadOnly() {
    long page = userMemory(2 * PAGE, Permissions.READ);
    long mdl = blankMdl(page, 2 * PAGE);
    String before = image();
    assertThatThrownBy(() -> mmProbeAndLockPages(c, mdl, USER, WRITE))
        .isInstanceOfSatisfying(
            NtStatusException.class,
            raised -> assertThat(raised.status()).isEqualTo(NtStatus.STATUS_ACCESS_VIOLATION));
    assertThat(image()).isEqualTo(before);
    assertThat(flags(mdl) & MDL_PAGES_LOCKED).isZero();
    assertThat(pfn(mdl, 0)).isEqualTo(MdlLayout.LIST_HEAD);
    mmProbeAndLockPages(c, mdl, USER, READ);
    mmUnlockPages(c, mdl);
  }

  @Test
  @DisplayName("Free pool/contiguous memory while an MDL locks it: 0x4E/0x9A")
  void freedWhileLocked() {
    long pool = exAllocatePool2(c, POOL_FLAG_NON_PAGED, 2 * PAGE, TAG);
    long small = exAllocatePool2(c, POOL_FLAG_NON_PAGED, 64, TAG);
    long block = mmAllocateContiguousMemory(c, 2 * PAGE, -1);
    Runnable[] frees = {
      () -> exFreePool(c, pool),
      () -> exFreePoolWithTag(c, pool, TAG),
      () -> mmFreeContiguousMemory(c, block)
    };
    long[] locked = {pool, pool, block};
    for (int i = 0; i < frees.length; i++) {
      long mdl = blankMdl(locked[i] + PAGE + 8, 16);
      mmProbeAndLockPages(c, mdl, KERNEL, WRITE);
      String before = image();
      frees[i].run();
      reported(BugCheckCode.PFN_LIST_CORRUPT, 0x9A);
      assertThat(lastReport().parameters().get(1)).isEqualTo(pfn(mdl, 0));
      assertThat(image()).isEqualTo(before);
      mmUnlockPages(c, mdl);
      ioFreeMdl(c, mdl);
    }
    int reports = kernel.reports().size();
    frees[1].run();
    frees[2].run();
    exFreePool(c, small);
    assertThat(kernel.reports()).hasSize(reports);
  }

  @Test
  @DisplayName(
      "MmAdvanceMdl: 0 / ByteCount - 1 / ByteCount: SUCCESS / SUCCESS / INVALID_PARAMETER_2")
  void advanced() {
    long buffer = memory(3 * PAGE);
    long mdl = blankMdl(buffer + 8, 2 * PAGE);
    mmProbeAndLockPages(c, mdl, KERNEL, WRITE);
    int bytes = mmGetMdlByteCount(c, mdl);
    assertThat(mmAdvanceMdl(c, mdl, bytes)).isEqualTo(NtStatus.STATUS_INVALID_PARAMETER_2);
    assertThat(mmGetMdlByteCount(c, mdl)).isEqualTo(bytes);
    assertThat(mmAdvanceMdl(c, mdl, 0)).isEqualTo(NtStatus.STATUS_SUCCESS);
    assertThat(mmGetMdlVirtualAddress(c, mdl)).isEqualTo(buffer + 8);
    assertThat(mmAdvanceMdl(c, mdl, bytes - 1)).isEqualTo(NtStatus.STATUS_SUCCESS);
    assertThat(mmGetMdlByteCount(c, mdl)).isEqualTo(1);
    assertThat(mmGetMdlVirtualAddress(c, mdl)).isEqualTo(buffer + 8 + bytes - 1);
    assertThat(machine.frames().locks(pfnOf(buffer))).isZero();
    assertThat(machine.frames().locks(pfn(mdl, 0))).isEqualTo(1);
    mmUnlockPages(c, mdl);
    assertThat(kernel.reports()).isEmpty();
  }

  @Test
  @DisplayName(
      "MmProtectMdlSystemAddress: WRITECOPY / unmapped MDL:"
          + " INVALID_PAGE_PROTECTION / NOT_MAPPED_VIEW")
  void protectedWrongly() {
    long mdl = blankMdl(memory(PAGE), PAGE);
    mmProbeAndLockPages(c, mdl, KERNEL, WRITE);
    assertThat(mmProtectMdlSystemAddress(c, mdl, 2)).isEqualTo(NtStatus.STATUS_NOT_MAPPED_VIEW);
    long va = mmGetSystemAddressForMdlSafe(c, mdl, CAREFUL);
    assertThat(mmProtectMdlSystemAddress(c, mdl, PAGE_WRITECOPY))
        .isEqualTo(NtStatus.STATUS_INVALID_PAGE_PROTECTION);
    c.store(va, 8, 1);
    mmUnlockPages(c, mdl);
    assertThat(mmProtectMdlSystemAddress(c, mdl, PAGE_WRITECOPY))
        .isEqualTo(NtStatus.STATUS_INVALID_PAGE_PROTECTION);
    assertThat(kernel.reports()).isEmpty();
  }

  @Test
  @DisplayName("MmAllocatePagesForMdl gets half the memory: success, smaller ByteCount")
  void halfOfIt() {
    long low = 0x2000 * PAGE;
    long high = low + 8 * PAGE - 1;
    long mdl = mmAllocatePagesForMdl(c, low, high, 0, 16 * PAGE);
    assertThat(mdl).isNotZero();
    assertThat(mmGetMdlByteCount(c, mdl)).isEqualTo(8 * (int) PAGE);
    for (int i = 0; i < 8; i++) {
      assertThat(Pages.address(pfn(mdl, i))).isBetween(low, high);
    }
    mmFreePagesFromMdl(c, mdl);
    exFreePool(c, mdl);
    assertThat(kernel.reports()).isEmpty();
  }
}
