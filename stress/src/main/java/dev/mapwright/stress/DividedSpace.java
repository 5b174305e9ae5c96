package dev.mapwright.stress;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.check.SpaceParts;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;

/**
 * A space of three parts: one below a border, one above it, and the rest, which is elsewhere. Each
 * state has one of its own, since operations across the border take parts away.
 */
final class DividedSpace {
  /** The last page of the lower part. */
  static final long LOWER = 0x100F;

  /** The first page of the upper part. */
  static final long UPPER = LOWER + 1;

  private static final long FIRST = 0x1000;
  private static final long LAST_OF_UPPER = 0x101F;
  private static final long LAST = 0x102F;

  final AddressSpace space = AddressSpace.create(World.MACHINE, "divided", FIRST, LAST).get();

  DividedSpace() {
    SpaceParts.divide(space, FIRST, LOWER, UPPER, UPPER);
    SpaceParts.divide(space, UPPER, LAST_OF_UPPER, LAST_OF_UPPER + 1, LAST_OF_UPPER + 1);
    if (SpaceParts.count(space) != 3) {
      throw new AssertionError("the space was not divided");
    }
  }

  /** Maps an object from its first page on; false where something is. */
  boolean map(MemoryObject object, long page, long pages) {
    MapRequest request = new MapRequest().object(object, 0).pages(pages);
    request.where().at(page);
    return space.root().map(request) == Outcome.OK;
  }

  /** Maps a page of an object on each side of the border. */
  void mapBothSides(MemoryObject object) {
    if (!map(object, LOWER, 1) || !map(object, UPPER, 1)) {
      throw new AssertionError("both sides are free");
    }
  }

  /** Maps an object from its first page on over what is there. */
  void overwrite(MemoryObject object, long page, long pages) {
    MapRequest request = new MapRequest().object(object, 0).pages(pages);
    request.where().overwrite(page);
    space.root().map(request).orThrow();
  }

  void unmap(long page, long pages) {
    space.root().unmap(page, pages).orThrow();
  }

  /** Unmaps both sides of the border. */
  void unmapAcross() {
    unmap(LOWER, 2);
  }

  /** Which sides of the border are mapped: 1 for the lower, 2 for the upper one. */
  int sides() {
    return (space.mappingOf(LOWER) == null ? 0 : 1) + (space.mappingOf(UPPER) == null ? 0 : 2);
  }

  /** Whether a page is mapped to an object. */
  boolean shows(long page, MemoryObject object) {
    var mapping = space.mappingOf(page);
    return mapping != null && mapping.object() == object;
  }

  void close() {
    space.close();
  }
}
