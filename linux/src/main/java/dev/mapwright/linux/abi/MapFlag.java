package dev.mapwright.linux.abi;

/** The flags of mmap(2). */
public final class MapFlag {

  /** Stores are seen by every view of the object. */
  public static final int MAP_SHARED = 0x01;

  /** Stores stay private (copy on write). */
  public static final int MAP_PRIVATE = 0x02;

  /** Shared, and unknown flags are refused. */
  public static final int MAP_SHARED_VALIDATE = 0x03;

  /** Private and anonymous, may be dropped by the kernel at any time. */
  public static final int MAP_DROPPABLE = 0x08;

  /** The mask of the type. */
  public static final int MAP_TYPE = 0x0f;

  /** Exactly there; what is there is replaced. */
  public static final int MAP_FIXED = 0x10;

  /** No file. */
  public static final int MAP_ANONYMOUS = 0x20;

  /** Below 2 GiB. */
  public static final int MAP_32BIT = 0x40;

  /** Above 4 GiB. */
  public static final int MAP_ABOVE4G = 0x80;

  /** The mapping grows down when the page below it is touched. */
  public static final int MAP_GROWSDOWN = 0x0100;

  /** Ignored. */
  public static final int MAP_DENYWRITE = 0x0800;

  /** Ignored. */
  public static final int MAP_EXECUTABLE = 0x1000;

  /** The pages are locked. */
  public static final int MAP_LOCKED = 0x2000;

  /** No swap space is reserved. */
  public static final int MAP_NORESERVE = 0x4000;

  /** The pages are made present at once. */
  public static final int MAP_POPULATE = 0x8000;

  /** With MAP_POPULATE: no reading ahead. */
  public static final int MAP_NONBLOCK = 0x10000;

  /** Fit for a stack; without effect. */
  public static final int MAP_STACK = 0x20000;

  /** Huge pages. */
  public static final int MAP_HUGETLB = 0x40000;

  /** Synchronous faults on persistent memory. */
  public static final int MAP_SYNC = 0x80000;

  /** Exactly there, or EEXIST. */
  public static final int MAP_FIXED_NOREPLACE = 0x100000;

  /** Without effect on x86-64. */
  public static final int MAP_UNINITIALIZED = 0x4000000;

  /** Where the base-2 logarithm of the huge page size stands. */
  public static final int MAP_HUGE_SHIFT = 26;

  /** The mask of that logarithm, after shifting. */
  public static final int MAP_HUGE_MASK = 0x3f;

  private static final int HUGE_PAGE_LOG = 21;

  private MapFlag() {}

  /**
   * The size of the pages that mmap maps, of which it maps whole ones.
   *
   * @param flags {@code MAP_} bits
   * @return 4096, or with MAP_HUGETLB the size that the flags name, 2 MiB if they name none
   */
  public static long pageBytes(long flags) {
    if ((flags & MAP_HUGETLB) == 0) {
      return 4096;
    }
    int wish = (int) (flags >>> MAP_HUGE_SHIFT) & MAP_HUGE_MASK;
    return 1L << (wish == 0 ? HUGE_PAGE_LOG : wish);
  }

  /**
   * How much mmap maps of memory without a file.
   *
   * @param length the length that it is given
   * @param flags {@code MAP_} bits
   * @return the length in whole pages; 0 if that overflows
   */
  public static long mappedBytes(long length, long flags) {
    long page = pageBytes(flags);
    return length + (page - 1) & -page;
  }
}
