package dev.mapwright.zircon;

import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_SAME_RIGHTS;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_MAP_RANGE;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_SPECIFIC;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_SPECIFIC_OVERWRITE;
import static dev.mapwright.zircon.abi.MxVmoOps.MX_VMO_CLONE_COPY_ON_WRITE;
import static dev.mapwright.zircon.abi.MxVmoOps.MX_VMO_OP_COMMIT;
import static dev.mapwright.zircon.abi.MxVmoOps.MX_VMO_OP_DECOMMIT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.check.StateImage;
import dev.mapwright.core.failure.FailurePoints;
import dev.mapwright.core.failure.FailureSweep;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.zircon.abi.MxStatus;
import dev.mapwright.zircon.call.MxCalls;
import dev.mapwright.zircon.call.MxContext;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every acquisition of every call fails once: the call is refused with NO_MEMORY, and the machine
 * is what it was before, but for the partial effects that the documents name.
 */
class NthFailureTest {
  private static final long PAGE = 4096;
  private static final int READ_WRITE = 3;
  private static final int CAN_ALL = 0x3c0;

  /** A machine at work, on which one call is made. */
  static final class World {
    final SimulatedMachine machine =
        SimulatedMachine.builder()
            .ram(0x100, 2048)
            .device("registers", 1L << 20, 1, new MxTest.Registers())
            .seed(7)
            .build();
    final Zircon zircon = Zircon.boot(machine);
    final Program program = zircon.start("swept");
    final MxContext c = program.context();
    final int root = program.root().value();
    final int resource = program.grant(zircon.rootResource(), 0);
    final int process;
    final int vmo;
    final int clone;
    final int region;
    final long base;
    final long out;

    World() {
      Vmo results = program.createVmo(2 * PAGE);
      out = program.root().map(results, 0, 2 * PAGE, READ_WRITE);
      program.cpu().store(out, 8, 1);
      program.cpu().store(out + PAGE, 8, 2);
      Vmo object = program.createVmo(6 * PAGE);
      vmo = object.value();
      Vmar made = program.root().allocate(16 * PAGE, CAN_ALL);
      region = made.value();
      base = made.base();
      made.mapAt(0, object, 0, 6 * PAGE, READ_WRITE);
      for (int i = 0; i < 4; i++) {
        program.cpu().store(base + i * PAGE, 8, i + 1);
      }
      Vmo child = object.cloneRange(0, 6 * PAGE);
      clone = child.value();
      made.mapAt(8 * PAGE, child, 0, 4 * PAGE, READ_WRITE);
      program.cpu().load(base + 8 * PAGE, 8);
      process = program.grant(program.process(), -1);
    }
  }

  /** The calls that acquire something. */
  enum Call {
    ALLOCATE {
      @Override
      int make(World w) {
        return MxCalls.mxVmarAllocate(w.c, w.root, 0, PAGE, CAN_ALL, w.out, w.out + 8);
      }
    },
    MAP {
      @Override
      int make(World w) {
        return MxCalls.mxVmarMap(w.c, w.root, 0, w.vmo, 0, PAGE, READ_WRITE, w.out);
      }
    },
    MAP_RANGE {
      @Override
      int make(World w) {
        int flags = READ_WRITE | MX_VM_FLAG_MAP_RANGE;
        return MxCalls.mxVmarMap(w.c, w.root, 0, w.vmo, 0, 6 * PAGE, flags, w.out);
      }
    },
    OVERWRITE {
      @Override
      int make(World w) {
        int flags = READ_WRITE | MX_VM_FLAG_SPECIFIC_OVERWRITE;
        return MxCalls.mxVmarMap(w.c, w.region, PAGE, w.clone, 0, 2 * PAGE, flags, w.out);
      }
    },
    SPECIFIC {
      @Override
      int make(World w) {
        int flags = READ_WRITE | MX_VM_FLAG_SPECIFIC;
        return MxCalls.mxVmarMap(w.c, w.region, 6 * PAGE, w.vmo, 0, 2 * PAGE, flags, w.out);
      }
    },
    UNMAP_MIDDLE {
      @Override
      int make(World w) {
        return MxCalls.mxVmarUnmap(w.c, w.region, w.base + PAGE, 2 * PAGE);
      }
    },
    UNMAP_ALL {
      @Override
      int make(World w) {
        return MxCalls.mxVmarUnmap(w.c, w.region, w.base, 16 * PAGE);
      }
    },
    PROTECT_MIDDLE {
      @Override
      int make(World w) {
        return MxCalls.mxVmarProtect(w.c, w.region, w.base + PAGE, 2 * PAGE, 1);
      }
    },
    DESTROY {
      @Override
      int make(World w) {
        return MxCalls.mxVmarDestroy(w.c, w.region);
      }
    },
    CREATE {
      @Override
      int make(World w) {
        return MxCalls.mxVmoCreate(w.c, PAGE, 0, w.out);
      }
    },
    CREATE_CONTIGUOUS {
      @Override
      int make(World w) {
        return MxCalls.mxVmoCreateContiguous(w.c, w.resource, 8 * PAGE, 14, w.out);
      }
    },
    CLONE {
      @Override
      int make(World w) {
        return MxCalls.mxVmoClone(w.c, w.clone, MX_VMO_CLONE_COPY_ON_WRITE, 0, 4 * PAGE, w.out);
      }
    },
    COMMIT {
      @Override
      int make(World w) {
        return MxCalls.mxVmoOpRange(w.c, w.clone, MX_VMO_OP_COMMIT, 0, 6 * PAGE, 0, 0);
      }
    },
    DECOMMIT {
      @Override
      int make(World w) {
        return MxCalls.mxVmoOpRange(w.c, w.vmo, MX_VMO_OP_DECOMMIT, 0, 6 * PAGE, 0, 0);
      }
    },
    WRITE {
      @Override
      int make(World w) {
        return MxCalls.mxVmoWrite(w.c, w.clone, w.out, 5, 2 * PAGE, w.out);
      }
    },
    REMOTE_WRITE {
      @Override
      int make(World w) {
        long address = w.base + 9 * PAGE;
        return MxCalls.mxProcessWriteMemory(w.c, w.process, address, w.out, 2 * PAGE, w.out);
      }
    },
    SHRINK {
      @Override
      int make(World w) {
        return MxCalls.mxVmoSetSize(w.c, w.vmo, PAGE);
      }
    },
    GROW {
      @Override
      int make(World w) {
        return MxCalls.mxVmoSetSize(w.c, w.vmo, 1L << 40);
      }
    },
    DUPLICATE {
      @Override
      int make(World w) {
        return MxCalls.mxHandleDuplicate(w.c, w.vmo, MX_RIGHT_SAME_RIGHTS, w.out);
      }
    },
    REPLACE {
      @Override
      int make(World w) {
        return MxCalls.mxHandleReplace(w.c, w.vmo, MX_RIGHT_SAME_RIGHTS, w.out);
      }
    },
    PROCESS_CREATE {
      @Override
      int make(World w) {
        return MxCalls.mxProcessCreate(w.c, 0, w.out, 0, 0, w.out, w.out + 4);
      }
    },
    DEVICE_MEMORY {
      @Override
      int make(World w) {
        return MxCalls.mxMmapDeviceMemory(w.c, w.resource, 1L << 32, PAGE, 1, w.out);
      }
    };

