package dev.mapwright.sim.tables;

import java.util.concurrent.locks.ReentrantLock;

/**
 * What the stripes of a translation share: the tables above the lowest ones.
 *
 * <p>The lock guards the counts of present entries of those tables, and making one, while several
 * are at work; whoever is alone needs none. Nothing else is locked under it.
 */
final class UpperTables {
  final TableShape shape;
  final long root;
  private final boolean concurrent;
  private final ReentrantLock lock = new ReentrantLock();

  /** How many leaves stand in tables above level 2; written by who is alone. */
  private int large;

  UpperTables(TableShape shape, long root, boolean concurrent) {
    this.shape = shape;
    this.root = root;
    this.concurrent = concurrent;
  }

  void lock() {
    if (concurrent) {
      lock.lock();
    }
  }

  void unlock() {
    if (concurrent) {
      lock.unlock();
    }
  }

  void addLarge(int delta) {
    large += delta;
  }

  /** Whether leaves reach over several stripes; asked by who has one at least. */
  boolean anyLarge() {
    return large != 0;
  }
}
