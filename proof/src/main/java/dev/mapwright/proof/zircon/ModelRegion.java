package dev.mapwright.proof.zircon;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A region: where it lies, what it may, and its child regions in no order. */
final class ModelRegion {
  final ModelSpace space;

  /** Null for a root. */
  final @Nullable ModelRegion parent;

  final long base;
  final long sizeBytes;

  /** CAN_MAP_x, CAN_MAP_SPECIFIC and COMPACT. */
  final int flags;

  final List<ModelRegion> children = new ArrayList<>();
  boolean dead;

  ModelRegion(
      ModelSpace space, @Nullable ModelRegion parent, long base, long sizeBytes, int flags) {
    this.space = space;
    this.parent = parent;
    this.base = base;
    this.sizeBytes = sizeBytes;
    this.flags = flags;
  }

  long last() {
    return base + sizeBytes - 1;
  }

  boolean intersects(long first, long lastByte) {
    return !Bits.above(base, lastByte) && !Bits.below(last(), first);
  }

  boolean within(long first, long lastByte) {
    return !Bits.below(base, first) && !Bits.above(last(), lastByte);
  }

  /** Whether [address, address + bytes) lies inside; bytes is not 0. */
  boolean holds(long address, long bytes) {
    return !Bits.below(address, base)
        && !Bits.above(address - base, sizeBytes)
        && !Bits.above(bytes, sizeBytes - (address - base));
  }
}
