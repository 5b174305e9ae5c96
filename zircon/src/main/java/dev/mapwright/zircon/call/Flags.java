package dev.mapwright.zircon.call;

import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_CAN_MAP_EXECUTE;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_CAN_MAP_READ;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_CAN_MAP_WRITE;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_PERM_EXECUTE;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_PERM_READ;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_PERM_WRITE;

import dev.mapwright.core.Permissions;

/**
 * Flags, rights and permissions are the same three bits at different places: PERM flags where
 * {@link Permissions} has them, CAN_MAP flags from bit 7, rights from bit 2 on.
 */
final class Flags {
  static final int PERM = MX_VM_FLAG_PERM_READ | MX_VM_FLAG_PERM_WRITE | MX_VM_FLAG_PERM_EXECUTE;
  static final int CAN_MAP =
      MX_VM_FLAG_CAN_MAP_READ | MX_VM_FLAG_CAN_MAP_WRITE | MX_VM_FLAG_CAN_MAP_EXECUTE;

  private static final int CAN_MAP_SHIFT = 7;
  private static final int RIGHTS_SHIFT = 2;

  private Flags() {}

  /** The permissions that the PERM flags ask for. */
  static int permissions(int flags) {
    return flags & Permissions.ALL;
  }

  /** The permissions that the CAN_MAP flags allow. */
  static int capability(int flags) {
    return flags >>> CAN_MAP_SHIFT & Permissions.ALL;
  }

  /** The rights READ, WRITE and EXECUTE for a set of permissions. */
  static int rights(int permissions) {
    return permissions << RIGHTS_SHIFT;
  }

  /** The permissions for the rights READ, WRITE and EXECUTE of a set of rights. */
  static int ofRights(int rights) {
    return rights >>> RIGHTS_SHIFT & Permissions.ALL;
  }

  /** A length rounded up to pages; 0 when that reaches 2^64. */
  static long roundUp(long length) {
    return (length + 4095) & -4096L;
  }
}
