package dev.mapwright.core.state;

import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.failure.FailurePoints;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The regions of a space by number: small numbers, which records and indexes hold instead of
 * references. Numbers of dead regions are given out again. The space's lock guards it, but for
 * {@link #glance}.
 *
 * @param <R> what a region is; the list does not care
 */
public final class RegionList<R> {
  private final FailurePoints failures;

  /** Null where a number is free. Number 0 is no region. */
  private @Nullable Object[] all = new Object[4];

  private int highest;

  /** Numbers of dead regions; as long as the list of all, so that dying needs no memory. */
  private int[] free = new int[4];

  private int freeNumbers;

  RegionList(FailurePoints failures) {
    this.failures = failures;
  }

  /** The region of a number that is in use. */
  @SuppressWarnings("unchecked") // only regions are entered
  public R get(int number) {
    Object region = all[number];
    if (region == null) {
      throw new AssertionError("region " + number + " does not exist");
    }
    return (R) region;
  }

  /** The region of a number that may be any: null, or whatever has it, if it is read unguarded. */
  @SuppressWarnings("unchecked") // only regions are entered
  @Nullable R glance(int number) {
    return (R) all[number];
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
  public void enter(R region) {
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

  /** Visits all regions. */
  @SuppressWarnings("unchecked") // only regions are entered
  public void forEach(Consumer<R> visitor) {
    for (int number = 1; number <= highest; number++) {
      Object region = all[number];
      if (region != null) {
        visitor.accept((R) region);
      }
    }
  }
}
