package dev.mapwright.sim.device;

/**
 * How long a device's accesses to memory take, and what becomes of one that is refused. Immutable.
 *
 * <p>Each request takes a number of steps that is drawn for it by the machine's seed, so that of
 * several in flight the later one may come first. Of those that are due at one step, the one that
 * was asked for first comes first. With both bounds equal, they come in the order of asking.
 *
 * @param leastSteps how many steps of the machine's clock a request takes at least, 0 or more
 * @param mostSteps how many it takes at most, inclusive
 * @param retries how often what is refused is tried again, before the device is told of the fault;
 *     0 drops it at once
 * @param retrySteps after how many steps it is tried again, 0 or more
 */
public record DmaPolicy(long leastSteps, long mostSteps, int retries, long retrySteps) {
  /** How long anything can take: more than anybody waits, and no overflow. */
  private static final long MOST = 1L << 48;

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException when one is less than 0, the bounds are the wrong way round,
   *     or steps are more than 2^48
   */
  public DmaPolicy {
    if (leastSteps < 0 || mostSteps < leastSteps || mostSteps > MOST) {
      throw new IllegalArgumentException(
          "an access can't take " + leastSteps + " to " + mostSteps + " steps");
    }
    if (retries < 0 || retrySteps < 0 || retrySteps > MOST) {
      throw new IllegalArgumentException(
          "an access can't be tried again " + retries + " times after " + retrySteps + " steps");
    }
  }

  /**
   * {@return a policy by which each request takes the same time, and what is refused is dropped}
   *
   * @param steps how many steps each takes
   * @throws IllegalArgumentException when it is less than 0 or more than 2^48
   */
  public static DmaPolicy inOrder(long steps) {
    return new DmaPolicy(steps, steps, 0, 0);
  }

  /**
   * {@return a policy with other times}
   *
   * @param least how many steps each request takes at least
   * @param most how many at most, inclusive
   * @throws IllegalArgumentException as for the constructor
   */
  public DmaPolicy within(long least, long most) {
    return new DmaPolicy(least, most, retries, retrySteps);
  }

  /**
   * {@return a policy by which what is refused is tried again}
   *
   * @param times how often, before the device is told
   * @param steps after how many steps each time
   * @throws IllegalArgumentException as for the constructor
   */
  public DmaPolicy retrying(int times, long steps) {
    return new DmaPolicy(leastSteps, mostSteps, times, steps);
  }
}
