package dev.mapwright.windows;

import static dev.mapwright.windows.abi.MappingAddressFlags.MM_MAPPING_ADDRESS_DIVISIBLE;
import static dev.mapwright.windows.abi.MdlAllocationFlags.MM_ALLOCATE_FULLY_REQUIRED;
import static dev.mapwright.windows.abi.MdlAllocationFlags.MM_ALLOCATE_REQUIRE_CONTIGUOUS_CHUNKS;
import static dev.mapwright.windows.abi.MemoryCachingType.MM_CACHED;
import static dev.mapwright.windows.abi.MemoryCachingType.MM_NON_CACHED;
import static dev.mapwright.windows.abi.PagePriority.HIGH_PAGE_PRIORITY;
import static dev.mapwright.windows.abi.PagePriority.MDL_MAPPING_NO_EXECUTE;
import static dev.mapwright.windows.abi.PageProtection.PAGE_NOCACHE;
import static dev.mapwright.windows.abi.PageProtection.PAGE_READWRITE;
import static dev.mapwright.windows.abi.PoolFlags.NON_PAGED_POOL_NX;
import static dev.mapwright.windows.abi.PoolFlags.POOL_FLAG_NON_PAGED;
import static dev.mapwright.windows.abi.PoolFlags.POOL_FLAG_NON_PAGED_EXECUTE;
import static dev.mapwright.windows.abi.PoolFlags.POOL_FLAG_PAGED;
import static dev.mapwright.windows.abi.PoolFlags.POOL_FLAG_RAISE_ON_FAILURE;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmAllocateContiguousMemory;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmAllocateContiguousMemoryEx;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmAllocateContiguousMemorySpecifyCache;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmAllocateContiguousMemorySpecifyCacheNode;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmAllocateContiguousNodeMemory;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmAllocateNonCachedMemory;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmFreeContiguousMemory;
import static dev.mapwright.windows.contiguous.ContiguousCalls.mmFreeNonCachedMemory;
import static dev.mapwright.windows.iospace.IoSpaceCalls.mmAllocateMdlForIoSpace;
import static dev.mapwright.windows.iospace.IoSpaceCalls.mmMapIoSpace;
import static dev.mapwright.windows.iospace.IoSpaceCalls.mmMapIoSpaceEx;
import static dev.mapwright.windows.iospace.IoSpaceCalls.mmUnmapIoSpace;
import static dev.mapwright.windows.irp.IrpCalls.ioAllocateIrp;
import static dev.mapwright.windows.irp.IrpCalls.ioFreeIrp;
import static dev.mapwright.windows.mdl.MdlCalls.ioAllocateMdl;
import static dev.mapwright.windows.mdl.MdlCalls.ioFreeMdl;
import static dev.mapwright.windows.mdl.MdlCalls.mmInitializeMdl;
import static dev.mapwright.windows.mdl.MdlCalls.mmProbeAndLockPages;
import static dev.mapwright.windows.mdl.MdlCalls.mmProbeAndLockProcessPages;
import static dev.mapwright.windows.mdl.MdlCalls.mmProbeAndLockSelectedPages;
import static dev.mapwright.windows.mdl.MdlCalls.mmUnlockPages;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmGetSystemAddressForMdl;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmGetSystemAddressForMdlSafe;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmMapLockedPages;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmMapLockedPagesSpecifyCache;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmMapMdl;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmUnmapLockedPages;
import static dev.mapwright.windows.mdl.MdlPagesCalls.mmAllocateNodePagesForMdlEx;
import static dev.mapwright.windows.mdl.MdlPagesCalls.mmAllocatePagesForMdl;
import static dev.mapwright.windows.mdl.MdlPagesCalls.mmAllocatePagesForMdlEx;
import static dev.mapwright.windows.mdl.MdlPagesCalls.mmFreePagesFromMdl;
import static dev.mapwright.windows.pool.PoolCalls.exAllocatePool2;
import static dev.mapwright.windows.pool.PoolCalls.exAllocatePoolWithTag;
import static dev.mapwright.windows.pool.PoolCalls.exFreePool;
import static dev.mapwright.windows.reserved.ReservedCalls.mmAllocateMappingAddress;
import static dev.mapwright.windows.reserved.ReservedCalls.mmAllocateMappingAddressEx;
import static dev.mapwright.windows.reserved.ReservedCalls.mmFreeMappingAddress;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Permissions;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.check.StateImage;
import dev.mapwright.core.failure.FailurePoints;
import dev.mapwright.core.failure.FailureSweep;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.answer.Answer;
import dev.mapwright.windows.answer.Effect;
import dev.mapwright.windows.bugcheck.NtStatusException;
import dev.mapwright.windows.context.Kernel;
import dev.mapwright.windows.context.KernelOptions;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.context.NtProcess;
import dev.mapwright.windows.context.Refusal;
import dev.mapwright.windows.harness.Processes;
import example.driver.SampleDriver;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every acquisition of every routine fails once: the routine gives the answer that is documented
 * for a shortage, and the system is what it was before. When it ends, nothing is left.
 */
