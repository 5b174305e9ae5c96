package dev.mapwright.windows.abi.iommu;

/** IOMMU_DMA_RESERVED_REGION: one of a list of ranges that are set aside. */
public final class ReservedRegionLayout {
  /** {@code RegionNext}, 8 bytes; 0 ends the list. */
  public static final int REGION_NEXT = 0x00;

  /** {@code Base}, a logical address, 8 bytes. */
  public static final int BASE = 0x08;

  /** {@code NumberOfPages}, 8 bytes. */
  public static final int NUMBER_OF_PAGES = 0x10;

  /** {@code ShouldMap}, a BOOLEAN. */
  public static final int SHOULD_MAP = 0x18;

  /** The size of the structure. */
  public static final int BYTES = 0x20;

  private ReservedRegionLayout() {}
}
