package dev.mapwright.windows.abi.iommu;

/** IOMMU_PASID_CONFIGURATION_TYPE. */
public final class PasidConfigurationType {
  /** Only accesses without a PASID. */
  public static final int DEFAULT_PASID_ONLY = 0;

  /** Accesses with PASIDs, too. */
  public static final int PASID_TAGGED_DMA = 1;

  /** The first number that is none. */
  public static final int MAX = 2;

  private PasidConfigurationType() {}
}
