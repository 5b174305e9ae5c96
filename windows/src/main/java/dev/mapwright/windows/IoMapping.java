package dev.mapwright.windows;

import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.iospace.IoSpaceCalls;

/** Physical addresses that are mapped, until it is closed. Used by the driver's thread. */
public final class IoMapping implements AutoCloseable {
  private final NtContext context;
  private final long address;
  private final long bytes;

  IoMapping(NtContext context, long address, long bytes) {
    this.context = context;
    this.address = address;
    this.bytes = bytes;
  }

  /** {@return the virtual address of the first byte} */
  public long address() {
    return address;
  }

  /** {@return how many bytes are mapped} */
  public long bytes() {
    return bytes;
  }

  /**
   * Reads a register.
   *
   * @param offsetBytes from the first byte
   * @param width 1, 2, 4 or 8 bytes
   * @return what the device answers, zero-extended
   */
  public long read(long offsetBytes, int width) {
    return context.load(address + offsetBytes, width);
  }

  /**
   * Writes a register.
   *
   * @param offsetBytes from the first byte
   * @param width 1, 2, 4 or 8 bytes
   * @param value the value; higher bytes are ignored
   */
  public void write(long offsetBytes, int width, long value) {
    context.store(address + offsetBytes, width, value);
  }

  /**
   * Unmaps it (MmUnmapIoSpace). Closing it twice is misuse, as unmapping twice is.
   *
   * @throws WindowsException when misuse is recorded only
   */
  @Override
  public void close() {
    IoSpaceCalls.mmUnmapIoSpace(context, address, bytes);
    WindowsException.check(context);
  }
}
