package dev.mapwright.sim.device;

import dev.mapwright.core.machine.DeviceHandler;

/**
 * Registers that have widths: most devices answer only accesses that are exactly one register, and
 * what becomes of others is the device's rule. A subclass says in {@link #answers} which accesses
 * it answers and reads and writes registers that it has promised to know.
 *
 * <p>An access that is not answered is as one to a hole: a load gives all ones, a store is dropped,
 * and no register changes. That is also what becomes of each access whose offset is no multiple of
 * its width, and of the single bytes in which a CPU makes bulk accesses and those across a page
 * border. {@link #refused} is told, so that a test can count them.
 *
 * <p>The registers are the subclass's, so it says what of them goes back with a snapshot ({@link
 * #saveState}); one that does not takes no part.
 */
public abstract class RegisterBank implements DeviceHandler {
  /** Registers. */
  protected RegisterBank() {}

  /**
   * {@return whether the device answers an access}
   *
   * @param offsetBytes from the start of the range, a multiple of {@code bytes}
   * @param bytes 1, 2, 4 or 8
   */
  protected abstract boolean answers(long offsetBytes, int bytes);

  /**
   * Reads a register.
   *
   * @param offsetBytes where it is
   * @param bytes its width; it answers this
   * @return the value; bits above its width are ignored
   */
  protected abstract long readRegister(long offsetBytes, int bytes);

  /**
   * Writes a register.
   *
   * @param offsetBytes where it is
   * @param bytes its width; it answers this
   * @param value the value, zero-extended
   */
  protected abstract void writeRegister(long offsetBytes, int bytes, long value);

  /**
   * Told of each access that is not answered.
   *
   * @param offsetBytes from the start of the range
   * @param bytes 1, 2, 4 or 8
   * @param write whether it is a store
   */
  protected void refused(long offsetBytes, int bytes, boolean write) {}

  private boolean isAnswered(long offsetBytes, int bytes) {
    return (offsetBytes & bytes - 1) == 0 && answers(offsetBytes, bytes);
  }

  @Override
  public final long read(long offsetBytes, int bytes) {
    if (isAnswered(offsetBytes, bytes)) {
      return readRegister(offsetBytes, bytes);
    }
    refused(offsetBytes, bytes, false);
    return -1;
  }

  @Override
  public final void write(long offsetBytes, int bytes, long value) {
    if (isAnswered(offsetBytes, bytes)) {
      writeRegister(offsetBytes, bytes, value);
    } else {
      refused(offsetBytes, bytes, true);
    }
  }
}
