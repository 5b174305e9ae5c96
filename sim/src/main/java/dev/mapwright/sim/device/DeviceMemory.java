package dev.mapwright.sim.device;

import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.core.machine.DeviceState;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Memory on a device: it holds what was stored last, little-endian, at any width and alignment. An
 * access that does not lie in it as a whole, in a range that is larger, is as one to a hole.
 *
 * <p>Thread-safe in the sense of memory: accesses are not ordered against each other, aligned ones
 * are not torn.
 *
 * <p>It takes part in snapshots, each of which has a copy of it, as large as it is.
 */
public final class DeviceMemory implements DeviceHandler {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] contents;

  /**
   * Makes memory of zeros.
   *
   * @param bytes how much, from 0 to 2^30
   * @throws IllegalArgumentException when it is more, or less
   */
  public DeviceMemory(long bytes) {
    if (bytes < 0 || bytes > 1 << 30) {
      throw new IllegalArgumentException("device memory of " + bytes + " bytes");
    }
    contents = new byte[(int) bytes];
  }

  /** {@return how many bytes there are} */
  public long bytes() {
    return contents.length;
  }

  @Override
  public long read(long offsetBytes, int bytes) {
    if (offsetBytes > contents.length - bytes) {
      return -1;
    }
    int at = (int) offsetBytes;
    return switch (bytes) {
      case 8 -> (long) LONG.get(contents, at);
      case 4 -> Integer.toUnsignedLong((int) INT.get(contents, at));
      case 2 -> Short.toUnsignedLong((short) SHORT.get(contents, at));
      default -> Byte.toUnsignedLong(contents[at]);
    };
  }

  @Override
  public void write(long offsetBytes, int bytes, long value) {
    if (offsetBytes > contents.length - bytes) {
      return;
    }
    int at = (int) offsetBytes;
    switch (bytes) {
      case 8 -> LONG.set(contents, at, value);
      case 4 -> INT.set(contents, at, (int) value);
      case 2 -> SHORT.set(contents, at, (short) value);
      default -> contents[at] = (byte) value;
    }
  }

  @Override
  public DeviceState saveState() {
    byte[] saved = contents.clone();
    return new DeviceState() {
      @Override
      public void restore() {
        System.arraycopy(saved, 0, contents, 0, saved.length);
      }

      @Override
      public boolean differs() {
        return !Arrays.equals(saved, contents);
      }
    };
  }
}
