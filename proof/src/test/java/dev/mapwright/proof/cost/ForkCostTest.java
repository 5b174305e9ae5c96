package dev.mapwright.proof.cost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Pages;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.machine.Counted;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.memory.PageStore;
import dev.mapwright.sim.SimulatedMachine;
import java.lang.foreign.MemorySegment;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A program that forks for ever: after 100,000 forks there is no more of anything than before. */
class ForkCostTest {
  private static final int FORKS = 100_000;
  private static final int WARM_UP = 2_000;
  private static final long HEAP = 8 << 20;

  private final Machine machine = SimulatedMachine.builder().ram(0x100, 1 << 14).build();

  /** What is forked. */
  enum Forked {
    EMPTY(machine -> MemoryObject.paged(machine, 0).get()),
    WITHOUT_A_PAGE(machine -> MemoryObject.paged(machine, 64).get()),
    SPARSE(machine -> {
      MemoryObject object = MemoryObject.paged(machine, 1L << 40).get();
      for (int i = 0; i < 40; i++) {
        put(object, 1L << i);
      }
      return object;
    }),
    SOURCED(machine -> MemoryObject.paged(machine, 64, (page, frame) -> true).get()),
    PUT_OUT(machine -> {
      MemoryObject object = MemoryObject.paged(machine, 8).get();
      object.commit(0, 8).orThrow();
      object.putOut(0, 8, new Store()).orThrow();
      return object;
    }),
    LIVE_VIEW(machine -> {
      MemoryObject parent = MemoryObject.paged(machine, 64).get();
      put(parent, 3);
      MemoryObject view = parent.child(ChildKind.LIVE_VIEW, 0, 64).get();
      parent.release();
      put(view, 5);
      return view;
    }),
    BEYOND_ITS_PARENT(machine -> {
      MemoryObject parent = MemoryObject.paged(machine, 1).get();
      MemoryObject view = parent.child(ChildKind.LIVE_VIEW, 50, 4).get();
      parent.release();
      return view;
    });

    @SuppressWarnings("ImmutableEnumChecker") // a function without a state
    private final Function<Machine, MemoryObject> maker;

    Forked(Function<Machine, MemoryObject> maker) {
      this.maker = maker;
    }
  }

  /** Says yes to everything and keeps nothing. */
  private static final class Store implements PageStore {
    private int tokens;

    @Override
    public int keep(MemorySegment frame) {
      return tokens++;
    }

    @Override
    public void fetch(int token, MemorySegment frame) {
      frame.fill((byte) token);
    }

    @Override
    public void discard(int token) {}
  }

  /** Who ends first, and who is forked next. */
  enum Line {
    THE_CHILD_ENDS,
    THE_PARENT_ENDS,
    THE_CHILD_SHOWS_NOTHING,
    EACH_WRITES
  }

  @AfterEach
  void close() {
    machine.close();
  }

  private static void put(MemoryObject object, long page) {
    object.write(Pages.address(page), MemorySegment.ofArray(new long[] {page}), 0, 8).orThrow();
  }

  /** Reads and writes pages that were there before all forks, and others. */
  private static void touch(MemoryObject object) {
    MemorySegment eight = MemorySegment.ofArray(new long[1]);
    for (long page = 0; page < Math.min(64, object.pages()); page++) {
      object.read(Pages.address(page), eight, 0, 8).orThrow();
    }
    if (object.pages() > 0) {
      put(object, object.pages() - 1);
    }
  }

  /** One fork, of which one side is left. */
  private static MemoryObject fork(MemoryObject object, Line line, int number) {
    boolean nothing = line == Line.THE_CHILD_SHOWS_NOTHING;
    MemoryObject child = object.child(ChildKind.SNAPSHOT, 0, nothing ? 0 : object.pages()).get();
    if (line == Line.EACH_WRITES && object.pages() > 0) {
      put(object, number % Math.min(8, object.pages()));
      put(child, (number + 1) % Math.min(8, object.pages()));
    }
    boolean parentEnds =
        line == Line.THE_PARENT_ENDS || line == Line.EACH_WRITES && number % 2 == 0;
    (parentEnds ? object : child).release();
    return parentEnds ? child : object;
  }

  private static long heap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  @ParameterizedTest
  @EnumSource
  void an_endless_line_of_forks_leaves_nothing_behind(Forked forked) {
    for (Line line : Line.values()) {
      MemoryObject object = forked.maker.apply(machine);
      for (int i = 0; i < WARM_UP; i++) {
        object = fork(object, line, i);
      }
      long living = machine.census().living(Counted.class).size();
      long frames = machine.frames().free();
      long heap = heap();
      for (int i = 0; i < FORKS / Line.values().length; i++) {
        object = fork(object, line, i);
      }
      assertThat(machine.census().living(Counted.class)).as("%s", line).hasSize((int) living);
      assertThat(machine.frames().free()).as("%s", line).isEqualTo(frames);
      assertThat(heap() - heap).as("%s: heap", line).isLessThan(HEAP);
      assertThat(Invariants.violations(machine)).isEmpty();
      MemoryObject last = object;
      SmallStack.run(() -> touch(last));
      object.release();
      assertThat(machine.census().leaks()).as("%s", line).isEmpty();
      assertThat(machine.frames().free()).isEqualTo(machine.frames().total());
    }
  }
}
