package dev.mapwright.cli;

/** What was to be written to a file has got lost; ends the command with a code of its own. */
final class UnwrittenError extends UserError {
  private static final long serialVersionUID = 1L;

  UnwrittenError(String message, Throwable cause) {
    super(message, cause);
  }

  @Override
  int exitCode() {
    return Main.UNWRITTEN;
  }
}
