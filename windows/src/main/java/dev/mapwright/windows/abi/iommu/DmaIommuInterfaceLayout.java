package dev.mapwright.windows.abi.iommu;

/**
 * DMA_IOMMU_INTERFACE_EX, and the deprecated DMA_IOMMU_INTERFACE. A table is an array of addresses
 * of code.
 */
public final class DmaIommuInterfaceLayout {
  /** {@code Size} in bytes, 8 bytes. */
  public static final int SIZE = 0x00;

  /** {@code Version}, 4 bytes. */
  public static final int VERSION = 0x08;

  /** Where the table begins that belongs to the version. */
  public static final int TABLE = 0x10;

  /** {@code Version} of DMA_IOMMU_INTERFACE, 4 bytes. */
  public static final int FIRST_VERSION = 0x00;

  /** Where its table begins. */
  public static final int FIRST_TABLE = 0x08;

  /** The newest version that there is. */
  public static final int NEWEST_VERSION = 3;

  private DmaIommuInterfaceLayout() {}

  /**
   * {@return how many entries the table of a version has; 0 when there is none}
   *
   * @param version any number
   */
  public static int entries(int version) {
    return switch (version) {
      case 1 -> 13;
      case 2 -> 22;
      case 3 -> 27;
      default -> 0;
    };
  }
}
