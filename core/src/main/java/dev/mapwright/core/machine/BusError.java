package dev.mapwright.core.machine;

/**
 * Thrown by a {@link DeviceHandler} to say that the access fails, as a bus answers with an error.
 *
 * <p>Whoever made the access sees a fault with the reason {@link
 * dev.mapwright.core.FaultReason#BUS_ERROR}: a load, fetch or store throws {@link
 * dev.mapwright.core.MemoryFault}, and a bulk access returns the fault, with what came before it
 * transferred. A store that crosses a page border has by then written what of it is in memory, and
 * what devices took before. It carries no stack trace, since it is an answer; the same one can be
 * thrown again and again.
 */
public final class BusError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes one.
   *
   * @param why what the device says, for whoever reads a log; the fault does not have it
   */
  public BusError(String why) {
    super(why, null, false, false);
  }
}
