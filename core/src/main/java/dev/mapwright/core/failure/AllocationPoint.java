package dev.mapwright.core.failure;

/**
 * The kinds of things that the engine and its personalities acquire before they change anything.
 */
public enum AllocationPoint {
  /** A frame for an object's page. */
  FRAME,
  /** A frame for a page table. */
  TABLE,
  /** Memory for what is known of frames and other physical pages: counts, cache attributes. */
  FRAME_RECORD,
  /** Memory of an index over page numbers. */
  INDEX_NODE,
  /** The record of a mapping. */
  MAPPING,
  /** A region, object, view, lease or reservation. */
  OBJECT,
  /** A slot of a handle table, or another record of a personality. */
  HANDLE
}