class NthFailureTest {
  private static final long PAGE = WindowsTest.PAGE;
  private static final int TAG = WindowsTest.TAG;
  private static final int CAREFUL = HIGH_PAGE_PRIORITY | MDL_MAPPING_NO_EXECUTE;
  private static final int KERNEL = 0;
  private static final int USER = 1;

  /** More pages than a context has room for at first. */
  private static final int MANY = 70;

  /** What of an image says which pages of the process are resident. */
  private static final Pattern OF_USER_PAGES =
      Pattern.compile(
          "(frame \\d+=(OBJECT|TABLE)|free frames|object|swept (tables|page)|pages out).*");

  /** A driver in a system, on which one call is made. */
  static final class World {
    final SimulatedMachine machine = WindowsTest.newMachine();
    final long zeros = machine.frames().zeroFrame(); // made once, and never given back
    final long freeFrames = machine.frames().free();
    final Kernel kernel =
        Kernel.boot(machine, KernelOptions.DEFAULT.with(WindowsTest.LAYOUT).recordingMisuse());
    final NtContext c = kernel.newContext(kernel.loadDriver("swept"));
    final NtProcess process = kernel.newProcess("swept");
    final long user = process.memory().allocate(MANY * PAGE, Permissions.READ_WRITE);
    final long mdl = nonPaged(PAGE);
    final long out = nonPaged(64);
    final long list = nonPaged(8 * MANY);
    final long locked = nonPaged(PAGE);
    final long irp = ioAllocateIrp(c, 1, false);
    final long callback = kernel.functions().register((callee, first, second) -> 0);
    final long[] frames = new long[MANY];

    World() {
      c.processor().attach(process);
      c.store(list, 8, WindowsTest.FIRST_DEVICE_PFN * PAGE);
      c.store(list + 8, 8, 2 * PAGE);
      mmInitializeMdl(c, locked, 0, MANY * PAGE);
      for (int i = 0; i < MANY; i++) {
        frames[i] = machine.frames().allocate(FrameOwner.POOL, 7);
        machine.frames().addLocks(frames[i], 1);
        c.store(locked + MdlLayout.PFNS + 8L * i, 8, frames[i]);
      }
      c.store(locked + MdlLayout.MDL_FLAGS, 2, 2);
      mmInitializeMdl(c, mdl, user, MANY * PAGE);
      // What a failed probe writes into an MDL.
      c.store(mdl + MdlLayout.PROCESS, 8, 0);
      c.store(mdl + MdlLayout.PFNS, 8, MdlLayout.LIST_HEAD);
      c.store(out, 8, 2 * PAGE);
    }

    long nonPaged(long bytes) {
      return kernel.pools().nonPaged().allocate(bytes, TAG, 0, true);
    }

    /** Some pages of the process are resident, some are out, some never were there. */
    void mixPages() {
      for (int i = 0; i < MANY; i += 3) {
        c.store(user + i * PAGE, 8, i);
      }
      kernel.paging().putOut(process.space(), user, MANY / 2 * PAGE);
    }

