package dev.mapwright.core;

/** Why an access could not be completed. */
public enum FaultReason {
  /** No mapping covers the address. */
  UNMAPPED("no mapping covers the address"),
  /** A mapping is there, but its permissions do not allow the access. */
  DENIED("the mapping's permissions do not allow it"),
  /** The page lies beyond the end of the mapped object. */
  BEYOND_OBJECT("the page lies beyond the end of the mapped object"),
  /** The page had to be committed and the machine has no frame left. */
  OUT_OF_FRAMES("the machine has no frame left to commit the page"),
  /** Book-keeping memory could not be acquired while resolving the fault. */
  OUT_OF_RECORDS("memory for book-keeping could not be acquired"),
  /** The object's page source could not supply the page. */
  SOURCE_FAILED("the object's page source could not supply the page"),
  /**
   * A table entry has a bit set that the format reserves, or would have: the physical address is
   * beyond what entries can hold.
   */
  RESERVED_BITS("a table entry has reserved bits set"),
  /** The address can't be translated by the machine's format at all. */
  NOT_CANONICAL("the address lies outside what the page tables can translate"),
  /** The CPU or device has no address space. */
  NOT_ATTACHED("the CPU or device is attached to no address space"),
  /** An atomic access crosses a page border or goes to a device. */
  NOT_ATOMIC("the access can't be made atomically there"),
  /**
   * A hook ({@link dev.mapwright.core.machine.AccessHook}) stopped the access. Which byte of it the
   * hook was set for is not said: the fault begins where the access, or a piece of a long one,
   * does.
   */
  STOPPED("a hook stopped it"),
  /** The device there failed the access ({@link dev.mapwright.core.machine.BusError}). */
  BUS_ERROR("the device failed it");

  private final String sentence;

  FaultReason(String sentence) {
    this.sentence = sentence;
  }

  /** {@return the reason in words, a clause fit for an error message, without a final period} */
  public String sentence() {
    return sentence;
  }
}
