package dev.mapwright.windows.memory.pool;

import org.jspecify.annotations.Nullable;

/**
 * A run of pages of a pool: one block that begins at a page, or a page full of blocks of one size.
 * Guarded by the pool's lock.
 */
final class PoolChunk {
  final long firstPage;
  final long pages;

  /** How far apart blocks begin. */
  final long slotBytes;

  final int slots;

  /**
   * Of each block, its size as it was asked for; 0 for one that is free and never was used, -1 for
   * one that was freed.
   */
  final long[] bytes;

  final int[] tags;
  final int[] makers;

  /** How many blocks are in use. */
  int used;

  /** Whether the pages were given back: what is left is the memory of what was here. */
  boolean gone;

  /** Among the chunks of the size class with a free slot: the neighbours; null for none. */
  @Nullable PoolChunk nextOpen;

  @Nullable PoolChunk previousOpen;

  PoolChunk(long firstPage, long pages, long slotBytes, int slots) {
    this.firstPage = firstPage;
    this.pages = pages;
    this.slotBytes = slotBytes;
    this.slots = slots;
    bytes = new long[slots];
    tags = new int[slots];
    makers = new int[slots];
  }

  /** The slot that begins at an offset; -1 when none does. */
  int slotAt(long offsetBytes) {
    long slot = offsetBytes / slotBytes;
    return offsetBytes % slotBytes == 0 && slot < slots ? (int) slot : -1;
  }

  /** A slot that is free; there is one. */
  int freeSlot() {
    int slot = 0;
    while (bytes[slot] > 0) {
      slot++;
    }
    return slot;
  }
}
