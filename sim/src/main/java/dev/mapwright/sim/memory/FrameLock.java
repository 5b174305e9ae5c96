package dev.mapwright.sim.memory;

import java.util.concurrent.locks.ReentrantLock;

/**
 * The lock of a frame table, which a single-threaded machine skips. Nothing else is locked under it
 * but what {@link Ram} needs.
 */
final class FrameLock {
  private static final int MANY_MEETINGS = 32;

  private final ReentrantLock lock = new ReentrantLock();
  private final boolean concurrent;

  /** How often a thread had to wait for it. */
  private int meetings;

  FrameLock(ThreadGuard guard) {
    concurrent = guard.concurrent();
  }

  /** Whether several threads may use the table; false on a single-threaded machine. */
  boolean needed() {
    return concurrent;
  }

  void lock() {
    if (concurrent && !lock.tryLock()) {
      lock.lock();
      meetings++;
    }
  }

  /** Whether threads have met here so often that they should have what they need beside them. */
  boolean crowded() {
    return meetings >= MANY_MEETINGS;
  }

  /** Puts up with the crowd. */
  void contentWithCrowd() {
    meetings = Integer.MIN_VALUE;
  }

  /** Whether the calling thread has it. */
  boolean heldHere() {
    return lock.isHeldByCurrentThread();
  }

  void unlock() {
    if (concurrent) {
      lock.unlock();
    }
  }
}
