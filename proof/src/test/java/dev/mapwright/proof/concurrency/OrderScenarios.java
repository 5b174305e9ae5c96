package dev.mapwright.proof.concurrency;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Pages;
import dev.mapwright.core.check.SpaceParts;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.SpaceSnapshot;
import dev.mapwright.proof.mutants.Gate;
import dev.mapwright.proof.mutants.Interleaving;
import dev.mapwright.sim.cpu.DirectCpu;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What {@link OrderOfStepsTest} lets happen, and the steps that its defects do too early, too late
 * or only once.
 */
public final class OrderScenarios {
  private static final long PAGE = 0x12345;

  /** So many that a CPU forgets them by raising the generation of its TLB. */
  private static final long MANY_PAGES = 512;

  private static final long OLD = 0xDEAD_BEEFL;

  private OrderScenarios() {}

  private static @Nullable Object invoke(
      Object receiver, String method, @Nullable Object... arguments) {
    for (Class<?> type = receiver.getClass(); type != null; type = type.getSuperclass()) {
      for (Method one : type.getDeclaredMethods()) {
        if (one.getName().equals(method) && one.getParameterCount() == arguments.length) {
          try {
            one.setAccessible(true);
            return one.invoke(receiver, arguments);
          } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
          }
        }
      }
    }
    throw new LinkageError("no method " + method);
  }

  private static boolean loads(Cpu cpu) {
    try {
      cpu.load(Pages.address(PAGE), Long.BYTES);
      return true;
    } catch (MemoryFault fault) {
      return false;
    }
  }

  // ---- a store that is under way

  /**
   * A store has been translated when its page is removed and the frame is given to somebody else,
   * as soon as the removal returns.
   */
  public static final class FreedFrame extends RemovalScenarios.Scenario {
    /** For the loader. */
    public FreedFrame() {}

    @Override
    String play() {
      long pfn = map(PAGE);
      warmUp(PAGE);
      Gate translated = new Gate();
      Interleaving.on("storing", translated);
      boolean[] stored = new boolean[1];
      start(() -> {
        cpu.store(Pages.address(PAGE), Long.BYTES, OLD);
        stored[0] = true;
      });
      translated.awaitArrival();
      startRemoving(PAGE);
      awaitRemovedOrWaiting(RemovalScenarios.FEW_LOOKS);
      boolean reused = removed;
      if (reused) {
        machine.frames().free(pfn);
        if (machine.frames().allocate(FrameOwner.POOL, 0) != pfn) {
          throw new AssertionError("another frame came first");
        }
      }
      translated.open();
      Gate.await(() -> stored[0] && removed, "the store does not end");
      boolean written = machine.memory().readLong(Pages.address(pfn)) == OLD;
      return reused && written ? "a store landed in a frame that belongs to somebody else" : "";
    }
  }

  /** A page is removed between the translation of a store and the store itself. */
  public static final class StoreUnderWay extends RemovalScenarios.Scenario {
    private boolean late;

    /** For the loader. */
    public StoreUnderWay() {}

    @Override
    String play() {
      map(PAGE);
      warmUp(PAGE);
      Gate translated = new Gate();
      boolean[] stored = new boolean[1];
      Interleaving.on("translated", translated);
      Interleaving.on(
          "storing",
          () -> {
            awaitRemovedOrWaiting(RemovalScenarios.FEW_LOOKS);
            late = removed;
          });
      start(() -> {
        cpu.store(Pages.address(PAGE), Long.BYTES, 7);
        stored[0] = true;
      });
      translated.awaitArrival();
      startRemoving(PAGE);
      awaitRemovedOrWaiting(1);
      translated.open();
      Gate.await(() -> stored[0], "the store does not end");
      return late ? "a store landed after the removal had returned" : "";
    }
  }

  // ---- entries and generations

  /** A CPU comes back to a page while it is being removed. */
  public static final class ToldTooEarly extends RemovalScenarios.Scenario {
    private static @Nullable Translation removing;

    /** For the loader. */
    public ToldTooEarly() {}

    @Override
    String play() {
      map(PAGE);
      warmUp(PAGE);
      removing = tables;
      Interleaving.on("told", () -> loads(cpu));
      tables.remove(PAGE, PAGE + MANY_PAGES - 1);
      return loads(cpu) ? "a load went through what was removed" : "";
    }

    /** The defect: CPUs raise their generation before the entries are cleared. */
    public static void remove(
        Object tree, long first, long last, Translation.@Nullable RunVisitor written) {
      Translation told = removing;
      if (told != null) {
        told.forget(PAGE, PAGE + MANY_PAGES - 1);
        Interleaving.reached("told");
      }
      invoke(tree, "remove", first, last, written);
      if (told != null) {
        invoke(tree, "nothingStale");
      }
    }
  }

  /** What a hoisted read keeps: from the first time on that it is kept, it is always the same. */
  abstract static class Hoisted extends RemovalScenarios.Scenario {
    private static boolean hoisting;
    private static @Nullable Object kept;

    Hoisted(boolean checked) {
      super(checked);
      if (cpu instanceof DirectCpu == checked) {
        throw new AssertionError("another kind of CPU");
      }
    }

    /** From now on what is read is kept, as the compiler would in a loop. */
    static void beginLoop() {
      hoisting = true;
      kept = null;
    }

    static void endLoop() {
      hoisting = false;
    }

    private static Object keep(Object read) {
      if (!hoisting) {
        return read;
      }
      if (kept == null) {
        kept = read;
      }
      return kept;
    }
  }

  /** In place of reading which array is published: reads it once. */
  public static int readHandleOnce(VarHandle handle, Object cpu) {
    return (int) Hoisted.keep((int) handle.getOpaque((DirectCpu) cpu));
  }

  /** The same of a CPU without native access. */
  public static long[] readPairsOnce(VarHandle handle, Object cpu) {
    return (long[]) Hoisted.keep((long[]) handle.getOpaque((dev.mapwright.sim.cpu.CheckedCpu) cpu));
  }

  /** After the generation was read: what was read first. */
  public static long readKeyOnce(long key) {
    return (long) Hoisted.keep(key);
  }

  /** A CPU goes on hitting its TLB in a loop while a page is removed. */
  abstract static class Loop extends Hoisted {
    private volatile int step;

    Loop(boolean checked) {
      super(checked);
    }

    @Override
    String play() {
      map(PAGE);
      start(() -> {
        warmUp(PAGE);
        cpu.enter();
        cpu.load(Pages.address(PAGE), Long.BYTES); // publishes its arrays with the page in them
        beginLoop();
        cpu.load(Pages.address(PAGE), Long.BYTES);
        step = 1;
        Gate.await(() -> step == 2, "not told to go on");
        loads(cpu);
        step = 3;
        Gate.await(() -> step == 4, "not told to go on");
        endLoop();
        cpu.exit();
      });
      Gate.await(() -> step == 1, "the CPU does not get ready");
      startRemoving(PAGE);
      awaitRemovedOrWaiting(1);
      step = 2;
      Gate.await(() -> step == 3, "the CPU does not load");
      awaitRemovedOrWaiting(RemovalScenarios.FEW_LOOKS);
      String complaint = removed ? "" : "a CPU made an access and did not notice the removal";
      step = 4;
      return complaint;
    }
  }

  /** With native access. */
  public static final class DirectLoop extends Loop {
    /** For the loader. */
    public DirectLoop() {
      super(false);
    }
  }

  /** Without. */
  public static final class CheckedLoop extends Loop {
    /** For the loader. */
    public CheckedLoop() {
      super(true);
    }
  }

  /** A CPU in a loop forgets everything and comes back to a page that is gone. */
  abstract static class ComesBack extends Hoisted {
    ComesBack(boolean checked) {
      super(checked);
    }

    @Override
    String play() {
      map(PAGE);
      warmUp(PAGE);
      cpu.enter();
      cpu.load(Pages.address(PAGE), Long.BYTES);
      beginLoop();
      cpu.load(Pages.address(PAGE), Long.BYTES);
      cpu.flush(); // raises the generation
      tables.remove(PAGE, PAGE);
      loads(cpu); // learns of it
      boolean came = loads(cpu);
      endLoop();
      cpu.exit();
      return came ? "a load went through what was forgotten" : "";
    }
  }

  /** With native access. */
  public static final class DirectComesBack extends ComesBack {
    /** For the loader. */
    public DirectComesBack() {
      super(false);
    }
  }

  /** Without. */
  public static final class CheckedComesBack extends ComesBack {
    /** For the loader. */
    public CheckedComesBack() {
      super(true);
    }
  }

  // ---- a fresh frame

  /** A CPU loads a page that another one has just brought in, in a frame that was used before. */
  public static final class FreshFrame extends CoreScenarios.Scenario {
    private static boolean deferring;
    private static @Nullable Runnable deferred;

    /** For the loader. */
    public FreshFrame() {}

    @Override
    String play() {
      MemoryObject object = object(2);
      MapRequest request = new MapRequest().object(object, 0).pages(2);
      request.where().at(PAGE);
      space.root().map(request).orThrow();
      cpu.store(Pages.address(PAGE + 1), Long.BYTES, 0); // so that there are tables
      put(object, 0, OLD);
      long pfn = object.frameOf(0);
      object.decommit(0, 1).orThrow();
      Cpu other = machine.newCpu();
      other.attach(space);
      long[] seen = new long[1];
      Interleaving.on(
          "installed",
          () -> {
            seen[0] = other.load(Pages.address(PAGE) + Long.BYTES, Long.BYTES);
            seen[0] |= other.load(Pages.address(PAGE), Long.BYTES);
            Runnable late = deferred;
            if (late != null) {
              late.run();
            }
          });
      deferring = true;
      cpu.store(Pages.address(PAGE) + Long.BYTES, Long.BYTES, 0);
      deferring = false;
      if (object.frameOf(0) != pfn) {
        throw new AssertionError("another frame came first");
      }
      return seen[0] == 0 ? "" : "a load gave " + seen[0] + " of a fresh page";
    }

    /** The defect: a frame is filled with zeros after its entry was made. */
    public static void zeroFrame(Object ram, long pfn) {
      if (deferring) {
        deferred = () -> invoke(ram, "zeroFrame", pfn);
      } else {
        invoke(ram, "zeroFrame", pfn);
      }
    }
  }

  // ---- parts

  /** Two pages of two parts, which somebody unmaps by one call while the space is looked at. */
  abstract static class TwoParts extends CoreScenarios.Scenario {
    private static final long FIRST = 0x1000;
    static final long LOWER = 0x100F;
    static final long UPPER = 0x1010;
    private static final long LAST_OF_UPPER = 0x101F;

    private static @Nullable Object parts;
    private @Nullable Thread unmapping;

    /** What whoever looks sees of the two: how many are there. */
    abstract int look();

    @Override
    final String play() throws InterruptedException, ReflectiveOperationException {
      MemoryObject object = object(1);
      for (long page = LOWER; page <= UPPER; page++) {
        MapRequest request = new MapRequest().object(object, 0).pages(1);
        request.where().at(page);
        space.root().map(request).orThrow();
      }
      SpaceParts.divide(space, FIRST, LOWER, UPPER, UPPER);
      SpaceParts.divide(space, UPPER, LAST_OF_UPPER, LAST_OF_UPPER + 1, LAST_OF_UPPER + 1);
      if (SpaceParts.count(space) != 3) {
        throw new AssertionError("the space was not divided");
      }
      parts = partsOf(space);
      Interleaving.on(
          "half seen",
          () -> {
            Interleaving.forget("half seen");
            unmapping = begin(() -> space.root().unmap(LOWER, 2).orThrow());
          });
      Interleaving.on("let go", this::awaitUnmapped);
      int seen = look();
      awaitUnmapped();
      return seen == 1 ? "half of a call was seen" : "";
    }

    private void awaitUnmapped() {
      Thread thread = unmapping;
      if (thread == null) {
        throw new AssertionError("nobody unmaps");
      }
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    private static Object partsOf(AddressSpace space) throws ReflectiveOperationException {
      Field field = space.getClass().getDeclaredField("parts");
      field.setAccessible(true);
      return field.get(space);
    }

    /** The defect: one part is let go before the next one is locked. */
    public static void letGo() {
      Object locked = parts;
      if (locked != null) {
        invoke(locked, "unlockAll");
        Interleaving.reached("let go");
        invoke(locked, "enterAll");
      }
    }
  }

  /** Called by the mutant: {@link TwoParts#letGo}. */
  public static void letGo() {
    TwoParts.letGo();
  }

  /** In place of visiting all parts: lets go of them before the last one. */
  @SuppressWarnings("unchecked")
  public static void visitOneByOne(Object parts, Consumer<?> visitor) {
    List<Object> all = new ArrayList<>();
    Consumer<Object> collector = all::add;
    invoke(parts, "forEach", collector);
    for (int i = 0; i < all.size(); i++) {
      if (i > 0 && i == all.size() - 1) {
        letGo();
      }
      ((Consumer<Object>) visitor).accept(all.get(i));
      Interleaving.reached(i == all.size() - 2 ? "half seen" : "seen");
    }
  }

  /** Somebody takes a snapshot of the space. */
  public static final class Snapshot extends TwoParts {
    /** For the loader. */
    public Snapshot() {}

    @Override
    int look() {
      try (SpaceSnapshot snapshot = space.snapshot().get()) {
        snapshot.restore().orThrow();
      }
      return space.mappings();
    }
  }

  /** Somebody counts the mappings. */
  public static final class Count extends TwoParts {
    /** For the loader. */
    public Count() {}

    @Override
    int look() {
      return space.mappings();
    }
  }
}
