package dev.mapwright.linux.replay;

import dev.mapwright.linux.LinuxSpace;
import dev.mapwright.linux.SavedAreas;
import dev.mapwright.linux.abi.MapFlag;
import dev.mapwright.linux.abi.RemapFlag;
import dev.mapwright.linux.strace.Call;
import dev.mapwright.linux.strace.Outcome;

/**
 * Which addresses a recorded call may touch: at most two ranges, as (first, last inclusive)
 * addresses, inside the address space. Computed from the arguments, and from the answer where a
 * place was chosen.
 */
final class Footprint {

  private static final long PAGE_MASK = -4096L;

  private long firstA = 1;
  private long lastA;
  private long firstB = 1;
  private long lastB;

  /** Whether the call moves the end of the heap: two of those are never independent. */
  private boolean heap;

  static Footprint of(Call call, Outcome outcome, LinuxSpace space) {
    Footprint print = new Footprint();
    if (call instanceof Call.Mmap c) {
      boolean fixed = (c.flags() & (MapFlag.MAP_FIXED | MapFlag.MAP_FIXED_NOREPLACE)) != 0;
      long bytes = MapFlag.mappedBytes(c.length(), c.flags());
      if (fixed) {
        print.add(c.address(), bytes);
      } else if (outcome.succeeded()) {
        print.add(outcome.value(), bytes);
      }
    } else if (call instanceof Call.Munmap c) {
      print.add(c.address(), c.length());
    } else if (call instanceof Call.Mprotect c) {
      print.add(c.address(), c.length());
    } else if (call instanceof Call.Mremap c) {
      print.add(c.oldAddress(), unsignedMax(c.oldLength(), c.newLength()));
      if (outcome.succeeded() && outcome.value() != c.oldAddress()) {
        print.add(outcome.value(), c.newLength());
      } else if (!outcome.succeeded() && c.newAddress() != 0) {
        print.add(c.newAddress(), c.newLength());
      }
    } else if (call instanceof Call.Brk c) {
      print.addHeap(c.address(), outcome, space.heapEnd());
    } else if (call instanceof Call.Madvise c) {
      print.add(c.address(), c.length());
    } else if (call instanceof Call.RemapFilePages c) {
      print.add(c.address(), c.length());
    } else if (call instanceof Call.RangeCall c) {
      print.add(c.address(), c.length());
    } else if (call instanceof Call.Shmat c) {
      if (outcome.succeeded()) {
        print.add(outcome.value(), space.system().segmentBytes(c.segment()));
      }
    } else if (call instanceof Call.Shmdt c) {
      print.add(c.address(), space.system().largestSegmentBytes());
    }
    return print;
  }

  /**
   * Which addresses a successful call on memory that nobody knows tells of. Advice, locks and the
   * like are the same for memory of any permissions, so they tell nothing; and of what mremap has
   * moved is known only where it is not any more.
   */
  static Footprint told(Call call, Outcome outcome, LinuxSpace space) {
    if (call instanceof Call.Madvise || call instanceof Call.RangeCall) {
      return new Footprint();
    }
    if (!(call instanceof Call.Mremap c)) {
      return of(call, outcome, space);
    }
    Footprint print = new Footprint();
    if (outcome.value() != c.oldAddress()) {
      if ((c.flags() & RemapFlag.MREMAP_DONTUNMAP) == 0) {
        print.add(c.oldAddress(), c.oldLength());
      }
    } else if (Long.compareUnsigned(c.newLength(), c.oldLength()) < 0) {
      print.add(c.oldAddress() + c.newLength(), c.oldLength() - c.newLength());
    }
    return print;
  }

  /** Where mremap has put what nobody knows; otherwise nothing. */
  static Footprint hidden(Call call, Outcome outcome) {
    Footprint print = new Footprint();
    if (call instanceof Call.Mremap c) {
      print.add(outcome.value(), c.newLength());
    }
    return print;
  }

  private void addHeap(long address, Outcome outcome, long end) {
    heap = true;
    if (end < 0 || !outcome.succeeded()) {
      return;
    }
    long low = Math.min(end, outcome.value());
    long high = Math.max(end, outcome.value());
    boolean plausible = address > 0 && address < LinuxSpace.TASK_BYTES;
    low = plausible ? Math.min(low, address) : low;
    high = plausible ? Math.max(high, address) : high;
    if (low >= 0 && high > low) {
      add(low & PAGE_MASK, high - (low & PAGE_MASK));
    }
  }

  private void add(long address, long bytes) {
    if (bytes == 0 || Long.compareUnsigned(address, LinuxSpace.TASK_BYTES) >= 0) {
      return;
    }
    long first = address & PAGE_MASK;
    long room = LinuxSpace.TASK_BYTES - address;
    long size = Long.compareUnsigned(bytes, room) > 0 ? room : bytes;
    long last = address + size - 1 | ~PAGE_MASK;
    if (firstA > lastA) {
      firstA = first;
      lastA = last;
    } else if (first <= lastA && last >= firstA) {
      // Saving needs disjoint ranges: overlapping ones become one.
      firstA = Math.min(firstA, first);
      lastA = Math.max(lastA, last);
    } else {
      firstB = first;
      lastB = last;
    }
  }

  /** Whether two calls on one space may influence each other. */
  boolean touches(Footprint other) {
    return heap && other.heap
        || intersect(firstA, lastA, other.firstA, other.lastA)
        || intersect(firstA, lastA, other.firstB, other.lastB)
        || intersect(firstB, lastB, other.firstA, other.lastA)
        || intersect(firstB, lastB, other.firstB, other.lastB);
  }

  private static boolean intersect(long first, long last, long otherFirst, long otherLast) {
    return first <= last && otherFirst <= otherLast && first <= otherLast && otherFirst <= last;
  }

  /** Saves what the ranges hold. */
  SavedAreas save(LinuxSpace space) {
    SavedAreas saved = space.save();
    forEachRange((first, last) -> saved.add(first, last - first + 1));
    return saved;
  }

  /** Told of ranges. */
  interface RangeVisitor {
    void range(long first, long last);
  }

  void forEachRange(RangeVisitor visitor) {
    if (firstA <= lastA) {
      visitor.range(firstA, lastA);
    }
    if (firstB <= lastB) {
      visitor.range(firstB, lastB);
    }
  }

  /** Whether the first of the ranges is mapped in a space. */
  boolean isMapped(LinuxSpace space) {
    return firstA <= lastA && space.isMapped(firstA, lastA - firstA + 1);
  }

  private static long unsignedMax(long a, long b) {
    return Long.compareUnsigned(a, b) > 0 ? a : b;
  }
}
