package dev.mapwright.cli.record;

/** Why there is no recording, in one sentence. */
public final class RecordingException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * A recording that was not made.
   *
   * @param message what is wrong and what to do about it
   */
  public RecordingException(String message) {
    super(message);
  }
}
