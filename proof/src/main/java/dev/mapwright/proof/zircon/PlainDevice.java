package dev.mapwright.proof.zircon;

import dev.mapwright.core.machine.DeviceHandler;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A device whose registers are memory. */
public final class PlainDevice implements DeviceHandler {
  private final ByteBuffer bytes;

  /** All its registers are zero at first. */
  public PlainDevice(int pages) {
    bytes = ByteBuffer.allocate(pages * (int) Bits.PAGE).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public long read(long offsetBytes, int count) {
    long value = 0;
    for (int i = count - 1; i >= 0; i--) {
      value = value << 8 | bytes.get((int) offsetBytes + i) & 0xff;
    }
    return value;
  }

  @Override
  public void write(long offsetBytes, int count, long value) {
    for (int i = 0; i < count; i++) {
      bytes.put((int) offsetBytes + i, (byte) (value >>> 8 * i));
    }
  }
}
