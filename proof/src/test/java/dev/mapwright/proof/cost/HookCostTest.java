package dev.mapwright.proof.cost;

import com.sun.management.ThreadMXBean;
import dev.mapwright.core.Access;
import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.AccessHook;
import dev.mapwright.core.machine.Hook;
import dev.mapwright.core.memory.MemoryObject;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What hooks cost when there are very many: those that an access is told to count, and no others.
 */
class HookCostTest {
  private static final int HOOKS = 10_000;

  /** A few paths through trees of 10,000 hooks, and the pages that an access looks up. */
  private static final long ENOUGH = 150;

  private static final long BASE = 0x5000;

  abstract static class Hooking extends CostWorld {
    long told;
    final AccessHook counting =
        (by, access, address, bytes, value) -> {
          told++;
          return true;
        };

    Hooking() {
      map(MemoryObject.paged(machine, 64).get(), 0, 64, BASE);
      cpu.attach(space);
    }

    final Hook hook(long first, long last, Set<Access> kinds) {
      return space.hook(first, last, kinds, counting).get();
    }

    /** A store to what {@code hooks} hooks are set for. */
    final void storeTold(long bound, int hooks, long address) {
      told = 0;
      within(bound, "store at " + address, () -> cpu.store(address, 1, 7));
      require(told == hooks, told + " hooks told of " + address);
    }
  }

  /** A watchpoint on every byte of a few pages, which are set, met and taken away. */
  public static final class Watchpoints extends Hooking {
    @Override
    void play() {
      Deque<Hook> set = new ArrayDeque<>();
      long base = Pages.address(BASE);
      for (int i = 0; i < HOOKS; i++) {
        long at = base + i;
        within(ENOUGH, "hook " + i, () -> set.add(hook(at, at, Set.of(Access.WRITE))));
      }
      for (int i = 0; i < HOOKS; i += 7) {
        storeTold(ENOUGH, 1, base + i);
      }
      storeTold(ENOUGH, 0, base + HOOKS); // in a page with hooks, and told to none
      while (!set.isEmpty()) {
        within(ENOUGH, "close", set.removeFirst()::close);
      }
    }
  }

  /** One for everything, set first, which makes nobody look at all those behind it. */
  public static final class OneOfAll extends Hooking {
    @Override
    void play() {
      long base = Pages.address(BASE);
      hook(Pages.address(0x1000), Pages.lastAddress(LAST_PAGE), EnumSet.allOf(Access.class));
      for (int i = 0; i < HOOKS; i++) {
        hook(base + i, base + i, EnumSet.allOf(Access.class));
      }
      storeTold(ENOUGH, 2, base + HOOKS - 1);
      storeTold(ENOUGH, 1, base + HOOKS);
      storeTold(ENOUGH, 2, base);
    }
  }

  /** All of them for the same bytes, but of fetches. */
  public static final class OtherKinds extends Hooking {
    @Override
    void play() {
      long base = Pages.address(BASE);
      for (int i = 0; i < HOOKS; i++) {
        hook(base, base + 100, Set.of(Access.FETCH));
      }
      hook(base, base + 100, Set.of(Access.WRITE));
      storeTold(ENOUGH, 1, base + 50);
    }
  }

  /** All of them are told of the same access: each once, and not looked for anew after each. */
  public static final class AllAtOnce extends Hooking {
    @Override
    void play() {
      long border = Pages.address(BASE + 8);
      for (int i = 0; i < HOOKS; i++) {
        hook(border - i, border + i, Set.of(Access.WRITE));
      }
      storeTold(30L * HOOKS, HOOKS, border);
      told = 0;
      within(60L * HOOKS, "a store across", () -> cpu.store(border - 2, 4, 7));
      require(told == HOOKS, told + " told of a store across the border");
    }
  }

  /** One more and one less takes as much of the heap as a few paths. */
  public static final class Heap extends Hooking {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Override
    void play() {
      long base = Pages.address(BASE);
      for (int i = 0; i < HOOKS; i++) {
        hook(base + i, base + i, Set.of(Access.WRITE));
      }
      long least = Long.MAX_VALUE;
      for (int i = 0; i < 20; i++) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        hook(base + 5_000, base + 5_000, Set.of(Access.WRITE)).close();
        least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
      }
      require(least < 5_000, least + " bytes for a hook that is set and closed");
    }
  }

  @Test
  void a_watchpoint_among_many_costs_paths() throws Exception {
    Counted.run(Watchpoints.class);
  }

  @Test
  void one_hook_of_everything_makes_nobody_look_at_the_others() throws Exception {
    Counted.run(OneOfAll.class);
  }

  @Test
  void hooks_of_other_kinds_of_accesses_are_not_looked_at() throws Exception {
    Counted.run(OtherKinds.class);
  }

  @Test
  void many_hooks_of_one_access_are_looked_for_once_and_each_is_told() throws Exception {
    Counted.run(AllAtOnce.class);
  }

  @Test
  void a_hook_among_many_takes_a_path_of_the_heap() throws Exception {
    Counted.run(Heap.class);
  }
}
