package dev.mapwright.proof.windows;

/** A mapping in system PTEs that is no reservation's. What it shows stands in the PTEs. */
final class ModelMapping {
  /** The first PTE that shows a page, and how many do; guards are beside them. */
  final int first;

  final int pages;

  /** The MDL that was mapped, 0 for I/O space. */
  final long mdl;

  /** What the MDL said when it was mapped, or since it was advanced. */
  long startVa;

  long firstPfn;

  /** How many of the first pages the MDL has left behind. */
  int passed;

  ModelMapping(int first, int pages, long mdl, long startVa, long firstPfn) {
    this.first = first;
    this.pages = pages;
    this.mdl = mdl;
    this.startVa = startVa;
    this.firstPfn = firstPfn;
  }
}
