package dev.mapwright.windows.abi.iommu;

/** IOMMU_MAP_PHYSICAL_ADDRESS: which pages are mapped. */
public final class MapPhysicalAddressLayout {
  /** {@code MapType}, 4 bytes; see {@link MapPhysicalAddressType}. */
  public static final int MAP_TYPE = 0x00;

  /** {@code Mdl.Mdl}, {@code ContiguousRange.Base} or {@code PfnArray.PageFrame}, 8 bytes. */
  public static final int FIRST = 0x08;

  /** {@code ContiguousRange.Size} in bytes or {@code PfnArray.NumberOfPages}, 8 bytes. */
  public static final int SECOND = 0x10;

  /** The size of the structure. */
  public static final int BYTES = 0x18;

  private MapPhysicalAddressLayout() {}
}
