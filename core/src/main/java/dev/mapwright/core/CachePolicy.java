package dev.mapwright.core;

/** How a mapping's accesses go through the caches. */
public enum CachePolicy {
  /** Ordinary write-back memory. */
  CACHED,
  /** Strongly ordered, nothing gathered. */
  UNCACHED,
  /** Device memory whose writes may be acknowledged early. */
  UNCACHED_DEVICE,
  /** Uncached; writes may be buffered and merged. */
  WRITE_COMBINING;

  private static final CachePolicy[] BY_ORDINAL = values();

  /**
   * {@return the policy with an ordinal, without allocating}
   *
   * @param ordinal 0 .. 3
   */
  public static CachePolicy of(int ordinal) {
    return BY_ORDINAL[ordinal];
  }
}
