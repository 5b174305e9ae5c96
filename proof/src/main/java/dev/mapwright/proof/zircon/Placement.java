package dev.mapwright.proof.zircon;

import static dev.mapwright.proof.zircon.Bits.aligned;
import static dev.mapwright.proof.zircon.Bits.below;

import dev.mapwright.proof.SplitMix;
import java.util.Arrays;

/** Where new regions and mappings may go, written from the reference's sections 4 and 5. */
final class Placement {
  /** Not an address: the call failed after it had chosen a place, so the place is not known. */
  static final long UNKNOWN = -2;

  /** Ranking a place means looking at every page; that is left out where there are many. */
  private static final int FEW_PAGES = 1000;

  /** How random the machine's random placements are. */
  final Spread spread = new Spread();

  /** Section 5, checks 8 to 10. */
  static int checkOffset(ModelRegion region, long offset, long size, boolean specific) {
    if (!specific && offset != 0) {
      return Status.INVALID_ARGS;
    }
    if (specific && (region.flags & Bits.CAN_MAP_SPECIFIC) == 0) {
      return Status.ACCESS_DENIED;
    }
    if (!below(offset, region.sizeBytes) || Bits.above(size, region.sizeBytes - offset)) {
      return Status.INVALID_ARGS;
    }
    return Status.OK;
  }

  /** Section 4.1: the place the machine chose, if it may; NONE when there is none; or UNKNOWN. */
  long place(ModelRegion region, long size, Witness witness) {
    ModelSpace space = region.space;
    boolean compact = (region.flags & Bits.COMPACT) != 0 && !space.empty(region);
    SplitMix choices = witness.choices();
    if (choices != null) {
      if (compact) {
        return space.compactOutcomes(region, size)[choices.below(256)];
      }
      long positions = space.positions(region, size);
      return positions == 0
          ? ModelSpace.NONE
          : space.position(region, size, choices.below(positions));
    }
    if (witness.status() == Status.OK) {
      long at = witness.address();
      if (!aligned(at) || !region.holds(at, size)) {
        throw new Divergence("placed outside the region, at 0x" + Long.toHexString(at));
      }
      if (!space.free(region, at, at + size - 1)) {
        throw new Divergence("placed over something, at 0x" + Long.toHexString(at));
      }
      if (compact
          && Arrays.stream(space.compactOutcomes(region, size)).noneMatch(one -> one == at)) {
        throw new Divergence("no draw of the compact rule leads to 0x" + Long.toHexString(at));
      }
      if (!compact && space.pages.size() < FEW_PAGES) {
        spread.add(space.rank(region, size, at), space.positions(region, size));
      }
      return at;
    }
    boolean noneIsPossible =
        compact
            ? Arrays.stream(space.compactOutcomes(region, size))
                .anyMatch(one -> one == ModelSpace.NONE)
            : space.positions(region, size) == 0;
    if (witness.status() == Status.NO_MEMORY) {
      if (!noneIsPossible) {
        throw new Divergence("NO_MEMORY although there is room");
      }
      return ModelSpace.NONE;
    }
    boolean someIsPossible =
        compact
            ? Arrays.stream(space.compactOutcomes(region, size))
                .anyMatch(one -> one != ModelSpace.NONE)
            : space.positions(region, size) != 0;
    return someIsPossible ? UNKNOWN : ModelSpace.NONE;
  }
}
