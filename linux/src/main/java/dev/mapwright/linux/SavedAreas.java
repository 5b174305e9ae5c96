package dev.mapwright.linux;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.memory.MemoryObject;
import java.util.ArrayList;
import java.util.List;

/**
 * What a few ranges of an address space held, to take back calls that touched nothing else.
 * Mappings and the end of the heap come back; contents that a call has dropped do not. Close it
 * when it is no longer needed: until then it holds the objects that were mapped.
 */
public final class SavedAreas implements AutoCloseable {

  private final LinuxSpace space;
  private final List<long[]> ranges = new ArrayList<>(2);
  private final List<Area> pieces = new ArrayList<>(4);
  private final long heapStart;
  private final long heapEnd;

  SavedAreas(LinuxSpace space) {
    this.space = space;
    this.heapStart = space.heap().start();
    this.heapEnd = space.heap().end();
  }

  /**
   * Saves one more range. Ranges must not overlap.
   *
   * @param address the first byte; ignored unless it is inside the address space
   * @param bytes how many; cut at the end of the address space
   */
  public void add(long address, long bytes) {
    if (bytes == 0 || Long.compareUnsigned(address, LinuxSpace.TASK_BYTES) >= 0) {
      return;
    }
    long room = LinuxSpace.TASK_BYTES - address;
    long size = Long.compareUnsigned(bytes, room) > 0 ? room : bytes;
    long first = Pages.of(address);
    long last = Pages.of(address + size - 1);
    ranges.add(new long[] {first, last});
    space
        .areas()
        .forEachIn(
            first,
            last,
            piece -> {
              piece.object().retain();
              pieces.add(piece);
            });
  }

  /**
   * Puts everything back.
   *
   * @throws dev.mapwright.core.RefusedException if the engine lacks memory
   */
  public void restore() {
    for (long[] range : ranges) {
      space.areas().unmap(range[0], range[1]).orThrow();
    }
    for (Area piece : pieces) {
      Outcome outcome = space.areas().map(piece.first(), piece, piece.kind());
      outcome.orThrow();
    }
    space.heap().set(heapStart, heapEnd);
  }

  @Override
  public void close() {
    pieces.stream().map(Area::object).forEach(MemoryObject::release);
    pieces.clear();
  }
}
