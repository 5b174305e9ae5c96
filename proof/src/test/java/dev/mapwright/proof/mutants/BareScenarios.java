package dev.mapwright.proof.mutants;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.BareEntries;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.PfnSource;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.core.space.Reservation;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.sim.format.TableFormat;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong with bare frames when a step is missing, done twice or done too early. Each
 * scenario returns what it found, nothing when all is well. The steps that a defect does instead
 * are here, too.
 */
public final class BareScenarios {
  static final String CHECKED = "about to withdraw";
  static final String WITHDRAWING = "about to withdraw one";
  static final String INVALIDATING = "about to invalidate";

  private BareScenarios() {}

  /** In place of asking a source: asks it twice. */
  public static long askTwice(PfnSource source, long page) {
    long first = source.pfn(page);
    return source.pfn(page) | first & 0;
  }

  /** In place of making an entry present: passes those by that are not. */
  public static long skipWithdrawn(TableFormat format, long bits) {
    return format.present(1, bits) ? format.reinstated(bits) : bits;
  }

  /** Whose holds are let go too early; null before a scenario says it. */
  private static @Nullable Frames lateFrames;

  /** In place of withdrawing before letting go: lets go first. */
  public static void letGoFirst(BareEntries entries, long first, long last) {
    Frames frames = Objects.requireNonNull(lateFrames);
    for (long page = first; page <= last; page++) {
      frames.unhold(entries.pfn(page));
    }
    entries.withdraw(first, last);
    for (long page = first; page <= last; page++) {
      frames.hold(entries.pfn(page)); // for whoever lets go now
    }
  }

  /** A machine with a space, a CPU, a frame and a reservation. */
  abstract static class Scenario implements Callable<String> {
    static final long AT = 0x2000;
    final Machine machine = SimulatedMachine.builder().ram(0x100, 4096).build();
    final AddressSpace space = AddressSpace.create(machine, "space", 0x1000, 0xFFFF).get();
    final Cpu cpu = machine.newCpu();
    final long pfn = machine.frames().allocate(FrameOwner.POOL, 1);
    final Reservation reservation = reserve();
    final StringBuilder found = new StringBuilder();

    private Reservation reserve() {
      RegionRequest range = new RegionRequest().pages(16);
      range.where().at(AT);
      return space.root().reserve(range, 16).get();
    }

    final void map(PfnSource source) {
      reserved(AT, 2, source);
    }

    final void reserved(long page, long pages, PfnSource source) {
      reservation.map(page, pages, source, Permissions.READ_WRITE, CachePolicy.CACHED).orThrow();
    }

    final void mapFrames(PfnSource source) {
      MapRequest request = new MapRequest().pages(1);
      request.where().at(AT + 16);
      space.root().mapFrames(request, source).orThrow();
    }

    final boolean loads(long page) {
      try {
        cpu.load(Pages.address(page), 8);
        return true;
      } catch (MemoryFault fault) {
        return false;
      }
    }

    abstract void play();

    @Override
    public final String call() {
      cpu.attach(space);
      play();
      machine.close();
      return found.toString();
    }
  }

  /** A source that says something else each time. */
  public static final class Fickle extends Scenario {
    private long asked;

    private long next() {
      asked++;
      return pfn;
    }

    @Override
    void play() {
      map(page -> next());
      reserved(AT + 4, 1, page -> next());
      mapFrames(page -> next());
      if (asked != 4) {
        found.append("four pages were asked for ").append(asked).append(" times");
      }
    }
  }

  /** Whether the frame is held when CPUs are told to forget it. */
  public static final class HeldWhileForgotten extends Scenario {
    /** How many pages show it, with those that are on their way. */
    private int shown = 3;

    @Override
    void play() {
      lateFrames = machine.frames();
      map(page -> pfn);
      mapFrames(page -> pfn);
      loads(AT);
      loads(AT + 16);
      Interleaving.on(
          INVALIDATING,
          () -> {
            int holds = machine.frames().holds(pfn);
            if (holds != shown) {
              found.append("it is used and held ").append(holds).append(" times; ");
            }
            shown -= shown == 3 ? 2 : 1;
          });
      reservation.unmap(AT).orThrow();
      space.root().unmap(AT + 16, 1).orThrow();
      Interleaving.forget(INVALIDATING);
      if (shown != 0) {
        found.append("CPUs were not told");
      }
    }
  }

  /** A CPU that forgets before the entry is gone, and meets it again. */
  public static final class ForgottenTooEarly extends Scenario {
    @Override
    void play() {
      map(page -> pfn);
      for (int i = 0; i < 100; i++) {
        cpu.flush();
        loads(AT); // a CPU that does little has no TLB
      }
      Interleaving.on(CHECKED, cpu::flush);
      Interleaving.on(WITHDRAWING, () -> loads(AT));
      reservation.unmap(AT).orThrow();
      Interleaving.forget(CHECKED);
      Interleaving.forget(WITHDRAWING);
      if (loads(AT)) {
        found.append("a CPU gets through what was unmapped");
      }
    }
  }
}
