package dev.mapwright.windows.bugcheck;

import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.answer.Condition;

/**
 * A status that is raised instead of returned, where the documentation says so: by the routines
 * that probe and lock, by mappings to user mode, and by pool that was asked for with
 * POOL_FLAG_RAISE_ON_FAILURE. A driver catches it as it would with {@code __except}. It has no
 * stack trace of its own.
 */
public final class NtStatusException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Condition condition;

  /** The status, as it is raised. */
  private final int status;

  /**
   * Carries a status.
   *
   * @param condition which documented answer it is
   */
  public NtStatusException(Condition condition) {
    this(condition, condition.answer().code());
  }

  /**
   * Carries the status that a routine raises which can't return a failure.
   *
   * @param condition which documented answer it is: a misuse that did not stop the system
   * @param status what is raised for it
   */
  public NtStatusException(Condition condition, int status) {
    super(
        condition.routine().documentedName()
            + " raised "
            + NtStatus.name(status)
            + ": "
            + condition.answer().sentence(),
        null,
        false,
        false);
    this.condition = condition;
    this.status = status;
  }

  /** {@return which documented answer it is} */
  public Condition condition() {
    return condition;
  }

  /** {@return the status, see {@link NtStatus}} */
  public int status() {
    return status;
  }
}
