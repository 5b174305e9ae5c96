package dev.mapwright.windows;

import static dev.mapwright.windows.abi.MemoryCachingType.MM_CACHED;
import static dev.mapwright.windows.abi.MemoryCachingType.MM_NON_CACHED;
import static dev.mapwright.windows.abi.PagePriority.HIGH_PAGE_PRIORITY;
import static dev.mapwright.windows.abi.PagePriority.MDL_MAPPING_NO_EXECUTE;
import static dev.mapwright.windows.iospace.IoSpaceCalls.mmMapIoSpace;
import static dev.mapwright.windows.iospace.IoSpaceCalls.mmUnmapIoSpace;
import static dev.mapwright.windows.mdl.MdlCalls.mmBuildMdlForNonPagedPool;
import static dev.mapwright.windows.mdl.MdlCalls.mmGetMdlByteCount;
import static dev.mapwright.windows.mdl.MdlCalls.mmGetMdlByteOffset;
import static dev.mapwright.windows.mdl.MdlCalls.mmGetMdlPfnArray;
import static dev.mapwright.windows.mdl.MdlCalls.mmGetMdlVirtualAddress;
import static dev.mapwright.windows.mdl.MdlCalls.mmInitializeMdl;
import static dev.mapwright.windows.mdl.MdlCalls.mmProbeAndLockPages;
import static dev.mapwright.windows.mdl.MdlCalls.mmSizeOfMdl;
import static dev.mapwright.windows.mdl.MdlCalls.mmUnlockPages;
import static dev.mapwright.windows.mdl.MdlMappingCalls.ioBuildPartialMdl;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmAdvanceMdl;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmGetSystemAddressForMdlSafe;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmPrepareMdlForReuse;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmUnmapLockedPages;
import static dev.mapwright.windows.reserved.ReservedCalls.mmAllocateMappingAddress;
import static dev.mapwright.windows.reserved.ReservedCalls.mmMapLockedPagesWithReservedMapping;
import static dev.mapwright.windows.reserved.ReservedCalls.mmUnmapReservedMapping;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.answer.Routine;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The routines that a driver may rely on when there is no memory at all: none acquires anything,
 * and none takes anything of the heap.
 */
class NoAllocationTest extends MdlTest {
  private static final int CAREFUL = HIGH_PAGE_PRIORITY | MDL_MAPPING_NO_EXECUTE;
  private static final int PAGES = 40;
  private static final long DEVICE = FIRST_DEVICE_PFN * PAGE;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int ROUNDS = 1_000;
  private static final int ATTEMPTS = 8;

  private static final Set<Routine> PROMISED =
      EnumSet.of(
          Routine.MM_MAP_LOCKED_PAGES_WITH_RESERVED_MAPPING,
          Routine.MM_UNMAP_RESERVED_MAPPING,
          Routine.MM_UNLOCK_PAGES,
          Routine.MM_UNMAP_LOCKED_PAGES,
          Routine.MM_UNMAP_IO_SPACE,
          Routine.IO_BUILD_PARTIAL_MDL,
          Routine.MM_INITIALIZE_MDL,
          Routine.MM_PREPARE_MDL_FOR_REUSE,
          Routine.MM_BUILD_MDL_FOR_NON_PAGED_POOL,
          Routine.MM_ADVANCE_MDL,
          Routine.MM_GET_MDL_BYTE_COUNT,
          Routine.MM_GET_MDL_BYTE_OFFSET,
          Routine.MM_GET_MDL_VIRTUAL_ADDRESS,
          Routine.MM_GET_MDL_PFN_ARRAY,
          Routine.MM_SIZE_OF_MDL);

  private final long buffer = memory(PAGES * PAGE);
  private final long locked = anMdl();
  private final long mapped = anMdl();
  private final long nonPaged = anMdl();
  private final long partial = anMdl();
  private final long base = mmAllocateMappingAddress(c, PAGES * PAGE, TAG);
  private final long freePtes = kernel.systemPtes().free();
  private final long shown = lockedMdl(PAGES * PAGE, 0);
  private long device;
  private long va;
  private int refused;

  private long anMdl() {
    return memory(MdlLayout.PFNS + 8L * (PAGES + 1));
  }

