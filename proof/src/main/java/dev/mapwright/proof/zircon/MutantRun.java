package dev.mapwright.proof.zircon;

import org.jspecify.annotations.Nullable;

/** A campaign with nothing but numbers at its border, so that another class loader can call it. */
public final class MutantRun {
  private static final int SEQUENCE = 500;

  private MutantRun() {}

  /**
   * Runs sequences of all shapes in turn on the personality.
   *
   * @param operations how many in all
   * @return what was found and after how many operations, or null
   */
  public static @Nullable String find(int operations) {
    Campaign campaign = new Campaign(ZirconSubject::new);
    for (int seed = 0; campaign.tally.operations() < operations; seed++) {
      Shape shape = Shape.values()[seed % Shape.values().length];
      Campaign.Failure failure = campaign.generate(seed, shape, SEQUENCE);
      if (failure != null) {
        return "after %d operations: %s".formatted(campaign.tally.operations(), failure.cause());
      }
    }
    return null;
  }
}
