package dev.mapwright.sim.memory;

import org.jspecify.annotations.Nullable;

/**
 * Holds a machine to what it was declared as. A concurrent machine is driven by any threads; a
 * single-threaded one belongs to the first thread that uses it, and refuses all others.
 */
public final class ThreadGuard {
  private final boolean concurrent;

  /** The one thread of a single-threaded machine; null until it first used it. */
  private volatile @Nullable Thread owner;

  public ThreadGuard(boolean concurrent) {
    this.concurrent = concurrent;
  }

  /** Whether any thread may drive the machine. */
  public boolean concurrent() {
    return concurrent;
  }

  /**
   * Checks that the calling thread may drive the machine.
   *
   * @throws IllegalStateException when it may not
   */
  @SuppressWarnings("ReferenceEquality")
  public void check() {
    if (!concurrent && owner != Thread.currentThread()) {
      claim();
    }
  }

  /**
   * Checks that the calling thread may end the machine: as it may drive it, or because the thread
   * that did has ended.
   *
   * @throws IllegalStateException when it may not
   */
  public void checkEnd() {
    Thread first = owner;
    if (first == null || first.isAlive()) {
      check();
    }
  }

  private synchronized void claim() {
    Thread first = owner;
    if (first != null) {
      throw new IllegalStateException(
          "this machine was declared single-threaded and belongs to thread "
              + first.getName()
              + "; thread "
              + Thread.currentThread().getName()
              + " can't use it");
    }
    owner = Thread.currentThread();
  }
}
