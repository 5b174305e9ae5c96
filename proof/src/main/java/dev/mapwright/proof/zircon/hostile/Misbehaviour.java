package dev.mapwright.proof.zircon.hostile;

/** The machine did what no program, however hostile, may make it do. */
final class Misbehaviour extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Misbehaviour(String message) {
    super(message);
  }
}
