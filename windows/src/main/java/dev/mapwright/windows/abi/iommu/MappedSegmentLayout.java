package dev.mapwright.windows.abi.iommu;

/** IOMMU_DMA_LOGICAL_ADDRESS_TOKEN_MAPPED_SEGMENT: a part of a token that is mapped. */
public final class MappedSegmentLayout {
  /** {@code OwningToken}, 8 bytes; 0 when nothing is mapped by it. */
  public static final int OWNING_TOKEN = 0x00;

  /** {@code Offset} in bytes, 8 bytes. */
  public static final int OFFSET = 0x08;

  /** {@code Size} in bytes, 8 bytes. */
  public static final int SIZE = 0x10;

  /** The size of the structure. */
  public static final int BYTES = 0x18;

  private MappedSegmentLayout() {}
}
