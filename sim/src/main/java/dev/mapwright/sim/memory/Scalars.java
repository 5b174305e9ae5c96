package dev.mapwright.sim.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Values of 1, 2, 4 and 8 bytes in RAM at any alignment, little-endian. The fast way goes through
 * the segment of all RAM; the slow way through buffers, because the layouts that the fast one needs
 * take a process milliseconds to make, and a CPU that makes few accesses never needs them.
 */
public final class Scalars {
  /** The layouts, made when a TLB is first hit. */
  private static final class Layouts {
    static final ValueLayout.OfLong LONG =
        ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfInt INT =
        ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfShort SHORT =
        ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    private Layouts() {}
  }

  private Scalars() {}

  /** Reads a value, zero-extended. */
  public static long get(MemorySegment ram, long at, int bytes) {
    return switch (bytes) {
      case 8 -> ram.get(Layouts.LONG, at);
      case 4 -> Integer.toUnsignedLong(ram.get(Layouts.INT, at));
      case 2 -> Short.toUnsignedLong(ram.get(Layouts.SHORT, at));
      case 1 -> Byte.toUnsignedLong(ram.get(Layouts.BYTE, at));
      default -> throw wrongWidth(bytes);
    };
  }

  /** Writes the low bytes of a value. */
  public static void set(MemorySegment ram, long at, int bytes, long value) {
    switch (bytes) {
      case 8 -> ram.set(Layouts.LONG, at, value);
      case 4 -> ram.set(Layouts.INT, at, (int) value);
      case 2 -> ram.set(Layouts.SHORT, at, (short) value);
      case 1 -> ram.set(Layouts.BYTE, at, (byte) value);
      default -> throw wrongWidth(bytes);
    }
  }

  /** Reads a value as the fast way does. */
  public static long get(ByteBuffer[] ram, long at, int bytes) {
    ByteBuffer buffer = Ram.buffer(ram, at);
    int index = Ram.index(at);
    return switch (bytes) {
      case 8 -> buffer.getLong(index);
      case 4 -> Integer.toUnsignedLong(buffer.getInt(index));
      case 2 -> Short.toUnsignedLong(buffer.getShort(index));
      case 1 -> Byte.toUnsignedLong(buffer.get(index));
      default -> throw wrongWidth(bytes);
    };
  }

  /** Writes a value as the fast way does. */
  public static void set(ByteBuffer[] ram, long at, int bytes, long value) {
    ByteBuffer buffer = Ram.buffer(ram, at);
    int index = Ram.index(at);
    switch (bytes) {
      case 8 -> buffer.putLong(index, value);
      case 4 -> buffer.putInt(index, (int) value);
      case 2 -> buffer.putShort(index, (short) value);
      case 1 -> buffer.put(index, (byte) value);
      default -> throw wrongWidth(bytes);
    }
  }

  /** Refuses every other width. */
  public static void requireWidth(int bytes) {
    if (bytes < 1 || bytes > 8 || (bytes & bytes - 1) != 0) {
      throw wrongWidth(bytes);
    }
  }

  static IllegalArgumentException wrongWidth(int bytes) {
    return new IllegalArgumentException("an access has 1, 2, 4 or 8 bytes, not " + bytes);
  }
}
