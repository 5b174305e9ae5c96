package dev.mapwright.proof.windows.hostile;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.proof.SplitMix;
import dev.mapwright.proof.windows.hostile.Things.Sort;
import dev.mapwright.windows.abi.MdlLayout;

/** What a driver sees when it looks at its own MDLs. */
final class Sight {
  /** How often another MDL is looked at until one is as it should be. */
  private static final int TRIES = 12;

  private final Cpu cpu;
  private final Things things;
  private final SplitMix random;

  Sight(Cpu cpu, Things things, SplitMix random) {
    this.cpu = cpu;
    this.things = things;
    this.random = random;
  }

  /** Any number; 0 where nothing can be read. */
  long load(long address, int bytes) {
    try {
      return cpu.load(address, bytes);
    } catch (MemoryFault nothing) {
      return 0;
    }
  }

  /** Does nothing where nothing can be written. */
  void store(long address, long value) {
    try {
      cpu.store(address, 8, value);
    } catch (MemoryFault nothing) {
      // the routine that reads it will find out
    }
  }

  int flags(long mdl) {
    return (int) load(mdl + MdlLayout.MDL_FLAGS, 2);
  }

  long bufferOf(long mdl) {
    return load(mdl + MdlLayout.START_VA, 8) + load(mdl + MdlLayout.BYTE_OFFSET, 4);
  }

  long bytesOf(long mdl) {
    return load(mdl + MdlLayout.BYTE_COUNT, 4);
  }

  long mappedAt(long mdl) {
    return load(mdl + MdlLayout.MAPPED_SYSTEM_VA, 8);
  }

  /**
   * An MDL with one at least of some flags (of none: no matter) and without others, if possible.
   */
  long mdl(int with, int without) {
    long mdl = 0;
    for (int i = 0; i < TRIES; i++) {
      mdl = things.any(random.chance(75) ? Sort.MDL : Sort.PAGES_MDL).address();
      int flags = flags(mdl);
      if ((with == 0 || (flags & with) != 0) && (flags & without) == 0) {
        return mdl;
      }
    }
    return mdl;
  }
}
