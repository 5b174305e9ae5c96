package dev.mapwright.proof.engine;

/**
 * Where the units of a space lie.
 *
 * @param units how many there are
 * @param alignmentLog2 log2 of the pages in a unit
 * @param basePage the first page, a multiple of a unit
 */
record Geometry(int units, int alignmentLog2, long basePage) {
  int unitPages() {
    return 1 << alignmentLog2;
  }

  long page(int unit) {
    return basePage + ((long) unit << alignmentLog2);
  }

  /** The unit that a page lies in. */
  int unitOf(long page) {
    return (int) (page - basePage >> alignmentLog2);
  }

  /** The unit of a page; refuses a page that begins none. */
  int unit(long page) {
    if ((page - basePage) % unitPages() != 0) {
      throw new AssertionError("page 0x" + Long.toHexString(page) + " begins no unit");
    }
    return unitOf(page);
  }
}
