package dev.mapwright.core;

import org.jspecify.annotations.Nullable;

/**
 * What a maker returns: the thing, or the condition that prevented it.
 *
 * @param <T> what is made
 * @param outcome {@link Outcome#OK} exactly when something was made
 * @param made the thing, or null
 */
public record Made<T>(Outcome outcome, @Nullable T made) {
  /**
   * A success.
   *
   * @param <T> what is made
   * @param made the thing
   * @return it, with {@link Outcome#OK}
   */
  public static <T> Made<T> of(T made) {
    return new Made<>(Outcome.OK, made);
  }

  /**
   * A refusal.
   *
   * @param <T> what would have been made
   * @param outcome why not
   * @return a result without a thing
   */
  public static <T> Made<T> refused(Outcome outcome) {
    return new Made<>(outcome, null);
  }

  /**
   * {@return the thing, for callers who regard a refusal as a mistake of their own}
   *
   * @throws RefusedException when nothing was
   */
  public T get() {
    T thing = made;
    if (thing == null) {
      throw new RefusedException(outcome);
    }
    return thing;
  }

  @Override
  public String toString() {
    return made == null ? "refused: " + outcome.sentence() : "made: " + made;
  }
}
