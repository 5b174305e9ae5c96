package dev.mapwright.proof.zircon;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.zircon.call.MxContext;
import dev.mapwright.zircon.handle.Handle;
import dev.mapwright.zircon.object.MxProcess;
import dev.mapwright.zircon.object.MxResource;
import dev.mapwright.zircon.object.MxSystem;
import dev.mapwright.zircon.policy.Magenta2017;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The personality's call face on the simulated machine, as the machine under test. */
public class ZirconSubject implements Subject {
  private static final long ROOT_BASE = 0x100_0000L;
  private static final long ROOT_BYTES = 0x7fff_feff_f000L;
  private static final long RAM_PAGES = 1 << 18;
  private static final int ALL_SIMPLE_RIGHTS = 0x3f;

  private final Machine machine;
  private final long framesAtFirst;
  private final List<MxProcess> processes = new ArrayList<>();

  /** One for each process, so that stale translations would show. */
  private final List<Cpu> cpus = new ArrayList<>();

  /** For threads that end themselves. */
  private final Cpu spareCpu;

  private final MxSystem system;
  private final MxContext context;

  /** A machine whose choices come from a seed; tables of five levels for odd of four. */
  public ZirconSubject(long seed) {
    int levels = (seed & 1) == 0 ? 4 : 5;
    machine =
        SimulatedMachine.builder()
            .ram(0x100, RAM_PAGES)
            .device(
                "memory",
                Pages.of(Boot.DEVICE),
                Boot.DEVICE_PAGES,
                new PlainDevice(Boot.DEVICE_PAGES))
            .seed(seed)
            .levels(levels)
            .singleThreaded()
            .build();
    machine.frames().zeroFrame(); // made at its first use, and kept
    framesAtFirst = machine.frames().free();
    system = new MxSystem(machine, Magenta2017.POLICY, ROOT_BASE, ROOT_BYTES);
    MxProcess caller = Objects.requireNonNull(MxProcess.create(system, system.rootJob(), "caller"));
    context = new MxContext(caller);
    processes.add(caller);
    cpus.add(context.cpu());
    spareCpu = machine.newCpu();
  }

  /** The machine itself, for tests that let it fail. */
  Machine machine() {
    return machine;
  }

  @Override
  public Boot boot() {
    MxProcess caller = context.process();
    map(Boot.SCRATCH, new byte[Boot.SCRATCH_PAGES * (int) Bits.PAGE], 3);
    map(Boot.INPUT, Boot.input(), 1);
    int root = caller.grant(caller.root(), caller.root().rights());
    int job = caller.grant(system.rootJob(), ALL_SIMPLE_RIGHTS);
    int resource = caller.grant(new MxResource(system), ALL_SIMPLE_RIGHTS);
    return new Boot(
        ROOT_BASE, ROOT_BYTES, root, job, ALL_SIMPLE_RIGHTS, resource, ALL_SIMPLE_RIGHTS);
  }

  private void map(long offset, byte[] contents, int permissions) {
    MemoryObject memory = MemoryObject.paged(machine, Pages.of(contents.length)).get();
    memory.write(0, MemorySegment.ofArray(contents), 0, contents.length).orThrow();
    MapRequest request =
        new MapRequest().object(memory, 0).pages(memory.pages()).permissions(permissions);
    request.where().at(Pages.of(ROOT_BASE + offset));
    Outcome outcome = context.process().space().root().map(request);
    outcome.orThrow();
    memory.release();
  }

  @Override
  public int call(MxCall call) {
    return call.onMachine(this);
  }

  // What calls are made with.

  /** The thread that makes calls. */
  MxContext context() {
    return context;
  }

  /** Another thread of the caller, for calls that end it. */
  MxContext newThread() {
    return new MxContext(context.process(), spareCpu);
  }

  /** Where a name lies: in the input, or in nothing at all once that is unmapped. */
  long name() {
    return ROOT_BASE + Boot.INPUT;
  }

  /** Gives the process that the last call made a number and a CPU. */
  void enterNewProcess() {
    Handle handle = Objects.requireNonNull(context.process().table().find(context.handle()));
    MxProcess process = (MxProcess) handle.object();
    Cpu cpu = machine.newCpu();
    cpu.attach(process.space());
    processes.add(process);
    cpus.add(cpu);
  }

  @Override
  public void processExit(int number) {
    processes.get(number).exit(0);
  }

  @Override
  public int load(int number, long address, int bytes, long[] value) {
    try {
      value[0] = cpus.get(number).load(address, bytes);
      return Status.OK;
    } catch (MemoryFault fault) {
      return status(fault);
    }
  }

  @Override
  public int store(int number, long address, int bytes, long value) {
    try {
      cpus.get(number).store(address, bytes, value);
      return Status.OK;
    } catch (MemoryFault fault) {
      return status(fault);
    }
  }

  @Override
  public int fetch(int number, long address) {
    try {
      cpus.get(number).fetch(address, 1);
      return Status.OK;
    } catch (MemoryFault fault) {
      return status(fault);
    }
  }

  private static int status(MemoryFault fault) {
    return switch (fault.fault().reason()) {
      case UNMAPPED, NOT_ATTACHED, NOT_CANONICAL -> Status.NOT_FOUND;
      case DENIED -> Status.ACCESS_DENIED;
      case BEYOND_OBJECT -> Status.OUT_OF_RANGE;
      case OUT_OF_FRAMES, OUT_OF_RECORDS -> Status.NO_MEMORY;
      default -> throw new Divergence("an access failed: " + fault.fault());
    };
  }

  @Override
  public byte @Nullable [] peek(int number, long address, int length) {
    byte[] bytes = new byte[length];
    return cpus.get(number).read(address, MemorySegment.ofArray(bytes), 0, length) == null
        ? bytes
        : null;
  }

  @Override
  public List<Listed> mappings(int number) {
    List<Listed> list = new ArrayList<>();
    processes
        .get(number)
        .space()
        .forEachMapping(mapping ->
            list.add(
                new Listed(
                    Pages.address(mapping.firstPage()),
                    mapping.pages() << Pages.SHIFT,
                    Pages.address(mapping.objectPage()),
                    mapping.permissions(),
                    mapping.maximum())));
    return list;
  }

  @Override
  public void checkInvariants() {
    Invariants.verify(machine);
  }

  @Override
  public void endEverything() {
    context.close();
    for (MxProcess process : processes) {
      process.exit(0);
    }
    List<String> leaks = machine.census().leaks();
    if (!leaks.isEmpty()) {
      throw new Divergence("left over after all processes have ended: " + leaks);
    }
    if (machine.frames().free() != framesAtFirst) {
      throw new Divergence(
          (framesAtFirst - machine.frames().free()) + " frames are lost after all has ended");
    }
  }

  @Override
  public void close() {
    machine.close();
  }
}
