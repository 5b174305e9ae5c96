package dev.mapwright.windows;

import static dev.mapwright.windows.abi.MdlFlags.MDL_IO_SPACE;
import static dev.mapwright.windows.abi.MdlFlags.MDL_MAPPED_TO_SYSTEM_VA;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PAGES_LOCKED;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARTIAL;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARTIAL_HAS_BEEN_MAPPED;
import static dev.mapwright.windows.abi.MdlFlags.MDL_SOURCE_IS_NONPAGED_POOL;
import static dev.mapwright.windows.abi.MdlFlags.MDL_WRITE_OPERATION;
import static dev.mapwright.windows.abi.MemoryCachingType.MM_CACHED;
import static dev.mapwright.windows.abi.PagePriority.HIGH_PAGE_PRIORITY;
import static dev.mapwright.windows.abi.PageProtection.PAGE_READONLY;
import static dev.mapwright.windows.mdl.MdlCalls.mmBuildMdlForNonPagedPool;
import static dev.mapwright.windows.mdl.MdlCalls.mmInitializeMdl;
import static dev.mapwright.windows.mdl.MdlCalls.mmProbeAndLockPages;
import static dev.mapwright.windows.mdl.MdlCalls.mmUnlockPages;
import static dev.mapwright.windows.mdl.MdlMappingCalls.ioBuildPartialMdl;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmAdvanceMdl;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmGetSystemAddressForMdlSafe;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmMapLockedPagesSpecifyCache;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmPrepareMdlForReuse;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmProtectMdlSystemAddress;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmUnmapLockedPages;
import static dev.mapwright.windows.mdl.MdlPagesCalls.mmAllocatePagesForMdl;
import static dev.mapwright.windows.mdl.MdlPagesCalls.mmFreePagesFromMdl;
import static dev.mapwright.windows.reserved.ReservedCalls.mmAllocateMappingAddress;
import static dev.mapwright.windows.reserved.ReservedCalls.mmMapLockedPagesWithReservedMapping;
import static dev.mapwright.windows.reserved.ReservedCalls.mmUnmapReservedMapping;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.bugcheck.NtStatusException;
import dev.mapwright.windows.context.KernelOptions;
import dev.mapwright.windows.context.NtContext;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An MDL that one processor rewrites all the time, in every field, while the other makes calls with
 * it. What a call answers is anybody's guess; but it decides on what it has read, so the books stay
 * right: each lock, system PTE and frame is where the calls that were carried out have put it.
 */
class ScribbledMdlRaceTest extends MdlTest {
  private static final long NANOS =
      "long".equals(System.getProperty("mapwright.campaign")) ? 60_000_000_000L : 800_000_000L;

  /** In one system; the reports of misuse are kept as long as it lives. */
  private static final int CALLS_PER_SYSTEM = 4000;

  private static final int SLOTS = 6;
  private static final int OWN_FRAMES = 5;

  private static final int[] FLAGS = {
    0,
    MDL_PAGES_LOCKED,
    MDL_PAGES_LOCKED | MDL_WRITE_OPERATION,
    MDL_PAGES_LOCKED | MDL_MAPPED_TO_SYSTEM_VA,
    MDL_PAGES_LOCKED | MDL_IO_SPACE,
    MDL_PARTIAL,
    MDL_PARTIAL | MDL_PARTIAL_HAS_BEEN_MAPPED | MDL_MAPPED_TO_SYSTEM_VA,
    MDL_SOURCE_IS_NONPAGED_POOL,
    0xFFFF
  };

  private static final long[] COUNTS = {0, 1, 100, PAGE, 2 * PAGE, 3 * PAGE, 0xFFFF_FFFFL};

  private final long[] ownFrames = new long[OWN_FRAMES];
  private final Random random = new Random(20_261);
  private NtContext scribe = c;
  private long mdl;
  private long target;
  private long base;
  private long buffer;
  private long user;
  private long lastVa;
  private long[] pfns = {};
  private long[] addresses = {};

  /** Locks added less locks taken away by the calls that were carried out. */
  private long locks;

  private volatile boolean stop;

  @ParameterizedTest
  @ValueSource(ints = {Irql.PASSIVE_LEVEL, Irql.DISPATCH_LEVEL})
  void whateverStandsInAnMdlTheBooksStayRight(int level) throws InterruptedException {
    long end = System.nanoTime() + NANOS;
    kernel.close();
    long free = machine.frames().free();
    do {
      stage();
      AtomicReference<Throwable> failed = new AtomicReference<>();
      Thread thread = new Thread(() -> scribble(failed));
      stop = false;
      thread.start();
      try {
        c.processor().setIrql(level);
        for (int i = 0; i < CALLS_PER_SYSTEM && failed.get() == null; i++) {
          call(random.nextInt(17));
        }
      } finally {
        stop = true;
        thread.join();
      }
      assertThat(failed.get()).isNull();
      booksAreRight();
      kernel.close();
      for (long pfn : ownFrames) {
        assertThat(machine.frames().holds(pfn)).isZero();
        machine.frames().free(pfn);
      }
      machine
          .frames()
          .forEachAllocated(
              (pfn, owner, tag) -> assertThat(owner).isNotEqualTo(FrameOwner.HELD_BACK));
      freePagesOfMdls();
      assertThat(machine.frames().free()).isEqualTo(free);
    } while (System.nanoTime() - end < 0);
  }

  /** Pages that were allocated for an MDL outlive the system when nobody has freed them. */
  private void freePagesOfMdls() {
    for (long pfn : pfns) {
      if (pfn >= 0
          && pfn < 0x10_0000
          && machine.frames().isRam(pfn)
          && machine.frames().owner(pfn) == FrameOwner.POOL) {
        machine.frames().free(pfn);
      }
    }
  }

