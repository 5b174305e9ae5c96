package dev.mapwright.windows;

import static dev.mapwright.windows.abi.MappingAddressFlags.MM_MAPPING_ADDRESS_DIVISIBLE;
import static dev.mapwright.windows.abi.MemoryCachingType.MM_CACHED;
import static dev.mapwright.windows.abi.MemoryCachingType.MM_NON_CACHED;
import static dev.mapwright.windows.abi.PagePriority.HIGH_PAGE_PRIORITY;
import static dev.mapwright.windows.abi.PagePriority.MDL_MAPPING_NO_EXECUTE;
import static dev.mapwright.windows.abi.PoolFlags.POOL_FLAG_NON_PAGED;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmAllocateContiguousMemory;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmFreeContiguousMemory;
import static dev.mapwright.windows.iospace.IoSpaceCalls.mmMapIoSpace;
import static dev.mapwright.windows.iospace.IoSpaceCalls.mmUnmapIoSpace;
import static dev.mapwright.windows.mdl.MdlCalls.mmInitializeMdl;
import static dev.mapwright.windows.mdl.MdlCalls.mmProbeAndLockPages;
import static dev.mapwright.windows.mdl.MdlCalls.mmUnlockPages;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmGetSystemAddressForMdlSafe;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmUnmapLockedPages;
import static dev.mapwright.windows.mdl.MdlPagesCalls.mmAllocatePagesForMdl;
import static dev.mapwright.windows.mdl.MdlPagesCalls.mmFreePagesFromMdl;
import static dev.mapwright.windows.pool.PoolCalls.exAllocatePool2;
import static dev.mapwright.windows.pool.PoolCalls.exFreePool;
import static dev.mapwright.windows.reserved.ReservedCalls.mmAllocateMappingAddress;
import static dev.mapwright.windows.reserved.ReservedCalls.mmAllocateMappingAddressEx;
import static dev.mapwright.windows.reserved.ReservedCalls.mmFreeMappingAddress;
import static dev.mapwright.windows.reserved.ReservedCalls.mmMapLockedPagesWithReservedMapping;
import static dev.mapwright.windows.reserved.ReservedCalls.mmUnmapReservedMapping;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.context.NtContext;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two processors that do nothing wrong, each with things of its own: every call of both is carried
 * out, and in the end the books that they share say what they said before.
 */
class BusyRaceTest extends RaceTest {
  private static final int CAREFUL = HIGH_PAGE_PRIORITY | MDL_MAPPING_NO_EXECUTE;
  private static final long BYTES = 2 * PAGE;
  private static final int CALLS = 40;

  /** The buffer that both lock. */
  private long buffer;

  /** The reservation in which each has a half. */
  private long shared;

  /** One processor's things. */
  private final class Worker {
    private final NtContext x;
    private final long mdl = memory(MdlLayout.PFNS + 8 * 2);
    private final long slot;
    private final SplittableRandom dice;

    Worker(NtContext x, int number) {
      this.x = x;
      slot = shared + number * BYTES;
      dice = new SplittableRandom(number);
    }

    private void done(boolean right) {
      if (!right || !succeeded(x)) {
        throw new AssertionError(x.lastRefusal());
      }
    }

    private void done() {
      done(true);
    }

    void work() {
      int kinds = level < Irql.DISPATCH_LEVEL ? 7 : 5;
      for (int i = 0; i < CALLS; i++) {
        switch (dice.nextInt(kinds)) {
          case 0 -> lockAndMap();
          case 1 -> lockAndMapInTheReservation();
          case 2 -> registers();
          case 3 -> pool();
          case 4 -> contiguous();
          case 5 -> reservation();
          default -> pages();
        }
      }
    }

    private void lock() {
      mmInitializeMdl(x, mdl, buffer, BYTES);
      mmProbeAndLockPages(x, mdl, KERNEL, WRITE);
      done();
    }

    private void unlock() {
      mmUnlockPages(x, mdl);
      done();
    }

    private void lockAndMap() {
      lock();
      long va = mmGetSystemAddressForMdlSafe(x, mdl, CAREFUL);
      done(va != 0);
      if (dice.nextBoolean()) {
        mmUnmapLockedPages(x, va, mdl);
        done();
      }
      unlock();
    }

    private void lockAndMapInTheReservation() {
      lock();
      done(mmMapLockedPagesWithReservedMapping(x, slot, TAG, mdl, MM_CACHED) == slot);
      mmUnmapReservedMapping(x, slot, TAG, mdl);
      done();
      unlock();
    }

    private void registers() {
      long va = mmMapIoSpace(x, FIRST_DEVICE_PFN * PAGE, PAGE, MM_NON_CACHED);
      done(va != 0);
      mmUnmapIoSpace(x, va, PAGE);
      done();
    }

    private void pool() {
      long block = exAllocatePool2(x, POOL_FLAG_NON_PAGED, dice.nextInt(1, 5000), TAG);
      done(block != 0);
      exFreePool(x, block);
      done();
    }

    private void contiguous() {
      long block = mmAllocateContiguousMemory(x, PAGE, -1);
      done(block != 0);
      mmFreeContiguousMemory(x, block);
      done();
    }

    private void reservation() {
      long base = mmAllocateMappingAddress(x, BYTES, TAG);
      done(base != 0);
      mmFreeMappingAddress(x, base, TAG);
      done();
    }

    private void pages() {
      long owner = mmAllocatePagesForMdl(x, 0, -1, 0, BYTES);
      done(owner != 0);
      mmFreePagesFromMdl(x, owner);
      done();
      exFreePool(x, owner);
      done();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {Irql.PASSIVE_LEVEL, Irql.DISPATCH_LEVEL})
  void whoDoesNothingWrongIsNotDisturbedAndTheBooksStayRight(int irql) {
    level = irql;
    Worker[] workers = new Worker[2];
    race(
        () -> {
          buffer = memory(BYTES);
          shared = mmAllocateMappingAddressEx(c, 2 * BYTES, TAG, MM_MAPPING_ADDRESS_DIVISIBLE);
          workers[0] = new Worker(c, 0);
          workers[1] = new Worker(other, 1);
        },
        () -> both(workers[0]::work, workers[1]::work));
    assertThat(kernel.reports()).isEmpty();
  }
}
