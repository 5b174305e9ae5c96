package dev.mapwright.linux.iommu;

import java.io.IOException;

/**
 * A memory with tables in it, and somebody who can walk them: what a replay needs of a machine
 * beyond what the engine asks for.
 */
public interface TableMemory {
  /**
   * {@return the frame of the topmost table that translates what a requester asks for without a
   * PASID; {@link #PASSES} when its addresses are physical ones, {@link #NOTHING} when it is
   * attached to nothing, {@link #REFUSED} when what leads to its tables can't be followed}
   *
   * @param requester 0 .. 0xFFFF
   */
  long rootOf(int requester);

  /** Addresses pass through. */
  long PASSES = -1;

  /** Every request is refused. */
  long NOTHING = -2;

  /** The tables that lead from a requester to its own can't be followed. */
  long REFUSED = -3;

  /**
   * {@return the number of the domain that a requester is attached to, by which caches know it;
   * negative when it has no tables}
   *
   * @param requester 0 .. 0xFFFF
   */
  int domainOf(int requester);

  /**
   * Visits all that a requester's tables translate, in ascending order.
   *
   * @param requester one that has tables
   * @param mostEntries how many entries are looked at, at most
   * @param visitor told of each leaf, and of each entry that can't be followed
   * @return whether all was looked at
   * @throws IOException if the visitor throws it
   */
  boolean visit(int requester, long mostEntries, Visitor visitor) throws IOException;

  /**
   * Visits all that tables of x86-64 translate, in ascending order.
   *
   * @param rootPfn the frame of the root table
   * @param levels 4 or 5
   * @param mostEntries how many entries are looked at, at most
   * @param visitor told of each leaf, and of each entry that can't be followed
   * @return whether all was looked at
   * @throws IOException if the visitor throws it
   */
  boolean visitCpu(long rootPfn, int levels, long mostEntries, CpuVisitor visitor)
      throws IOException;

  /** Told of what tables translate. */
  @FunctionalInterface
  interface Visitor {
    /**
     * A leaf, or an entry that can't be followed.
     *
     * @param firstPage the first page that it covers
     * @param lastPage the last one, inclusive
     * @param pfn the frame of the first page; -1 for an entry that can't be followed
     * @param permissions what the leaf and all entries above it allow
     * @throws IOException whatever the visitor has to say
     */
    void leaf(long firstPage, long lastPage, long pfn, int permissions) throws IOException;
  }

  /** Told of what a CPU's tables translate. */
  @FunctionalInterface
  interface CpuVisitor {
    /**
     * A leaf, or an entry that can't be followed.
     *
     * @param firstPage the first page that it covers, of the upper half from 2^51 on
     * @param pages how many, a power of two
     * @param pfn the frame of the first page; -1 for an entry that can't be followed
     * @param leaf the leaf as it is in memory
     * @param all the bits that are set in the leaf and in every entry above it
     * @throws IOException whatever the visitor has to say
     */
    void leaf(long firstPage, long pages, long pfn, long leaf, long all) throws IOException;
  }
}
