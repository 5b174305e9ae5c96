package dev.mapwright.core.machine;

/** Who a frame belongs to. Every frame has exactly one owner. */
public enum FrameOwner {
  /** Nobody: it can be allocated. */
  FREE,
  /**
   * A page table, of CPUs or of an IOMMU; the tag is the table's level. 0 is the tag of what leads
   * an IOMMU to a requester's tables.
   */
  TABLE,
  /** A page of a memory object; the tag is the object's number. */
  OBJECT,
  /** A personality's pool; the tag is the personality's. */
  POOL,
  /** The one frame of zeros that absent pages are read from. */
  ZERO,
  /**
   * Freed while it was still pinned, locked, or held by a mapping that shows it. It becomes {@link
   * #FREE} when the last pin, lock and hold are gone.
   */
  HELD_BACK
}
