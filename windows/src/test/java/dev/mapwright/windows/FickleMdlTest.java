package dev.mapwright.windows;

import static dev.mapwright.windows.abi.MdlFlags.MDL_MAPPED_TO_SYSTEM_VA;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PAGES_LOCKED;
import static dev.mapwright.windows.abi.MemoryCachingType.MM_CACHED;
import static dev.mapwright.windows.abi.MemoryCachingType.MM_NON_CACHED;
import static dev.mapwright.windows.abi.PagePriority.HIGH_PAGE_PRIORITY;
import static dev.mapwright.windows.abi.PagePriority.MDL_MAPPING_NO_EXECUTE;
import static dev.mapwright.windows.abi.PageProtection.PAGE_READONLY;
import static dev.mapwright.windows.abi.PageProtection.PAGE_READWRITE;
import static dev.mapwright.windows.iospace.IoSpaceCalls.mmMapIoSpace;
import static dev.mapwright.windows.mdl.MdlCalls.mmBuildMdlForNonPagedPool;
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
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmPrepareMdlForReuse;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmProtectMdlSystemAddress;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmUnmapLockedPages;
import static dev.mapwright.windows.mdl.MdlPagesCalls.mmAllocatePagesForMdl;
import static dev.mapwright.windows.mdl.MdlPagesCalls.mmFreePagesFromMdl;
import static dev.mapwright.windows.reserved.ReservedCalls.mmAllocateMappingAddress;
import static dev.mapwright.windows.reserved.ReservedCalls.mmMapLockedPagesWithReservedMapping;
import static dev.mapwright.windows.reserved.ReservedCalls.mmUnmapReservedMapping;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Permissions;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.check.StateImage;
import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.context.Kernel;
import dev.mapwright.windows.context.KernelOptions;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.context.NtProcess;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An MDL that another processor rewrites during a call, at the worst of all moments: whatever a
 * routine has read once says something else, and something plausible, when it is read again. The
 * call has the same outcome as if nobody had rewritten it, since it decides on what it has read.
 *
 * <p>The MDL lies in registers of a device, which sees each reading.
 */
class FickleMdlTest {
  private static final long PAGE = WindowsTest.PAGE;
  private static final int TAG = WindowsTest.TAG;
  private static final long BYTES = 2 * PAGE;
  private static final int MDL_BYTES = MdlLayout.PFNS + 2 * MdlLayout.PFN_BYTES;
  private static final int CAREFUL = HIGH_PAGE_PRIORITY | MDL_MAPPING_NO_EXECUTE;
  private static final long FICKLE_PFN = 0x30_0000;

  /** Bytes that say one thing when they are read first, and another later. */
  static final class Fickle implements DeviceHandler {
    private final byte[] first = new byte[4096];
    private final byte[] later = new byte[4096];
    private final boolean[] read = new boolean[4096];
    private boolean armed;

    @Override
    public long read(long offsetBytes, int count) {
      long value = 0;
      for (int i = count - 1; i >= 0; i--) {
        int at = (int) offsetBytes + i;
        value = value << 8 | (armed && read[at] ? later : first)[at] & 0xFF;
        read[at] = armed;
      }
      return value;
    }

    @Override
    public void write(long offsetBytes, int count, long value) {
      for (int i = 0; i < count; i++) {
        first[(int) offsetBytes + i] = (byte) (value >>> 8 * i);
        read[(int) offsetBytes + i] = false;
      }
    }

    void sayLater(int offset, int count, long value) {
      for (int i = 0; i < count; i++) {
        later[offset + i] = (byte) (value >>> 8 * i);
      }
    }
  }

  /** A system in which one call is made. */
  static final class World {
    final SimulatedMachine machine = WindowsTest.newMachine();
    final Fickle memory = new Fickle();
    final Kernel kernel =
        Kernel.boot(machine, KernelOptions.DEFAULT.with(WindowsTest.LAYOUT).recordingMisuse());
    final NtContext c = kernel.newContext(kernel.loadDriver("fickle"));
    final NtProcess process = kernel.newProcess("fickle");
    final long buffer = nonPaged(BYTES);
    final long otherBuffer = nonPaged(BYTES);
    final long base = mmAllocateMappingAddress(c, BYTES, TAG);
    final long user = process.memory().allocate(BYTES, Permissions.READ_WRITE);
    final long otherUser = process.memory().allocate(BYTES, Permissions.READ_WRITE);
    final long callback = kernel.functions().register((callee, first, second) -> 0);

    /** The MDL. */
    final long mdl;

    /** A list of pages behind it. */
    final long list;

