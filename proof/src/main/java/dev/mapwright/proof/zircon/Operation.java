package dev.mapwright.proof.zircon;

/**
 * One thing done to the machine, as data: a record in a file of its own, with everything there is
 * to know about it. {@link Kind} lists them all.
 *
 * <p>Components of type int named after an object are handle registers; {@code to} and {@code
 * toAddress} are the registers that get the results. The names of the components steer the codec
 * and the spoiler, which look at the records and not at a list.
 */
interface Operation {
  /** Does it on the machine and on the model, and compares; throws {@link Divergence}. */
  void step(Driver driver);
}
