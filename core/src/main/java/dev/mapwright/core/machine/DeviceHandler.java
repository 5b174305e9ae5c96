package dev.mapwright.core.machine;

/**
 * The registers of a device. A CPU's access to a physical address in the device's range calls it,
 * once for each access, on the CPU's thread; handlers take care of their own locking.
 */
public interface DeviceHandler {
  /**
   * A load.
   *
   * @param offsetBytes from the start of the device's range
   * @param bytes 1, 2, 4 or 8
   * @return the value, zero-extended
   */
  long read(long offsetBytes, int bytes);

  /**
   * A store.
   *
   * @param offsetBytes from the start of the device's range
   * @param bytes 1, 2, 4 or 8
   * @param value the value, zero-extended
   */
  void write(long offsetBytes, int bytes, long value);
}
