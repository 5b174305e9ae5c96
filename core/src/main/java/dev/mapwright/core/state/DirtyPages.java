package dev.mapwright.core.state;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.mapwright.core.failure.FailurePoints;
import dev.mapwright.core.index.NodePool;
import dev.mapwright.core.index.PageTrie;
import dev.mapwright.core.machine.Translation;
import org.jspecify.annotations.Nullable;

/**
 * Which pages of an address space were written since they were last asked for.
 *
 * <p>The dirty bits are in the table entries. An entry may be forgotten for reasons that have
 * nothing to do with its page's contents; while tracking is on, its dirty bit is then carried over
 * to the index here. Off, which is the normal state, carrying costs one read. If there is no memory
 * to carry a bit, every page of the range concerned counts as dirty until it is told: a page too
 * many is harmless, a page too few is not.
 *
 * <p><b>Its lock comes last.</b> Bits arrive here from within a translation, whose lock is held; so
 * nobody who holds this monitor asks a translation anything, and nobody is told anything under it.
 */
public final class DirtyPages {
  @GuardedBy("this")
  private final PageTrie carried;

  /** Whom entries that go tell that they were written; a class, since a first lambda costs time. */
  private final class Carrier implements Translation.RunVisitor {
    @Override
    public void visit(long firstPage, long pages) {
      mark(firstPage, pages);
    }
  }

  private final Carrier carrier = new Carrier();
  private volatile boolean tracking;

  /** The smallest range with all pages whose bit could not be carried. */
  @GuardedBy("this")
  private long wholeFirst = Long.MAX_VALUE;

  /** The last page of that range; before its first when there is none. */
  @GuardedBy("this")
  private long wholeLast = -1;

  DirtyPages(FailurePoints failures) {
    carried = new PageTrie(new NodePool(failures));
  }

  /** Turns tracking on or off; off forgets everything. */
  public synchronized void track(boolean on) {
    if (!on) {
      drop(0, Long.MAX_VALUE);
    }
    tracking = on;
  }

  /** Whether tracking is on. */
  public boolean tracking() {
    return tracking;
  }

  /** Whom to tell of entries that go and are marked as written; null while nobody asks. */
  Translation.@Nullable RunVisitor carrier() {
    return tracking ? carrier : null;
  }

  /** Notes that pages were written. */
  public synchronized void mark(long first, long pages) {
    if (!tracking) {
      return;
    }
    long last = first + pages - 1;
    if (!carried.ensureRange(first, last)) {
      wholeFirst = Math.min(wholeFirst, first);
      wholeLast = Math.max(wholeLast, last);
      return;
    }
    for (long page = first; page <= last; page++) {
      carried.put(page, 1);
    }
    carried.settle();
  }

  /**
   * Forgets what was carried for a range: it was told, or its mapping is gone. Off, nothing is
   * carried, and nothing is written.
   */
  public void drop(long first, long last) {
    if (tracking) {
      dropCarried(first, last);
    }
  }

  private synchronized void dropCarried(long first, long last) {
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

  /**
   * Brings what the tables say of a range here. It joins what was carried, and is carried from then
   * on; so nothing is lost between this and {@link #take}, nor if that fails.
   *
   * @param clear whether to begin anew with these pages
   */
  public void gather(Translation translation, long first, long last, boolean clear) {
    translation.dirty(first, last, clear, carrier);
  }

  /**
   * The dirty pages of a range that was gathered, as runs in ascending order.
   *
   * @param clear whether to begin anew with these pages
   * @return null when there was no memory for the answer; nothing was cleared then
   */
  public synchronized @Nullable Runs take(long first, long last, boolean clear) {
    Runs runs = new Runs();
    long start = next(first);
    while (start >= 0 && start <= last) {
      long end = lastOfRun(start, last);
      if (!runs.add(start, end - start + 1)) {
        return null;
      }
      start = next(end + 1);
    }
    if (clear) {
      drop(first, last);
    }
    return runs;
  }

  /** The first dirty page from one on, or -1. */
  @GuardedBy("this")
  private long next(long page) {
    long key = carried.ceilingKey(page);
    long whole = page <= wholeLast ? Math.max(page, wholeFirst) : -1;
    return key < 0 ? whole : whole < 0 ? key : Math.min(key, whole);
  }

  @GuardedBy("this")
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
