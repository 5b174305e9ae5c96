package dev.mapwright.proof.cost;

import java.util.concurrent.atomic.AtomicReference;

/** A thread on which recursion does not get far. Classes are to be loaded before. */
final class SmallStack {
  private static final long BYTES = 128 << 10;

  private SmallStack() {}

  /** Runs something to its end, and throws what it throws. */
  static void run(Runnable work) {
    AtomicReference<Throwable> problem = new AtomicReference<>();
    Thread thread = new Thread(null, work, "a small stack", BYTES);
    thread.setUncaughtExceptionHandler((dying, thrown) -> problem.set(thrown));
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    if (problem.get() != null) {
      throw new AssertionError(problem.get());
    }
  }
}
