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

  /** Whether there may have been a leaf that reaches over several stripes; stays so. */
  private volatile boolean wide;

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
    if (!wide) {
      wide = true;
    }
  }

  /** Notes that there will be a leaf that several stripes would have, without their knowing it. */
  void expectWide() {
    wide = true;
  }

  /** Whether somebody who has walked in one stripe may remember something of others. */
  boolean anyWide() {
    return wide;
  }

  /** Whether leaves reach over several stripes; asked by who has one at least. */
  boolean anyLarge() {
    return large != 0;
  }
}
