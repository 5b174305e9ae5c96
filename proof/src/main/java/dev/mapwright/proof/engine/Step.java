package dev.mapwright.proof.engine;

import dev.mapwright.proof.SplitMix;

/**
 * One operation as numbers. What they mean is decided when it runs: registers and kinds are taken
 * modulo what exists, so every step can run, also when steps before it were taken out.
 *
 * @param kind which operation
 * @param from the register operated on
 * @param to the register that gets a result
 * @param first a page
 * @param count a number of pages
 * @param value anything else
 */
record Step(int kind, int from, int to, long first, long count, long value) {
  /** A step drawn from a stream of random numbers. */
  static Step draw(SplitMix random, int kinds, int pages) {
    return new Step(
        random.below(kinds),
        random.below(64),
        random.below(64),
        random.below(pages),
        random.below(3) == 0 ? random.below(pages) : 1 + random.below(4),
        random.next());
  }
}
