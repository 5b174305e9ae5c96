package dev.mapwright.zircon;

import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_SPECIFIC;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_SPECIFIC_OVERWRITE;

import dev.mapwright.zircon.abi.MxInfo;
import dev.mapwright.zircon.call.MxCalls;
import dev.mapwright.zircon.call.MxRoutines;

/**
 * A handle to an address region. Offsets count from the region's base, addresses are absolute.
 *
 * <p>Used by the program's thread.
 */
public final class Vmar extends NamedHandle {
  Vmar(Program program, int value) {
    super(program, value);
  }

  /**
   * Makes a region in this one, at a place of the system's choice.
   *
   * @param bytes its size, a multiple of the page size
   * @param flags CAN_MAP flags and COMPACT, see {@link dev.mapwright.zircon.abi.MxVmFlags}
   * @return a handle to it
   * @throws MxException see {@link dev.mapwright.zircon.answer.VmarAllocate}
   */
  public Vmar allocate(long bytes, int flags) {
    MxException.check(context, MxRoutines.vmarAllocate(context, value(), 0, bytes, flags));
    return new Vmar(program, context.handle());
  }

  /**
   * Makes a region in this one at a given place.
   *
   * @param offset from the base, a multiple of the page size
   * @param bytes its size, a multiple of the page size
   * @param flags CAN_MAP flags and COMPACT; SPECIFIC is added
   * @return a handle to it
   * @throws MxException see {@link dev.mapwright.zircon.answer.VmarAllocate}
   */
  public Vmar allocateAt(long offset, long bytes, int flags) {
    MxException.check(
        context,
        MxRoutines.vmarAllocate(context, value(), offset, bytes, flags | MX_VM_FLAG_SPECIFIC));
    return new Vmar(program, context.handle());
  }

  /**
   * Maps a memory object at a place of the system's choice.
   *
   * @param vmo the object
   * @param vmoOffset the object's first byte to be seen, a multiple of the page size
   * @param bytes how much, rounded up to pages
   * @param flags PERM flags and MAP_RANGE
   * @return the address of the mapping
   * @throws MxException see {@link dev.mapwright.zircon.answer.VmarMap}
   */
  public long map(Vmo vmo, long vmoOffset, long bytes, int flags) {
    return mapWith(0, vmo, vmoOffset, bytes, flags);
  }

  /**
   * Maps a memory object at a given place, which has to be free.
   *
   * @param offset from the base, a multiple of the page size
   * @param vmo the object
   * @param vmoOffset the object's first byte to be seen, a multiple of the page size
   * @param bytes how much, rounded up to pages
   * @param flags PERM flags and MAP_RANGE; SPECIFIC is added
   * @return the address of the mapping
   * @throws MxException see {@link dev.mapwright.zircon.answer.VmarMap}
   */
  public long mapAt(long offset, Vmo vmo, long vmoOffset, long bytes, int flags) {
    return mapWith(offset, vmo, vmoOffset, bytes, flags | MX_VM_FLAG_SPECIFIC);
  }

  /**
   * Maps a memory object at a given place and replaces the mappings there in one step.
   *
   * @param offset from the base, a multiple of the page size
   * @param vmo the object
   * @param vmoOffset the object's first byte to be seen, a multiple of the page size
   * @param bytes how much, rounded up to pages
   * @param flags PERM flags and MAP_RANGE; SPECIFIC_OVERWRITE is added
   * @return the address of the mapping
   * @throws MxException see {@link dev.mapwright.zircon.answer.VmarMap}
   */
  public long mapOver(long offset, Vmo vmo, long vmoOffset, long bytes, int flags) {
    return mapWith(offset, vmo, vmoOffset, bytes, flags | MX_VM_FLAG_SPECIFIC_OVERWRITE);
  }

  private long mapWith(long offset, Vmo vmo, long vmoOffset, long bytes, int flags) {
    MxException.check(
        context,
        MxRoutines.vmarMap(context, value(), offset, vmo.value(), vmoOffset, bytes, flags));
    return context.address();
  }

  /**
   * Removes what is mapped in a range, and destroys the regions in it.
   *
   * @param address absolute, a multiple of the page size
   * @param bytes rounded up to pages
   * @throws MxException see {@link dev.mapwright.zircon.answer.VmarUnmap}
   */
  public void unmap(long address, long bytes) {
    MxException.check(context, MxCalls.mxVmarUnmap(context, value(), address, bytes));
  }

  /**
   * Changes the protection of a range.
   *
   * @param address absolute, a multiple of the page size
   * @param bytes rounded up to pages
   * @param flags PERM flags
   * @throws MxException see {@link dev.mapwright.zircon.answer.VmarProtect}
   */
  public void protect(long address, long bytes, int flags) {
    MxException.check(context, MxCalls.mxVmarProtect(context, value(), address, bytes, flags));
  }

  /**
   * Destroys the region with everything in it. The handle stays.
   *
   * @throws MxException see {@link dev.mapwright.zircon.answer.VmarDestroy}
   */
  public void destroy() {
    MxException.check(context, MxCalls.mxVmarDestroy(context, value()));
  }

  /**
   * The address of the region, also when it is destroyed.
   *
   * @return its first address
   * @throws MxException see {@link dev.mapwright.zircon.answer.ObjectGetInfo}
   */
  public long base() {
    MxException.check(context, MxRoutines.objectGetInfo(context, value(), MxInfo.MX_INFO_VMAR));
    return context.address();
  }

  /**
   * The size of the region, also when it is destroyed.
   *
   * @return bytes, unsigned
   * @throws MxException see {@link dev.mapwright.zircon.answer.ObjectGetInfo}
   */
  public long bytes() {
    MxException.check(context, MxRoutines.objectGetInfo(context, value(), MxInfo.MX_INFO_VMAR));
    return context.bytes();
  }

  /**
   * Makes another handle to the region.
   *
   * @param rights a subset of this one's, see {@link dev.mapwright.zircon.abi.MxRights}
   * @return the other handle
   * @throws MxException see {@link dev.mapwright.zircon.answer.HandleDuplicate}
   */
  public Vmar duplicate(int rights) {
    return new Vmar(program, duplicateValue(rights));
  }

  /**
   * Makes another handle to the region and closes this one.
   *
   * @param rights a subset of this one's, see {@link dev.mapwright.zircon.abi.MxRights}
   * @return the other handle
   * @throws MxException see {@link dev.mapwright.zircon.answer.HandleReplace}
   */
  public Vmar replace(int rights) {
    return new Vmar(program, replaceValue(rights));
  }
}