    /** Another MDL, that stays as it is: locked and mapped. */
    final long other = nonPaged(MDL_BYTES);

    long result;

    World() {
      machine.addDevice("fickle", FICKLE_PFN, 1, memory);
      c.processor().attach(process);
      mdl = mmMapIoSpace(c, FICKLE_PFN * PAGE, PAGE, MM_NON_CACHED);
      list = mdl + MDL_BYTES;
      mmInitializeMdl(c, other, otherBuffer, BYTES);
      mmProbeAndLockPages(c, other, 0, 1);
      mmGetSystemAddressForMdlSafe(c, other, CAREFUL);
    }

    long nonPaged(long bytes) {
      return kernel.pools().nonPaged().allocate(bytes, TAG, 0, true);
    }

    void initialize(long va) {
      mmInitializeMdl(c, mdl, va, BYTES);
      c.store(mdl + MdlLayout.PROCESS, 8, 0);
      c.store(mdl + MdlLayout.MAPPED_SYSTEM_VA, 8, 0);
      c.store(mdl + MdlLayout.PFNS, 8, MdlLayout.LIST_HEAD);
      c.store(mdl + MdlLayout.PFNS + 8, 8, 0);
    }

    void lock() {
      initialize(buffer);
      mmProbeAndLockPages(c, mdl, 0, 1);
      done();
    }

    void map() {
      lock();
      result = mmGetSystemAddressForMdlSafe(c, mdl, CAREFUL);
      done();
    }

    void copy(long from) {
      for (int i = 0; i < MDL_BYTES; i += 8) {
        c.store(mdl + i, 8, c.load(from + i, 8));
      }
    }

    void done() {
      assertThat(RaceTest.succeeded(c)).as("%s", c.lastRefusal()).isTrue();
    }

    /** Later the MDL is the other one, with other flags than its own. */
    void sayLater(boolean fickle) {
      for (int i = 0; i < MDL_BYTES; i += 8) {
        memory.sayLater(i, 8, c.load(other + i, 8));
      }
      int flags = (int) c.load(mdl + MdlLayout.MDL_FLAGS, 2);
      int changed = flags ^ (MDL_PAGES_LOCKED | MDL_MAPPED_TO_SYSTEM_VA);
      memory.sayLater(MdlLayout.MDL_FLAGS, 2, changed);
      memory.sayLater(MdlLayout.BYTE_COUNT, 4, PAGE);
      memory.sayLater(MDL_BYTES, 8, otherUser);
      memory.sayLater(MDL_BYTES + 8, 8, otherUser + PAGE);
      memory.armed = fickle;
    }

    /** Everything that is to be the same. */
    String outcome() {
      memory.armed = false;
      StringBuilder text = new StringBuilder();
      text.append(Long.toHexString(result)).append(' ').append(c.lastRefusal()).append('\n');
      for (int i = 0; i < MDL_BYTES; i += 8) {
        text.append(Long.toHexString(c.load(mdl + i, 8))).append('\n');
      }
      machine
          .frames()
          .forEachAllocated((pfn, owner, tag) -> {
            if (owner == FrameOwner.POOL) {
              text.append(pfn).append(' ').append(machine.frames().locks(pfn)).append('\n');
            }
          });
      Invariants.verify(machine);
      return text + StateImage.of(machine).toString() + "\n" + kernel.describe();
    }

    void end() {
      kernel.close();
      machine.close();
    }
  }

