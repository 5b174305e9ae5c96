package dev.mapwright.zircon.abi;

/** Numbers of the interface that belong to no other group. */
public final class MxLimits {
  /** The handle value that never names anything; an {@code int}, as every handle. */
  public static final int MX_HANDLE_INVALID = 0;

  /** The longest name of an object in bytes, its final zero included. */
  public static final long MX_MAX_NAME_LEN = 32;

  /** The most that one process_read_memory or process_write_memory transfers. */
  public static final long MX_MAX_REMOTE_BYTES = 64L << 20;

  /** The largest size of a memory object in bytes, unsigned: 2^64 - 1 rounded down to a page. */
  public static final long MX_VMO_MAX_SIZE = 0xffff_ffff_ffff_f000L;

  /** The first address of a process on x86-64. */
  public static final long MX_USER_BASE = 0x100_0000L;

  /** The bytes from there on: up to one page below 2^47. */
  public static final long MX_USER_BYTES = 0x7fff_feff_f000L;

  private MxLimits() {}
}
