package dev.mapwright.windows.harness;

import dev.mapwright.windows.context.Kernel;
import dev.mapwright.windows.memory.iommu.DeviceTraits;
import dev.mapwright.windows.memory.iommu.PhysicalDevice;

/**
 * The devices that a system has, as DMA remapping knows them: what finds them on a bus, and reads
 * whether their drivers have opted in, is not modelled.
 *
 * <pre>{@code
 * long pdo = DmaDevices.plug(kernel, DeviceTraits.of(0x18));
 * DmaPort port = machine.newDmaPort(0x18, DmaFault.NO_PASID);
 * }</pre>
 */
public final class DmaDevices {
  private DmaDevices() {}

  /**
   * Adds a device.
   *
   * @param kernel the system
   * @param traits what it is like
   * @return the address of its DEVICE_OBJECT (PDO), attached to nothing
   * @throws dev.mapwright.core.RefusedException when there is no pool for it
   * @throws IllegalArgumentException when another device behind the IOMMU has its requester
   */
  public static long plug(Kernel kernel, DeviceTraits traits) {
    long pdo = kernel.newDeviceObject();
    kernel.iommu().plug(new PhysicalDevice(pdo, traits));
    return pdo;
  }

  /**
   * Says what the device of a DEVICE_OBJECT is like: that of a driver is not behind an IOMMU until
   * this says so.
   *
   * @param kernel the system
   * @param pdo the address of the DEVICE_OBJECT
   * @param traits what it is like
   * @throws IllegalArgumentException when another device behind the IOMMU has its requester
   * @throws IllegalStateException when it is attached
   */
  public static void describe(Kernel kernel, long pdo, DeviceTraits traits) {
    kernel.iommu().plug(new PhysicalDevice(pdo, traits));
  }

  /**
   * Takes a device out: it is detached. Its DEVICE_OBJECT stays.
   *
   * @param kernel the system
   * @param pdo the address of its DEVICE_OBJECT; what is none is ignored
   */
  public static void unplug(Kernel kernel, long pdo) {
    kernel.iommu().unplug(pdo);
  }
}
