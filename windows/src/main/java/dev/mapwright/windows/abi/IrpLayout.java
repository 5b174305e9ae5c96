package dev.mapwright.windows.abi;

/**
 * The layout of an IRP on x64 (wdm.h), as far as drivers and the routines here read and write it:
 * 0xD0 bytes, behind which stand the stack locations. Offsets and sizes are in bytes.
 */
public final class IrpLayout {
  /** {@code CSHORT Type}, 2 bytes: {@link #IO_TYPE_IRP}. */
  public static final int TYPE = 0x00;

  /** {@code USHORT Size}, 2 bytes: the size of the IRP with its stack locations. */
  public static final int SIZE = 0x02;

  /** {@code PMDL MdlAddress}, 8 bytes: the first MDL of the chain; 0 for none. */
  public static final int MDL_ADDRESS = 0x08;

  /** {@code CHAR StackCount}, 1 byte: how many stack locations there are. */
  public static final int STACK_COUNT = 0x42;

  /** {@code CHAR CurrentLocation}, 1 byte: one more than there are, before the IRP is sent. */
  public static final int CURRENT_LOCATION = 0x43;

  /** {@code Tail.Overlay.CurrentStackLocation}, 8 bytes: behind the last one, before it is sent. */
  public static final int CURRENT_STACK_LOCATION = 0xB8;

  /** The size of an IRP without stack locations. */
  public static final int BYTES = 0xD0;

  /** The size of an IO_STACK_LOCATION. */
  public static final int STACK_LOCATION_BYTES = 0x48;

  /** The type of an IRP. */
  public static final int IO_TYPE_IRP = 6;

  /** The most stack locations: CurrentLocation, a signed byte, is one more. */
  public static final int MOST_STACK_LOCATIONS = 126;

  private IrpLayout() {}
}
