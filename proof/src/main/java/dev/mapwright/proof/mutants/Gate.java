package dev.mapwright.proof.mutants;

import java.util.function.BooleanSupplier;

/**
 * A callback for {@link Interleaving} that stops the first thread that comes to it until it is
 * opened. Everybody else passes.
 *
 * <p>A stopped thread spins and does not block: to whoever judges a thread by its state it is a
 * thread that runs and has just not come any further, which is what an interleaving is about.
 *
 * <p>Nothing waits for ever: after half a minute both sides give up with an {@link AssertionError}.
 */
@SuppressWarnings("ThreadPriorityCheck") // yields only pass the time
public final class Gate implements Runnable {
  private static final long LONGEST_NANOS = 30_000_000_000L;

  private boolean arrived;
  private volatile boolean stopped;
  private volatile boolean open;

  /** Stops the calling thread when it is the first. */
  @Override
  public void run() {
    synchronized (this) {
      if (arrived) {
        return;
      }
      arrived = true;
    }
    stopped = true;
    await(() -> open, "the gate was never opened");
  }

  /** Waits until a thread has been stopped here. */
  public void awaitArrival() {
    await(() -> stopped, "nobody came to the gate");
  }

  /** Whether a thread came here. */
  public boolean reached() {
    return stopped;
  }

  /** Lets the stopped thread go on, and everybody after it. */
  public void open() {
    open = true;
  }

  /** Waits for something that another thread brings about. */
  public static void await(BooleanSupplier condition, String complaint) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      Thread.yield();
      if (System.nanoTime() - start > LONGEST_NANOS) {
        throw new AssertionError(complaint);
      }
    }
  }
}
