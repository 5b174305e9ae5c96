package dev.mapwright.proof.zircon;

import static dev.mapwright.proof.zircon.Bits.PAGE;

import dev.mapwright.proof.SplitMix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Draws the numbers and places of operations, so that they can succeed. */
final class Draw {
  final SplitMix random;
  final Shape shape;
  final Finds find;

  Draw(SplitMix random, Shape shape, Finds find) {
    this.random = random;
    this.shape = shape;
    this.find = find;
  }

  long freeOffset(@Nullable ModelRegion region, long pages) {
    if (region == null) {
      return 0;
    }
    if (random.chance(80)) {
      List<long[]> fitting = new ArrayList<>();
      for (long[] gap : region.space.gaps(region)) {
        if (gap[1] >= pages) {
          fitting.add(gap);
        }
      }
      if (!fitting.isEmpty()) {
        long[] gap = fitting.get(random.below(fitting.size()));
        long slack = Math.min(gap[1] - pages, shape.windowPages);
        return (gap[0] << 12) - region.base + random.below(slack + 1) * PAGE;
      }
    }
    return random.below(Math.min(region.sizeBytes >>> 12, shape.windowPages)) * PAGE;
  }

  /** An offset in a region and a length, around something mapped there when asked and possible. */
  long[] range(int vmar, boolean mapped) {
    ModelRegion region = find.regionAt(vmar);
    if (region == null || region.dead) {
      return new long[] {0, PAGE};
    }
    long pages = 1L + random.below(Math.max(2, shape.mostPages));
    long page = random.below(Math.min(region.sizeBytes >>> 12, 2L * shape.windowPages));
    if (mapped) {
      long found = find.mappedPage(region);
      if (found >= 0) {
        page = found - (region.base >>> 12);
        if (random.chance(60)) {
          pages = 1L + random.below(3);
        }
      }
    }
    pages = Math.min(pages, (region.sizeBytes >>> 12) - page);
    long length = Math.max(1, pages) * PAGE;
    return new long[] {page * PAGE, length - (random.chance(10) ? random.below((int) PAGE) : 0)};
  }

  long size() {
    if (shape == Shape.EDGES && random.chance(25)) {
      return random.chance(50)
          ? Bits.LARGEST_VMO_BYTES - random.below(3) * PAGE
          : -random.below(4 * (int) PAGE) - 1;
    }
    if (random.chance(3)) {
      return 1L << (20 + random.below(43));
    }
    int most = shape == Shape.WIDE ? 900 : 14;
    return random.chance(40) ? random.below(most) * PAGE : random.below(most * (int) PAGE);
  }

  long offset(int vmo) {
    ModelVmo object = find.vmoAt(vmo);
    long size = object == null ? 0 : object.sizeBytes;
    if (size < 0 && random.chance(70)) {
      return size - random.below(6 * (int) PAGE);
    }
    if (size != 0 && random.chance(88)) {
      return random.below(Bits.below(size, 16 * PAGE) ? size : 16 * PAGE);
    }
    return random.below(16 * (int) PAGE);
  }

  long length() {
    return random.chance(60) ? random.below(64) : random.below(3 * (int) PAGE);
  }

  Place data(int base) {
    return new Place(base, random.below((int) PAGE));
  }

  /** A place for an out-parameter: a cell mostly, sometimes memory that is under test itself. */
  Place out() {
    return random.chance(6)
        ? new Place(Place.ADDRESS + random.below(Registers.ADDRESSES), 8L * random.below(1024))
        : Place.cell(random.below(16));
  }

  int rights() {
    return random.chance(50)
        ? Bits.SAME_RIGHTS
        : random.chance(70) ? Bits.READ | Bits.MAP | Bits.DUPLICATE : (int) random.next() & 0x3f;
  }

  Place somewhere(int process) {
    return find.objectAt(process) instanceof ModelProcess found
        ? inSpace(found.number)
        : Place.NULL;
  }

  Place inSpace(int number) {
    ModelSpace space = find.world.processes.get(number).space;
    if (random.chance(40)) {
      for (int attempt = 0; attempt < 6; attempt++) {
        int register = random.below(Registers.ADDRESSES);
        if (space.at(find.registers.addresses[register]) != null) {
          return new Place(Place.ADDRESS + register, random.below(2 * (int) PAGE));
        }
      }
    }
    int skip = random.below(48);
    long found = 0;
    for (Map.Entry<Long, PageEntry> entry : space.pages.entrySet()) {
      if (!find.kept(entry.getValue().region, entry.getKey())) {
        found = entry.getKey();
        if (skip-- <= 0) {
          break;
        }
      }
    }
    return near(space, (found << 12) + random.below((int) PAGE));
  }

  /**
   * Names an address by an address register or a region when one is near, so it survives shrinking.
   */
  Place near(ModelSpace space, long address) {
    for (int i = 0; i < Registers.ADDRESSES; i++) {
      long delta = address - find.registers.addresses[i];
      if (delta >= 0 && delta < 1L << 20) {
        return new Place(Place.ADDRESS + i, delta);
      }
    }
    for (int i = 1; i < Registers.REGIONS; i++) {
      ModelRegion region = find.regionAt(i);
      if (region != null && region.space == space && region.holds(address, 1)) {
        return new Place(Place.REGION + i, address - region.base);
      }
    }
    return new Place(Place.ABSOLUTE, address);
  }

  Place at(int vmar, long offset) {
    return new Place(Place.REGION + vmar, offset);
  }
}
