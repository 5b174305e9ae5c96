package dev.mapwright.proof.windows.hostile;

import dev.mapwright.core.Permissions;
import dev.mapwright.core.RefusedException;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames.RunRequest;
import dev.mapwright.core.machine.HoldSettler;
import dev.mapwright.proof.SplitMix;
import dev.mapwright.proof.windows.hostile.Things.Sort;
import dev.mapwright.proof.windows.hostile.Things.Thing;
import dev.mapwright.sim.IommuMode;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.abi.PoolTag;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.Effect;
import dev.mapwright.windows.answer.Routine;
import dev.mapwright.windows.bugcheck.NtStatusException;
import dev.mapwright.windows.context.Kernel;
import dev.mapwright.windows.context.KernelOptions;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.context.NtProcess;
import dev.mapwright.windows.context.Refusal;
import dev.mapwright.windows.export.Exports;
import dev.mapwright.windows.harness.DmaDevices;
import dev.mapwright.windows.harness.DmaProtection;
import dev.mapwright.windows.harness.Drivers;
import dev.mapwright.windows.harness.Processes;
import dev.mapwright.windows.memory.iommu.DeviceTraits;
import dev.mapwright.windows.memory.iommu.IommuBooks;
import dev.mapwright.windows.memory.system.SystemLayout;
import java.util.ArrayList;
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

  /** Of frames that are none of the system's. */
  private static final int OWN_TAG = 99;

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
  private final Things things;
  private final Proper proper;
  private final Lessons lessons;
  private final HostileDevice device;

  /** The first frame of memory into which the device may write. */
  private final long ownPfn;

  private final long freeAtFirst;

  /** Whose memory there is, and in which the driver runs. */
  private NtProcess process;

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
            .iommu(IommuMode.SCALABLE, 48)
            .build();
    machine.frames().zeroFrame(); // it stays once it was made
    freeAtFirst = machine.frames().free();
    SystemLayout layout = SystemLayout.X64.withSystemPtes(600).withPools(512, 128).withPageFile(64);
    kernel = Kernel.boot(machine, KernelOptions.DEFAULT.with(layout).recordingMisuse());
    c = kernel.newContext(kernel.loadDriver("hostile"));
    process = kernel.newProcess("victim");
    c.processor().attach(process);
    things = new Things(random);
    for (int i = 0; i < 4; i++) {
      allocate(4 * PAGE);
      things.add(Sort.PHYSICAL, (FIRST_DEVICE_PFN + i) * PAGE, PAGE, 0);
    }
    long in = kernel.pools().nonPaged().allocate(PAGE, TAG, 0, true);
    long out = kernel.pools().nonPaged().allocate(PAGE, TAG, 0, true);
    long function =
        kernel.functions().register((context, first, second) -> context.load(second, 1));
    Sight sight = new Sight(c.cpu(), things, random);
    long[] pdos = {
      DmaDevices.plug(kernel, DeviceTraits.of(0x18).withPasids(3)),
      DmaDevices.plug(kernel, DeviceTraits.of(0x20)),
      DmaDevices.plug(kernel, DeviceTraits.of(0x28).optedOut())
    };
    ownPfn =
        machine
            .frames()
            .allocateRun(RunRequest.of(DmaProper.OWN_PAGES, 0), FrameOwner.POOL, OWN_TAG);
    device = new HostileDevice(kernel, random, pdos[0], 0x18, ownPfn, DmaProper.OWN_PAGES);
    // The system's own objects lie in pool, too, where the driver may free them and write.
    things.add(Sort.POOL, c.driver().driverObject(), 1, 0);
    things.add(Sort.POOL, pdos[1], 1, 0);
    proper = new Proper(random, things, sight, TAG, function, in, out, pdos, ownPfn);
    proper.setProcess(process.eprocess());
    lessons = new Lessons(things, sight, out);
    kernel.observe(condition -> answers.merge(condition, 1, Integer::sum));
  }

  private void allocate(long bytes) {
    things.add(Sort.USER, process.memory().allocate(bytes, Permissions.READ_WRITE), bytes, 0);
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
      long[] arguments = proper.of(routine);
      spoil(arguments);
      calls++;
      try {
        long result = Exports.call(c, routine, arguments);
        if (done()) {
          lessons.learn(routine, arguments, result);
        }
      } catch (NtStatusException expected) {
        // raised where the routine raises
      } catch (RuntimeException | Error wrong) {
        throw new AssertionError(text(step, routine, arguments), wrong);
      }
      machine.failures().off();
      if (calls % CHECK_EVERY == 0) {
        List<String> violations = new ArrayList<>(Invariants.violations(machine));
        violations.addAll(IommuBooks.violations(kernel.iommu()));
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

  /** Whether the last call was carried out. */
  private boolean done() {
    Refusal refusal = c.lastRefusal();
    return refusal == null
        || refusal.condition().effect() == Effect.NOTED
        || refusal.condition().effect() == Effect.DISCOURAGED;
  }

  /** What happens between calls: IRQL, verifier, shortages, paging, MDLs that are written into. */
  private void disturb() {
    int dice = random.below(100);
    int irql = Irql.PASSIVE_LEVEL;
    if (dice < 12) {
      irql = Irql.DISPATCH_LEVEL;
    } else if (dice < 16) {
      irql = random.below(16);
    }
    c.processor().setIrql(irql);
    switch (random.below(72)) {
      case 0 -> kernel.verifier().setOn(random.chance(20));
      case 1 -> {
        Thing memory = things.any(Sort.USER);
        kernel.paging().putOut(process.space(), memory.address(), memory.bytes());
      }
      case 2 -> {
        long mdl = things.any(Sort.MDL).address();
        c.store(mdl + random.below(8) * 8L, random.oneOf(1, 2, 4, 8), number());
      }
      case 3 -> {
        if (random.chance(30)) {
          kernel.verifier().simulateLowResources();
        } else {
          kernel.verifier().stopSimulating();
        }
      }
      case 4 -> allocate((1 + random.below(5)) * PAGE);
      case 5 -> {
        long memory = things.any(Sort.USER).address();
        if (process.memory().free(memory)) {
          things.gone(Sort.USER, memory);
        }
      }
      case 6 -> access();
      case 7, 9, 10 -> machine.failures().failNth(1 + random.below(6));
      case 8 -> {
        if (random.chance(30)) {
          endTheProcess();
        }
      }
      case 11 -> {
        c.processor().setIrql(Irql.PASSIVE_LEVEL);
        DmaProtection.setDmaGuard(c, random.chance(30));
      }
      case 12 -> {
        c.processor().setIrql(Irql.PASSIVE_LEVEL);
        DmaProtection.setRemapping(c, random.chance(90));
      }
      case 13, 14 -> device.read();
      case 15, 16 -> device.write();
      case 17 -> kernel.verifier().setDma(random.chance(30));
      case 18 -> {
        if (random.chance(50)) {
          kernel.dmaFaults().deliver();
        } else {
          machine.clock().advance(1);
        }
      }
      default -> {
        // nothing
      }
    }
  }

  /** An access of the driver, or of the program that it runs in. */
  private void access() {
    long address = random.chance(30) ? number() : things.any().address() + random.below(PAGE);
    try {
      switch (random.below(4)) {
        case 0 -> c.load(address, 1);
        case 1 -> c.store(things.any(Sort.POOL).address(), 8, number());
        case 2 -> c.userLoad(address, 4);
        default -> c.userStore(things.any(Sort.USER).address(), 8, number());
      }
    } catch (NtStatusException expected) {
      // of user code
    }
  }

  /** Another process, unless this one can't end yet, or there is no memory for another. */
  private void endTheProcess() {
    c.processor().setIrql(Irql.PASSIVE_LEVEL);
    NtProcess next;
    try {
      next = kernel.newProcess("victim");
    } catch (RefusedException full) {
      return;
    }
    Processes.end(c, process);
    if (kernel.process(process.eprocess()) != null) {
      Processes.end(c, next);
      return;
    }
    process = next;
    c.processor().attach(process);
    proper.setProcess(process.eprocess());
    things.add(Sort.POOL, process.eprocess(), 1, 0);
    allocate(4 * PAGE);
  }

  private long number() {
    return switch (random.below(4)) {
      case 0 -> EDGES[random.below(EDGES.length)];
      case 1 -> things.any().address();
      case 2 -> random.below(64);
      default -> random.next() >>> random.below(64);
    };
  }

  /** Most calls are as they should be; of others one argument is not, or none is. */
  private void spoil(long[] arguments) {
    int dice = random.below(100);
    if (arguments.length == 0 || dice < 62) {
      return;
    }
    if (dice < 97) {
      int which = random.below(arguments.length);
      arguments[which] = spoiled(arguments[which]);
      return;
    }
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = number();
    }
  }

  /** Something near a right argument, something that is gone, or anything. */
  private long spoiled(long argument) {
    return switch (random.below(8)) {
      case 0 -> argument + random.oneOf(-1, 1, 8);
      case 1 -> argument + PAGE * random.oneOf(-1, 1);
      case 2 -> argument ^ 1L << random.below(64);
      case 3 -> things.any(Sort.DEAD).address();
      case 4 -> 0;
      case 5 -> random.below(16);
      default -> number();
    };
  }

  /** Ends the system: everything is free again. */
  @Override
  public void close() {
    kernel.verifier().stopSimulating();
    kernel.verifier().setOn(random.chance(50));
    c.processor().setIrql(Irql.PASSIVE_LEVEL);
    Drivers.unload(c);
    kernel.close();
    for (int i = 0; i < DmaProper.OWN_PAGES; i++) {
      machine.frames().free(ownPfn + i);
    }
    // Frames that were held before anything of their surroundings was used are counted by nobody.
    HoldSettler.settle(machine);
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
