package dev.mapwright.proof.zircon;

import org.jspecify.annotations.Nullable;

/** Looks up what the registers and places of an operation stand for when it runs. */
final class Names {
  final World world;
  private final Registers registers;

  Names(World world, Registers registers) {
    this.world = world;
    this.registers = registers;
  }

  int handle(int register) {
    return registers.handles[register];
  }

  @Nullable ModelRegion region(int register) {
    ModelHandle handle = world.handle(handle(register));
    return handle != null && handle.object() instanceof ModelRegion region ? region : null;
  }

  @Nullable ModelVmo vmo(int register) {
    ModelHandle handle = world.handle(handle(register));
    return handle != null && handle.object() instanceof ModelVmo vmo ? vmo : null;
  }

  long address(Place place) {
    int base = place.base();
    if (base == Place.ABSOLUTE) {
      return place.delta();
    }
    if (base < Place.REGION) {
      return registers.addresses[base - Place.ADDRESS] + place.delta();
    }
    if (base < Place.CELL) {
      ModelRegion region = region(base - Place.REGION);
      return (region == null ? 0 : region.base) + place.delta();
    }
    long from =
        switch (base) {
          case Place.CELL -> Boot.SCRATCH;
          case Place.BUFFER -> Boot.SCRATCH + 2 * Bits.PAGE;
          case Place.INPUT -> Boot.INPUT;
          default -> Boot.SCRATCH + Boot.SCRATCH_PAGES * Bits.PAGE + 0x10000;
        };
    return world.rootBase + from + place.delta();
  }

  /** Data is only moved through the scratch and the input, or nowhere. */
  long buffer(Place place) {
    boolean moving = place.base() >= Place.ADDRESS && place.base() <= Place.CELL;
    return address(moving ? new Place(Place.BUFFER, place.delta() & 0xfff) : place);
  }

  /** Whether one out-parameter lies over another, so that what was written first cannot be seen. */
  static boolean overlap(long pointer, long other) {
    return Bits.below(pointer - other + 8, 16);
  }

  /**
   * Whether a transfer would move the scratch over itself: the order of bytes is nobody's business.
   */
  boolean showsScratch(int process, long address) {
    ModelHandle handle = world.handle(process);
    if (handle == null || !(handle.object() instanceof ModelProcess found)) {
      return false;
    }
    PageEntry entry = found.space.at(address);
    return entry != null && entry.vmo == world.scratch;
  }
}
