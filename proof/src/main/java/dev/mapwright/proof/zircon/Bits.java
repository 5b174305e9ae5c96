package dev.mapwright.proof.zircon;

/** Flag, right and opcode values, and the unsigned arithmetic the model needs. */
final class Bits {
  static final long PAGE = 4096;

  // Flags of vmar_allocate, vmar_map and vmar_protect.
  static final int PERM_READ = 0x1;
  static final int PERM_WRITE = 0x2;
  static final int PERM_EXECUTE = 0x4;
  static final int PERM_ALL = 0x7;
  static final int COMPACT = 0x8;
  static final int SPECIFIC = 0x10;
  static final int OVERWRITE = 0x20;
  static final int CAN_MAP_SPECIFIC = 0x40;
  static final int CAN_MAP_READ = 0x80;
  static final int CAN_MAP_WRITE = 0x100;
  static final int CAN_MAP_EXECUTE = 0x200;
  static final int CAN_MAP_ALL = 0x380;
  static final int MAP_RANGE = 0x400;

  // Rights.
  static final int DUPLICATE = 0x1;
  static final int TRANSFER = 0x2;
  static final int READ = 0x4;
  static final int WRITE = 0x8;
  static final int EXECUTE = 0x10;
  static final int MAP = 0x20;
  static final int GET_PROPERTY = 0x40;
  static final int SET_PROPERTY = 0x80;
  static final int ENUMERATE = 0x100;
  static final int SAME_RIGHTS = 0x8000_0000;

  static final long LARGEST_VMO_BYTES = 0xffff_ffff_ffff_f000L;

  private Bits() {}

  static boolean aligned(long value) {
    return (value & (PAGE - 1)) == 0;
  }

  /** Rounded up to a page; wraps to 0 for the last page of the 64 bits. */
  static long roundUp(long value) {
    return (value + PAGE - 1) & -PAGE;
  }

  static boolean below(long a, long b) {
    return Long.compareUnsigned(a, b) < 0;
  }

  static boolean above(long a, long b) {
    return Long.compareUnsigned(a, b) > 0;
  }

  /** Whether a + b is 2^64 or more. */
  static boolean wraps(long a, long b) {
    return below(a + b, a);
  }

  /** The rights READ, WRITE and EXECUTE that PERM_x bits ask for. */
  static int rightsOfPerms(int perms) {
    return (perms & PERM_ALL) << 2;
  }

  /** The PERM_x bits that READ, WRITE and EXECUTE rights allow. */
  static int permsOfRights(int rights) {
    return (rights >>> 2) & PERM_ALL;
  }

  /** The PERM_x bits that CAN_MAP_x flags allow. */
  static int permsOfCanMap(int flags) {
    return (flags >>> 7) & PERM_ALL;
  }
}
