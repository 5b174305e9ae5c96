package dev.mapwright.sim.memory;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Where the contents of RAM are stored. Calls are serialised by {@link Ram}. Tests replace it to
 * let the disk be full.
 */
interface RamFile extends AutoCloseable {
  /**
   * Makes the store and maps it whole. Called once, before anything else.
   *
   * @throws IOException when there is no room for it
   */
  MemorySegment open(long bytes, Arena arena) throws IOException;

  /**
   * Takes room for a part of the store, so that touching it can't fail any more. Its bytes are zero
   * afterwards, as they were before.
   *
   * @throws IOException when there is no room for it
   */
  void materialise(long offset, int bytes) throws IOException;

  @Override
  void close();
}