  /** What is done with the MDL. */
  enum Call {
    PROBE {
      @Override
      void prepare(World w) {
        w.initialize(w.buffer);
      }

      @Override
      long make(World w) {
        mmProbeAndLockPages(w.c, w.mdl, 0, 1);
        return 0;
      }
    },
    PROBE_PROCESS {
      @Override
      void prepare(World w) {
        w.initialize(w.user);
      }

      @Override
      long make(World w) {
        mmProbeAndLockProcessPages(w.c, w.mdl, w.process.eprocess(), 1, 1);
        return 0;
      }
    },
    PROBE_SELECTED {
      @Override
      void prepare(World w) {
        w.initialize(w.user);
        w.c.store(w.list, 8, w.user + PAGE);
        w.c.store(w.list + 8, 8, w.user);
      }

      @Override
      long make(World w) {
        mmProbeAndLockSelectedPages(w.c, w.mdl, w.list, 1, 1);
        return 0;
      }
    },
    UNLOCK {
      @Override
      long make(World w) {
        mmUnlockPages(w.c, w.mdl);
        return 0;
      }
    },
    UNLOCK_MAPPED {
      @Override
      void prepare(World w) {
        w.map();
      }

      @Override
      long make(World w) {
        mmUnlockPages(w.c, w.mdl);
        return 0;
      }
    },
    FREE_PAGES {
      @Override
      void prepare(World w) {
        w.copy(mmAllocatePagesForMdl(w.c, 0, -1, 0, BYTES));
      }

      @Override
      long make(World w) {
        mmFreePagesFromMdl(w.c, w.mdl);
        return 0;
      }
    },
    FREE_MAPPED_PAGES {
      @Override
      void prepare(World w) {
        w.copy(mmAllocatePagesForMdl(w.c, 0, -1, 0, BYTES));
        mmGetSystemAddressForMdlSafe(w.c, w.mdl, CAREFUL);
      }

      @Override
      long make(World w) {
        mmFreePagesFromMdl(w.c, w.mdl);
        return 0;
      }
    },
    SYSTEM_ADDRESS {
      @Override
      long make(World w) {
        return mmGetSystemAddressForMdlSafe(w.c, w.mdl, CAREFUL);
      }
    },
    MAP {
      @Override
      long make(World w) {
        return mmMapLockedPagesSpecifyCache(w.c, w.mdl, 0, MM_CACHED, 0, 0, CAREFUL);
      }
    },
    MAP_TO_USER {
      @Override
      long make(World w) {
        return mmMapLockedPagesSpecifyCache(w.c, w.mdl, 1, MM_CACHED, 0, 0, CAREFUL);
      }
    },
    UNMAP {
      @Override
      void prepare(World w) {
        w.map();
      }

      @Override
      long make(World w) {
        mmUnmapLockedPages(w.c, w.result, w.mdl);
        return 0;
      }
    },
    MAP_RESERVED {
      @Override
      long make(World w) {
        return mmMapLockedPagesWithReservedMapping(w.c, w.base, TAG, w.mdl, MM_CACHED);
      }
    },
    UNMAP_RESERVED {
      @Override
      void prepare(World w) {
        w.lock();
        mmMapLockedPagesWithReservedMapping(w.c, w.base, TAG, w.mdl, MM_CACHED);
        w.done();
      }

      @Override
      long make(World w) {
        mmUnmapReservedMapping(w.c, w.base, TAG, w.mdl);
        return 0;
      }
    },
    MAP_MDL {
      @Override
      long make(World w) {
        return mmMapMdl(w.c, w.mdl, PAGE_READWRITE, w.callback, 0);
      }
    },
    PROTECT {
      @Override
      void prepare(World w) {
        w.map();
      }

      @Override
      long make(World w) {
        return mmProtectMdlSystemAddress(w.c, w.mdl, PAGE_READONLY);
      }
    },
    ADVANCE {
      @Override
      void prepare(World w) {
        w.map();
      }

      @Override
      long make(World w) {
        return mmAdvanceMdl(w.c, w.mdl, 5000);
      }
    },
    BUILD {
      @Override
      void prepare(World w) {
        w.initialize(w.buffer);
      }

      @Override
      long make(World w) {
        mmBuildMdlForNonPagedPool(w.c, w.mdl);
        return 0;
      }
    },
    PARTIAL {
      @Override
      long make(World w) {
        long target = w.nonPaged(MDL_BYTES);
        mmInitializeMdl(w.c, target, 0, BYTES);
        ioBuildPartialMdl(w.c, w.mdl, target, w.buffer + PAGE, 100);
        return w.c.load(target + MdlLayout.PFNS, 8);
      }
    },
    PREPARE {
      @Override
      void prepare(World w) {
        w.initialize(w.buffer);
        ioBuildPartialMdl(w.c, w.other, w.mdl, w.otherBuffer, 0);
        w.c.store(w.mdl + MdlLayout.MDL_FLAGS, 2, w.c.load(w.mdl + MdlLayout.MDL_FLAGS, 2) & ~1);
        mmGetSystemAddressForMdlSafe(w.c, w.mdl, CAREFUL);
        w.done();
      }

      @Override
      long make(World w) {
        mmPrepareMdlForReuse(w.c, w.mdl);
        return 0;
      }
    };

    void prepare(World w) {
      w.lock();
    }

    abstract long make(World w);
  }

  private static String outcome(Call call, boolean fickle) {
    World w = new World();
    call.prepare(w);
    w.sayLater(fickle);
    w.result = call.make(w);
    w.done();
    String outcome = w.outcome();
    w.end();
    return outcome;
  }

  @ParameterizedTest
  @EnumSource
  void whatIsReadOnceIsDecidedOnAndNotReadAgain(Call call) {
    assertThat(outcome(call, true)).isEqualTo(outcome(call, false));
  }
}
