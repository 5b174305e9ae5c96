package dev.mapwright.windows.abi;

/** The layout of an MM_PHYSICAL_ADDRESS_LIST element (wdm.h). Offsets and sizes are in bytes. */
public final class PhysicalAddressListLayout {
  /** {@code PHYSICAL_ADDRESS PhysicalAddress}, 8 bytes. */
  public static final int PHYSICAL_ADDRESS = 0x0;

  /** {@code SIZE_T NumberOfBytes}, 8 bytes. */
  public static final int NUMBER_OF_BYTES = 0x8;

  /** The size of an element. */
  public static final int BYTES = 0x10;

  private PhysicalAddressListLayout() {}
}
