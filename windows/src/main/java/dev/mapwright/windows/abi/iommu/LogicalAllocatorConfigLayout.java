package dev.mapwright.windows.abi.iommu;

/** IOMMU_DMA_LOGICAL_ALLOCATOR_CONFIG. */
public final class LogicalAllocatorConfigLayout {
  /** {@code LogicalAllocatorType}, 4 bytes; see {@link LogicalAllocatorType}. */
  public static final int LOGICAL_ALLOCATOR_TYPE = 0x0;

  /** {@code BuddyAllocatorConfig.AddressWidth} in bits, 4 bytes. */
  public static final int ADDRESS_WIDTH = 0x4;

  /** The size of the structure. */
  public static final int BYTES = 0x8;

  private LogicalAllocatorConfigLayout() {}
}