  private void stage() {
    boot(KernelOptions.DEFAULT.with(LAYOUT).recordingMisuse());
    kernel.observe(null);
    process = enter("scribbled");
    scribe = kernel.newContext(driver);
    mdl = memory(MdlLayout.PFNS + 8 * SLOTS);
    target = memory(MdlLayout.PFNS + 8 * SLOTS);
    buffer = memory(3 * PAGE);
    base = mmAllocateMappingAddress(c, 2 * PAGE, TAG);
    user = userMemory(3 * PAGE);
    c.store(user, 8, 1);
    long owned = mmAllocatePagesForMdl(c, 0, -1, 0, 3 * PAGE);
    for (int i = 0; i < OWN_FRAMES; i++) {
      ownFrames[i] = lockedFrame();
    }
    pfns =
        new long[] {
          ownFrames[0],
          ownFrames[1],
          ownFrames[2],
          ownFrames[3],
          ownFrames[4],
          pfn(owned, 0),
          pfn(owned, 1),
          pfn(owned, 2),
          pfnOf(buffer),
          pfnOf(buffer + PAGE),
          -1,
          HOLE_PFN,
          0,
          Long.MIN_VALUE,
          (1L << 40) + 3
        };
    addresses = new long[] {buffer, buffer + PAGE, user, user + PAGE, base, 0, -PAGE, BAD};
    locks = sumOfLocks();
  }

  private long sumOfLocks() {
    long[] sum = new long[1];
    machine.frames().forEachAllocated((pfn, owner, tag) -> sum[0] += machine.frames().locks(pfn));
    return sum[0];
  }

  private void booksAreRight() {
    c.processor().setIrql(Irql.PASSIVE_LEVEL);
    assertThat(sumOfLocks()).isEqualTo(locks);
    long[] taken = new long[1];
    kernel.systemPtes().forEachUse(use -> taken[0] += use.ptes());
    assertThat(kernel.systemPtes().free() + taken[0]).isEqualTo(kernel.systemPtes().total());
    Invariants.verify(machine);
  }

  /** What the other processor does until it is stopped. */
  private void scribble(AtomicReference<Throwable> failed) {
    SplittableRandom dice = new SplittableRandom(7);
    try {
      while (!stop) {
        switch (dice.nextInt(6)) {
          case 0 -> store(MdlLayout.MDL_FLAGS, 2, FLAGS[dice.nextInt(FLAGS.length)]);
          case 1 -> store(MdlLayout.BYTE_COUNT, 4, COUNTS[dice.nextInt(COUNTS.length)]);
          case 2 -> store(MdlLayout.BYTE_OFFSET, 4, dice.nextInt(8) == 0 ? -1 : dice.nextInt(4096));
          case 3 -> store(MdlLayout.START_VA, 8, addresses[dice.nextInt(addresses.length)]);
          case 4 -> {
            long va = dice.nextBoolean() ? lastVa : addresses[dice.nextInt(addresses.length)];
            store(MdlLayout.MAPPED_SYSTEM_VA, 8, va);
          }
          default -> {
            // Mostly pages that can be locked, so that calls get far.
            int most = dice.nextInt(4) == 0 ? pfns.length : 10;
            store(MdlLayout.PFNS + 8 * dice.nextInt(SLOTS), 8, pfns[dice.nextInt(most)]);
          }
        }
      }
    } catch (Throwable wrong) {
      failed.set(wrong);
    }
  }

  private void store(int field, int bytes, long value) {
    scribe.cpu().store(mdl + field, bytes, value);
  }

  private void call(int which) {
    try {
      switch (which) {
        case 0 -> mmInitializeMdl(c, mdl, addresses[random.nextInt(4)], PAGE + random.nextInt(99));
        case 1, 2 -> {
          mmProbeAndLockPages(c, mdl, KERNEL, random.nextInt(2));
          count(1);
        }
        case 3, 4 -> {
          mmUnlockPages(c, mdl);
          count(-1);
        }
        case 5 -> {
          mmFreePagesFromMdl(c, mdl);
          count(-1);
        }
        case 6 -> mmMapLockedPagesWithReservedMapping(c, base, TAG, mdl, MM_CACHED);
        case 7 -> mmUnmapReservedMapping(c, base, TAG, mdl);
        case 8, 9 -> noteVa(mmGetSystemAddressForMdlSafe(c, mdl, HIGH_PAGE_PRIORITY));
        case 10 -> mmMapLockedPagesSpecifyCache(c, mdl, USER, MM_CACHED, 0, 0, 0);
        case 11 -> mmUnmapLockedPages(c, lastVa, mdl);
        case 12 -> mmPrepareMdlForReuse(c, mdl);
        case 13 -> mmProtectMdlSystemAddress(c, mdl, PAGE_READONLY);
        case 14 -> ioBuildPartialMdl(c, mdl, target, addresses[random.nextInt(4)], 100);
        case 15 -> mmBuildMdlForNonPagedPool(c, mdl);
        default -> advance();
      }
    } catch (NtStatusException raised) {
      // an answer like others
    }
  }

  private void noteVa(long va) {
    lastVa = va != 0 ? va : lastVa;
  }

  private void count(int sign) {
    if (RaceTest.succeeded(c)) {
      locks += (long) sign * c.frames().count();
    }
  }

  /** How many pages are passed is not told: they are counted. */
  private void advance() {
    long before = sumOfLocks();
    mmAdvanceMdl(c, mdl, random.nextInt(6000));
    locks += sumOfLocks() - before;
  }
}
