package dev.mapwright.sim.memory;

import java.util.concurrent.locks.ReentrantLock;

/**
 * The lock of a frame table, which a single-threaded machine skips. Nothing else is locked under it
 * but what {@link Ram} needs.
 */
final class FrameLock {
  private final ReentrantLock lock = new ReentrantLock();
  private final boolean concurrent;

  FrameLock(ThreadGuard guard) {
    concurrent = guard.concurrent();
  }

  /** Whether several threads may use the table; false on a single-threaded machine. */
  boolean needed() {
    return concurrent;
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
}
