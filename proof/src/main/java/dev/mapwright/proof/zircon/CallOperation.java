package dev.mapwright.proof.zircon;

import org.jspecify.annotations.Nullable;

/**
 * An operation that is a call. The machine answers first; the model takes from the answer what is
 * free, says what the answer must be, and follows.
 *
 * @param <C> the call, once registers and places are looked up
 */
interface CallOperation<C extends MxCall> extends Operation {
  /** The call with its numbers; null for one that the model cannot follow, which is not made. */
  @Nullable C call(Names names);

  /** What was seen of the free choices. */
  default Witness witness(Sight sight, C call, int seen) {
    return Witness.of(seen);
  }

  /** What follows when both have answered alike: results are kept, pages compared. */
  void settle(Driver driver, C call, Witness witness);

  @Override
  default void step(Driver driver) {
    C call = call(driver.names);
    if (call == null) {
      return;
    }
    int seen = driver.subject.call(call);
    Witness witness = witness(driver.sight, call, seen);
    driver.judge(this, call.onModel(driver.world, witness), seen);
    settle(driver, call, witness);
  }
}
