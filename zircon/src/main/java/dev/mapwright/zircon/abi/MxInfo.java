package dev.mapwright.zircon.abi;

/** The topics of object_get_info that this library answers, and the sizes of its records. */
public final class MxInfo {
  /** Whether the handle names an object; no record. */
  public static final int MX_INFO_HANDLE_VALID = 1;

  /** Base and length of an address region; one record of two 64-bit numbers. */
  public static final int MX_INFO_VMAR = 7;

  /** The size of the record of {@link #MX_INFO_VMAR} in bytes. */
  public static final int MX_INFO_VMAR_BYTES = 16;

  private MxInfo() {}
}
