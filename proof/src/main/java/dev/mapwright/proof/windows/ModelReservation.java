package dev.mapwright.proof.windows;

/** Addresses reserved with a tag. What is mapped there stands in the PTEs. */
final class ModelReservation {
  final int first;
  final int pages;
  final int tag;
  final boolean divisible;

  /** Where the run begins that was taken for it, guards included. */
  final int runFirst;

  /** Positions are indices of system PTEs. */
  ModelReservation(int runFirst, int first, int pages, int tag, boolean divisible) {
    this.runFirst = runFirst;
    this.first = first;
    this.pages = pages;
    this.tag = tag;
    this.divisible = divisible;
  }

  boolean holds(int pte) {
    return pte >= first && pte < first + pages;
  }
}
