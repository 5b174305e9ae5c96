package dev.mapwright.sim.cpu;

import dev.mapwright.core.Access;
import dev.mapwright.core.Fault;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.BusError;
import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.sim.memory.DeviceMap;
import dev.mapwright.sim.memory.DeviceRange;
import dev.mapwright.sim.memory.PhysicalMap;
import dev.mapwright.sim.memory.Ram;
import dev.mapwright.sim.memory.Scalars;
import dev.mapwright.sim.memory.ThreadGuard;

/**
 * How a CPU reads and writes what is not RAM: devices, and holes.
 *
 * <p>Calling a device's handler is the access itself, so it begins while the driver is inside, with
 * nothing between translating and the call. When it returns, nothing translated before is known.
 *
 * <p>There are two ways there. The slow one has begun an access and has translated; it asks the map
 * who answers at the physical address, and is correct for everything. The fast one ({@link
 * #loadRegister}, {@link #storeRegister}) comes from a register word in an array that the bracket
 * has published. It is an access all the same: the handler may find itself in the middle of one,
 * may throw, and may use the CPU.
 *
 * <p><b>A device that fails the access</b> throws {@link BusError}, which the access that called
 * the handler turns into a fault, and no other: each catches it around the call alone.
 *
 * <p><b>A device that is gone</b> is found so by both: each looks once, immediately before the
 * call, at the array of devices that is there now; a removal replaces it before it returns.
 */
abstract class DeviceAccess extends HookedAccess {
  DeviceAccess(
      PhysicalMap map, DeviceMap devices, Ram allRam, ThreadGuard guard, TlbArray nothing) {
    super(map, devices, allRam, guard, nothing);
  }

  /** The bits of a value of a width. */
  static long mask(int bytes) {
    return -1L >>> 64 - 8 * bytes;
  }

  private static long offset(long word, long address) {
    return Tlb.page(word) << Pages.SHIFT | Pages.offset(address);
  }

  /** The fault of an access to a register whose handler has thrown {@link BusError}. */
  static Fault busFault(long address, int bytes, Access access) {
    return new Fault(address, bytes, access, address, FaultReason.BUS_ERROR, null);
  }

  /** Loads from the register of a word that was found while the devices were unchanged. */
  final long loadRegister(long word, long address, int bytes, Access access) {
    Scalars.requireWidth(bytes);
    DeviceHandler handler = cachedHandlers[Tlb.which(word)];
    int position = position();
    try {
      beginHit();
      return handler.read(offset(word, address), bytes) & mask(bytes);
    } catch (BusError refused) {
      throw new MemoryFault(busFault(address, bytes, access));
    } finally {
      end(position);
    }
  }

  /** Stores to a register, likewise. */
  final void storeRegister(long word, long address, int bytes, long value) {
    Scalars.requireWidth(bytes);
    DeviceHandler handler = cachedHandlers[Tlb.which(word)];
    int position = position();
    try {
      beginHit();
      handler.write(offset(word, address), bytes, value & mask(bytes));
    } catch (BusError refused) {
      throw new MemoryFault(busFault(address, bytes, Access.WRITE));
    } finally {
      end(position);
    }
  }

  /**
   * Reads registers at a physical address, which an access has found at a virtual one.
   *
   * @throws BusError when the device fails it; whoever makes the access makes a fault of it
   */
  final long readDevice(long address, long physicalAddress, int bytes, Access access) {
    DeviceRange device = devices.at(Pages.of(physicalAddress));
    if (device == null) {
      devices.tellAccessed(this, address, physicalAddress, bytes, access);
      return mask(bytes);
    }
    long offset = physicalAddress - Pages.address(device.firstPfn());
    return device.handler().read(offset, bytes) & mask(bytes);
  }

  /** Writes registers, likewise. */
  final void writeDevice(long address, long physicalAddress, int bytes, long value) {
    DeviceRange device = devices.at(Pages.of(physicalAddress));
    if (device == null) {
      devices.tellAccessed(this, address, physicalAddress, bytes, Access.WRITE);
      return;
    }
    long offset = physicalAddress - Pages.address(device.firstPfn());
    device.handler().write(offset, bytes, value & mask(bytes));
  }
}