    void segments() {
      for (int i = 0; i < MANY; i++) {
        c.store(list + 8L * i, 8, user + (MANY - 1 - i) * PAGE);
      }
    }

    String image() {
      return StateImage.of(machine) + "\n" + kernel.describe();
    }

    long locks() {
      long[] sum = new long[1];
      machine.frames().forEachAllocated((pfn, owner, tag) -> sum[0] += machine.frames().locks(pfn));
      return sum[0];
    }

    /** Ends the system: what the call has left behind shows. */
    void end() {
      Processes.end(c, process);
      assertThat(kernel.process(process.eprocess())).isNull();
      kernel.close();
      for (long pfn : frames) {
        assertThat(machine.frames().holds(pfn)).isZero();
        machine.frames().free(pfn);
      }
      assertThat(machine.census().leaks()).isEmpty();
      assertThat(machine.frames().free()).isEqualTo(freeFrames);
      machine.close();
    }
  }

  /** Makes one call; what it returned is kept for {@link Call#undo}. */
  enum Call {
    IO_ALLOCATE_MDL {
      @Override
      long make(World w) {
        return ioAllocateMdl(w.c, w.user, 5000 * (int) PAGE, false, false, w.irp);
      }

      @Override
      void undo(World w, long result) {
        ioFreeMdl(w.c, result);
      }
    },
    PROBE_AND_LOCK {
      @Override
      void prepare(World w) {
        w.mixPages();
      }

      @Override
      long make(World w) {
        mmProbeAndLockPages(w.c, w.mdl, USER, 1);
        return 1;
      }

      @Override
      void undo(World w, long result) {
        mmUnlockPages(w.c, w.mdl);
      }
    },
    PROBE_AND_LOCK_TO_READ {
      @Override
      long make(World w) {
        mmProbeAndLockPages(w.c, w.mdl, KERNEL, 0);
        return 1;
      }

      @Override
      void undo(World w, long result) {
        mmUnlockPages(w.c, w.mdl);
      }
    },
    PROBE_AND_LOCK_PROCESS {
      @Override
      void prepare(World w) {
        w.mixPages();
        w.c.processor().attach(null);
      }

      @Override
      long make(World w) {
        mmProbeAndLockProcessPages(w.c, w.mdl, w.process.eprocess(), USER, 1);
        return 1;
      }

      @Override
      void undo(World w, long result) {
        mmUnlockPages(w.c, w.mdl);
      }
    },
    PROBE_AND_LOCK_SELECTED {
      @Override
      void prepare(World w) {
        w.mixPages();
        w.segments();
      }

      @Override
      long make(World w) {
        mmProbeAndLockSelectedPages(w.c, w.mdl, w.list, USER, 1);
        return 1;
      }

      @Override
      void undo(World w, long result) {
        mmUnlockPages(w.c, w.mdl);
      }
    },
    ALLOCATE_PAGES {
      @Override
      long make(World w) {
        return mmAllocatePagesForMdlEx(
            w.c, 0, -1, 0, MANY * PAGE, MM_CACHED, MM_ALLOCATE_FULLY_REQUIRED);
      }

      @Override
      void undo(World w, long result) {
        mmFreePagesFromMdl(w.c, result);
        exFreePool(w.c, result);
      }
    },
    ALLOCATE_CHUNKS {
      @Override
      long make(World w) {
        return mmAllocateNodePagesForMdlEx(
            w.c,
            0,
            -1,
            4 * PAGE,
            64 * PAGE,
            MM_NON_CACHED,
            0,
            MM_ALLOCATE_REQUIRE_CONTIGUOUS_CHUNKS | MM_ALLOCATE_FULLY_REQUIRED);
      }

      @Override
      void undo(World w, long result) {
        mmFreePagesFromMdl(w.c, result);
        exFreePool(w.c, result);
      }
    },
    MAP_SPECIFY_CACHE {
      @Override
      long make(World w) {
        return mmMapLockedPagesSpecifyCache(w.c, w.locked, KERNEL, MM_CACHED, 0, 0, CAREFUL);
      }

      @Override
      void undo(World w, long result) {
        mmUnmapLockedPages(w.c, result, w.locked);
      }
    },
    MAP_TO_USER {
      @Override
      long make(World w) {
        return mmMapLockedPagesSpecifyCache(w.c, w.locked, USER, MM_CACHED, 0, 0, CAREFUL);
      }

      @Override
      void undo(World w, long result) {
        mmUnmapLockedPages(w.c, result, w.locked);
      }
    },
    MAP_OBSOLETE {
      @Override
      long make(World w) {
        return mmMapLockedPages(w.c, w.locked, KERNEL);
      }

      @Override
      void undo(World w, long result) {
        mmUnmapLockedPages(w.c, result, w.locked);
      }
    },
    MAP_OBSOLETE_TO_USER {
      @Override
      long make(World w) {
        return mmMapLockedPages(w.c, w.locked, USER);
      }

      @Override
      void undo(World w, long result) {
        mmUnmapLockedPages(w.c, result, w.locked);
      }
    },
    SYSTEM_ADDRESS {
      @Override
      long make(World w) {
        return mmGetSystemAddressForMdl(w.c, w.locked);
      }

      @Override
      void undo(World w, long result) {
        mmUnmapLockedPages(w.c, result, w.locked);
      }
    },
    SYSTEM_ADDRESS_SAFE {
      @Override
      long make(World w) {
        return mmGetSystemAddressForMdlSafe(w.c, w.locked, CAREFUL);
      }

      @Override
      void undo(World w, long result) {
        mmUnmapLockedPages(w.c, result, w.locked);
      }
    },
    MAP_MDL {
      @Override
      long make(World w) {
        return status(mmMapMdl(w.c, w.locked, PAGE_READWRITE, w.callback, 0));
      }
    },
    RESERVE {
      @Override
      long make(World w) {
        return mmAllocateMappingAddress(w.c, 600 * PAGE, TAG);
      }

      @Override
      void undo(World w, long result) {
        mmFreeMappingAddress(w.c, result, TAG);
      }
    },
    RESERVE_DIVISIBLE {
      @Override
      long make(World w) {
        return mmAllocateMappingAddressEx(w.c, 64 * PAGE, TAG, MM_MAPPING_ADDRESS_DIVISIBLE);
      }

      @Override
      void undo(World w, long result) {
        mmFreeMappingAddress(w.c, result, TAG);
      }
    },
    MAP_IO_SPACE {
      @Override
      long make(World w) {
        return mmMapIoSpace(w.c, WindowsTest.FIRST_DEVICE_PFN * PAGE, 16 * PAGE, MM_NON_CACHED);
      }

      @Override
      void undo(World w, long result) {
        mmUnmapIoSpace(w.c, result, 16 * PAGE);
      }
    },
    MAP_IO_SPACE_EX {
      @Override
      long make(World w) {
        long device = WindowsTest.FIRST_DEVICE_PFN * PAGE;
        return mmMapIoSpaceEx(w.c, device, 16 * PAGE, PAGE_READWRITE | PAGE_NOCACHE);
      }

      @Override
      void undo(World w, long result) {
        mmUnmapIoSpace(w.c, result, 16 * PAGE);
      }
    },
    MDL_FOR_IO_SPACE {
      @Override
      void prepare(World w) {
        w.c.store(w.out, 8, 0);
      }

      @Override
      long make(World w) {
        return status(mmAllocateMdlForIoSpace(w.c, w.list, 1, w.out));
      }

      @Override
      void undo(World w, long result) {
        ioFreeMdl(w.c, w.c.load(w.out, 8));
      }
    },
    CONTIGUOUS {
      @Override
      long make(World w) {
        return mmAllocateContiguousMemory(w.c, 5 * PAGE, -1);
      }

      @Override
      void undo(World w, long result) {
        mmFreeContiguousMemory(w.c, result);
      }
    },
    CONTIGUOUS_CACHE {
      @Override
      long make(World w) {
        return mmAllocateContiguousMemorySpecifyCache(w.c, PAGE, 0, -1, 0, MM_NON_CACHED);
      }

      @Override
      void undo(World w, long result) {
        mmFreeContiguousMemory(w.c, result);
      }
    },
    CONTIGUOUS_CACHE_NODE {
      @Override
      long make(World w) {
        return mmAllocateContiguousMemorySpecifyCacheNode(w.c, PAGE, 0, -1, 0, MM_CACHED, 0);
      }

      @Override
      void undo(World w, long result) {
        mmFreeContiguousMemory(w.c, result);
      }
    },
    CONTIGUOUS_NODE {
      @Override
      long make(World w) {
        return mmAllocateContiguousNodeMemory(w.c, PAGE, 0, -1, 0, PAGE_READWRITE, 0);
      }

      @Override
      void undo(World w, long result) {
        mmFreeContiguousMemory(w.c, result);
      }
    },
    CONTIGUOUS_EX {
      @Override
      long make(World w) {
        return status(
            mmAllocateContiguousMemoryEx(
                w.c, w.out, 0, -1, 0, 0, PAGE_READWRITE, 0, TAG, 0, w.out + 8));
      }

      @Override
      void undo(World w, long result) {
        mmFreeContiguousMemory(w.c, w.c.load(w.out + 8, 8));
      }
    },
    NON_CACHED {
      @Override
      long make(World w) {
        return mmAllocateNonCachedMemory(w.c, 9 * PAGE);
      }

      @Override
      void undo(World w, long result) {
        mmFreeNonCachedMemory(w.c, result, 9 * PAGE);
      }
    },
    POOL {
      @Override
      long make(World w) {
        return exAllocatePool2(w.c, POOL_FLAG_NON_PAGED, 9 * PAGE, TAG);
      }

      @Override
      void undo(World w, long result) {
        exFreePool(w.c, result);
      }
    },
    POOL_EXECUTABLE {
      @Override
      long make(World w) {
        return exAllocatePool2(w.c, POOL_FLAG_NON_PAGED_EXECUTE, 100, TAG);
      }

      @Override
      void undo(World w, long result) {
        exFreePool(w.c, result);
      }
    },
    POOL_PAGED {
      @Override
      long make(World w) {
        return exAllocatePool2(w.c, POOL_FLAG_PAGED | POOL_FLAG_RAISE_ON_FAILURE, 9 * PAGE, TAG);
      }

      @Override
      void undo(World w, long result) {
        exFreePool(w.c, result);
      }
    },
    POOL_WITH_TAG {
      @Override
      long make(World w) {
        return exAllocatePoolWithTag(w.c, NON_PAGED_POOL_NX, 3 * PAGE, TAG);
      }

      @Override
      void undo(World w, long result) {
        exFreePool(w.c, result);
      }
    },
    IRP {
      @Override
      long make(World w) {
        return ioAllocateIrp(w.c, 100, false);
      }

      @Override
      void undo(World w, long result) {
        ioFreeIrp(w.c, result);
      }
    },
    ALLOCATE_PAGES_PLAIN {
      @Override
      long make(World w) {
        return mmAllocatePagesForMdl(w.c, 0x3000 * PAGE, 0x3001 * PAGE - 1, 0, PAGE);
      }

      @Override
      void undo(World w, long result) {
        mmFreePagesFromMdl(w.c, result);
        exFreePool(w.c, result);
      }
    };

