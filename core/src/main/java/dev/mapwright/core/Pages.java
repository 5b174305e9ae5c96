package dev.mapwright.core;

/**
 * Page arithmetic over unsigned 64-bit addresses.
 *
 * <p>An address is a {@code long} read as unsigned. A page number is an address shifted right by
 * {@link #SHIFT}, so it is always in 0 .. {@link #LAST_PAGE} and compares correctly as a signed
 * number; this is why everything below the personalities counts in pages. A range is (first, last
 * inclusive) or (first, count), never an exclusive end, because the exclusive end of the highest
 * page does not exist.
 */
public final class Pages {
  /** log2 of the size of a page in bytes. */
  public static final int SHIFT = 12;

  /** The size of a page in bytes. */
  public static final int BYTES = 1 << SHIFT;

  /** The highest page number of the 64-bit range. */
  public static final long LAST_PAGE = -1L >>> SHIFT;

  private static final long OFFSET_MASK = BYTES - 1L;

  private Pages() {}

  /**
   * {@return the number of the page that contains an address}
   *
   * @param address any address
   */
  public static long of(long address) {
    return address >>> SHIFT;
  }

  /**
   * {@return the address of a page's first byte}
   *
   * @param page a page number, 0 .. {@link #LAST_PAGE}
   */
  public static long address(long page) {
    return page << SHIFT;
  }

  /**
   * {@return the address of a page's last byte, inclusive}
   *
   * @param page a page number, 0 .. {@link #LAST_PAGE}
   */
  public static long lastAddress(long page) {
    return (page << SHIFT) | OFFSET_MASK;
  }

  /**
   * {@return the offset of an address inside its page in bytes, 0 .. 4095}
   *
   * @param address any address
   */
  public static int offset(long address) {
    return (int) (address & OFFSET_MASK);
  }

  /**
   * {@return whether an address or a byte count is a multiple of the page size}
   *
   * @param value an address or a count of bytes, unsigned
   */
  public static boolean aligned(long value) {
    return (value & OFFSET_MASK) == 0;
  }

  /**
   * {@return the number of pages needed to hold a number of bytes, 0 .. 2^52: it never overflows,
   * since 2^64 - 1 bytes are 2^52 pages}
   *
   * @param bytes a count of bytes, unsigned
   */
  public static long countFor(long bytes) {
    return (bytes >>> SHIFT) + ((bytes & OFFSET_MASK) == 0 ? 0 : 1);
  }

  /**
   * {@return whether {@code pages} pages from {@code firstPage} on lie inside the 64-bit range}
   *
   * @param firstPage a page number
   * @param pages a count, at least 1 for the answer to mean something
   */
  public static boolean fits(long firstPage, long pages) {
    return firstPage >= 0
        && pages > 0
        && firstPage <= LAST_PAGE
        && pages - 1 <= LAST_PAGE - firstPage;
  }
}
