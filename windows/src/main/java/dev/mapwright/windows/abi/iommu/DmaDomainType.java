package dev.mapwright.windows.abi.iommu;

/** IOMMU_DMA_DOMAIN_TYPE. */
public final class DmaDomainType {
  /** The system owns the tables; drivers map and unmap. */
  public static final int TRANSLATE = 0;

  /** Devices use physical addresses; nothing has to be mapped. */
  public static final int PASS_THROUGH = 1;

  /** The driver owns the tables, and says where they are. */
  public static final int UNMANAGED = 2;

  /** Translation by first-stage tables; no page says what it means. */
  public static final int TRANSLATE_S1 = 3;

  /** The first number that is none. */
  public static final int MAX = 4;

  private DmaDomainType() {}

  /**
   * {@return the bit of a type in a mask of available types}
   *
   * @param type one of these
   */
  public static int bit(int type) {
    return 1 << type;
  }
}
