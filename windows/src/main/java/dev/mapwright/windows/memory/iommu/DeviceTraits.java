package dev.mapwright.windows.memory.iommu;

/**
 * What a device, its platform and its driver are like.
 *
 * @param requester under which number it accesses memory (on PCI: bus, device and function), 0 ..
 *     0xFFFF
 * @param remapped whether it is behind an IOMMU
 * @param optedIn whether its driver has opted in to DMA remapping
 * @param identified whether the platform can tell the IOMMU which device it is
 * @param pasidBits how many bits of a PASID it can send, 0 .. 20; 0 for none
 */
public record DeviceTraits(
    int requester, boolean remapped, boolean optedIn, boolean identified, int pasidBits) {
  /** Checks that they are possible. */
  public DeviceTraits {
    if (requester < 0 || requester > 0xFFFF || pasidBits < 0 || pasidBits > 20) {
      throw new IllegalArgumentException(
          "requester " + requester + " with PASIDs of " + pasidBits + " bits");
    }
  }

  /**
   * {@return those of a device that is behind an IOMMU, whose driver has opted in, and that sends
   * no PASIDs}
   *
   * @param requester under which number it accesses memory, 0 .. 0xFFFF
   */
  public static DeviceTraits of(int requester) {
    return new DeviceTraits(requester, true, true, true, 0);
  }

  /** {@return the same, but not behind an IOMMU} */
  public DeviceTraits notRemapped() {
    return new DeviceTraits(requester, false, optedIn, identified, pasidBits);
  }

  /** {@return the same, but its driver has not opted in} */
  public DeviceTraits optedOut() {
    return new DeviceTraits(requester, remapped, false, identified, pasidBits);
  }

  /** {@return the same, on a platform that can't tell the IOMMU which device it is} */
  public DeviceTraits notIdentified() {
    return new DeviceTraits(requester, remapped, optedIn, false, pasidBits);
  }

  /**
   * {@return the same, with PASIDs}
   *
   * @param bits how many bits they have, 0 .. 20; 0 for none
   */
  public DeviceTraits withPasids(int bits) {
    return new DeviceTraits(requester, remapped, optedIn, identified, bits);
  }
}
