package dev.mapwright.windows.abi.iommu;

/** IOMMU_DMA_LOGICAL_ALLOCATOR_TYPE. */
public final class LogicalAllocatorType {
  /** Drivers choose addresses. */
  public static final int NONE = 0;

  /** A buddy allocator chooses them. */
  public static final int BUDDY = 1;

  /** The first number that is none. */
  public static final int MAX = 2;

  private LogicalAllocatorType() {}
}
