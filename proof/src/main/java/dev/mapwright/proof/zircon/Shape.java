package dev.mapwright.proof.zircon;

/** What a sequence of operations is mostly about. */
enum Shape {
  /** Small windows full of small mappings: splits, trims, overwrites. */
  DENSE(96, 8, 10),
  /** Large windows, mappings longer than a table of 512 entries. */
  WIDE(3000, 700, 6),
  /** Deep and broad trees of regions. */
  TREE(512, 6, 12),
  /** Clones of clones, written, resized and decommitted. */
  CLONES(64, 8, 8),
  /** Handles with fewer rights, replaced, stale, closed. */
  HANDLES(64, 6, 15),
  /** Offsets and sizes near the ends of 64 bits. */
  EDGES(64, 8, 25),
  /** Several processes, one of them looking into the others. */
  PROCESSES(64, 8, 12);

  /** The pages of a window that regions and mappings are put into. */
  final int windowPages;

  /** The most pages of one mapping. */
  final int mostPages;

  /** How many of 100 operations have something in them spoilt. */
  final int spoiltPercent;

  Shape(int windowPages, int mostPages, int spoiltPercent) {
    this.windowPages = windowPages;
    this.mostPages = mostPages;
    this.spoiltPercent = spoiltPercent;
  }
}
