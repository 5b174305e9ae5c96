package dev.mapwright.zircon.abi;

/** The rights that a handle can carry ({@code mx_rights_t}), as a set of bits. */
public final class MxRights {
  /** No right at all. */
  public static final int MX_RIGHT_NONE = 0;

  /** The handle may be duplicated. */
  public static final int MX_RIGHT_DUPLICATE = 1 << 0;

  /** The handle may be given to another process. */
  public static final int MX_RIGHT_TRANSFER = 1 << 1;

  /** Contents may be read, or mapped readable. */
  public static final int MX_RIGHT_READ = 1 << 2;

  /** Contents may be written, or mapped writable. */
  public static final int MX_RIGHT_WRITE = 1 << 3;

  /** Contents may be mapped executable. */
  public static final int MX_RIGHT_EXECUTE = 1 << 4;

  /** The object may be mapped. */
  public static final int MX_RIGHT_MAP = 1 << 5;

  /** Properties may be read. */
  public static final int MX_RIGHT_GET_PROPERTY = 1 << 6;

  /** Properties may be changed. */
  public static final int MX_RIGHT_SET_PROPERTY = 1 << 7;

  /** Children may be listed. */
  public static final int MX_RIGHT_ENUMERATE = 1 << 8;

  /** The object may be destroyed. */
  public static final int MX_RIGHT_DESTROY = 1 << 9;

  /** Policies may be changed. */
  public static final int MX_RIGHT_SET_POLICY = 1 << 10;

  /** Policies may be read. */
  public static final int MX_RIGHT_GET_POLICY = 1 << 11;

  /** As an argument only: the rights that the source handle has. */
  public static final int MX_RIGHT_SAME_RIGHTS = 1 << 31;

  private MxRights() {}

  /**
   * Whether a set is contained in another.
   *
   * @param wanted the set asked for
   * @param held the set that is there
   * @return true when no bit of {@code wanted} is missing in {@code held}
   */
  public static boolean within(int wanted, int held) {
    return (wanted & ~held) == 0;
  }
}
