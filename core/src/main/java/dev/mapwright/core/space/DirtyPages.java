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

  /** Set when a bit could not be carried; guarded by this. */
  private boolean everything;

  DirtyPages(FailurePoints failures) {
    carried = new PageTrie(new NodePool(failures));
  }

  synchronized void track(boolean on) {
    tracking = on;
    if (!on) {
      everything = false;
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
      everything = true;
      return;
    }
    for (long page = first; page < first + pages; page++) {
      carried.put(page, 1);
    }
  }

  /** Forgets what was carried for a range: its mapping is gone. */
  synchronized void drop(long first, long last) {
    for (long page = carried.ceilingKey(first);
        page >= 0 && page <= last;
        page = carried.ceilingKey(page + 1)) {
      carried.remove(page);
    }
  }

  /**
   * Tells the dirty pages of a range, which is mapped, in ascending order. The tables' lock comes
   * before this one: what they say is carried over first, and then everything is told from one
   * place.
   */
  void collect(
      Translation translation,
      long first,
      long last,
      boolean clear,
      Translation.RunVisitor visitor) {
    translation.dirty(first, last, clear, this::mark);
    synchronized (this) {
      if (everything) {
        visitor.visit(first, last - first + 1);
        return;
      }
      long start = carried.ceilingKey(first);
      while (start >= 0 && start <= last) {
        long end = start;
        while (end < last && carried.get(end + 1) != 0) {
          end++;
        }
        visitor.visit(start, end - start + 1);
        start = carried.ceilingKey(end + 1);
      }
      if (clear) {
        drop(first, last);
      }
    }
  }
}
