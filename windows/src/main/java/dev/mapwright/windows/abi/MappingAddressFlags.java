package dev.mapwright.windows.abi;

/** The flags of MmAllocateMappingAddressEx. */
public final class MappingAddressFlags {
  /**
   * Parts of the reservation are mapped and unmapped independently of each other; its base is a
   * multiple of its size where that is a power of two (up to 4 GiB).
   */
  public static final int MM_MAPPING_ADDRESS_DIVISIBLE = 0x1;

  private MappingAddressFlags() {}
}
