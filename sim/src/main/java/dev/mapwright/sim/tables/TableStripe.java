package dev.mapwright.sim.tables;

import java.util.concurrent.locks.ReentrantLock;

/** A stripe: its lock, and what guards it does with the tables. */
final class TableStripe {
  final ReentrantLock lock = new ReentrantLock();
  final TableTree tree;

  TableStripe(TableTree tree) {
    this.tree = tree;
  }
}
