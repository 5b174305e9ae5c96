package dev.mapwright.proof.windows;

/** Memory whose pages are locked: of the process, of paged pool, or of nonpaged pool. */
final class ModelBuffer {
  /** What the pages are. */
  enum Kind {
    NONPAGED,
    PAGED,
    USER,
    USER_READ_ONLY
  }

  final Kind kind;
  final long address;
  final int pages;

  ModelBuffer(Kind kind, long address, int pages) {
    this.kind = kind;
    this.address = address;
    this.pages = pages;
  }

  boolean user() {
    return kind == Kind.USER || kind == Kind.USER_READ_ONLY;
  }

  boolean holds(long page) {
    return page >= address >>> 12 && page < (address >>> 12) + pages;
  }

  /** What stands at the beginning of each of its pages: nobody ever writes anything else. */
  static long stamp(long page) {
    return page * 0x9E37_79B9_7F4A_7C15L | 1;
  }
}
