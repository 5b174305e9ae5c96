package dev.mapwright.core.machine;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * How a device reaches memory: it reads and writes at logical addresses, as one requester, which
 * the machine's IOMMU translates. On a machine without one they are physical addresses.
 *
 * <p>Accesses may have any address and length. One that crosses pages is made page by page in
 * ascending order, and ends at the first byte that is refused: what lies before it has been done.
 * One of 1, 2, 4 or 8 bytes at a multiple of its size is not torn. A refused access tells the
 * IOMMU's {@linkplain Iommu#listen listeners}, once.
 *
 * <p>After {@link #close} each access is the mistake of the caller, and throws {@link
 * IllegalStateException}.
 *
 * <p><b>Threads.</b> A port is driven by one thread at a time; several ports at once, also of one
 * requester. Whoever removes a translation, or detaches the requester, waits for the access that is
 * under way.
 */
public interface DmaPort {
  /**
   * Ends the port: the machine forgets it, with all that it has remembered. Called as accesses are,
   * by one thread at a time and not during one. A second time, nothing happens.
   */
  void close();

  /** {@return whose accesses these are, 0 .. 0xFFFF} */
  int requester();

  /** {@return under which PASID; {@link DmaFault#NO_PASID} for none} */
  int pasid();

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
