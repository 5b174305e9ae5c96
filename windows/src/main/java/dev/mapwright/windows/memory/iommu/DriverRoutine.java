package dev.mapwright.windows.memory.iommu;

import org.jspecify.annotations.Nullable;

/**
 * A driver's routine that the system calls. It is never called again once {@link #end} has
 * returned: calls are announced by {@link #begin} and {@link #leave}, one thread at a time, and
 * ending waits for the one that is under way on another thread. A routine may take itself out, and
 * what it does may cause it to be called again in between.
 *
 * <p>Thread-safe: guarded by its monitor, which is not held while the routine runs.
 */
public sealed class DriverRoutine permits StateChangeCallback, FaultHandler {
  private final long address;
  private final long context;

  /** Who is calling it; null for nobody. */
  private @Nullable Thread caller;

  /** How many calls of {@link #caller} there are inside of one another. */
  private int depth;

  private boolean ended;

  /**
   * Makes one that is not being called.
   *
   * @param address the address of the routine
   * @param context what it is passed
   */
  DriverRoutine(long address, long context) {
    this.address = address;
    this.context = context;
  }

  /** {@return the address of the routine} */
  public long address() {
    return address;
  }

  /** {@return what it is passed} */
  public long context() {
    return context;
  }

  /** {@return whether it may be called now; if so, {@link #leave} follows the call} */
  public synchronized boolean begin() {
    Thread self = Thread.currentThread();
    awaitOthers(self);
    if (ended) {
      return false;
    }
    caller = self;
    depth++;
    return true;
  }

  /** Ends a call. */
  public synchronized void leave() {
    depth--;
    if (depth == 0) {
      caller = null;
      notifyAll();
    }
  }

  /** Forbids further calls; when it returns, none is under way but those of the caller's own. */
  public synchronized void end() {
    ended = true;
    awaitOthers(Thread.currentThread());
  }

  private void awaitOthers(Thread self) {
    boolean interrupted = false;
    while (caller != null && caller != self) {
      try {
        wait();
      } catch (InterruptedException later) {
        interrupted = true;
      }
    }
    if (interrupted) {
      self.interrupt();
    }
  }
}
