package dev.mapwright.core.dma;

/**
 * A live or reserved range of logical pages, in an object that the caller brings along and uses
 * again: a look-up allocates nothing. Not thread-safe.
 */
public final class LogicalRange {
  private long firstPage = -1;
  private long lastPage = -1;
  private boolean reserved;

  /** Makes one that names no range: its pages are -1. */
  public LogicalRange() {}

  /**
   * Notes the answer: said by the allocator that was asked.
   *
   * @param itsFirstPage its first page
   * @param itsLastPage its last page, inclusive
   * @param isReserved whether it is never given out
   */
  public void answer(long itsFirstPage, long itsLastPage, boolean isReserved) {
    firstPage = itsFirstPage;
    lastPage = itsLastPage;
    reserved = isReserved;
  }

  /** {@return its first page; -1 when nothing was found yet} */
  public long firstPage() {
    return firstPage;
  }

  /** {@return its last page, inclusive; -1 when nothing was found yet} */
  public long lastPage() {
    return lastPage;
  }

  /** {@return whether it is never given out; otherwise it is live} */
  public boolean reserved() {
    return reserved;
  }
}
