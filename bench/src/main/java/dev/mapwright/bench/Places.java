package dev.mapwright.bench;

/**
 * Where the pages of the map rows lie. Places are computed, not kept: an array of a million places
 * would be 8 MB more for the caches, and one more miss to memory in what is measured.
 *
 * @param shape how they are distributed
 * @param count how many there are
 */
record Places(Shape shape, int count) {
  enum Shape {
    /** Every second page of 2n. */
    DENSE,
    /** Spread over 47 bits of addresses as if drawn at random. */
    SCATTERED
  }

  static final long FIRST_PAGE = 0x1000;
  static final long LAST_PAGE = (1L << 47 - 12) - 2;

  private static final int BITS = 47 - 12;
  private static final long MASK = (1L << BITS) - 1;

  /** The page of a number from 0 on; all are different. */
  long page(int number) {
    return shape == Shape.DENSE ? FIRST_PAGE + 2L * number : scattered(FIRST_PAGE + number);
  }

  /**
   * A permutation of all numbers of {@value #BITS} bits, each step of which can be undone. What it
   * leads out of the pages that can be used is led on, until it is back among them.
   */
  private static long scattered(long number) {
    long page = number;
    do {
      page = page * 0x5851F42D4C957F2DL & MASK;
      page ^= page >>> 17;
      page = page * 0x2545F4914F6CDD1DL & MASK;
      page ^= page >>> 19;
    } while (page < FIRST_PAGE || page > LAST_PAGE);
    return page;
  }
}
