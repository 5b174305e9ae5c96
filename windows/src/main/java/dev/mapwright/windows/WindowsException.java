package dev.mapwright.windows;

import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.Effect;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.context.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * A routine has returned NULL or a status that says no, or it was misused in a system that records
 * misuse. Nothing has changed. Bug checks and raised statuses have exceptions of their own ({@link
 * dev.mapwright.windows.bugcheck.BugCheck}, {@link
 * dev.mapwright.windows.bugcheck.NtStatusException}).
 */
public final class WindowsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable Refusal refusal;

  /**
   * Makes the exception of a refusal.
   *
   * @param refusal why the call was refused
   */
  public WindowsException(Refusal refusal) {
    super(refusal.toString());
    this.refusal = refusal;
  }

  /** {@return why the call was refused; null after the exception was serialised} */
  public @Nullable Refusal refusal() {
    return refusal;
  }

  /** {@return which of the documented answers it was; null after it was serialised} */
  public @Nullable Condition condition() {
    return refusal == null ? null : refusal.condition();
  }

  /** Throws what the last call of a context was refused for, if it was. */
  static void check(NtContext c) {
    Refusal last = c.lastRefusal();
    if (last != null && refused(c, last.condition().effect())) {
      throw new WindowsException(last);
    }
  }

  private static boolean refused(NtContext c, Effect effect) {
    return switch (effect) {
      case DONE, NOTED -> false;
      case DISCOURAGED -> c.kernel().verifier().on();
      default -> true;
    };
  }

  /** The address that a call has returned, which is not NULL. */
  static long check(NtContext c, long address) {
    if (address == 0) {
      check(c);
      throw new IllegalStateException("NULL without a reason");
    }
    return address;
  }
}
