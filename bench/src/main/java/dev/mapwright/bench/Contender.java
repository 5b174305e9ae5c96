package dev.mapwright.bench;

/**
 * One side of a comparison.
 *
 * @param name what it is called
 * @param batch does it
 */
record Contender(String name, Batch batch) {
  /** Repeats an operation. */
  @FunctionalInterface
  interface Batch {
    /** Does the operation so many times. */
    void run(int operations);
  }
}
