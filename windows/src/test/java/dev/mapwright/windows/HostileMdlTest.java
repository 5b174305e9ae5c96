package dev.mapwright.windows;

import static dev.mapwright.windows.mdl.MdlCalls.ioAllocateMdl;
import static dev.mapwright.windows.mdl.MdlCalls.mmBuildMdlForNonPagedPool;
import static dev.mapwright.windows.mdl.MdlCalls.mmProbeAndLockPages;
import static dev.mapwright.windows.mdl.MdlMappingCalls.mmGetSystemAddressForMdlSafe;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Permissions;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.answer.Kind;
import dev.mapwright.windows.answer.Routine;
import dev.mapwright.windows.bugcheck.NtStatusException;
import dev.mapwright.windows.context.KernelOptions;
import dev.mapwright.windows.export.Exports;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random calls of the routines on MDLs, with MDLs that a driver has overwritten, and pointers to
 * anything. Misuse is recorded, so nothing but a status may be raised.
 */
class HostileMdlTest extends MdlTest {
  private static final Routine[] ROUTINES = {
    Routine.IO_ALLOCATE_MDL,
    Routine.IO_FREE_MDL,
    Routine.IO_BUILD_PARTIAL_MDL,
    Routine.MM_PREPARE_MDL_FOR_REUSE,
    Routine.MM_INITIALIZE_MDL,
    Routine.MM_SIZE_OF_MDL,
    Routine.MM_GET_MDL_BYTE_COUNT,
    Routine.MM_GET_MDL_VIRTUAL_ADDRESS,
    Routine.MM_PROBE_AND_LOCK_PAGES,
    Routine.MM_PROBE_AND_LOCK_PROCESS_PAGES,
    Routine.MM_PROBE_AND_LOCK_SELECTED_PAGES,
    Routine.MM_UNLOCK_PAGES,
    Routine.MM_BUILD_MDL_FOR_NON_PAGED_POOL,
    Routine.MM_ALLOCATE_PAGES_FOR_MDL,
    Routine.MM_ALLOCATE_PAGES_FOR_MDL_EX,
    Routine.MM_ALLOCATE_NODE_PAGES_FOR_MDL_EX,
    Routine.MM_FREE_PAGES_FROM_MDL,
    Routine.MM_MAP_LOCKED_PAGES,
    Routine.MM_MAP_LOCKED_PAGES_SPECIFY_CACHE,
    Routine.MM_GET_SYSTEM_ADDRESS_FOR_MDL,
    Routine.MM_GET_SYSTEM_ADDRESS_FOR_MDL_SAFE,
    Routine.MM_UNMAP_LOCKED_PAGES,
    Routine.MM_PROTECT_MDL_SYSTEM_ADDRESS,
    Routine.MM_ADVANCE_MDL,
    Routine.MM_MAP_MDL,
    Routine.EX_FREE_POOL,
  };

  private static final int CALLS = 4_000;

  /** The address of a routine that makes calls itself. */
  private long callback;

  /** MDLs, alive, stale, overwritten; some are no MDLs at all. */
  private final long[] mdls = new long[12];

  /** Buffers in nonpaged pool and in the process; mappings. */
  private final long[] buffers = new long[12];

  private Random random = new Random(1);

  private long any() {
    return switch (random.nextInt(5)) {
      case 0 -> 0;
      case 1 -> random.nextLong();
      case 2 -> -1L << random.nextInt(64);
      case 3 -> 1L << random.nextInt(64);
      default -> pointer() + random.nextInt(0x2000);
    };
  }

  private long pointer() {
    return random.nextBoolean() ? mdl() : buffer();
  }

  private long mdl() {
    return mdls[random.nextInt(mdls.length)];
  }

  private long buffer() {
    return buffers[random.nextInt(buffers.length)];
  }

  private long argument(Kind kind, int position) {
    boolean wild = random.nextInt(25) == 0;
    return switch (kind) {
      case POINTER -> wild ? any() : position <= 1 ? mdl() : pointer();
      case FUNCTION -> wild ? any() : callback;
      case PHYSICAL_ADDRESS ->
          wild ? any() : position == 0 ? 0 : position == 1 ? -1 : PAGE * random.nextInt(3);
      case SIZE_T -> wild ? any() : random.nextInt(20_000);
      case ULONG -> wild ? random.nextInt() : 1L << random.nextInt(14) & random.nextInt(0x7F00);
      case ENUM -> random.nextInt(8) - 1;
      default -> random.nextInt(2);
    };
  }

  private void call() {
    call(ROUTINES[random.nextInt(ROUTINES.length)]);
  }

