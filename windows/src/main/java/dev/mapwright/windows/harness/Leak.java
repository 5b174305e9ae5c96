package dev.mapwright.windows.harness;

import dev.mapwright.windows.memory.pte.Makers;

/**
 * Something that a driver has left behind.
 *
 * @param kind what it is
 * @param address where it lies, or the address of the MDL for locked pages
 * @param amount how much: pages, or bytes of memory
 * @param maker who has made it
 */
public record Leak(Kind kind, long address, long amount, Makers.Maker maker) {
  /** What can be left behind. */
  public enum Kind {
    /** Pages that are still locked. */
    LOCKED_PAGES("locked pages of the MDL"),
    /** The pages of an MDL that are still mapped to system space. */
    MDL_MAPPING("pages of an MDL mapped"),
    /** I/O space that is still mapped. */
    IO_MAPPING("pages of I/O space mapped"),
    /** A range of system addresses that is still reserved. */
    RESERVATION("pages reserved"),
    /** Contiguous or non-cached memory that is not freed. */
    CONTIGUOUS("bytes of contiguous or non-cached memory"),
    /** A domain that is not deleted. */
    DMA_DOMAIN("mappings in the domain"),
    /** A handle of a device that is not deleted. */
    DMA_DEVICE("handle of a device"),
    /** A device of a PASID that is not deleted; how much is the PASID. */
    DMA_PASID("as the PASID of a device"),
    /** A token that is not freed. */
    DMA_TOKEN("bytes of logical addresses reserved"),
    /** An adapter that is not put back; how much is its common buffers, which are leaks too. */
    DMA_ADAPTER("common buffers of the adapter"),
    /** A common buffer of an adapter that is not freed. */
    COMMON_BUFFER("pages of a common buffer"),
    /** A routine that is told of a device's faults and was not taken back; it is where it lies. */
    FAULT_HANDLER("handler of a device's faults"),
    /** A block of pool that is not freed. */
    POOL("bytes of pool");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** {@return what it is in words, behind the amount} */
    public String words() {
      return words;
    }
  }

  @Override
  public String toString() {
    return amount + " " + kind.words() + " at 0x" + Long.toHexString(address) + ", by " + maker;
  }
}
