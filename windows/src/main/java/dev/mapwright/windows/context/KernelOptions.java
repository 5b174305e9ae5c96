package dev.mapwright.windows.context;

import dev.mapwright.windows.memory.system.SystemLayout;

/**
 * How a system is to be.
 *
 * @param layout where system space lies and how large its parts are
 * @param recording whether misuse is recorded instead of raised: the misused call changes nothing
 *     and returns its failure, and the report is in {@link Kernel#reports}
 * @param callSites whether the lines of the program that make, lock and remove things are
 *     remembered; costs a walk of the stack each time
 */
public record KernelOptions(SystemLayout layout, boolean recording, boolean callSites) {
  /** The layout of x64, bug checks are raised, call sites are not remembered. */
  public static final KernelOptions DEFAULT = new KernelOptions(SystemLayout.X64, false, false);

  /**
   * {@return the same with another layout}
   *
   * @param other where system space lies
   */
  public KernelOptions with(SystemLayout other) {
    return new KernelOptions(other, recording, callSites);
  }

  /** {@return the same, with misuse recorded instead of raised} */
  public KernelOptions recordingMisuse() {
    return new KernelOptions(layout, true, callSites);
  }

  /** {@return the same, with call sites remembered} */
  public KernelOptions withCallSites() {
    return new KernelOptions(layout, recording, true);
  }
}
