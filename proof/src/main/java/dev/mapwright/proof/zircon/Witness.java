package dev.mapwright.proof.zircon;

import dev.mapwright.proof.SplitMix;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the machine under test was seen to answer. The model takes from it only what is free: chosen
 * addresses, handle values and physical addresses.
 *
 * @param status the returned status
 * @param address the address the call reported, 0 when none
 * @param handle the first new handle, 0 when none
 * @param handle2 the second new handle, 0 when none
 * @param frames the physical addresses a lookup wrote, possibly followed by others, else null
 * @param choices null when a machine was watched; else the model plays the machine itself and draws
 *     its choices from here
 */
record Witness(
    int status,
    long address,
    int handle,
    int handle2,
    @Nullable List<Long> frames,
    @Nullable SplitMix choices) {

  /** Nothing but the status was left to see. */
  static Witness of(int status) {
    return new Witness(status, 0, 0, 0, null, null);
  }

  static Witness playing(SplitMix choices) {
    return new Witness(Status.OK, 0, 0, 0, null, choices);
  }
}
