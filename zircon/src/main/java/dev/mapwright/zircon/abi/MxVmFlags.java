package dev.mapwright.zircon.abi;

/**
 * The flags of mappings and address regions, as a set of bits. Bits 11 to 31 are invalid in every
 * call.
 */
public final class MxVmFlags {
  /** Map readable; of vmar_map and vmar_protect. */
  public static final int MX_VM_FLAG_PERM_READ = 0x001;

  /** Map writable; of vmar_map and vmar_protect. */
  public static final int MX_VM_FLAG_PERM_WRITE = 0x002;

  /** Map executable; of vmar_map and vmar_protect. */
  public static final int MX_VM_FLAG_PERM_EXECUTE = 0x004;

  /** Keep what is placed in the new region together; of vmar_allocate. */
  public static final int MX_VM_FLAG_COMPACT = 0x008;

  /** The offset says where; of vmar_allocate and vmar_map. */
  public static final int MX_VM_FLAG_SPECIFIC = 0x010;

  /** The offset says where, mappings there are replaced; of vmar_map. */
  public static final int MX_VM_FLAG_SPECIFIC_OVERWRITE = 0x020;

  /** The new region lets callers say where; of vmar_allocate. */
  public static final int MX_VM_FLAG_CAN_MAP_SPECIFIC = 0x040;

  /** The new region can hold readable mappings; of vmar_allocate. */
  public static final int MX_VM_FLAG_CAN_MAP_READ = 0x080;

  /** The new region can hold writable mappings; of vmar_allocate. */
  public static final int MX_VM_FLAG_CAN_MAP_WRITE = 0x100;

  /** The new region can hold executable mappings; of vmar_allocate. */
  public static final int MX_VM_FLAG_CAN_MAP_EXECUTE = 0x200;

  /** Install the committed pages at once; of vmar_map. */
  public static final int MX_VM_FLAG_MAP_RANGE = 0x400;

  private MxVmFlags() {}
}