    void prepare(World w) {}

    /** Whether {@link World#mixPages} was done. */
    boolean mixed() {
      return name().startsWith("PROBE") && this != PROBE_AND_LOCK_TO_READ;
    }

    /** What has to stay as it is. A probe that fails may have brought pages in. */
    List<String> comparable(String image) {
      boolean probes = name().startsWith("PROBE");
      return Arrays.stream(image.split(", |\n"))
          .filter(line -> !probes || !OF_USER_PAGES.matcher(line).matches())
          .toList();
    }

    /** Makes the call; 0 when it failed. */
    abstract long make(World w);

    @SuppressWarnings("UnusedVariable")
    void undo(World w, long result) {}

    static long status(int status) {
      return status == 0 ? 1 : 0;
    }
  }

  /** One run of the sweep: the call, and a comparison with what was there before. */
  private static final class Scenario implements FailureSweep.Scenario {
    private final World w = new World();
    private final Call call;
    private String before = "";
    private long result;

    Scenario(Call call) {
      this.call = call;
    }

    @Override
    public FailurePoints prepare() {
      call.prepare(w);
      before = w.image();
      return w.machine.failures();
    }

    @Override
    public void act() {
      try {
        result = call.make(w);
      } catch (NtStatusException raised) {
        result = 0;
      }
    }

