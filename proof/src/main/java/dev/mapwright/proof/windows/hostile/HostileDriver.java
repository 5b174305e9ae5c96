package dev.mapwright.proof.windows.hostile;

import dev.mapwright.core.Permissions;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.proof.SplitMix;
import dev.mapwright.proof.windows.hostile.Things.Sort;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.abi.PoolTag;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.Kind;
import dev.mapwright.windows.answer.Routine;
import dev.mapwright.windows.bugcheck.NtStatusException;
import dev.mapwright.windows.context.Kernel;
import dev.mapwright.windows.context.KernelOptions;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.context.NtProcess;
import dev.mapwright.windows.export.Exports;
import dev.mapwright.windows.memory.SystemLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A driver that calls any routine with any arguments: addresses of things that live, of things that
 * are gone, garbage; sizes that wrap; MDLs that it has written into. Misuse is recorded, so it goes
 * on. Whatever it does, no Java exception comes out but the statuses that are raised, the engine's
 * invariants hold, and when the system ends all memory is free.
 */
public final class HostileDriver implements AutoCloseable {
  private static final int TAG = PoolTag.of("Host");
  private static final long PAGE = 4096;
  private static final int RAM_PAGES = 8192;
  private static final long FIRST_DEVICE_PFN = 0x4_0000;
  private static final int CHECK_EVERY = 4000;

  /** Where additions wrap, signs turn and shifts fall off the end. */
  private static final long[] EDGES = {
    0,
    1,
    7,
    PAGE - 1,
    PAGE,
    PAGE + 1,
    0x7FFF_FFFF,
    0xFFFF_FFFFL,
    1L << 32,
    1L << 47,
    1L << 52,
    0x7FFF_FFFE_FFFFL,
    0xFFFF_8000_0000_0000L,
    0xFFFF_F780_0000_0000L,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    -PAGE,
    -1
  };

  private static final List<Routine> CALLABLE =
      Arrays.stream(Routine.values())
          .filter(routine -> routine.callable() && !routine.conditions().isEmpty())
          .toList();

  private final SplitMix random;
  private final SimulatedMachine machine;
  private final Kernel kernel;
  private final NtContext c;
  private final NtProcess process;
  private final Things things = new Things();
  private final long function;
  private final long freeAtFirst;

  /** Where out-parameters go when they are right. */
  private final long results;

  private long calls;

  /** A device whose registers remember nothing. */
  private static final class Nothing implements DeviceHandler {
    @Override
    public long read(long offsetBytes, int bytes) {
      return 0x5A;
    }

    @Override
    public void write(long offsetBytes, int bytes, long value) {}
  }

  /**
   * Boots a system for one.
   *
   * @param seed decides everything
   * @param answers counts the answers
   */
  public HostileDriver(long seed, Map<Condition, Integer> answers) {
    random = new SplitMix(seed);
    machine =
        SimulatedMachine.builder()
            .ram(0x100, RAM_PAGES)
            .device("nothing", FIRST_DEVICE_PFN, 16, new Nothing())
            .seed(seed)
            .build();
    machine.frames().zeroFrame(); // it stays once it was made
    freeAtFirst = machine.frames().free();
    SystemLayout layout = SystemLayout.X64.withSystemPtes(600).withPools(512, 128).withPageFile(64);
    kernel = Kernel.boot(machine, KernelOptions.DEFAULT.with(layout).recordingMisuse());
    c = kernel.newContext(kernel.loadDriver("hostile"));
    process = kernel.newProcess("victim");
    c.processor().attach(process);
    for (int i = 0; i < 4; i++) {
      things.add(Sort.USER, process.memory().allocate(4 * PAGE, Permissions.READ_WRITE));
      things.add(Sort.PHYSICAL, (FIRST_DEVICE_PFN + i) * PAGE);
    }
    results = kernel.pools().nonPaged().allocate(PAGE, TAG, 0, true);
    function = kernel.functions().register((context, first, second) -> context.load(second, 1));
    kernel.observe(condition -> answers.merge(condition, 1, Integer::sum));
  }

  /** How many calls were made. */
  public long calls() {
    return calls;
  }

  /**
   * Makes calls.
   *
   * @param steps how many
   * @throws AssertionError when something came out that must not, with the call
   */
  public void run(int steps) {
    for (int step = 0; step < steps; step++) {
      disturb();
      Routine routine = CALLABLE.get(random.below(CALLABLE.size()));
      long[] arguments = arguments(routine);
      calls++;
      try {
        things.learn(routine, Exports.call(c, routine, arguments));
      } catch (NtStatusException expected) {
        // raised where the routine raises
      } catch (RuntimeException | Error wrong) {
        throw new AssertionError(text(step, routine, arguments), wrong);
      }
      if (calls % CHECK_EVERY == 0) {
        List<String> violations = Invariants.violations(machine);
        if (!violations.isEmpty()) {
          throw new AssertionError(text(step, routine, arguments) + violations);
        }
      }
    }
  }

