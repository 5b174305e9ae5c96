package dev.mapwright.proof.concurrency;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.check.SpaceParts;
import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.object.EngineObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.FoundMapping;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.core.state.MappingView;
import dev.mapwright.core.state.Tables;
import dev.mapwright.proof.mutants.Gate;
import dev.mapwright.proof.mutants.Interleaving;
import dev.mapwright.sim.SimulatedMachine;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Method;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * What {@link InterleavingCoreTest} lets happen. Each scenario is loaded together with classes that
 * have points and a defect in them, and answers with what went wrong; with nothing when nothing
 * did.
 *
 * <p>No scenario waits for a time: another thread's call is waited for until it has returned or
 * waits for a lock that the caller holds.
 */
public final class CoreScenarios {
  private static final long AT = 0x2000;
  private static final long ADDRESS = Pages.address(AT);
  private static final long POISON = 0xDEAD_BEEF_DEAD_BEEFL;

  private CoreScenarios() {}

  /** A machine, a space and a CPU that is attached to it. */
  abstract static class Scenario implements Callable<String> {
    final SimulatedMachine machine = SimulatedMachine.builder().ram(0x100, 4096).build();
    final AddressSpace space = AddressSpace.create(machine, "space", 0x1000, 0x7_FFFF_FFFEL).get();
    final Cpu cpu = machine.newCpu();

    /** The scenario itself: what went wrong, or nothing. */
    abstract String play() throws Exception;

    @Override
    public final String call() throws Exception {
      cpu.attach(space);
      String complaint = play();
      List<String> violations = Invariants.violations(machine);
      machine.close();
      return complaint.isEmpty() && !violations.isEmpty() ? violations.toString() : complaint;
    }

    final MemoryObject object(long pages) {
      return MemoryObject.paged(machine, pages).get();
    }

    final void map(MemoryObject object) {
      MapRequest request = new MapRequest().object(object, 0).pages(object.pages());
      request.where().at(AT);
      space.root().map(request).orThrow();
    }

    static void put(MemoryObject object, long page, long value) {
      MemorySegment word = MemorySegment.ofArray(new long[] {value});
      object.write(Pages.address(page), word, 0, Long.BYTES).orThrow();
    }

    static long get(MemoryObject object, long page) {
      long[] word = new long[1];
      object.read(Pages.address(page), MemorySegment.ofArray(word), 0, Long.BYTES).orThrow();
      return word[0];
    }

    static void join(Thread thread) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    /** Begins a call on another thread: it has returned, or waits for a lock, when this returns. */
    static Thread begin(Runnable call) {
      Thread thread = new Thread(call);
      thread.setDaemon(true);
      thread.start();
      Gate.await(
          () ->
              thread.getState() == Thread.State.WAITING
                  || thread.getState() == Thread.State.TIMED_WAITING
                  || thread.getState() == Thread.State.TERMINATED,
          "a call neither returned nor waited");
      return thread;
    }
  }

  /**
   * A page is brought in for a store; another thread decommits it when the object has named the
   * frame and the translation is not installed yet. It has to wait: otherwise the translation would
   * lead to a frame that is free.
   */
  public static final class BringIn extends Scenario {
    /** For the loader. */
    public BringIn() {}

    private static @Nullable EngineObject locked;

    @Override
    String play() throws InterruptedException {
      MemoryObject object = object(1);
      locked = (EngineObject) object;
      map(object);
      Thread[] decommit = new Thread[1];
      Interleaving.on("named", () -> decommit[0] = begin(() -> object.decommit(0, 1).orThrow()));
      Interleaving.on("unlocked", () -> join(decommit[0]));
      cpu.store(ADDRESS, Long.BYTES, 7);
      decommit[0].join();
      return "";
    }

    /** The defect: the object is unlocked before the translation is installed. */
    public static void install(
        Tables tables, long page, long pfn, int permissions, CachePolicy cache) {
      EngineObject object = locked;
      if (object == null) {
        throw new AssertionError("no object");
      }
      object.lock().unlock();
      Interleaving.reached("unlocked");
      tables.install(page, pfn, permissions, cache);
      object.lock().lock();
    }
  }

  /**
   * A page of a live view was decommitted after a snapshot of the view: the snapshot's hidden
   * member has the page, and the view looks for it further up, at the base. What happens to the
   * base's page has to be told through the hidden member.
   */
  public static final class HiddenChild extends Scenario {
    /** For the loader. */
    public HiddenChild() {}

