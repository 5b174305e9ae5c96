package dev.mapwright.sim.cpu;

import dev.mapwright.core.Access;
import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.sim.memory.DeviceMap;
import dev.mapwright.sim.memory.DeviceRange;
import dev.mapwright.sim.memory.PhysicalMap;
import dev.mapwright.sim.memory.Ram;
import dev.mapwright.sim.memory.ThreadGuard;

/**
 * How a CPU reads and writes what is not RAM: devices, and holes.
 *
 * <p>Calling a device's handler is the access itself, so it begins while the driver is inside, with
 * nothing between translating and the call. When it returns, nothing translated before is known.
 */
abstract class DeviceAccess extends Translator implements Cpu {
  DeviceAccess(PhysicalMap map, DeviceMap devices, Ram allRam, ThreadGuard guard) {
    super(map, devices, allRam, guard);
  }

  private static long mask(int bytes) {
    return -1L >>> 64 - 8 * bytes;
  }

  /** Reads registers at a physical address, which an access has found at a virtual one. */
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
