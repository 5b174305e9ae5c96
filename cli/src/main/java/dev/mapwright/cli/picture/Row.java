package dev.mapwright.cli.picture;

/** One part of a picture, from the lowest address to the highest. */
public sealed interface Row {
  /**
   * In how many regions below the root it lies.
   *
   * @return 0 for what lies in the root itself
   */
  int depth();

  /**
   * A region begins, or whatever else is set aside for something.
   *
   * @param depth of the region itself
   * @param firstPage its first page
   * @param lastPage its last page, inclusive
   * @param kind what it is, in a word or two
   * @param note what else is to be known of it, in words
   */
  record RegionStart(int depth, long firstPage, long lastPage, String kind, String note)
      implements Row {
    long pages() {
      return lastPage - firstPage + 1;
    }
  }

  /**
   * A region ends.
   *
   * @param depth of the region itself
   */
  record RegionEnd(int depth) implements Row {}

  /**
   * A mapping.
   *
   * @param depth see {@link Row#depth}
   * @param piece what is mapped
   * @param entries what the page tables hold of it
   * @param part its place among neighbours that touch and show the same
   */
  record Mapping(int depth, Piece piece, Entries entries, Part part) implements Row {}

  /**
   * Pages where nothing is mapped.
   *
   * @param depth see {@link Row#depth}
   * @param firstPage the first
   * @param lastPage the last, inclusive
   * @param what why, in a word: for example that they are free
   */
  record Gap(int depth, long firstPage, long lastPage, String what) implements Row {
    long pages() {
      return lastPage - firstPage + 1;
    }
  }

  /**
   * What the page tables hold of a mapping.
   *
   * @param small leaves of one page
   * @param large leaves of more
   * @param largestPages the pages of the largest leaf; 0 without leaves
   */
  record Entries(long small, long large, long largestPages) {}

  /** The place of a mapping in a run of neighbours that touch and show the same named thing. */
  enum Part {
    /** It has no such neighbour. */
    ALONE,
    /** It begins the run. */
    FIRST,
    /** It lies inside the run. */
    MIDDLE,
    /** It ends the run. */
    LAST
  }
}