  private void call(Routine routine) {
    List<Kind> kinds = routine.parameters();
    long[] arguments = new long[kinds.size()];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = argument(kinds.get(i), i);
    }
    if (routine == Routine.MM_UNMAP_LOCKED_PAGES) {
      arguments[0] = buffer();
    }
    if (routine == Routine.MM_PROTECT_MDL_SYSTEM_ADDRESS || routine == Routine.MM_MAP_MDL) {
      arguments[1] = 1L << random.nextInt(8);
    }
    try {
      long result = Exports.call(c, routine, arguments);
      keep(routine, result);
    } catch (NtStatusException raised) {
      // as documented
    }
  }

  private void keep(Routine routine, long result) {
    if (routine.result() == Kind.POINTER && result != 0) {
      boolean made = routine.documentedName().contains("Allocate");
      long[] where = made ? mdls : buffers;
      where[random.nextInt(where.length)] = result;
    }
  }

  /** Puts an MDL of a buffer in place of one, in one of the states that MDLs have. */
  private void prepare() {
    c.processor().setIrql(0);
    long buffer = freshMemory();
    buffers[random.nextInt(buffers.length)] = buffer;
    long mdl = ioAllocateMdl(c, buffer + random.nextInt(0x1000), 0x1800, false, false, 0);
    if (buffer == 0 || mdl == 0) {
      return;
    }
    mdls[random.nextInt(mdls.length)] = mdl;
    try {
      switch (random.nextInt(4)) {
        case 0 -> mmBuildMdlForNonPagedPool(c, mdl);
        case 1 -> mmProbeAndLockPages(c, mdl, KERNEL, WRITE);
        case 2 -> {
          mmProbeAndLockPages(c, mdl, KERNEL, READ);
          buffers[random.nextInt(buffers.length)] = mmGetSystemAddressForMdlSafe(c, mdl, 0);
        }
        default -> {}
      }
    } catch (NtStatusException raised) {
      // no frame is left
    }
  }

  /** Writes something into an MDL, or what lies there now. */
  private void overwrite() {
    long mdl = mdl();
    int[] fields = {
      MdlLayout.NEXT,
      MdlLayout.MDL_FLAGS,
      MdlLayout.PROCESS,
      MdlLayout.MAPPED_SYSTEM_VA,
      MdlLayout.START_VA,
      MdlLayout.BYTE_COUNT,
      MdlLayout.BYTE_OFFSET,
      MdlLayout.PFNS,
      MdlLayout.PFNS + 8
    };
    int field = fields[random.nextInt(fields.length)];
    int bytes = field == MdlLayout.MDL_FLAGS ? 2 : field >= 0x28 && field < 0x30 ? 4 : 8;
    long value =
        field == MdlLayout.MDL_FLAGS
            ? random.nextInt(1 << 16)
            : random.nextInt(3) == 0 ? random.nextInt(0x5000) : any();
    c.store(mdl + field, bytes, value);
  }

  private void run(int calls) {
    callback =
        kernel
            .functions()
            .register((callee, first, second) -> {
              call();
              return 0;
            });
    for (int i = 0; i < 3 * mdls.length; i++) {
      prepare();
    }
    buffers[0] = process.eprocess();
    for (int i = 0; i < calls; i++) {
      switch (random.nextInt(16)) {
        case 0 -> overwrite();
        case 1, 2, 3 -> prepare();
        case 4 -> {
          c.processor().setIrql(random.nextInt(4));
          kernel.verifier().setOn(random.nextInt(4) == 0);
        }
        case 5 -> call(Routine.MM_UNLOCK_PAGES);
        case 6 -> call(Routine.MM_FREE_PAGES_FROM_MDL);
        default -> call();
      }
      if (i % 1_000 == 0) {
        Invariants.verify(machine);
      }
    }
  }

  private long freshMemory() {
    long bytes = 1L + random.nextInt(0x3000);
    return random.nextBoolean()
        ? kernel.pools().nonPaged().allocate(bytes, TAG, 0, true)
        : process.memory().allocate(bytes, Permissions.READ_WRITE);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void nothingButStatusesLeavesTheRoutines(long seed) {
    random = new Random(seed);
    run(CALLS);
  }

  @Test
  void nothingButStatusesLeavesThemWhenNothingElseWorks() {
    boot(KernelOptions.DEFAULT.with(LAYOUT.withSystemPtes(16)).recordingMisuse());
    process = enter("test");
    random = new Random(7);
    run(CALLS);
    assertThat(kernel.stopped()).isNull();
  }
}
