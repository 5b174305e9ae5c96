package dev.mapwright.core.memory;

/** Where an object's pages are. */
public enum ObjectKind {
  /** Frames committed page by page when they are first written. */
  PAGED,
  /**
   * Adjacent frames, committed from the start. They can still be decommitted page by page, and the
   * object resized; pages that come later need not be adjacent to anything.
   */
  CONTIGUOUS,
  /** A range of physical addresses that the object does not own. */
  PHYSICAL
}
