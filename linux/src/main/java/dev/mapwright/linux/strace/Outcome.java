package dev.mapwright.linux.strace;

import org.jspecify.annotations.Nullable;

/**
 * What a recorded call answered.
 *
 * @param known false if the recording shows a question mark: the call never returned
 * @param value the value returned; -1 for an error
 * @param error the error's name, for example "ENOMEM"; null if there was none
 * @param injected whether the recorder answered instead of the kernel, so that the call was not
 *     made
 */
public record Outcome(boolean known, long value, @Nullable String error, boolean injected) {

  /** The call never returned. */
  public static final Outcome UNKNOWN = new Outcome(false, 0, null, false);

  /**
   * Whether the call succeeded.
   *
   * @return true if an answer is known and it is not an error
   */
  public boolean succeeded() {
    return known && error == null;
  }

  @Override
  public String toString() {
    if (!known) {
      return error == null ? "?" : "? " + error;
    }
    if (error != null) {
      return "-1 " + error;
    }
    return Long.compareUnsigned(value, 4096) < 0
        ? Long.toString(value)
        : "0x" + Long.toHexString(value);
  }
}
