package dev.mapwright.core.memory;

import dev.mapwright.core.index.NodePool;
import dev.mapwright.core.machine.Machine;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An object with all its children and their children: they show each other's pages, so one lock
 * guards them all.
 */
final class Family {
  /** Guards the page lists, sizes, views and parent links of every member. */
  final ReentrantLock lock = new ReentrantLock();

  /** The memory of the page lists' indexes. */
  final NodePool pool;

  /** The tag of the frames that belong to members. */
  final long number;

  Family(Machine machine) {
    this.pool = new NodePool(machine.failures());
    this.number = machine.census().nextNumber();
  }
}