  private static String text(int step, Routine routine, long[] arguments) {
    StringBuilder text = new StringBuilder("step ").append(step).append(": ");
    text.append(routine.documentedName()).append('(');
    for (long argument : arguments) {
      text.append("0x").append(Long.toHexString(argument)).append(' ');
    }
    return text.append(") ").toString();
  }

  /** What happens between calls: the IRQL, the verifier, pages that go out, MDLs overwritten. */
  private void disturb() {
    if (random.chance(50)) {
      c.processor().setIrql(random.chance(80) ? Irql.PASSIVE_LEVEL : Irql.DISPATCH_LEVEL);
    }
    switch (random.below(64)) {
      case 0 -> kernel.verifier().setOn(random.chance(20));
      case 1 -> kernel.paging().putOut(process.space(), things.any(Sort.USER, random), 4 * PAGE);
      case 2, 3, 4 -> {
        long mdl = things.any(Sort.MDL, random);
        c.store(mdl + random.below(8) * 8L, random.oneOf(1, 2, 4, 8), number());
      }
      case 5 -> {
        if (random.chance(50)) {
          kernel.verifier().simulateLowResources();
        } else {
          kernel.verifier().stopSimulating();
        }
      }
      case 6 -> things.add(Sort.USER, process.memory().allocate(PAGE, Permissions.READ));
      case 7 -> process.memory().free(things.any(Sort.USER, random));
      default -> {
        // nothing
      }
    }
  }

  private long number() {
    return switch (random.below(4)) {
      case 0 -> EDGES[random.below(EDGES.length)];
      case 1 -> things.any(random);
      case 2 -> random.below(64);
      default -> random.next() >>> random.below(64);
    };
  }

  private long[] arguments(Routine routine) {
    List<Kind> kinds = routine.parameters();
    long[] arguments = new long[kinds.size()];
    boolean first = true;
    for (int i = 0; i < arguments.length; i++) {
      boolean sensible = random.chance(85);
      Kind kind = kinds.get(i);
      arguments[i] =
          switch (kind) {
            case POINTER -> sensible ? pointer(routine, first) : number();
            case FUNCTION -> sensible ? function : number();
            case PHYSICAL_ADDRESS -> sensible ? physical() : number();
            case SIZE_T -> sensible ? size() : number();
            case ULONG64, ULONG -> sensible ? small(routine) : number();
            case ENUM, UCHAR, USHORT, BOOLEAN -> sensible ? random.below(3) : number();
            case VOID, NTSTATUS -> 0;
          };
      first &= kind != Kind.POINTER;
    }
    return arguments;
  }

  private long pointer(Routine routine, boolean first) {
    if (!first) {
      return switch (random.below(4)) {
        case 0 -> results;
        case 1 -> 0;
        default -> things.any(Sort.MDL, random);
      };
    }
    if (routine == Routine.IO_ALLOCATE_MDL && random.chance(40)) {
      return things.any(Sort.USER, random) + random.below(5000);
    }
    long address = things.any(Things.expected(routine), random);
    return random.chance(80) ? address : address + random.below(3 * (int) PAGE);
  }

  private long physical() {
    return switch (random.below(4)) {
      case 0 -> 0;
      case 1 -> -1;
      default -> things.any(Sort.PHYSICAL, random);
    };
  }

  private long size() {
    return 1L + random.below(random.chance(10) ? 100 * (int) PAGE : 3 * (int) PAGE);
  }

  private long small(Routine routine) {
    return switch (routine) {
      case EX_ALLOCATE_POOL2, EX_ALLOCATE_POOL_WITH_TAG, EX_FREE_POOL_WITH_TAG ->
          random.chance(50) ? TAG : 0x40;
      case MM_ALLOCATE_MAPPING_ADDRESS,
          MM_FREE_MAPPING_ADDRESS,
          MM_MAP_LOCKED_PAGES_WITH_RESERVED_MAPPING,
          MM_UNMAP_RESERVED_MAPPING ->
          TAG;
      case MM_ALLOCATE_MAPPING_ADDRESS_EX -> random.chance(70) ? TAG : 1;
      case IO_ALLOCATE_MDL, IO_BUILD_PARTIAL_MDL, MM_ADVANCE_MDL -> random.below(9000);
      default -> random.chance(50) ? random.below(64) : 1L << random.below(12);
    };
  }

  /** Ends the system: everything is free again. */
  @Override
  public void close() {
    kernel.verifier().stopSimulating();
    kernel.close();
    List<String> violations = Invariants.violations(machine);
    long missing = freeAtFirst - machine.frames().free();
    List<String> leaks = machine.census().leaks();
    machine.close();
    if (!violations.isEmpty() || missing != 0 || !leaks.isEmpty()) {
      throw new AssertionError(
          "after the end " + missing + " frames are missing; " + violations + leaks);
    }
  }
}
