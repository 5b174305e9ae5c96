package dev.mapwright.windows.abi.iommu;

/** DEVICE_FAULT_CONFIGURATION: who is told of the faults of a device. */
public final class DeviceFaultConfigurationLayout {
  /** {@code FaultHandler}, 8 bytes: IOMMU_DEVICE_FAULT_HANDLER. */
  public static final int FAULT_HANDLER = 0x00;

  /** {@code FaultContext}, 8 bytes: what the handler is passed. */
  public static final int FAULT_CONTEXT = 0x08;

  /** The size of the structure. */
  public static final int BYTES = 0x10;

  private DeviceFaultConfigurationLayout() {}
}
