package dev.mapwright.core.object;

import dev.mapwright.core.event.Callbacks;
import dev.mapwright.core.index.NodePool;
import dev.mapwright.core.lock.EngineLock;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.memory.PageStore;
import org.jspecify.annotations.Nullable;

/**
 * An object with all its children and their children: they show each other's pages, so one lock
 * guards them all.
 */
final class Family {
  /** Guards the page lists, sizes, views and links of every member. */
  final EngineLock lock;

  final Callbacks callbacks;

  /** The memory of the page lists' indexes. */
  final NodePool pool;

  /** The tag of the frames that belong to members. */
  final long number;

  /**
   * Where pages were put out to; null while none ever was kept. One for all members, because
   * members take over each other's pages. The lock guards it.
   */
  @Nullable PageStore store;

  /**
   * Counts the changes after which a member may see through to another ancestor than before; see
   * {@link Member#seen}. The lock guards it.
   */
  long shape = 1;

  Family(Machine machine) {
    this.callbacks = machine.events().callbacks();
    this.lock = new EngineLock(EngineLock.Rank.FAMILY, callbacks, machine.concurrent());
    this.pool = new NodePool(machine.failures());
    this.number = machine.census().nextNumber();
  }

  /** Asserts that the lock is held, where the compiler can't see it. */
  boolean locked() {
    return lock.isHeldByCurrentThread();
  }
}
