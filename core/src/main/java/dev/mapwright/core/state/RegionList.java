package dev.mapwright.core.state;

import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.failure.FailurePoints;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The regions of a space by number: small numbers, which records and indexes hold instead of
 * references. Numbers of dead regions are given out again. The space's lock guards it.
 */
public final class RegionList {
  private final FailurePoints failures;

  /** Null where a number is free. Number 0 is no region. */
  private @Nullable RegionState[] all = new RegionState[4];

  private int highest;

  /** Numbers of dead regions; as long as the list of all, so that dying needs no memory. */
  private int[] free = new int[4];

  private int freeNumbers;

  RegionList(FailurePoints failures) {
    this.failures = failures;
  }

  /** The region of a number that is in use. */
  public RegionState get(int number) {
    RegionState region = all[number];
    if (region == null) {
      throw new AssertionError("region " + number + " does not exist");
    }
    return region;
  }

  /** Makes sure that so many regions can be entered; false when there was no memory. */
  public boolean ensure(int count) {
    if (failures.refuses(AllocationPoint.OBJECT)) {
      return false;
    }
    try {
      if (highest + count - freeNumbers >= all.length) {
        all = Arrays.copyOf(all, Math.max(all.length * 2, highest + count + 1));
      }
      if (free.length < all.length) {
        free = Arrays.copyOf(free, all.length);
      }
      return true;
    } catch (OutOfMemoryError e) {
      return false;
    }
  }

  /** The number that the next region entered will have. */
  public int nextNumber() {
    return freeNumbers > 0 ? free[freeNumbers - 1] : highest + 1;
  }

  /** Enters a region under {@link #nextNumber}; there is room. */
  public void enter(RegionState region) {
    int number = nextNumber();
    if (freeNumbers > 0) {
      freeNumbers--;
    } else {
      highest = number;
    }
    all[number] = region;
  }

  /** Takes a region out; its number is free again. */
  public void leave(int number) {
    all[number] = null;
    free[freeNumbers++] = number;
  }

  /** Whether any region is set aside. */
  public boolean anyReserved() {
    for (int number = 1; number <= highest; number++) {
      RegionState region = all[number];
      if (region != null && region.reserved() != null) {
        return true;
      }
    }
    return false;
  }
}
