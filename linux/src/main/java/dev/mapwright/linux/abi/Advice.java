package dev.mapwright.linux.abi;

/** The advice of madvise(2). */
public final class Advice {

  /** No special treatment. */
  public static final int MADV_NORMAL = 0;

  /** Random access. */
  public static final int MADV_RANDOM = 1;

  /** Sequential access. */
  public static final int MADV_SEQUENTIAL = 2;

  /** Will be needed. */
  public static final int MADV_WILLNEED = 3;

  /** The contents are dropped. */
  public static final int MADV_DONTNEED = 4;

  /** The contents may be dropped. */
  public static final int MADV_FREE = 8;

  /** The object loses these pages. */
  public static final int MADV_REMOVE = 9;

  /** A child does not get the mapping. */
  public static final int MADV_DONTFORK = 10;

  /** Undoes MADV_DONTFORK. */
  public static final int MADV_DOFORK = 11;

  /** Equal pages may be merged. */
  public static final int MADV_MERGEABLE = 12;

  /** Undoes MADV_MERGEABLE. */
  public static final int MADV_UNMERGEABLE = 13;

  /** Huge pages are welcome. */
  public static final int MADV_HUGEPAGE = 14;

  /** They are not. */
  public static final int MADV_NOHUGEPAGE = 15;

  /** Left out of a core dump. */
  public static final int MADV_DONTDUMP = 16;

  /** Undoes MADV_DONTDUMP. */
  public static final int MADV_DODUMP = 17;

  /** A child finds zeros. */
  public static final int MADV_WIPEONFORK = 18;

  /** Undoes MADV_WIPEONFORK. */
  public static final int MADV_KEEPONFORK = 19;

  /** Not needed soon. */
  public static final int MADV_COLD = 20;

  /** To be written out. */
  public static final int MADV_PAGEOUT = 21;

  /** Make present for reading. */
  public static final int MADV_POPULATE_READ = 22;

  /** Make present for writing. */
  public static final int MADV_POPULATE_WRITE = 23;

  /** MADV_DONTNEED for locked pages too. */
  public static final int MADV_DONTNEED_LOCKED = 24;

  /** Collapse into huge pages now. */
  public static final int MADV_COLLAPSE = 25;

  /** Poison a page, for tests. */
  public static final int MADV_HWPOISON = 100;

  /** Take a page offline, for tests. */
  public static final int MADV_SOFT_OFFLINE = 101;

  /** Turn pages into guards. */
  public static final int MADV_GUARD_INSTALL = 102;

  /** Undo MADV_GUARD_INSTALL. */
  public static final int MADV_GUARD_REMOVE = 103;

  private Advice() {}
}
