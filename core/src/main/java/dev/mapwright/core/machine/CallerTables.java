package dev.mapwright.core.machine;

/**
 * Tables of logical addresses that the caller owns: made by him in physical memory, changed by him
 * at any time, and walked by the IOMMU with distrust. Nothing of them is checked before a device
 * uses it; what can't be followed refuses the access.
 *
 * <p>An IOMMU remembers what it has walked. So a changed entry is seen when something is flushed
 * that covers it, or earlier; an entry that was not present is never remembered. Thread-safe.
 */
public interface CallerTables {
  /** {@return the frame of the root table} */
  long rootPfn();

  /**
   * Forgets everything that was remembered of these tables. When this returns, no access completes
   * through what was in them before the call.
   */
  void flush();

  /**
   * Forgets what was remembered of a range.
   *
   * @param firstPage the first page
   * @param lastPage the last page, inclusive
   * @param leavesOnly whether only leaves have changed, so that what is remembered of the tables
   *     above may stay
   */
  void flush(long firstPage, long lastPage, boolean leavesOnly);
}
