package dev.mapwright.core.machine;

/**
 * One seed, many streams. A stream is chosen by a name and a number, so that what one process draws
 * does not depend on what another one does.
 */
public final class SeedBook {
  private final long seed;

  /**
   * Makes the book of a seed.
   *
   * @param seed any number; the same number makes the same streams
   */
  public SeedBook(long seed) {
    this.seed = seed;
  }

  /** {@return the seed itself, to be printed so that a run can be repeated} */
  public long seed() {
    return seed;
  }

  /**
   * A stream from its beginning.
   *
   * @param name what kind of thing draws, for example {@code placement}
   * @param number which of them
   * @return a new stream; the same arguments give the same numbers
   */
  public RandomStream stream(String name, long number) {
    long hash = seed;
    for (int i = 0; i < name.length(); i++) {
      hash = RandomStream.mix(hash * 31 + name.charAt(i));
    }
    return new RandomStream(RandomStream.mix(hash ^ RandomStream.mix(number + 1)));
  }
}
