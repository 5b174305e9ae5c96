package dev.mapwright.bench;

/**
 * One side of a comparison.
 *
 * @param name what it is called in the remarks of a row
 * @param warmUp done before each batch and not timed: brings back to the caches what the contender
 *     before has driven out, where that would be measured instead
 * @param batch does it
 */
record Contender(String name, Runnable warmUp, Batch batch) {
  Contender(String name, Batch batch) {
    this(name, () -> {}, batch);
  }

  /** Repeats an operation. */
  @FunctionalInterface
  interface Batch {
    /** Does the operation so many times. */
    void run(int operations);
  }
}
