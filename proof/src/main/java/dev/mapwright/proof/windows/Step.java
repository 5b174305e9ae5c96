package dev.mapwright.proof.windows;

/**
 * One thing to do. Everything else about it is drawn when it is run, from what exists then: so it
 * can be run also when steps before it were taken out.
 *
 * @param kind what to do
 * @param seed of the stream of random numbers that the rest is drawn from
 */
record Step(Kind kind, long seed) {}
