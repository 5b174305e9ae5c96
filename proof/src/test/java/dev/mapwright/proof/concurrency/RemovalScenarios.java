package dev.mapwright.proof.concurrency;

import dev.mapwright.core.Access;
import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Fault;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.core.machine.FaultResolver;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.proof.mutants.Gate;
import dev.mapwright.proof.mutants.Interleaving;
import dev.mapwright.sim.MachineBuilder;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.sim.cpu.SimulatedCpu;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What {@link InterleavingSimTest} lets happen. Each scenario is loaded together with classes that
 * have points in them, makes a machine, and answers with what went wrong; with nothing when nothing
 * did.
 *
 * <p>No scenario waits for a time. A remover that is not to return yet is seen to wait because it
 * comes to the point {@code waits} again and again.
 */
final class RemovalScenarios {
  private static final long PAGE = 0x12345;

  /** So far away that it shares no table with the other page but the root. */
  private static final long OTHER = 1L << 30;

  private static final long DEVICE_PFN = 0x8_0000;

  /** How often a remover that was let go may still look in vain. */
  static final int FEW_LOOKS = 5;

  private RemovalScenarios() {}

  /** A machine, tables, a CPU that is attached to them, and threads. */
  abstract static class Scenario
      implements Callable<String>, FaultResolver, DeviceHandler, AutoCloseable {
    final SimulatedMachine machine;
    final Translation tables;
    final Cpu cpu;
    final AtomicInteger looks = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();
    private volatile @Nullable Throwable problem;
    volatile boolean removed;

    Scenario() {
      this(false);
    }

    Scenario(boolean checked) {
      MachineBuilder builder =
          SimulatedMachine.builder().ram(0, 512).device("device", DEVICE_PFN, 1, this);
      machine = (checked ? builder.checked() : builder).build();
      tables = Objects.requireNonNull(machine.newTranslation(0, Pages.LAST_PAGE));
      cpu = machine.newCpu();
    }

    /** The scenario itself: what went wrong, or nothing. */
    abstract String play();

    @Override
    public final String call() throws Exception {
      cpu.attach(this);
      Interleaving.on("waits", looks::incrementAndGet);
      String complaint = play();
      for (Thread thread : threads) {
        thread.join();
      }
      close();
      Throwable failure = problem;
      if (failure != null) {
        throw new AssertionError(failure);
      }
      return complaint;
    }

    @Override
    public void close() {
      machine.close();
    }

    final long map(long page) {
      long pfn = machine.frames().allocate(FrameOwner.OBJECT, 1);
      map(page, pfn);
      return pfn;
    }

    final void map(long page, long pfn) {
      if (tables.reach(page) == Translation.NO_TABLES) {
        throw new AssertionError("no frame for a table");
      }
      tables.install(page, pfn, Permissions.READ_WRITE, CachePolicy.CACHED);
    }

    final void start(Runnable work) {
      Thread thread =
          new Thread(() -> {
            try {
              work.run();
            } catch (Throwable failure) {
              problem = failure;
            }
          });
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }

    final void startRemoving(long page) {
      start(() -> {
        tables.remove(page, page);
        removed = true;
      });
    }

    /** Waits until the remover has returned or can be seen to wait. */
    final void awaitRemovedOrWaiting(int moreLooks) {
      int until = looks.get() + moreLooks;
      Gate.await(() -> removed || looks.get() >= until, "the remover does nothing");
    }

    /** So that arrays and classes are there before a thread is stopped. */
    final void warmUp(long page) {
      for (int i = 0; i < 40; i++) {
        cpu.load(Pages.address(page), 8);
        cpu.store(Pages.address(page), 8, 0);
      }
    }

    @Override
    public final Translation translation() {
      return tables;
    }

    @Override
    public final Fault resolve(long address, Access access) {
      return new Fault(address, 1, access, address, FaultReason.UNMAPPED, null);
    }

    @Override
    public long read(long offsetBytes, int bytes) {
      return 0;
    }

    @Override
    public void write(long offsetBytes, int bytes, long value) {}
  }

  /** A CPU has gone down to a table that is then unlinked. */
  public static final class Walker extends Scenario {
    @Override
    String play() {
      map(OTHER);
      warmUp(OTHER);
      map(PAGE); // never accessed, so no entry of it is cached: only the walk is to be waited for
      Gate descended = new Gate();
      Interleaving.on("descended", descended);
      start(() -> {
        try {
          cpu.load(Pages.address(PAGE), 8);
        } catch (MemoryFault gone) {
          // As well: the walk came too late.
        }
      });
      descended.awaitArrival();
      startRemoving(PAGE);
      awaitRemovedOrWaiting(FEW_LOOKS);
      String complaint = removed ? "a table was given back while a CPU walked it" : "";
      descended.open();
      return complaint;
    }
  }

  /** Somebody looks an entry up without a lock, and the table becomes something else. */
  public static final class Reader extends Scenario {
    private volatile long entry = -1;

    @Override
    String play() {
      map(PAGE);
      Gate reading = new Gate();
      Interleaving.on("reading", reading);
      start(() -> entry = tables.entry(PAGE));
      reading.awaitArrival();
      tables.remove(PAGE, PAGE);
      for (int i = 0; i < 8; i++) {
        // What looks like a table that leads to itself, and like a leaf.
        long pfn = machine.frames().allocate(FrameOwner.OBJECT, 1);
        for (int at = 0; at < Pages.BYTES; at += 8) {
          machine.memory().writeLong(Pages.address(pfn) + at, Pages.address(pfn) | 0x67);
        }
      }
      reading.open();
      Gate.await(() -> entry != -1, "the reader does not return");
      return entry == TranslationEntry.ABSENT ? "" : "an entry was read out of what is no table";
    }
  }

