package dev.mapwright.windows.abi.iommu;

/** IOMMU_DMA_DEVICE_INFORMATION: three BOOLEANs. */
public final class DeviceInformationLayout {
  /** {@code DefaultPasidEnabled}. */
  public static final int DEFAULT_PASID_ENABLED = 0;

  /** {@code PasidTaggedDmaEnabled}. */
  public static final int PASID_TAGGED_DMA_ENABLED = 1;

  /** {@code PasidFaultsSuppressed}. */
  public static final int PASID_FAULTS_SUPPRESSED = 2;

  /** The size of the structure. */
  public static final int BYTES = 3;

  private DeviceInformationLayout() {}
}
