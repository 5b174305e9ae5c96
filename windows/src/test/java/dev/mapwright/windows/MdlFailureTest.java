package dev.mapwright.windows;

import static dev.mapwright.windows.abi.MemoryCachingType.MM_CACHED;
import static dev.mapwright.windows.abi.MemoryCachingType.MM_NON_CACHED;
import static dev.mapwright.windows.abi.PagePriority.HIGH_PAGE_PRIORITY;
import static dev.mapwright.windows.abi.PagePriority.MDL_MAPPING_NO_EXECUTE;
import static dev.mapwright.windows.abi.PagePriority.MDL_MAPPING_WITH_GUARD_PTES;
import static dev.mapwright.windows.abi.PageProtection.PAGE_READWRITE;
import static dev.mapwright.windows.mdl.MdlCalls.ioAllocateMdl;
import static dev.mapwright.windows.mdl.MdlCalls.mmProbeAndLockPages;
import static dev.mapwright.windows.mdl.MdlCalls.mmUnlockPages;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmMapLockedPagesSpecifyCache;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmMapMdl;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmUnmapLockedPages;
import static dev.mapwright.windows.mdl.MdlPagesCalls.mmAllocatePagesForMdl;
import static dev.mapwright.windows.mdl.MdlPagesCalls.mmAllocatePagesForMdlEx;
import static dev.mapwright.windows.mdl.MdlPagesCalls.mmFreePagesFromMdl;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.windows.abi.MdlAllocationFlags;
import dev.mapwright.windows.bugcheck.NtStatusException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Each acquisition of a call failing in turn: a call that is refused has changed nothing. */
class MdlFailureTest extends MdlTest {
  private static final int CAREFUL = HIGH_PAGE_PRIORITY | MDL_MAPPING_NO_EXECUTE;

  /** Lets the first acquisition fail, then the second, until none is left; how many there were. */
  private int sweep(BooleanSupplier call) {
    for (int nth = 1; nth < 1000; nth++) {
      String before = image();
      machine.failures().failNth(nth);
      boolean done;
      try {
        done = call.getAsBoolean();
      } catch (NtStatusException raised) {
        done = false;
      }
      boolean reached = machine.failures().refused() != 0;
      machine.failures().off();
      if (!done) {
        assertThat(image()).as("failure %d", nth).isEqualTo(before);
      }
      if (!reached) {
        assertThat(done).isTrue();
        return nth - 1;
      }
      if (done) {
        return nth; // it goes on without what it could not have
      }
    }
    throw new AssertionError("there is no end");
  }

  @Test
  void allocatingAnMdl() {
    assertThat(sweep(() -> ioAllocateMdl(c, 0, 1 << 20, false, false, 0) != 0)).isPositive();
  }

  @Test
  void allocatingPages() {
    assertThat(sweep(() -> mmAllocatePagesForMdl(c, 0, -1, 0, 40 * PAGE) != 0)).isPositive();
    int all = MdlAllocationFlags.MM_ALLOCATE_FULLY_REQUIRED;
    assertThat(sweep(() -> mmAllocatePagesForMdlEx(c, 0, -1, 0, 40 * PAGE, MM_CACHED, all) != 0))
        .isGreaterThan(40);
  }

  @Test
  void mappingToSystemSpace() {
    long mdl = lockedMdl(600 * PAGE, 8);
    int guarded = CAREFUL | MDL_MAPPING_WITH_GUARD_PTES;
    assertThat(
            sweep(
                () -> mmMapLockedPagesSpecifyCache(c, mdl, KERNEL, MM_CACHED, 0, 0, guarded) != 0))
        .isPositive();
    long pages = mmAllocatePagesForMdl(c, 0, -1, 0, 5 * PAGE);
    assertThat(
            sweep(() ->
                mmMapLockedPagesSpecifyCache(c, pages, KERNEL, MM_NON_CACHED, 0, 0, CAREFUL) != 0))
        .isPositive();
    mmFreePagesFromMdl(c, pages);
  }

  @Test
  void mappingIntoAProcess() {
    long mdl = lockedMdl(20 * PAGE, 8);
    assertThat(
            sweep(() ->
                mmMapLockedPagesSpecifyCache(c, mdl, USER, MM_CACHED, 0x700_0000, 0, CAREFUL) != 0))
        .isPositive();
    assertThat(process.memory().mappings().count()).isEqualTo(1);
  }

  @Test
  void mappingForACallback() {
    long mdl = lockedMdl(3 * PAGE, 8);
    long routine = kernel.functions().register((callee, first, second) -> 0);
    assertThat(sweep(() -> mmMapMdl(c, mdl, PAGE_READWRITE, routine, 0) == 0)).isPositive();
  }

  @Test
  void lockingResidentPagesAndTakingThemAwayAcquiresNothing() {
    long mdl = blankMdl(memory(30 * PAGE), 30 * PAGE);
    mmProbeAndLockPages(c, mdl, KERNEL, WRITE); // the lists of the context grow
    mmUnlockPages(c, mdl);
    machine.failures().failAll();
    for (int i = 0; i < 3; i++) {
      mmProbeAndLockPages(c, mdl, KERNEL, WRITE);
      mmUnlockPages(c, mdl);
    }
    machine.failures().off();
    mmProbeAndLockPages(c, mdl, KERNEL, WRITE);
    long va = mmMapLockedPagesSpecifyCache(c, mdl, KERNEL, MM_CACHED, 0, 0, CAREFUL);
    machine.failures().failAll();
    mmUnmapLockedPages(c, va, mdl);
    mmUnlockPages(c, mdl);
    assertThat(kernel.systemPtes().free()).isEqualTo(1024);
  }
}
