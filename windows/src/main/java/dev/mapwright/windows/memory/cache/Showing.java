package dev.mapwright.windows.memory.cache;

/** What maps or unmaps pages while the book of caches holds still. */
public interface Showing {
  /**
   * Does it.
   *
   * @param floating whether some of the pages have no cache attribute of their own
   * @return whether it was done
   */
  boolean carryOut(boolean floating);
}
