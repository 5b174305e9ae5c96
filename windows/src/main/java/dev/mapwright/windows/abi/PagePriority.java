package dev.mapwright.windows.abi;

/** MM_PAGE_PRIORITY (wdm.h), and the bits that may be set beside it. */
public final class PagePriority {
  /** Fails while system PTEs are not plenty. */
  public static final int LOW_PAGE_PRIORITY = 0;

  /** Fails when system PTEs are few. */
  public static final int NORMAL_PAGE_PRIORITY = 16;

  /** Fails only when there are none. */
  public static final int HIGH_PAGE_PRIORITY = 32;

  /** The mapping can't be written. */
  public static final int MDL_MAPPING_NO_WRITE = 0x8000_0000;

  /** The mapping can't be executed. */
  public static final int MDL_MAPPING_NO_EXECUTE = 0x4000_0000;

  /** PTEs that stay empty stand before and behind the mapping. */
  public static final int MDL_MAPPING_WITH_GUARD_PTES = 0x2000_0000;

  private PagePriority() {}

  /**
   * {@return the priority alone, without the bits beside it}
   *
   * @param priority as a driver gives it
   */
  public static int level(int priority) {
    return priority
        & ~(MDL_MAPPING_NO_WRITE | MDL_MAPPING_NO_EXECUTE | MDL_MAPPING_WITH_GUARD_PTES);
  }
}
