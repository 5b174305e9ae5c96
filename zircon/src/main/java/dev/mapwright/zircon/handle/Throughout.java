package dev.mapwright.zircon.handle;

import org.jspecify.annotations.Nullable;

/**
 * Steps that are all carried out, whatever one of them throws: what ends takes everything with it,
 * also when a listener of the machine has thrown. The first exception is thrown after the last
 * step, with the others suppressed in it. One thread at a time.
 */
public final class Throughout {
  private @Nullable Throwable first;

  /** Begins without steps. */
  public Throughout() {}

  /**
   * Carries out a step and keeps what it throws.
   *
   * @param step what to do
   */
  public void run(Runnable step) {
    try {
      step.run();
    } catch (Throwable problem) {
      if (first == null) {
        first = problem;
      } else if (first != problem) {
        first.addSuppressed(problem);
      }
    }
  }

  /** Throws what was kept; does nothing when no step threw. */
  public void rethrow() {
    Throwable problem = first;
    if (problem != null) {
      Throughout.<RuntimeException>raise(problem);
    }
  }

  /** A listener of a language that knows no checked exceptions may throw any. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> void raise(Throwable problem) throws T {
    throw (T) problem;
  }
}