    @Override
    public void check(boolean failed) {
      assertThat(Invariants.violations(w.machine)).isEmpty();
      w.c.processor().attach(w.process);
      if (result == 0) {
        assertThat(failed).as("%s", w.c.lastRefusal()).isTrue();
        shortage(Objects.requireNonNull(w.c.lastRefusal()));
        assertThat(call.comparable(w.image())).as("%s", call).isEqualTo(call.comparable(before));
        assertThat(w.locks()).isEqualTo(MANY);
      } else {
        call.undo(w, result);
      }
      for (int i = 0; i < MANY && call.mixed(); i += 3) {
        assertThat(w.c.load(w.user + i * PAGE, 8)).isEqualTo(i);
      }
      w.end();
    }

    /** The answer is one that is documented for a shortage. */
    private void shortage(Refusal why) {
      Answer answer = why.condition().answer();
      if (answer.effect() == Effect.BUG_CHECK) {
        assertThat(answer.code()).isEqualTo(BugCheckCode.NO_MORE_SYSTEM_PTES);
      } else {
        assertThat(answer.effect()).isIn(Effect.NULL, Effect.STATUS, Effect.RAISED);
        assertThat(why.condition().toString()).matches("NO_.*|NOT_ALL_PAGES");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCallWithoutMemoryIsRefusedAndChangesNothing(Call call) {
    assertThat(FailureSweep.run(() -> new Scenario(call), 2000)).isPositive();
  }

  /** A driver that uses everything, and takes back what it has done when something fails. */
  private static final class WholeDriver implements FailureSweep.Scenario {
    private final World w = new World();
    private final SampleDriver driver =
        new SampleDriver(w.c, WindowsTest.FIRST_DEVICE_PFN * PAGE, w.callback);
    private String before = "";
    private boolean worked;

    @Override
    public FailurePoints prepare() {
      w.c.store(w.user, 8, 1);
      w.c.store(w.user + PAGE, 8, 2);
      assertThat(driver.run(w.user)).isTrue(); // what is made once is there from now on
      before = w.image();
      return w.machine.failures();
    }

    @Override
    public void act() {
      worked = driver.run(w.user);
    }

    @Override
    public void check(boolean failed) {
      assertThat(worked || failed).isTrue(); // fewer pages for an MDL are a success, too
      assertThat(w.kernel.reports()).isEmpty();
      assertThat(w.image()).isEqualTo(before);
      w.end();
    }
  }

  @Test
  void aDriverThatCopesWithEachFailureLeavesNothing() {
    assertThat(FailureSweep.run(WholeDriver::new, 5000))
        .isGreaterThan(SampleDriver.ALLOCATING_STACKS);
  }

  /** The call that takes back: it acquires nothing. */
  private static final class Back implements FailureSweep.Scenario {
    private final World w = new World();
    private final Call call;
    private long result;

    Back(Call call) {
      this.call = call;
    }

    @Override
    public FailurePoints prepare() {
      call.prepare(w);
      result = call.make(w);
      assertThat(result).isNotZero();
      return w.machine.failures();
    }

    @Override
    public void act() {
      call.undo(w, result);
    }

    @Override
    public void check(boolean failed) {
      w.end();
    }
  }

  @ParameterizedTest
  @EnumSource
  void givingItBackAcquiresNothing(Call call) {
    assertThat(FailureSweep.run(() -> new Back(call), 2000)).isZero();
  }
}
