package dev.mapwright.linux;

import dev.mapwright.core.Outcome;
import dev.mapwright.linux.abi.Errno;
import org.jspecify.annotations.Nullable;

/**
 * What a call returns: an address or a count, or a negative error number, as in the register that
 * the kernel fills.
 */
public final class Answer {

  private static final long MAX_ERRNO = 4095;

  private Answer() {}

  /**
   * An error as an answer.
   *
   * @param errno the error
   * @return its number, negative
   */
  public static long of(Errno errno) {
    return -errno.number();
  }

  /**
   * Whether an answer is an error.
   *
   * @param answer an answer
   * @return true for -4095 to -1
   */
  public static boolean isError(long answer) {
    return answer < 0 && answer >= -MAX_ERRNO;
  }

  /**
   * The error that an answer is.
   *
   * @param answer an answer
   * @return the error, or null if it is none or has no name here
   */
  public static @Nullable Errno errno(long answer) {
    return isError(answer) ? Errno.numbered((int) -answer) : null;
  }

  /** An outcome of the engine after all checks have passed: only memory can be missing. */
  static long of(Outcome outcome, long success) {
    return outcome == Outcome.OK ? success : of(Errno.ENOMEM);
  }
}
