package dev.mapwright.core.engine;

import dev.mapwright.core.state.SpaceState;
import java.util.Arrays;

/**
 * Which parts of an address space there are besides the rest: disjoint ranges by ascending pages,
 * each with its floors. Immutable.
 */
final class Division {
  /** No part has a page of a range. */
  static final int REST = -1;

  /** A range has pages of a part, and others. */
  static final int SEVERAL = -2;

  /** One part, the rest. */
  static final Division NONE = new Division(new long[0], new long[0], new Floors[0]);

  private final long[] firsts;
  private final long[] lasts;
  private final Floors[] floors;

  private Division(long[] firsts, long[] lasts, Floors[] floors) {
    this.firsts = firsts;
    this.lasts = lasts;
    this.floors = floors;
  }

  int size() {
    return floors.length;
  }

  Floors floors(int at) {
    return floors[at];
  }

  long first(int at) {
    return firsts[at];
  }

  long last(int at) {
    return lasts[at];
  }

  /** The part that has all of a range, {@link #REST} or {@link #SEVERAL}. */
  int around(long first, long last) {
    if (floors.length == 0) {
      return REST;
    }
    int at = firstMeeting(first, last);
    if (at == floors.length || firsts[at] > last) {
      return REST;
    }
    return firsts[at] <= first && last <= lasts[at] ? at : SEVERAL;
  }

  /** The first part that ends at or after the beginning of a range; it may lie behind the range. */
  int firstMeeting(long first, long last) {
    assert first <= last : "a range of pages";
    int low = 0;
    int high = floors.length;
    while (low < high) {
      int middle = low + high >>> 1;
      if (lasts[middle] < first) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The first page of those of the rest around one of them. */
  long restFirst(long page, SpaceState space) {
    int next = firstMeeting(page, page);
    return next == 0 ? space.firstPage() : lasts[next - 1] + 1;
  }

  /** The last page of those of the rest around one of them. */
  long restLast(long page, SpaceState space) {
    int next = firstMeeting(page, page);
    return next == floors.length ? space.lastPage() : firsts[next] - 1;
  }

  /** One with another part, in a range that no part has. */
  Division with(long first, long last, Floors more) {
    int at = firstMeeting(first, last);
    int size = floors.length;
    long[] newFirsts = Arrays.copyOf(firsts, size + 1);
    long[] newLasts = Arrays.copyOf(lasts, size + 1);
    Floors[] newFloors = Arrays.copyOf(floors, size + 1);
    System.arraycopy(firsts, at, newFirsts, at + 1, size - at);
    System.arraycopy(lasts, at, newLasts, at + 1, size - at);
    System.arraycopy(floors, at, newFloors, at + 1, size - at);
    newFirsts[at] = first;
    newLasts[at] = last;
    newFloors[at] = more;
    return new Division(newFirsts, newLasts, newFloors);
  }

  /** One in which a part has less. */
  Division with(int at, long first, long last) {
    long[] newFirsts = firsts.clone();
    long[] newLasts = lasts.clone();
    newFirsts[at] = first;
    newLasts[at] = last;
    return new Division(newFirsts, newLasts, floors);
  }

  /** One without a part. */
  Division without(int at) {
    int kept = floors.length - 1;
    if (kept == 0) {
      return NONE;
    }
    long[] newFirsts = Arrays.copyOf(firsts, kept);
    long[] newLasts = Arrays.copyOf(lasts, kept);
    Floors[] newFloors = Arrays.copyOf(floors, kept);
    System.arraycopy(firsts, at + 1, newFirsts, at, kept - at);
    System.arraycopy(lasts, at + 1, newLasts, at, kept - at);
    System.arraycopy(floors, at + 1, newFloors, at, kept - at);
    return new Division(newFirsts, newLasts, newFloors);
  }
}
