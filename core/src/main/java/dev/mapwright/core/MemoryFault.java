package dev.mapwright.core;

/**
 * Raised by a CPU's scalar accesses when the engine could not resolve a page fault. The fault
 * itself is data; the exception only carries it out of the access. It has no stack trace of its
 * own, since programs that probe memory raise it often.
 */
public final class MemoryFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Fault fault;

  /**
   * Carries a fault.
   *
   * @param fault what could not be done
   */
  public MemoryFault(Fault fault) {
    super(fault.toString(), null, false, false);
    this.fault = fault;
  }

  /** {@return what could not be done} */
  public Fault fault() {
    return fault;
  }
}
