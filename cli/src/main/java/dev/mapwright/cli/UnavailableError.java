package dev.mapwright.cli;

/** What the command needs of this machine is not there; ends it with a code of its own. */
final class UnavailableError extends UserError {
  private static final long serialVersionUID = 1L;

  UnavailableError(String message, Throwable cause) {
    super(message, cause);
  }

  @Override
  int exitCode() {
    return Main.UNAVAILABLE;
  }
}
