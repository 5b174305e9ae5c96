package dev.mapwright.sim.device;

/**
 * Why a {@link RingDevice} has stopped. Its error register holds the {@link #code}, and the
 * register behind it says where.
 */
public enum RingError {
  /** It has not stopped. */
  NONE("it works"),
  /** It was enabled with a size, or with addresses, that can't be; there: the size. */
  RING("the ring is no power of two from 2 to 256 entries, or something is misaligned"),
  /** The doorbell was rung with an index that can't be; there: the index. */
  INDEX("the producer index goes back, or beyond what the ring can hold"),
  /** An entry of the ring can't be; there: its address. */
  ENTRY("an entry has an unknown operation or reserved bits"),
  /**
   * A scatter list is too long, which one that leads to itself is, too; there: its last address.
   */
  LIST("a scatter list has more than 64 descriptors"),
  /** A descriptor can't be; there: its address. */
  DESCRIPTOR("a descriptor has a length of 0, or above 64 KiB, or reserved bits"),
  /** The pieces of a scatter list together can't be; there: the address of its last descriptor. */
  LENGTH("a scatter list is no whole number of sectors, or above 128 KiB"),
  /** An entry or a descriptor could not be read; there: the first byte that was refused. */
  READING("an entry or a descriptor could not be read"),
  /** A completion could not be written, or not be counted; there: the first byte refused. */
  COMPLETING("a completion could not be written");

  private final String sentence;

  RingError(String sentence) {
    this.sentence = sentence;
  }

  /** {@return what the error register holds, 0 for none} */
  public int code() {
    return ordinal();
  }

  /** {@return the error in words, a clause without a final period} */
  public String sentence() {
    return sentence;
  }
}