    abstract int make(World w);

    boolean installs() {
      return this == MAP_RANGE || this == DEVICE_MEMORY;
    }
  }

  /** One run of the sweep: the call, and a comparison with what was there before. */
  private static final class Scenario implements FailureSweep.Scenario {
    private final World world = new World();
    private final Call call;
    private final StateImage before = StateImage.of(world.machine);
    private final int handles = world.program.process().table().size();
    private int status;

    Scenario(Call call) {
      this.call = call;
    }

    @Override
    public FailurePoints prepare() {
      return world.machine.failures();
    }

    @Override
    public void act() {
      status = call.make(world);
    }

    @Override
    public void check(boolean failed) {
      assertThat(Invariants.violations(world.machine)).isEmpty();
      if (failed && call.installs() && status == MxStatus.MX_OK) {
        // Installing translations is an aid: without a table the access finds the page later.
        assertThat(world.program.cpu().load(world.program.cpu().load(world.out, 8), 8))
            .isEqualTo(call == Call.MAP_RANGE ? 1 : 0);
      } else if (failed) {
        assertThat(MxStatus.name(status)).as("%s", call).isEqualTo("MX_ERR_NO_MEMORY");
        assertThat(before.differences(StateImage.of(world.machine))).as("%s", call).isEmpty();
        assertThat(world.program.process().table().size()).isEqualTo(handles);
      } else {
        assertThat(MxStatus.name(status)).isEqualTo("MX_OK");
      }
      world.zircon.close();
      assertThat(world.machine.census().leaks()).isEmpty();
      world.machine.close();
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"UNMAP_ALL", "DESTROY", "SHRINK", "GROW", "DECOMMIT"})
  void a_call_without_memory_is_refused_and_changes_nothing(Call call) {
    assertThat(FailureSweep.run(() -> new Scenario(call), 1000)).isPositive();
  }

  @ParameterizedTest
  @EnumSource(names = {"UNMAP_ALL", "DESTROY", "SHRINK", "GROW", "DECOMMIT"})
  void giving_memory_back_and_growing_acquire_nothing(Call call) {
    assertThat(FailureSweep.run(() -> new Scenario(call), 1000)).isZero();
  }

  static Stream<Call> callsWithPointers() {
    return Stream.of(
        Call.ALLOCATE,
        Call.MAP,
        Call.MAP_RANGE,
        Call.SPECIFIC,
        Call.CREATE,
        Call.CLONE,
        Call.CREATE_CONTIGUOUS,
        Call.DUPLICATE,
        Call.PROCESS_CREATE,
        Call.DEVICE_MEMORY);
  }

  @ParameterizedTest
  @MethodSource("callsWithPointers")
  void undoing_a_call_with_a_bad_pointer_acquires_nothing(Call call) {
    for (long nth = 1; ; nth++) {
      World w = new World();
      StateImage before = StateImage.of(w.machine);
      int handles = w.program.process().table().size();
      // The results' page goes away, so that every pointer of the call is bad.
      MxCalls.mxVmarUnmap(w.c, w.root, w.out, 2 * PAGE);
      StateImage without = StateImage.of(w.machine);
      assertThat(before.differences(without)).isNotEmpty();
      w.machine.failures().failNth(nth);
      int status = call == Call.PROCESS_CREATE ? createWithBadPointers(w) : call.make(w);
      boolean failed = w.machine.failures().refused() > 0;
      w.machine.failures().off();
      assertThat(MxStatus.name(status)).isIn("MX_ERR_NO_MEMORY", "MX_ERR_INVALID_ARGS");
      assertThat(without.differences(StateImage.of(w.machine))).as("%s, %s", call, nth).isEmpty();
      assertThat(w.program.process().table().size()).isEqualTo(handles);
      w.machine.close();
      if (!failed) {
        assertThat(MxStatus.name(status)).isEqualTo("MX_ERR_INVALID_ARGS");
        return;
      }
    }
  }

  private static int createWithBadPointers(World w) {
    return MxCalls.mxProcessCreate(w.c, 0, w.base, 0, 0, w.out, w.out + 4);
  }
}
