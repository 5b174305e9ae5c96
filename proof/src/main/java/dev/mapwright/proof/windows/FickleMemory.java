package dev.mapwright.proof.windows;

import dev.mapwright.core.machine.DeviceHandler;
import java.util.Arrays;

/**
 * A page of registers that hold an MDL, and that somebody rewrites while it is read: the second
 * time that a byte is read in a call, it is another.
 */
final class FickleMemory implements DeviceHandler {
  private final byte[] bytes = new byte[4096];
  private final boolean[] read = new boolean[4096];
  private boolean armed;

  /** Begins or ends a call. */
  void arm(boolean now) {
    Arrays.fill(read, false);
    armed = now;
  }

  /** Eight bytes, past all processors. */
  long word(int offset) {
    long value = 0;
    for (int i = 7; i >= 0; i--) {
      value = value << 8 | bytes[offset + i] & 0xFF;
    }
    return value;
  }

  @Override
  public long read(long offsetBytes, int count) {
    long value = 0;
    for (int i = count - 1; i >= 0; i--) {
      int at = (int) offsetBytes + i;
      int now = read[at] && armed ? ~bytes[at] : bytes[at];
      read[at] = true;
      value = value << 8 | now & 0xFF;
    }
    return value;
  }

  @Override
  public void write(long offsetBytes, int count, long value) {
    for (int i = 0; i < count; i++) {
      bytes[(int) offsetBytes + i] = (byte) (value >>> 8 * i);
      read[(int) offsetBytes + i] = false;
    }
  }
}
