package dev.mapwright.core.space;

import dev.mapwright.core.failure.FailurePoints;
import dev.mapwright.core.index.NodePool;
import dev.mapwright.core.index.PageTrie;
import dev.mapwright.core.machine.Translation;

/**
 * Which pages of an address space were written since they were last asked for.
 *
 * <p>The dirty bits are in the table entries. An entry may be forgotten for reasons that have
 * nothing to do with its page's contents; while tracking is on, its dirty bit is then carried over
 * to the index here. Off, which is the normal state, carrying costs one read. If there is no memory
 * to carry a bit, every page asked for counts as dirty until tracking is turned off and on again: a
 * page too many is harmless, a page too few is not.
 */
final class DirtyPages {
  private final PageTrie carried;
  private volatile boolean tracking;

  /** The smallest range with all pages whose bit could not be carried; guarded by this. */
  private long wholeFirst = Long.MAX_VALUE;

  /** The last page of that range; before its first when there is none. */
  private long wholeLast = -1;

  DirtyPages(FailurePoints failures) {
    carried = new PageTrie(new NodePool(failures));
  }

  synchronized void track(boolean on) {
    tracking = on;
    if (!on) {
      drop(0, Long.MAX_VALUE);
    }
  }

  boolean tracking() {
    return tracking;
  }

  /** Carries the dirty bits of a range over, before its entries go. */
  void remember(Translation translation, long first, long last) {
    if (tracking) {
      translation.dirty(first, last, false, this::mark);
    }
  }

  synchronized void mark(long first, long pages) {
    if (!tracking) {
      return;
    }
    if (!carried.ensureRange(first, first + pages - 1)) {
      wholeFirst = Math.min(wholeFirst, first);
      wholeLast = Math.max(wholeLast, first + pages - 1);
      return;
    }
    for (long page = first; page < first + pages; page++) {
      carried.put(page, 1);
    }
  }

  /** Forgets what was carried for a range: it was told, or its mapping is gone. */
  synchronized void drop(long first, long last) {
    for (long page = carried.ceilingKey(first);
        page >= 0 && page <= last;
        page = carried.ceilingKey(page + 1)) {
      carried.remove(page);
    }
    if (first <= wholeFirst && last >= wholeFirst) {
      wholeFirst = last == Long.MAX_VALUE ? last : last + 1;
    }
    if (last >= wholeLast && first <= wholeLast) {
      wholeLast = first - 1;
    }
    if (wholeFirst > wholeLast) {
      wholeFirst = Long.MAX_VALUE;
      wholeLast = -1;
    }
  }

  /** Tells the dirty pages of a range, which is mapped, in ascending order. */
  synchronized void collect(
      Translation translation,
      long first,
      long last,
      boolean clear,
      Translation.RunVisitor visitor) {
    // What the tables say joins what was carried; then the runs are told from one place.
    translation.dirty(first, last, clear, this::mark);
    long start = next(first);
    while (start >= 0 && start <= last) {
      long end = lastOfRun(start, last);
      visitor.visit(start, end - start + 1);
      start = next(end + 1);
    }
    if (clear) {
      drop(first, last);
    }
  }

  /** The first dirty page from one on, or -1. */
  private long next(long page) {
    long key = carried.ceilingKey(page);
    long whole = page <= wholeLast ? Math.max(page, wholeFirst) : -1;
    return key < 0 ? whole : whole < 0 ? key : Math.min(key, whole);
  }

  private long lastOfRun(long start, long last) {
    long end = start;
    while (true) {
      if (end >= wholeFirst && end <= wholeLast) {
        end = Math.min(wholeLast, last);
      }
      if (end == last || next(end + 1) != end + 1) {
        return end;
      }
      end++;
    }
  }
}
