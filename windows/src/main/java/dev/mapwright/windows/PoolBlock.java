package dev.mapwright.windows;

import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.pool.PoolCalls;

/** A block of pool, freed when it is closed. Used by the driver's thread. */
public final class PoolBlock implements AutoCloseable {
  private final NtContext context;
  private final long address;
  private final long bytes;
  private final int tag;

  PoolBlock(NtContext context, long address, long bytes, int tag) {
    this.context = context;
    this.address = address;
    this.bytes = bytes;
    this.tag = tag;
  }

  /** {@return its first byte: page-aligned from a page on, else a multiple of 16} */
  public long address() {
    return address;
  }

  /** {@return its size, as it was asked for} */
  public long bytes() {
    return bytes;
  }

  /**
   * Frees it (ExFreePoolWithTag). Closing it twice is misuse, as freeing twice is.
   *
   * @throws WindowsException when misuse is recorded only
   */
  @Override
  public void close() {
    PoolCalls.exFreePoolWithTag(context, address, tag);
    WindowsException.check(context);
  }
}
