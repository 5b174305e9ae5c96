package dev.mapwright.windows;

import static dev.mapwright.windows.abi.MemoryCachingType.MM_CACHED;
import static dev.mapwright.windows.abi.MemoryCachingType.MM_NON_CACHED;
import static dev.mapwright.windows.abi.PoolFlags.POOL_FLAG_NON_PAGED;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmAllocateContiguousMemory;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmFreeContiguousMemory;
import static dev.mapwright.windows.iospace.IoSpaceCalls.mmMapIoSpace;
import static dev.mapwright.windows.iospace.IoSpaceCalls.mmUnmapIoSpace;
import static dev.mapwright.windows.mdl.MdlCalls.mmInitializeMdl;
import static dev.mapwright.windows.mdl.MdlCalls.mmProbeAndLockPages;
import static dev.mapwright.windows.mdl.MdlCalls.mmUnlockPages;
import static dev.mapwright.windows.pool.PoolCalls.exAllocatePool2;
import static dev.mapwright.windows.pool.PoolCalls.exFreePoolWithTag;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.windows.abi.MdlFlags;
import dev.mapwright.windows.bugcheck.NtStatusException;
import dev.mapwright.windows.context.NtContext;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Two processors that do something to the same mapping or block at the same time. */
class IoSpaceRaceTest extends WindowsTest {
  private static final long DEVICE = FIRST_DEVICE_PFN * PAGE;
  private static final int ROUNDS = 300;

  private final CyclicBarrier barrier = new CyclicBarrier(2);
  private final AtomicReference<Throwable> failed = new AtomicReference<>();

  private void run(Runnable action) {
    try {
      barrier.await();
      action.run();
    } catch (NtStatusException raised) {
      // an answer like others
    } catch (Exception | Error wrong) {
      failed.set(wrong);
    }
  }

  private void both(Runnable first, Runnable second) throws InterruptedException {
    Thread one = new Thread(() -> run(first));
    Thread other = new Thread(() -> run(second));
    one.start();
    other.start();
    one.join();
    other.join();
    assertThat(failed.get()).isNull();
  }

  @Test
  void ofTwoThatUnmapOrFreeTheSameOneIsTooLate() throws InterruptedException {
    NtContext other = kernel.newContext(driver);
    String before = image();
    for (int round = 1; round <= ROUNDS; round++) {
      long mapped = mmMapIoSpace(c, DEVICE, 2 * PAGE, MM_NON_CACHED);
      both(
          () -> mmUnmapIoSpace(c, mapped, 2 * PAGE), () -> mmUnmapIoSpace(other, mapped, 2 * PAGE));
      assertThat(lastReport().parameters()).startsWith(0x400L);
      long block = mmAllocateContiguousMemory(c, 2 * PAGE, -1);
      both(() -> mmFreeContiguousMemory(c, block), () -> mmFreeContiguousMemory(other, block));
      assertThat(lastReport().parameters()).startsWith(0x60L);
      long pool = exAllocatePool2(c, POOL_FLAG_NON_PAGED, PAGE, TAG);
      both(() -> exFreePoolWithTag(c, pool, TAG), () -> exFreePoolWithTag(other, pool, TAG));
      assertThat(lastReport().parameters()).startsWith(0x07L);
      assertThat(kernel.reports()).hasSize(3 * round);
    }
    assertThat(image()).isEqualTo(before);
  }

  @Test
  void aBlockIsLockedOrFreedAndNeverBoth() throws InterruptedException {
    NtContext other = kernel.newContext(driver);
    long mdl = memory(0x38);
    int locked = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long block = mmAllocateContiguousMemory(c, PAGE, -1);
      mmInitializeMdl(c, mdl, block, PAGE);
      both(() -> mmFreeContiguousMemory(c, block), () -> mmProbeAndLockPages(other, mdl, 0, 0));
      boolean there = kernel.contiguousMemory().at(block >>> 12) != null;
      assertThat((flags(mdl) & MdlFlags.MDL_PAGES_LOCKED) != 0).isEqualTo(there);
      if (there) {
        locked++;
        mmUnlockPages(c, mdl);
        mmFreeContiguousMemory(c, block);
      }
      machine
          .frames()
          .forEachAllocated(
              (pfn, owner, tag) -> assertThat(owner).isNotEqualTo(FrameOwner.HELD_BACK));
    }
    assertThat(locked).isLessThan(ROUNDS);
  }

  @Test
  void ramThatIsFreedWhileItIsMappedIsNobodysUntilItIsUnmapped() throws InterruptedException {
    NtContext other = kernel.newContext(driver);
    String before = image();
    for (int round = 0; round < ROUNDS; round++) {
      long pfn = machine.frames().allocate(FrameOwner.POOL, 7);
      long[] mapped = new long[1];
      both(
          () -> machine.frames().free(pfn),
          () -> mapped[0] = mmMapIoSpace(other, pfn * PAGE, PAGE, MM_CACHED));
      assertThat(mapped[0]).isNotZero();
      assertThat(machine.frames().owner(pfn)).isEqualTo(FrameOwner.HELD_BACK);
      mmUnmapIoSpace(other, mapped[0], PAGE);
      assertThat(machine.frames().owner(pfn)).isEqualTo(FrameOwner.FREE);
    }
    assertThat(image()).isEqualTo(before);
  }
}