  /** A CPU in a bracket hits its TLB while another page is removed. */
  public static final class Hitter extends Scenario {
    private volatile int step;

    @Override
    String play() {
      map(PAGE);
      map(OTHER);
      start(() -> {
        cpu.enter();
        warmUp(OTHER);
        warmUp(PAGE);
        step = 1;
        Gate.await(() -> step == 2, "not told to go on");
        cpu.load(Pages.address(PAGE), 8);
        step = 3;
        Gate.await(() -> step == 4, "not told to go on");
        cpu.exit();
      });
      Gate.await(() -> step == 1, "the CPU does not get ready");
      startRemoving(OTHER);
      awaitRemovedOrWaiting(1);
      step = 2;
      Gate.await(() -> step == 3, "the CPU does not load");
      // One access is enough for the CPU to learn of it.
      awaitRemovedOrWaiting(FEW_LOOKS);
      String complaint = removed ? "" : "a CPU made an access and did not notice the removal";
      step = 4;
      return complaint;
    }
  }

  /** A page is removed while a CPU is on its way into a bracket. */
  public static final class Publisher extends Scenario {
    private volatile String complaint = "";

    @Override
    String play() {
      map(PAGE);
      cpu.enter();
      warmUp(PAGE);
      cpu.exit();
      Gate publishing = new Gate();
      Interleaving.on("publishing", publishing);
      start(() -> {
        cpu.enter();
        try {
          cpu.store(Pages.address(PAGE), 8, 1);
          complaint = "a store went through what was removed before it";
        } catch (MemoryFault gone) {
          // As it has to be.
        } finally {
          removed = true;
          cpu.exit();
        }
      });
      publishing.awaitArrival();
      tables.remove(PAGE, PAGE);
      publishing.open();
      Gate.await(() -> removed, "the CPU does not store");
      return complaint;
    }
  }

  /** A CPU goes from process to process below the same system, of which a page is removed then. */
  public static final class Switcher extends Scenario {
    /** What is attached below the border. */
    private final class OneProcess implements FaultResolver {
      private final Translation own =
          Objects.requireNonNull(machine.newTranslation(0, Pages.LAST_PAGE));

      @Override
      public Translation translation() {
        return own;
      }

      @Override
      public Fault resolve(long address, Access access) {
        return Switcher.this.resolve(address, access);
      }
    }

    @Override
    public long firstPage() {
      return PAGE;
    }

    @Override
    String play() {
      SimulatedCpu driven = (SimulatedCpu) cpu;
      OneProcess one = new OneProcess();
      cpu.attach(one, this);
      map(PAGE);
      warmUp(PAGE);
      long misses = driven.walks();
      cpu.attach(new OneProcess(), this);
      cpu.load(Pages.address(PAGE), 8);
      cpu.attach(one, this);
      cpu.load(Pages.address(PAGE), 8);
      if (driven.walks() != misses) {
        return "a switch has cost a translation of the upper half";
      }
      tables.remove(PAGE, PAGE);
      try {
        cpu.load(Pages.address(PAGE), 8);
        return "a load went through what was removed";
      } catch (MemoryFault gone) {
        return "";
      }
    }
  }

  /** The registers are unmapped between the translation and the call of the handler. */
  public static final class DeviceCaller extends Scenario {
    private volatile int calls;
    private volatile boolean late;

    @Override
    String play() {
      map(OTHER);
      warmUp(OTHER);
      map(PAGE, DEVICE_PFN);
      cpu.load(Pages.address(PAGE), 8);
      Gate translated = new Gate();
      Interleaving.on("translated", translated);
      // A remover that was let go has returned before the handler is called.
      Interleaving.on("calling", () -> awaitRemovedOrWaiting(FEW_LOOKS));
      start(() -> cpu.load(Pages.address(PAGE), 8));
      translated.awaitArrival();
      startRemoving(PAGE);
      awaitRemovedOrWaiting(1);
      translated.open();
      Gate.await(() -> calls == 2, "the handler is not called");
      return late ? "a handler was called after the removal had returned" : "";
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread at a time
    public long read(long offsetBytes, int bytes) {
      late |= removed;
      calls++;
      return 0;
    }
  }

  /** A hook is set for a page that a CPU in a bracket has in its TLB. */
  public static final class HookedStores extends Scenario {
    private int told;

    @Override
    String play() {
      map(PAGE);
      cpu.enter();
      warmUp(PAGE);
      long address = Pages.address(PAGE);
      tables.hook(
          address, address, Set.of(Access.WRITE), (by, access, at, bytes, value) -> ++told > 0);
      cpu.store(address, 8, 1);
      cpu.store(address, 8, 2);
      cpu.exit();
      return told == 2 ? "" : "of two stores a hook was told " + told;
    }
  }

  /** A hook is set while a store to its page has been translated and not been made. */
  public static final class HookSetter extends Scenario {
    @Override
    String play() {
      map(PAGE);
      warmUp(PAGE);
      long address = Pages.address(PAGE);
      Gate translated = new Gate();
      Interleaving.on("translated", translated);
      start(() -> cpu.store(address, 8, 1));
      translated.awaitArrival();
      start(() -> {
        tables.hook(address, address, Set.of(Access.WRITE), (by, access, at, n, value) -> true);
        removed = true;
      });
      awaitRemovedOrWaiting(FEW_LOOKS);
      String complaint = removed ? "a store goes past a hook that has been set" : "";
      translated.open();
      return complaint;
    }
  }
}
