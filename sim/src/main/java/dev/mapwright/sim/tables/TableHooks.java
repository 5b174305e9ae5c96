package dev.mapwright.sim.tables;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.mapwright.core.Access;
import dev.mapwright.core.machine.AccessHook;
import dev.mapwright.core.machine.Hook;
import java.util.Set;

/**
 * The hooks of a translation: which are set now, and in which order they were.
 *
 * <p>A CPU reads the set after it has translated and before it uses or remembers what it has found.
 * That it is inside then is why no hook is missed: {@link #set} replaces the set, and the
 * translation tells the CPUs afterwards to forget the pages, and waits for them, like a remover. So
 * a CPU that has not seen the hook has its mail still ahead, and whoever set the hook returns after
 * its access.
 *
 * <p>Taking a hook away needs none of that: that its pages are in no TLB is mended by the next
 * walk.
 */
final class TableHooks {
  private final TableChanges tables;

  /** Replaced whole, under the lock. */
  private volatile HookSet now = HookSet.NONE;

  private final Object lock = new Object();

  @GuardedBy("lock")
  private long made;

  TableHooks(TableChanges tables) {
    this.tables = tables;
  }

  /** The hooks that are set now. */
  HookSet now() {
    return now;
  }

  /** Sets a hook, of which CPUs that remember its pages are still to be told. */
  Hook set(long firstAddress, long lastAddress, Set<Access> kinds, AccessHook told) {
    synchronized (lock) {
      if (tables.closed()) {
        throw new IllegalStateException("this translation was closed");
      }
      PlacedHook hook = new PlacedHook(this, made++, firstAddress, lastAddress, kinds, told);
      now = now.with(hook);
      return hook;
    }
  }

  /** Takes a hook away, if it is there. */
  void remove(PlacedHook hook) {
    tables.guard.check();
    synchronized (lock) {
      now = now.without(hook);
    }
  }
}
