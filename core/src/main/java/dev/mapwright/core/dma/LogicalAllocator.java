package dev.mapwright.core.dma;

import dev.mapwright.core.Outcome;

/**
 * Gives out ranges of a domain's logical addresses, and knows nothing of what is mapped there.
 *
 * <p>Everything is counted in pages: a page number is a logical address divided by 4096. Ranges are
 * inclusive at both ends. The space is [0, {@link #pages}); page 0 is a page like any other and may
 * be given out.
 *
 * <p>A page is in exactly one of three states: <i>free</i>, in a <i>live</i> range (given out and
 * not freed), or <i>reserved</i>. A live range may be longer than what was asked for: then nobody
 * else gets its tail, and its owner has no right to it.
 *
 * <p><b>Refusals</b> are values, and leave every page in its state. <b>Mistakes of the caller</b>
 * (a range that is not live, a negative page) are exceptions, and change nothing either.
 *
 * <p><b>Threads.</b> An allocator has no lock: its domain's guards it. No method calls back, but
 * {@link #forEach}, which does so between two look-ups.
 *
 * <p>To add an allocator, implement this. One that lets callers choose addresses gives out a window
 * that is just as long as the range, if it is free: that is what choosing is.
 */
public interface LogicalAllocator {
  /** No free place of the size lies inside the window: {@link Outcome#NO_ROOM}. */
  long NO_ROOM = -1;

  /** Memory for the allocator's books could not be had: {@link Outcome#OUT_OF_RECORDS}. */
  long NO_MEMORY = -2;

  /**
   * Gives out a range.
   *
   * @param pages how many pages, at least 1; more than the space has are no mistake
   * @param firstPage the lowest page that the range may contain, at least 0
   * @param lastPage the highest page that it may contain, inclusive; at least 0, and beyond the end
   *     of the space it means its last page. Below {@code firstPage} it leaves no room
   * @return the range's first page; or {@link #NO_ROOM} or {@link #NO_MEMORY}, which are negative
   * @throws IllegalArgumentException when an argument is below its least value
   */
  long allocate(long pages, long firstPage, long lastPage);

  /**
   * Takes a range back. It cannot fail and acquires nothing.
   *
   * @param firstPage what {@link #allocate} returned
   * @param pages what was asked for there
   * @throws IllegalArgumentException when no such range is live
   */
  void free(long firstPage, long pages);

  /**
   * Sets a range aside that is never given out.
   *
   * @param firstPage its first page
   * @param lastPage its last page, inclusive
   * @return OK; INVALID when it is empty or begins below page 0, OUTSIDE when it ends behind the
   *     space, OCCUPIED when a page of it is live or reserved, OUT_OF_RECORDS without memory
   */
  Outcome reserve(long firstPage, long lastPage);

  /**
   * {@return whether whoever maps may choose the address himself; if not, choosing is refused by
   * the domain before this is asked}
   */
  boolean takesChosenAddresses();

  /** {@return the size of the space in pages} */
  long pages();

  /** {@return how many pages are free; not necessarily side by side} */
  long freePages();

  /**
   * The lowest range, live or reserved, that does not end below a page. Reserved pages side by side
   * are one range, of which a page in its middle may be shown as the beginning; live ranges are
   * told apart.
   *
   * @param fromPage the page, at least 0
   * @param found filled with the answer
   * @return false when there is none; {@code found} is then unchanged
   */
  boolean next(long fromPage, LogicalRange found);

  /**
   * Shows all ranges, live and reserved, from the lowest on. The visitor may do what it likes: what
   * it changes behind the range that it was shown, it sees.
   *
   * @param visitor called once a range
   */
  default void forEach(Visitor visitor) {
    LogicalRange range = new LogicalRange();
    for (long from = 0; next(from, range); ) {
      from = range.lastPage() + 1;
      visitor.visit(range.firstPage(), range.lastPage(), range.reserved());
    }
  }

  /** Looks at ranges. */
  @FunctionalInterface
  interface Visitor {
    /**
     * Called for each range.
     *
     * @param firstPage its first page
     * @param lastPage its last page, inclusive
     * @param reserved whether it is never given out; otherwise it is live
     */
    void visit(long firstPage, long lastPage, boolean reserved);
  }
}
