package dev.mapwright.sim.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Memory of this process by its addresses, unchecked. This is the only class of what is published
 * that calls something restricted: one segment that is all of memory. Being a constant that never
 * ends, it leaves an access nothing to ask: whose memory it is, how long, and whether still there.
 *
 * <p>So whoever uses it has to know. A CPU does: what it finds in its TLB is a page of RAM, and so
 * is a table that it remembers; and RAM is not given back before each CPU of the machine has
 * forgotten it. Nothing else may come here.
 *
 * <p>It is used only when whoever started the process has {@linkplain #granted granted} native
 * access; otherwise nothing here is called, and no warning is caused.
 */
public final class HostMemory {
  /** Addresses of host memory are below 2 to the power of this. */
  public static final int ADDRESS_BITS = 48;

  /** Made when the first table of host addresses is; nothing is between a look-up and its use. */
  private static final class All {
    static final MemorySegment MEMORY = all();
    static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED;
    static final ValueLayout.OfLong LONG = WORD.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfInt INT =
        ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfShort SHORT =
        ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    private All() {}

    @SuppressWarnings("restricted") // here and nowhere else: see above
    private static MemorySegment all() {
      return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    }
  }

  private HostMemory() {}

  /** Whether native access was granted to the module that this is in. */
  public static boolean granted() {
    return HostMemory.class.getModule().isNativeAccessEnabled();
  }

  /**
   * Checks that a range can be addressed here.
   *
   * @return its address
   */
  public static long addressOf(MemorySegment range) {
    long end = range.address() + range.byteSize();
    if (end >>> ADDRESS_BITS != 0) {
      throw new IllegalStateException("memory ends at 0x" + Long.toHexString(end));
    }
    return range.address();
  }

  /**
   * The same memory for as long as an arena lives. Whoever lends it keeps it there until then.
   *
   * <p>Everybody who had it by an arena that was closed is shut out, so it may be lent again.
   */
  @SuppressWarnings("restricted") // see above
  static MemorySegment lent(MemorySegment memory, Arena arena) {
    return memory.reinterpret(memory.byteSize(), arena, null);
  }

  /** A word in the host's order, of a table of our own. */
  public static long word(long address) {
    return All.MEMORY.get(All.WORD, address);
  }

  /** Writes one. */
  public static void setWord(long address, long word) {
    All.MEMORY.set(All.WORD, address, word);
  }

  // What follows is Scalars.get and set, written out: callers are deep in loops of others, and the
  // compiler follows calls only so far down.

  /** Reads a value of RAM, zero-extended. */
  public static long get(long address, int bytes) {
    return switch (bytes) {
      case 8 -> All.MEMORY.get(All.LONG, address);
      case 4 -> Integer.toUnsignedLong(All.MEMORY.get(All.INT, address));
      case 2 -> Short.toUnsignedLong(All.MEMORY.get(All.SHORT, address));
      case 1 -> Byte.toUnsignedLong(All.MEMORY.get(All.BYTE, address));
      default -> throw Scalars.wrongWidth(bytes);
    };
  }

  /** Writes the low bytes of a value to RAM. */
  public static void set(long address, int bytes, long value) {
    switch (bytes) {
      case 8 -> All.MEMORY.set(All.LONG, address, value);
      case 4 -> All.MEMORY.set(All.INT, address, (int) value);
      case 2 -> All.MEMORY.set(All.SHORT, address, (short) value);
      case 1 -> All.MEMORY.set(All.BYTE, address, (byte) value);
      default -> throw Scalars.wrongWidth(bytes);
    }
  }
}
