package dev.mapwright.cli;

/**
 * Something that the user can mend: a file that is not there, a line that is no system call, an
 * option that does not fit. The command ends with exit code 2 and prints the message alone, so the
 * message must say what is wrong (file and line where there is one) and what was expected.
 */
public sealed class UserError extends RuntimeException permits UnavailableError, UnwrittenError {
  private static final long serialVersionUID = 1L;

  /**
   * An error of the input.
   *
   * @param message one sentence: what is wrong and what was expected
   */
  public UserError(String message) {
    super(message);
  }

  /**
   * An error of the input that something else noticed first.
   *
   * @param message one sentence: what is wrong and what was expected
   * @param cause what noticed it
   */
  public UserError(String message, Throwable cause) {
    super(message, cause);
  }

  /** The exit code of the command. */
  int exitCode() {
    return Main.USAGE;
  }
}
