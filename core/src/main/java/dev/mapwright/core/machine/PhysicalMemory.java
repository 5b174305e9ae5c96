package dev.mapwright.core.machine;

import java.lang.foreign.MemorySegment;

/**
 * The contents of RAM, addressed physically. All methods take frames of RAM only and throw {@link
 * IllegalArgumentException} for others.
 *
 * <p>Thread-safe in the sense of memory: accesses are not ordered against each other, aligned
 * accesses of 8 bytes are not torn.
 */
public interface PhysicalMemory {
  /**
   * Reads 8 bytes, little-endian.
   *
   * @param physicalAddress a multiple of 8
   * @return the value
   */
  long readLong(long physicalAddress);

  /**
   * Writes 8 bytes, little-endian.
   *
   * @param physicalAddress a multiple of 8
   * @param value the value
   */
  void writeLong(long physicalAddress, long value);

  /**
   * Copies a frame's contents.
   *
   * @param fromPfn the frame read
   * @param toPfn the frame overwritten
   */
  void copyFrame(long fromPfn, long toPfn);

  /**
   * Fills a frame with zeros.
   *
   * @param pfn the frame
   */
  void zeroFrame(long pfn);

  /**
   * Copies bytes out of one frame.
   *
   * @param pfn the frame
   * @param offsetBytes where to start in it
   * @param into the destination
   * @param intoBytes where to start there
   * @param bytes how many; the range lies inside the frame
   */
  void read(long pfn, int offsetBytes, MemorySegment into, long intoBytes, int bytes);

  /**
   * Copies bytes into one frame.
   *
   * @param pfn the frame
   * @param offsetBytes where to start in it
   * @param from the source
   * @param fromBytes where to start there
   * @param bytes how many; the range lies inside the frame
   */
  void write(long pfn, int offsetBytes, MemorySegment from, long fromBytes, int bytes);

  /**
   * Adjacent frames as a segment, for leases.
   *
   * @param pfn the first frame
   * @param pages how many
   * @param writable false for a read-only segment
   * @return a view of the memory itself
   */
  MemorySegment segment(long pfn, long pages, boolean writable);
}
