package dev.mapwright.windows.verifier;

/**
 * Driver Verifier as a switch. While it is on, uses that are only tolerated, and misuse that
 * Windows would not notice otherwise, end in a bug check.
 *
 * <p>Thread-safe: the fields are volatile; a call that is under way may still see what was before.
 */
public final class DriverVerifier {
  private volatile boolean on;

  /** Makes one that is off. */
  public DriverVerifier() {}

  /** {@return whether special checks are on} */
  public boolean on() {
    return on;
  }

  /**
   * Turns special checks on or off.
   *
   * @param checks whether they are on
   */
  public void setOn(boolean checks) {
    on = checks;
  }
}
