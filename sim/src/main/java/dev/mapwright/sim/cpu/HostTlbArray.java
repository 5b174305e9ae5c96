package dev.mapwright.sim.cpu;

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
 */
final class HostTlbArray extends TlbArray {
  /** An array in which nothing is ever found. */
  static final HostTlbArray NOTHING = new HostTlbArray();

  private static final int HANDLE_SHIFT = 16;
  private static final int PLACE_SHIFT = Long.SIZE - HostMemory.ADDRESS_BITS;

  /** What an address shifted right by {@link #SMALL_SHIFT} is masked with for a small pair. */
  static final int SMALL_MASK = SMALL - 1 << 4;

  static final int SMALL_SHIFT = 8;

  /** The same for a large pair, which stands from {@link #LARGE_FIRST} on. */
  static final int LARGE_MASK = LARGE - 1 << 4;

  static final int LARGE_SHIFT = 17;
  static final int LARGE_FIRST = SMALL << 4;

  /** Given back when neither the array nor the CPU is reachable any more. */
  private final MemorySegment pairs = Arena.ofAuto().allocate(16L * ENTRIES, 1 << HANDLE_SHIFT);

  private final long address = HostMemory.addressOf(pairs);

  HostTlbArray() {
    emptyAll();
  }

  /** What {@link #at} finds the array by, as long as it is reachable. */
  int handle() {
    return (int) (address >>> HANDLE_SHIFT);
  }

  /** The address of an array. */
  static long at(int handle) {
    return Integer.toUnsignedLong(handle) << HANDLE_SHIFT;
  }

  /** The address of the array that a small pair is in. */
  static long ofSmall(long pair) {
    return pair & -1L << HANDLE_SHIFT;
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
