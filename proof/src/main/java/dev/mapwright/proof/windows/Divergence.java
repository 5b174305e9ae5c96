package dev.mapwright.proof.windows;

/** The personality and the model do not agree. */
final class Divergence extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Divergence(String message) {
    super(message);
  }
}
