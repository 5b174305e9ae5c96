package dev.mapwright.windows.memory.cache;

/** What the book of caches says about pages that are to be mapped. */
public enum Verdict {
  /** They can be, and were if that was asked for. */
  FINE,
  /** One of them is not locked, or no page at all. */
  NOT_LOCKED,
  /** One of them, outside RAM, is mapped with another cache policy. */
  CONFLICT,
  /** There is no memory to remember one of them. */
  NO_MEMORY,
  /** They could be, but what was to map them refused. */
  REFUSED
}