    @Override
    String play() {
      MemoryObject base = object(1);
      put(base, 0, 7);
      MemoryObject view = base.child(ChildKind.LIVE_VIEW, 0, 1).get();
      put(view, 0, 8);
      view.child(ChildKind.SNAPSHOT, 0, 1).get();
      view.decommit(0, 1).orThrow();
      map(view);
      if (cpu.load(ADDRESS, Long.BYTES) != 7) {
        return "the view does not show the base's page";
      }
      base.decommit(0, 1).orThrow();
      long value = cpu.load(ADDRESS, Long.BYTES);
      return value == 0 ? "" : "a load gave " + value + " of a page that is gone";
    }
  }

  /** Reservations that were made and released leave no table behind. */
  public static final class ReleasedReservation extends Scenario {
    /** For the loader. */
    public ReleasedReservation() {}

    @Override
    String play() {
      long tables = space.translation().tables();
      RegionRequest request = new RegionRequest().pages(1024);
      request.where().at(AT);
      space.root().reserve(request, 4).get().release().orThrow();
      long left = space.translation().tables();
      return left == tables ? "" : "there were " + tables + " tables, now " + left;
    }
  }

  /**
   * Pages are written in two places, and their entries are forgotten when there is no memory to
   * carry the dirty bits over: all of them are told all the same.
   */
  abstract static class Uncarried extends Scenario {
    private static final int PAGES = 12;
    private static final int RUN = 2;

    private final int first;
    private final int second;

    Uncarried(int first, int second) {
      this.first = first;
      this.second = second;
    }

    @Override
    String play() {
      MemoryObject object = object(PAGES);
      map(object);
      space.trackDirty(true);
      for (int page = 0; page < RUN; page++) {
        cpu.store(Pages.address(AT + first + page), Long.BYTES, 1);
        cpu.store(Pages.address(AT + second + page), Long.BYTES, 1);
      }
      machine.failures().failAll();
      object.decommit(first, RUN).orThrow();
      object.decommit(second, RUN).orThrow();
      machine.failures().off();
      BitSet told = new BitSet();
      space
          .collectDirty(
              AT,
              PAGES,
              true,
              (page, count) -> told.set((int) (page - AT), (int) (page - AT + count)))
          .orThrow();
      for (int page = 0; page < RUN; page++) {
        if (!told.get(first + page) || !told.get(second + page)) {
          return "written were " + first + " and " + second + ", told was " + told;
        }
      }
      return "";
    }
  }

  /** The lower pages first. */
  public static final class UncarriedUpwards extends Uncarried {
    /** For the loader. */
    public UncarriedUpwards() {
      super(3, 8);
    }
  }

  /** The higher pages first. */
  public static final class UncarriedDownwards extends Uncarried {
    /** For the loader. */
    public UncarriedDownwards() {
      super(8, 3);
    }
  }

  /**
   * A page is unmapped whose object ends with it, so its frame is somebody else's when the records
   * have changed. A store that is tried just then waits, and faults.
   */
  public static final class Unmap extends Scenario {
    /** For the loader. */
    public Unmap() {}

    private static @Nullable Runnable deferred;

    @Override
    String play() throws InterruptedException {
      MemoryObject object = object(1);
      map(object);
      object.release();
      cpu.attach(null);
      // The CPU is driven by the thread that stores, which has the page in its TLB.
      Thread[] storing = new Thread[1];
      MemoryObject[] victim = new MemoryObject[1];
      boolean[] stored = new boolean[1];
      Cpu other = machine.newCpu();
      other.attach(space);
      for (int i = 0; i < 40; i++) {
        other.store(ADDRESS, Long.BYTES, 7);
      }
      Interleaving.on(
          "changed",
          () -> {
            victim[0] = object(1);
            put(victim[0], 0, POISON);
            storing[0] = begin(() -> stored[0] = stores(other));
            Runnable late = deferred;
            if (late != null) {
              late.run();
            }
          });
      space.root().unmap(AT, 1).orThrow();
      storing[0].join();
      if (get(victim[0], 0) != POISON) {
        return "a store landed in a frame that was reused";
      }
      return stored[0] ? "a store went through what was removed" : "";
    }

    private static boolean stores(Cpu cpu) {
      try {
        cpu.store(ADDRESS, Long.BYTES, 7);
        return true;
      } catch (MemoryFault fault) {
        return false;
      }
    }

