package dev.mapwright.zircon;

import dev.mapwright.zircon.abi.MxStatus;
import dev.mapwright.zircon.answer.Condition;
import dev.mapwright.zircon.call.MxContext;
import org.jspecify.annotations.Nullable;

/** A refused call as an exception: the status, and the documented condition that it stands for. */
public final class MxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The status that was returned. */
  private final int status;

  /** Which documented answer it was; null when the status came without one. */
  private final transient @Nullable Condition condition;

  /**
   * Makes the exception of the call that a context made last.
   *
   * @param context who called
   * @param status what was returned, not {@code MX_OK}
   */
  public MxException(MxContext context, int status) {
    super(
        context.lastRefusal().status() == status
            ? context.lastRefusal().toString()
            : MxStatus.name(status));
    this.status = status;
    this.condition = context.lastRefusal().condition();
  }

  /** {@return the negative status of {@link MxStatus} that was returned} */
  public int status() {
    return status;
  }

  /** {@return which of the documented answers it was; null after the exception was serialised} */
  public @Nullable Condition condition() {
    return condition;
  }

  static void check(MxContext context, int status) {
    if (status != MxStatus.MX_OK) {
      throw new MxException(context, status);
    }
  }
}
