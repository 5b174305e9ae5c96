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
  private final int status;

  /**
   * Carries a status.
   *
   * @param condition which documented answer it is
   */
  public NtStatusException(Condition condition) {
    super(
        condition.routine().documentedName()
            + " raised "
            + NtStatus.name(condition.answer().code())
            + ": "
            + condition.answer().sentence(),
        null,
        false,
        false);
    this.condition = condition;
    this.status = condition.answer().code();
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
