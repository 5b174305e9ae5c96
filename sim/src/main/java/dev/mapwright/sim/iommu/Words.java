package dev.mapwright.sim.iommu;

import dev.mapwright.core.Pages;
import dev.mapwright.sim.memory.Ram;

/**
 * Words of physical memory, whoever wrote them and wherever they are said to be. Thread-safe: read
 * with acquire, written with release.
 */
final class Words {
  private final Ram ram;

  Words(Ram ram) {
    this.ram = ram;
  }

  /** Whether an address is in RAM. */
  boolean isRam(long address) {
    return ram.isRam(Pages.of(address));
  }

  /** The word at an address of RAM; 0 where nobody has touched it. */
  long get(long address) {
    return ram.isMaterialised(Pages.of(address))
        ? (long) Ram.WORD.getAcquire(Ram.buffer(ram.buffers(), address), Ram.index(address))
        : 0;
  }

  /** Writes a word of a frame that was allocated. */
  void set(long address, long word) {
    Ram.WORD.setRelease(Ram.buffer(ram.buffers(), address), Ram.index(address), word);
  }
}
