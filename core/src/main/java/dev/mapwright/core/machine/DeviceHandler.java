package dev.mapwright.core.machine;

/**
 * The registers of a device. A CPU's access to a physical address in the device's range calls it,
 * once for each access, on the CPU's thread; handlers take care of their own locking.
 *
 * <p>A handler may block, change what is mapped, and make accesses with the CPU that called it, but
 * not begin or end a bracket of it. After a removal has returned, no handler is called through what
 * was removed; one that is under way holds up removers until it returns, blocks, or uses the CPU.
 * When a handler changes what is mapped, the rest of an access of several bytes is translated anew
 * and may fault half-way. What a handler throws goes to whoever made the access; {@link BusError}
 * becomes a fault of the access.
 */
public interface DeviceHandler {
  /**
   * A load.
   *
   * @param offsetBytes from the start of the device's range
   * @param bytes 1, 2, 4 or 8
   * @return the value, zero-extended
   * @throws BusError when the access fails
   */
  long read(long offsetBytes, int bytes);

  /**
   * A store.
   *
   * @param offsetBytes from the start of the device's range
   * @param bytes 1, 2, 4 or 8
   * @param value the value, zero-extended
   * @throws BusError when the access fails
   */
  void write(long offsetBytes, int bytes, long value);
}
