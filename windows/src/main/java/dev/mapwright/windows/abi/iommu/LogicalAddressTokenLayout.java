package dev.mapwright.windows.abi.iommu;

/** IOMMU_DMA_LOGICAL_ADDRESS_TOKEN, as far as drivers may read it. */
public final class LogicalAddressTokenLayout {
  /** {@code LogicalAddressBase}, 8 bytes. */
  public static final int LOGICAL_ADDRESS_BASE = 0x00;

  /** {@code Size} in bytes, 8 bytes. */
  public static final int SIZE = 0x08;

  /** The size of the structure. */
  public static final int BYTES = 0x10;

  private LogicalAddressTokenLayout() {}
}
