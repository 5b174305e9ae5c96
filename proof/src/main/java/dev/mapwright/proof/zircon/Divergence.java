package dev.mapwright.proof.zircon;

/** The machine under test said or did something the reference does not allow. */
final class Divergence extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Divergence(String message) {
    super(message);
  }

  Divergence(String message, Throwable cause) {
    super(message, cause);
  }
}
