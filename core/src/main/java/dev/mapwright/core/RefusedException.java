package dev.mapwright.core;

/** A refusal of the engine as an exception; see {@link Outcome#orThrow()}. */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What refused the call. */
  private final Outcome outcome;

  /**
   * Makes the exception of a refusal.
   *
   * @param outcome the condition that refused the call, not {@link Outcome#OK}
   */
  public RefusedException(Outcome outcome) {
    super(outcome + ": " + outcome.sentence());
    this.outcome = outcome;
  }

  /** {@return the condition that refused the call, never {@link Outcome#OK}} */
  public Outcome outcome() {
    return outcome;
  }
}