  /** What needs memory, while there is some. */
  private void prepare() {
    mmInitializeMdl(c, locked, buffer, PAGES * PAGE);
    mmProbeAndLockPages(c, locked, KERNEL, WRITE);
    mmGetSystemAddressForMdlSafe(c, locked, CAREFUL);
    mmInitializeMdl(c, mapped, buffer + 8, 9 * PAGE);
    mmProbeAndLockPages(c, mapped, KERNEL, WRITE);
    mmInitializeMdl(c, partial, buffer, PAGES * PAGE);
    ioBuildPartialMdl(c, mapped, partial, buffer + PAGE, 2 * (int) PAGE);
    mmGetSystemAddressForMdlSafe(c, partial, CAREFUL);
    va = mmGetSystemAddressForMdlSafe(c, mapped, CAREFUL);
    device = mmMapIoSpace(c, DEVICE, 5 * PAGE, MM_NON_CACHED);
  }

  /** Bytes of the heap that each call of {@link #promised} has taken, in their order. */
  private final long[] taken = new long[20];

  private int call;
  private long bytesBefore;

  private void check() {
    refused += c.lastRefusal() == null ? 0 : 1;
    long now = THREADS.getCurrentThreadAllocatedBytes();
    taken[call++] += now - bytesBefore;
    bytesBefore = now;
  }

  /** What needs none. */
  private void promised() {
    call = 0;
    bytesBefore = THREADS.getCurrentThreadAllocatedBytes();
    mmMapLockedPagesWithReservedMapping(c, base, TAG, shown, MM_CACHED);
    check();
    mmUnmapReservedMapping(c, base, TAG, shown);
    check();
    mmPrepareMdlForReuse(c, partial);
    check();
    ioBuildPartialMdl(c, mapped, partial, buffer + 8, 5 * (int) PAGE);
    check();
    mmInitializeMdl(c, nonPaged, buffer, PAGES * PAGE);
    check();
    mmBuildMdlForNonPagedPool(c, nonPaged);
    check();
    long sum = mmSizeOfMdl(c, buffer, PAGE) + mmGetMdlByteCount(c, nonPaged);
    check();
    sum += mmGetMdlByteOffset(c, nonPaged) + mmGetMdlVirtualAddress(c, nonPaged);
    check();
    sum += mmGetMdlPfnArray(c, nonPaged);
    check();
    refused += sum == 0 ? 1 : 0;
    mmAdvanceMdl(c, locked, 3 * (int) PAGE + 5);
    check();
    mmUnlockPages(c, locked);
    check();
    mmUnmapLockedPages(c, va, mapped);
    check();
    mmUnlockPages(c, mapped);
    check();
    mmUnmapIoSpace(c, device, 5 * PAGE);
    check();
  }

  @Test
  void nothingIsAcquiredWhileEveryAllocationFails() {
    EnumSet<Routine> called = EnumSet.noneOf(Routine.class);
    kernel.observe(condition -> {
      called.add(condition.answer().routine());
      observed(condition);
    });
    for (int level : new int[] {Irql.PASSIVE_LEVEL, Irql.DISPATCH_LEVEL}) {
      prepare();
      String before = image();
      called.clear();
      c.processor().setIrql(level);
      machine.failures().failAll();
      promised();
      assertThat(machine.failures().asked()).isZero();
      machine.failures().off();
      c.processor().setIrql(Irql.PASSIVE_LEVEL);
      assertThat(called).isEqualTo(PROMISED);
      assertThat(refused).isZero();
      assertThat(image()).isNotEqualTo(before);
    }
    assertThat(kernel.systemPtes().free()).isEqualTo(freePtes);
    assertThat(kernel.pageLocks().register().mdls()).isZero();
    assertThat(kernel.reports()).isEmpty();
  }

  @Test
  void nothingIsTakenOfTheHeap() {
    kernel.observe(null);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Arrays.fill(taken, 0);
      for (int i = 0; i < ROUNDS; i++) {
        prepare();
        promised();
      }
      if (Arrays.stream(taken).sum() == 0) {
        break;
      }
    }
    assertThat(taken).containsOnly(0);
    assertThat(refused).isZero();
  }

  /** The measurement sees an allocation. */
  @Test
  void aRefusalThatIsAskedForTakesSome() {
    mmUnlockPages(c, locked);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    assertThat(String.valueOf(c.lastRefusal())).isNotEmpty();
    assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isPositive();
  }
}
