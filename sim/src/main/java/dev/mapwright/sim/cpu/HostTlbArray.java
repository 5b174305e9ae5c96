package dev.mapwright.sim.cpu;

import dev.mapwright.core.Pages;
import dev.mapwright.sim.memory.HostMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Entries outside the heap, found by their address, with places that are addresses of this process.
 *
 * <p>An access to {@link HostMemory} is free of checks where the compiler can see that the address
 * is below 2^63. So both kinds of addresses are stored such that it sees: the array's as a
 * <em>handle</em>, its 32 bits above 64 KiB, and a place shifted left, so that it is used shifted
 * right. That costs a shift each, where an array of the heap has its bounds compared twice.
 *
 * <p><b>Two halves,</b> of small entries and of large ones, are equally long, so that the same
 * instructions find a pair in either: what differs is the handle, the shift and the key.
 */
final class HostTlbArray extends TlbArray {
  private static final int HANDLE_SHIFT = 16;
  private static final int PLACE_SHIFT = Long.SIZE - HostMemory.ADDRESS_BITS;

  /** What an address shifted right is masked with for the offset of its pair in its half. */
  private static final int PAIR_MASK = SMALL - 1 << 4;

  /** By how much an address is shifted right for a small pair. */
  static final int SMALL_SHIFT = 8;

  /** By how much for a large pair. */
  static final int LARGE_SHIFT = 17;

  /** The bytes of each half. */
  private static final long HALF_BYTES = 16L * SMALL;

  /** An array in which nothing is ever found. */
  static final HostTlbArray NOTHING = new HostTlbArray();

  static {
    for (int entry = 0; entry < SMALL; entry++) {
      NOTHING.put(entry, nobodysTag(entry), 0);
      NOTHING.put(SMALL + entry, nobodysTag(entry), 0);
    }
  }

  /**
   * A tag that nobody finds in a slot of either half, whichever keys he has: removers put {@link
   * #NOTHING} in the place of an array without knowing in what order its CPU looks. It is a page's
   * as generation 0 would have given it in this slot, and lies in 2 MiB of a slot that all
   * generations together do not come from.
   */
  static long nobodysTag(int slot) {
    int unreached = slot - (int) Tlb.LAST_GENERATION - 2;
    int wide = unreached - (unreached - (slot >>> Tlb.LARGE_LOG2_PAGES) & 7);
    long page = ((long) wide << Tlb.LARGE_LOG2_PAGES) + (slot & (1 << Tlb.LARGE_LOG2_PAGES) - 1);
    return page << Pages.SHIFT;
  }

  /** Given back when neither the array nor the CPU is reachable any more. */
  private final MemorySegment pairs = Arena.ofAuto().allocate(2 * HALF_BYTES, 2 * HALF_BYTES);

  private final long address = HostMemory.addressOf(pairs);

  HostTlbArray() {
    emptyAll();
  }

  /**
   * What {@link #at} finds one of the two halves by, as long as the array is reachable: that of the
   * small entries, or that of the large ones.
   */
  int handle(boolean large) {
    return (int) (address >>> HANDLE_SHIFT) | (large ? 1 : 0);
  }

  /** The address of a half. */
  static long at(int handle) {
    return Integer.toUnsignedLong(handle) << HANDLE_SHIFT;
  }

  /** The address of the pair of an address in a half. */
  static long pair(long half, long address, int shift) {
    return half + (address >>> shift & PAIR_MASK);
  }

  /** The address of the other half. */
  static long otherHalf(long half) {
    return half ^ HALF_BYTES;
  }

  /** The address of the half with the small entries, given either. */
  static long smallHalf(long half) {
    return half & ~HALF_BYTES;
  }

  /** The tag of the pair at an address. */
  static long tagAt(long pair) {
    return HostMemory.word(pair);
  }

  /** The address that the pair at an address leads to. */
  static long placeAt(long pair) {
    return wordAt(pair) >>> PLACE_SHIFT;
  }

  /** What is stored as the place of the pair at an address, for a device's page. */
  static long wordAt(long pair) {
    return HostMemory.word(pair + Long.BYTES);
  }

  @Override
  long tag(int entry) {
    return HostMemory.word(address + 16L * entry);
  }

  @Override
  long place(int entry) {
    return HostMemory.word(address + 16L * entry + Long.BYTES);
  }

  @Override
  void put(int entry, long tag, long place) {
    HostMemory.setWord(address + 16L * entry, tag);
    HostMemory.setWord(address + 16L * entry + Long.BYTES, place);
  }

  @Override
  void emptyAll() {
    MemorySegment.copy(emptyPairs(), 0, pairs, ValueLayout.JAVA_LONG, 0, 2 * ENTRIES);
  }

  @Override
  TlbArray another() {
    return new HostTlbArray();
  }

  @Override
  long placeOf(long ramAddress, long offset) {
    return ramAddress + offset << PLACE_SHIFT;
  }

  @Override
  long offsetOf(long ramAddress, long place) {
    return (place >>> PLACE_SHIFT) - ramAddress;
  }
}
