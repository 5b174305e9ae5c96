package dev.mapwright.windows.abi.iommu;

/** IOMMU_DEVICE_CREATION_CONFIGURATION. */
public final class DeviceCreationConfigurationLayout {
  /** {@code NextConfiguration.Flink}, 8 bytes; the list ends at 0 or where it began. */
  public static final int NEXT_CONFIGURATION = 0x00;

  /** {@code ConfigType}, 4 bytes; see {@link DeviceCreationConfigurationType}. */
  public static final int CONFIG_TYPE = 0x10;

  /** {@code Pasid.ConfigType}, 4 bytes; see {@link PasidConfigurationType}. */
  public static final int PASID_CONFIG_TYPE = 0x18;

  /** {@code Pasid.SuppressPasidFaults}, a BOOLEAN. */
  public static final int SUPPRESS_PASID_FAULTS = 0x1C;

  /** The size of the structure. */
  public static final int BYTES = 0x20;

  private DeviceCreationConfigurationLayout() {}
}
