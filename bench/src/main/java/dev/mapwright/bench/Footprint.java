package dev.mapwright.bench;

import dev.mapwright.core.space.AddressSpace;

/**
 * What a space takes at a moment, exactly: what the calling thread has allocated on the heap,
 * whether or not it was needed for long, and page tables. Records and index are on the heap.
 *
 * @param heapBytes allocated by the thread since it began
 * @param tableBytes page tables
 */
record Footprint(long heapBytes, long tableBytes) {
  static Footprint of(AddressSpace space) {
    long tables = space.translation().tables() * 4096L;
    return new Footprint(HeapUse.allocated(), tables);
  }

  /** How much has come since. */
  long growth(AddressSpace space) {
    long heap = HeapUse.allocated() - heapBytes;
    return heap + space.translation().tables() * 4096L - tableBytes;
  }
}
