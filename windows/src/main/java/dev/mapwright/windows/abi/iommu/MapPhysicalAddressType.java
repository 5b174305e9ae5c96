package dev.mapwright.windows.abi.iommu;

/** IOMMU_MAP_PHYSICAL_ADDRESS_TYPE. */
public final class MapPhysicalAddressType {
  /** The pages of an MDL. */
  public static final int MDL = 0;

  /** Physical addresses side by side. */
  public static final int CONTIGUOUS_RANGE = 1;

  /** An array of PFNs. */
  public static final int PFN_ARRAY = 2;

  /** The first number that is none. */
  public static final int MAX = 3;

  private MapPhysicalAddressType() {}
}
