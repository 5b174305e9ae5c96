package dev.mapwright.sim.memory;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A store with room for a few blocks, and then none until some is made. */
final class FullDisk implements RamFile {
  long roomBytes;
  boolean opens = true;
  int opened;

  FullDisk(long roomBytes) {
    this.roomBytes = roomBytes;
  }

  @Override
  public MemorySegment open(long bytes, Arena arena) throws IOException {
    if (!opens) {
      throw new IOException("no room for a file");
    }
    opened++;
    return arena.allocate(bytes, 4096);
  }

  @Override
  public void materialise(long offset, int bytes) throws IOException {
    if (roomBytes < bytes) {
      throw new IOException("disk full");
    }
    roomBytes -= bytes;
  }

  @Override
  public void close() {}
}
