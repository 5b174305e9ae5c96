package dev.mapwright.core.machine;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * How a device reaches memory: it reads and writes at logical addresses, as one requester, which
 * the machine's IOMMU translates. On a machine without one they are physical addresses.
 *
 * <p>A buffer's bytes ({@link #read}, {@link #write}) may have any address and length. One that
 * crosses pages is made page by page in ascending order, and ends at the first byte that is
 * refused: what lies before it has been done. A word ({@link #load}, {@link #store}) has 1, 2, 4 or
 * 8 bytes, little-endian, at any address, and is read or written whole or not at all, also across
 * pages. Whatever has 1, 2, 4 or 8 bytes and lies at a multiple of its size is not torn. A refused
 * access tells the IOMMU's {@linkplain Iommu#listen listeners}, once.
 *
 * <p>After {@link #close} each access is the mistake of the caller, and throws {@link
 * IllegalStateException}.
 *
 * <p><b>Threads.</b> A port is driven by one thread at a time; several ports at once, also of one
 * requester. Whoever removes a translation, or detaches the requester, waits for the access that is
 * under way. Each access alone takes care of that; a loop of many is faster between {@link #enter}
 * and {@link #exit}. Inside, each access lets those pass who wait, as {@link #poll} does; code that
 * spends long between two accesses must poll itself, or they wait for it. In a bracket nobody waits
 * for anything: not for a lock, nor for another thread. It belongs to the thread that called {@code
 * enter}; another may take the port over between two accesses outside brackets. While listeners are
 * told of an access in a bracket, the bracket is suspended: nobody waits for it, and accesses that
 * they make with the port are single ones.
 */
public interface DmaPort {
  /**
   * Ends the port: the machine forgets it, with all that it has remembered. Called as accesses are,
   * by one thread at a time and not during one; it ends a bracket that is open. A second time,
   * nothing happens.
   *
   * @throws IllegalStateException when another thread's bracket is open
   */
  void close();

  /**
   * Begins a run of accesses. Brackets do not nest.
   *
   * @throws IllegalStateException when one is open, or when called by a listener of this port's
   *     access
   */
  void enter();

  /**
   * Ends a run of accesses.
   *
   * @throws IllegalStateException when none is open, when it is another thread's, or when called by
   *     a listener of this port's access
   */
  void exit();

  /**
   * Inside a bracket: lets those pass who wait for this port. Outside, nothing happens.
   *
   * @throws IllegalStateException when the bracket is another thread's
   */
  void poll();

  /** {@return whose accesses these are, 0 .. 0xFFFF} */
  int requester();

  /** {@return under which PASID; {@link DmaFault#NO_PASID} for none} */
  int pasid();

  /**
   * Reads a word.
   *
   * @param address the first byte
   * @param bytes 1, 2, 4 or 8
   * @param value set to the word, zero-extended, at index 0
   * @return null when it was read; otherwise the fault, with the first byte that was refused, and
   *     {@code value} is as it was
   * @throws IllegalArgumentException for another width
   */
  @Nullable DmaFault load(long address, int bytes, long[] value);

  /**
   * Writes a word.
   *
   * @param address the first byte
   * @param bytes 1, 2, 4 or 8
   * @param value the word; higher bytes are ignored
   * @return null when it was written; otherwise the fault, with the first byte that was refused,
   *     and nothing is written
   * @throws IllegalArgumentException for another width
   */
  @Nullable DmaFault store(long address, int bytes, long value);

  /**
   * Reads memory into a buffer. Reading nothing succeeds anywhere.
   *
   * @param address the logical address of the first byte
   * @param into the buffer
   * @param intoBytes where to start in it
   * @param bytes how many
   * @return null when all were read; otherwise the fault, and the buffer holds the bytes before
   *     {@link DmaFault#address}
   */
  @Nullable DmaFault read(long address, MemorySegment into, long intoBytes, long bytes);

  /**
   * Writes a buffer to memory.
   *
   * @param address the logical address of the first byte
   * @param from the buffer
   * @param fromBytes where to start in it
   * @param bytes how many
   * @return null when all were written; otherwise the fault, and the bytes before {@link
   *     DmaFault#address} are written
   */
  @Nullable DmaFault write(long address, MemorySegment from, long fromBytes, long bytes);

  /**
   * Adds to a word atomically. It needs a page that can be read and written.
   *
   * @param address a multiple of {@code bytes}
   * @param bytes 4 or 8
   * @param value what is added
   * @param before set to what was there, at index 0
   * @return null when it was done; otherwise the fault, and nothing has changed
   * @throws IllegalArgumentException for another size or alignment
   */
  @Nullable DmaFault fetchAndAdd(long address, int bytes, long value, long[] before);

  /**
   * Compares and swaps a word atomically. It needs a page that can be read and written.
   *
   * @param address a multiple of {@code bytes}
   * @param bytes 4 or 8
   * @param expected what has to be there
   * @param value what replaces it
   * @param before set to what was there, at index 0; the swap was done when it equals {@code
   *     expected}
   * @return null when it was done or found something else; otherwise the fault, and nothing has
   *     changed
   * @throws IllegalArgumentException for another size or alignment
   */
  @Nullable DmaFault compareAndSwap(
      long address, int bytes, long expected, long value, long[] before);
}
