package dev.mapwright.proof.zircon;

/**
 * A call with its documented arguments, made on the machine under test or followed by the model.
 */
interface MxCall {
  /** Makes the call on the real thing. */
  int onMachine(ZirconSubject machine);

  /**
   * The status that the machine must give; the world is changed as the machine must have been.
   * Written from the reference, and from nothing else.
   *
   * @param witness what the machine was seen to answer, for choices that are free
   */
  int onModel(World world, Witness witness);
}