    /** The defect: translations are removed after the records have changed. */
    public static void forget(Tables tables, long first, long last) {
      deferred = () -> tables.forget(first, last);
    }
  }

  /**
   * A look-up without the lock has read what its record says, and not yet which object the number
   * in it means. Then the page is mapped to another object, which gets the same number.
   */
  public static final class Glance extends Scenario {
    /** For the loader. */
    public Glance() {}

    @Override
    String play() {
      MemoryObject one = object(8);
      MemoryObject other = object(8);
      map(one, 3);
      boolean[] changed = new boolean[1];
      Interleaving.on(
          "words",
          () -> {
            if (!changed[0]) {
              changed[0] = true;
              space.root().unmap(AT, 1).orThrow();
              map(other, 5);
            }
          });
      FoundMapping found = new FoundMapping();
      boolean any = space.mappingFrom(AT, found);
      if (!changed[0]) {
        return "a look-up takes the lock at once";
      }
      boolean whole = any && other.equals(found.object()) && found.objectPage() == 5;
      return whole ? "" : "an answer of two states: " + found.info();
    }

    private void map(MemoryObject object, long objectPage) {
      MapRequest request = new MapRequest().object(object, objectPage).pages(1);
      request.where().at(AT);
      space.root().map(request).orThrow();
    }
  }

  /**
   * The pieces of a mapping share a view, and lie in two parts of a space. One piece goes while
   * another one is split; both are counted, or the object would take the view for nobody's while a
   * piece has translations, and would not have them forgotten when its pages go.
   */
  public static final class SharedView extends Scenario {
    /** For the loader. */
    public SharedView() {}

    @Override
    String play() {
      MemoryObject object = object(4);
      map(object);
      for (int page = 0; page < 4; page++) {
        cpu.store(Pages.address(AT + page), Long.BYTES, 7);
      }
      space.root().protect(AT, 1, Permissions.READ).orThrow();
      if (!SpaceParts.divide(space, AT, AT, AT + 1, AT + 3)) {
        return "the space is not divided";
      }
      boolean[] between = new boolean[1];
      Interleaving.on(
          "counting",
          () -> {
            if (!between[0]) {
              between[0] = true;
              join(begin(() -> space.root().protect(AT + 2, 2, Permissions.READ).orThrow()));
            }
          });
      space.root().unmap(AT, 1).orThrow();
      if (!between[0]) {
        return "nobody came between";
      }
      space.root().unmap(AT + 1, 1).orThrow();
      object.decommit(0, 4).orThrow();
      return cpu.load(Pages.address(AT + 2), Long.BYTES) == 0
          ? ""
          : "a frame is shown that was given back";
    }

    /** The defect: the count becomes one less than the two that it was when it was looked at. */
    public static int getAndAdd(VarHandle count, MappingView view, int delta) {
      count.set(view, 2 + delta);
      return 2;
    }
  }

  /** A fault that fails for want of memory for the view has committed nothing. */
  public static final class RefusedView extends Scenario {
    /** For the loader. */
    public RefusedView() {}

    private static @Nullable Runnable deferred;

    @Override
    String play() {
      MemoryObject object = object(1);
      map(object);
      Interleaving.on(
          "supplied",
          () -> {
            Runnable late = deferred;
            if (late != null) {
              late.run();
            }
          });
      machine.failures().failNth(1, EnumSet.of(AllocationPoint.OBJECT));
      try {
        cpu.store(ADDRESS, Long.BYTES, 7);
        return "a store went through without memory for its view";
      } catch (MemoryFault fault) {
        if (fault.fault().reason() != FaultReason.OUT_OF_RECORDS) {
          return fault.toString();
        }
      } catch (IllegalStateException refused) {
        // what the defect makes of the refusal
      } finally {
        machine.failures().off();
      }
      long committed = object.committedPages();
      return committed == 0 ? "" : committed + " pages were committed by a fault that failed";
    }

    /** The defect: the view is entered after the frame was supplied. */
    public static boolean enterView(Object pieces, int id) {
      deferred =
          () -> {
            if (!entered(pieces, id)) {
              throw new IllegalStateException("no memory for a view");
            }
          };
      return true;
    }

    private static boolean entered(Object pieces, int id) {
      try {
        Method method = pieces.getClass().getDeclaredMethod("enterView", int.class);
        method.setAccessible(true);
        return (boolean) method.invoke(pieces, id);
      } catch (ReflectiveOperationException e) {
        throw new LinkageError(e.getMessage(), e);
      }
    }
  }
}
