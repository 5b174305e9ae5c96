package dev.mapwright.proof.zircon.hostile;

import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.proof.SplitMix;
import dev.mapwright.proof.zircon.PlainDevice;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.zircon.call.MxContext;
import dev.mapwright.zircon.object.MxProcess;
import dev.mapwright.zircon.object.MxResource;
import dev.mapwright.zircon.object.MxSystem;
import dev.mapwright.zircon.policy.Magenta2017;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A small machine with some processes on it, so that whatever may legally take long cannot: there
 * is not the memory for it. A process that has lost what it needs to make sensible calls is
 * replaced by a new one after a while.
 */
final class Stage implements AutoCloseable {
  static final long DEVICE = 0x8000_0000L;
  static final int DEVICE_PAGES = 16;
  static final long RAM_FIRST = 0x100 * HostileNumbers.PAGE;

  /** So little that everything runs out at times, or enough that most things do not. */
  private static final int[] RAM_PAGES = {96, 256, 1024, 1024};

  private static final long ROOT_BASE = 0x100_0000L;
  private static final long ROOT_BYTES = 0x7fff_feff_f000L;
  private static final int PROCESSES = 3;
  private static final int THREADS = 2;

  /** A process that is worn out may go on for so many steps: refusals are answers too. */
  private static final int MOST_WORN_STEPS = 30;

  final Machine machine;
  final long ramPages;
  private final MxSystem system;
  private final MxResource resource;
  private final List<Cpu> cpus = new ArrayList<>();
  private final List<@Nullable Actor> actors = new ArrayList<>();
  private final long framesAtFirst;

  Stage(long seed) {
    ramPages = RAM_PAGES[(int) (seed >>> 2 & 3)];
    var builder =
        SimulatedMachine.builder()
            .ram(RAM_FIRST >>> 12, ramPages)
            .device("memory", DEVICE >>> 12, DEVICE_PAGES, new PlainDevice(DEVICE_PAGES))
            .seed(seed)
            .levels((seed & 1) == 0 ? 4 : 5);
    machine = (seed & 2) == 0 ? builder.singleThreaded().build() : builder.build();
    machine.frames().zeroFrame(); // made at its first use, and kept
    framesAtFirst = machine.frames().free();
    system = new MxSystem(machine, Magenta2017.POLICY, ROOT_BASE, ROOT_BYTES);
    resource = new MxResource(system);
    for (int i = 0; i < PROCESSES; i++) {
      actors.add(null);
      for (int j = 0; j < THREADS; j++) {
        cpus.add(machine.newCpu());
      }
    }
  }

  /** One of the processes, in a state to make calls; null when memory for a new one is missing. */
  @Nullable Actor actor(SplitMix random) {
    int which = random.below(PROCESSES);
    Actor actor = actors.get(which);
    if (actor != null && actor.worn() && ++actor.wornSteps > MOST_WORN_STEPS) {
      actor.process.exit(0);
    }
    boolean gone = actor == null || actor.gone();
    if (gone && (actor == null || random.chance(30))) {
      actor = renew(which, random);
    }
    if (actor != null) {
      actor.keepAlive();
      startThread(actor, which, random);
    }
    return actor;
  }

  /** Often starts a thread in the place of one that has ended. */
  private void startThread(Actor actor, int which, SplitMix random) {
    int thread = random.below(THREADS);
    boolean ended = actor.threads.get(thread).state() != MxContext.State.RUNNING;
    if (ended && !actor.process.ended() && random.chance(50)) {
      actor.threads.set(thread, new MxContext(actor.process, cpus.get(which * THREADS + thread)));
    }
  }

  private @Nullable Actor renew(int which, SplitMix random) {
    MxProcess process = random.chance(40) ? inherited(random) : null;
    if (process == null) {
      process = MxProcess.create(system, system.rootJob(), "actor");
    }
    if (process == null) {
      return null;
    }
    List<MxContext> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      threads.add(new MxContext(process, cpus.get(which * THREADS + i)));
    }
    Actor actor = new Actor(process, threads, resource, system.rootJob());
    actors.set(which, actor);
    actor.keepAlive();
    actor.mapMemory(threads.getFirst(), DEVICE);
    return actor;
  }

  /** A process without threads that another one has made with a call and has a handle to. */
  private @Nullable MxProcess inherited(SplitMix random) {
    Actor maker = actors.get(random.below(PROCESSES));
    MxProcess found = maker == null ? null : maker.childProcess();
    boolean taken = actors.stream().anyMatch(actor -> actor != null && actor.process == found);
    return found == null || found.ended() || taken ? null : found;
  }

  void verify() {
    Invariants.verify(machine);
  }

  /** Ends all processes; what is left on the machine then is a leak. */
  void end() {
    for (Actor actor : actors) {
      if (actor != null) {
        actor.threads.forEach(MxContext::close);
        actor.process.exit(0);
      }
    }
    List<String> leaks = machine.census().leaks();
    if (!leaks.isEmpty()) {
      throw new Misbehaviour("left over after all processes have ended: " + leaks);
    }
    if (machine.frames().free() != framesAtFirst) {
      throw new Misbehaviour(
          (framesAtFirst - machine.frames().free()) + " frames are lost after all has ended");
    }
    verify();
  }

  @Override
  public void close() {
    machine.close();
  }
}
