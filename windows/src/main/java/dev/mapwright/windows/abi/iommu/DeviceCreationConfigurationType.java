package dev.mapwright.windows.abi.iommu;

/** IOMMU_DEVICE_CREATION_CONFIGURATION_TYPE. */
public final class DeviceCreationConfigurationType {
  /** Nothing. */
  public static final int NONE = 0;

  /** Input mappings of an ACPI device on ARM64. */
  public static final int ACPI = 1;

  /** The identity of a device. */
  public static final int DEVICE_ID = 2;

  /** How the device uses PASIDs. */
  public static final int PASID = 3;

  /** The first number that is none. */
  public static final int MAX = 4;

  private DeviceCreationConfigurationType() {}
}
