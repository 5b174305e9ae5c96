package dev.mapwright.core.machine;

import org.jspecify.annotations.Nullable;

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

  /**
   * Saves the registers, for a snapshot of a space in which they are mapped ({@link
   * dev.mapwright.core.space.AddressSpace#snapshot}). A handler that does not override this takes
   * no part: it stays what it is when the snapshot goes back, and {@link
   * dev.mapwright.core.space.SpaceSnapshot#devicesLeftOut} names it.
   *
   * <p>Called on the thread that takes the snapshot, with no lock of the engine or the machine
   * held, before memory is kept; so it may block, call the engine and use CPUs. What it throws goes
   * to whoever takes the snapshot, and there is none then.
   *
   * @return what there is to go back to; {@link DeviceState#NONE} when the device remembers
   *     nothing; null when it takes no part, which may be just now, as while it does something that
   *     can't be saved
   */
  default @Nullable DeviceState saveState() {
    return null;
  }
}
