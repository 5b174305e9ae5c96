package dev.mapwright.proof.zircon;

import java.util.Arrays;

/** What a sequence of operations is mostly about. */
enum Shape {
  /** Small windows full of small mappings: splits, trims, overwrites. */
  DENSE(96, 8, 10, "4 30 14 14 1 1 4 1 2 3 1 2 3 2 1 2 1 1 1 1 0 0 8 8 2 2"),
  /** Large windows, mappings longer than a table of 512 entries. */
  WIDE(3000, 700, 6, "4 30 14 14 1 1 4 1 1 1 1 2 2 2 1 1 1 1 1 1 0 0 6 6 2 2"),
  /** Deep and broad trees of regions. */
  TREE(512, 6, 12, "40 16 12 8 6 1 3 1 1 1 1 1 1 1 4 3 1 6 1 1 1 1 4 3 1 2"),
  /** Clones of clones, written, resized and decommitted. */
  CLONES(64, 8, 8, "3 18 3 3 1 0 5 1 10 14 2 8 12 16 1 2 1 1 2 2 0 0 12 14 1 2"),
  /** Handles with fewer rights, replaced, stale, closed. */
  HANDLES(64, 6, 15, "8 14 4 10 2 1 6 2 4 4 3 3 3 5 12 24 14 10 2 2 2 1 3 3 2 2"),
  /** Offsets and sizes near the ends of 64 bits. */
  EDGES(64, 8, 25, "6 24 8 8 1 1 8 3 8 8 3 10 14 8 1 1 1 4 3 3 0 0 8 6 2 2"),
  /** Several processes, one of them looking into the others. */
  PROCESSES(64, 8, 12, "8 20 6 6 2 1 5 1 2 2 1 2 2 2 3 3 2 2 12 12 5 2 8 8 3 2");

  /** The pages of a window that regions and mappings are put into. */
  final int windowPages;

  /** The most pages of one mapping. */
  final int mostPages;

  /** How many of 100 operations have something in them spoilt. */
  final int spoiltPercent;

  /** The weight of each kind in {@link OperationCodec#KINDS}, in that order. */
  private final String weights;

  Shape(int windowPages, int mostPages, int spoiltPercent, String weights) {
    this.windowPages = windowPages;
    this.mostPages = mostPages;
    this.spoiltPercent = spoiltPercent;
    this.weights = weights;
  }

  /** The weights as numbers. */
  int[] weights() {
    return Arrays.stream(weights.split(" ")).mapToInt(Integer::parseInt).toArray();
  }
}
