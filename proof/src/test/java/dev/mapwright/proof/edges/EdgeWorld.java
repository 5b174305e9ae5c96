package dev.mapwright.proof.edges;

import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.sim.SimulatedMachine;

/** What carries out the calls of a case, and says how it would name an answer. One thread's. */
interface EdgeWorld extends AutoCloseable {
  /** {@return the machine, whose devices are tried} */
  SimulatedMachine machine();

  /** {@return whether it can be asked for what a case needs} */
  boolean knows(String need);

  /**
   * Carries out a call.
   *
   * @param step what is asked
   * @param names where named things are; addresses that a call chose are noted there
   * @return what it answered, as {@link #expected} names it
   */
  String call(EdgeStep step, EdgeNames names);

  /** {@return how this world names a refusal} */
  String expected(EdgeStep refusal);

  /** {@return how it names success} */
  String success();

  /** {@return what the data call the reason of a fault, as far as this world knows it} */
  String named(DmaFault fault, String device);

  /** {@return by which number a device accesses memory} */
  int requester(String device);

  @Override
  void close();
}
