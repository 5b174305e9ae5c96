package dev.mapwright.core.object;

import dev.mapwright.core.index.LinkedTree;
import org.jspecify.annotations.Nullable;

/**
 * Says of most pages that no view shows them, without a search among the views. Beside a million
 * views a search waits for memory at each of the last eight levels or so of their tree; most
 * changes are of pages that nobody shows, and for these this looks at one byte.
 *
 * <p><b>What is stored.</b> Counters of four bits, at least two for each page that a view shows; a
 * page's counter is the one with its number modulo theirs, so pages side by side have counters side
 * by side. Views that show a page are counted there. Zero therefore says that nobody shows the
 * page; anything else that somebody may. A counter that has come to its top stays there.
 *
 * <p><b>Who is not counted.</b> A view of many pages is not; as long as one is entered, nothing is
 * said of any page. Objects with few views, which the caches keep, have no filter.
 *
 * <p><b>How it grows.</b> No operation goes along all views. A larger set of counters is put beside
 * the one before it, new views are counted there, and each that enters carries some over, in the
 * order of the tree ({@link #next}); meanwhile both are asked. Each view knows where it is counted.
 * A first set is filled the same way, and says nothing until all views are counted. Without heap
 * for more it stays as it is, and is only right less often.
 *
 * <p>The family's lock guards it.
 */
final class ViewFilter {
  /** A view of more pages is not counted, and of a range of more nothing is said. */
  private static final long MOST_PAGES = 8;

  /** So many views are carried over by each that enters. */
  private static final int CARRIED = 4;

  private static final int TOP = 15;

  /** What {@link ObjectView#counted} says of a view of many pages; 0 is one not counted yet. */
  private static final int WIDE = -1;

  private final LinkedTree<ObjectView> tree;

  /** Two counters a byte; a power of two of them. */
  private byte[] counters;

  /** The counters that views are carried over from; null for none. */
  private byte @Nullable [] before;

  /** The number of {@link #counters} among those that there were. */
  private int number = 1;

  /** How many pages are counted, each as often as it is. */
  private long pages;

  /** How many views of many pages are entered. */
  private int wide;

  /** The next view to be looked at whether it is to be carried over; null when all are. */
  private @Nullable ObjectView next;

  private ViewFilter(LinkedTree<ObjectView> tree, byte[] counters) {
    this.tree = tree;
    this.counters = counters;
    next = tree.lowest();
  }

  /** One for the views of a tree; null when there is no heap for it. */
  static @Nullable ViewFilter of(LinkedTree<ObjectView> tree) {
    try {
      return new ViewFilter(tree, new byte[Integer.highestOneBit(tree.size()) * 2]);
    } catch (OutOfMemoryError full) {
      return null;
    }
  }

  /** Whether nobody shows a page of a range; false when that is not known. */
  boolean excludes(long firstPage, long lastPage) {
    if (wide != 0 || lastPage - firstPage >= MOST_PAGES) {
      return false;
    }
    byte[] older = before;
    if (next != null && older == null) {
      return false; // these are the first counters, and not all views are counted yet
    }
    for (long page = firstPage; page <= lastPage; page++) {
      if (count(counters, page) != 0 || older != null && count(older, page) != 0) {
        return false;
      }
    }
    return true;
  }

  /** A view has been entered. */
  void entered(ObjectView view) {
    if (view.lastPage - view.firstPage >= MOST_PAGES) {
      view.counted = WIDE;
      wide++;
    } else {
      count(view);
      pages += view.lastPage - view.firstPage + 1;
    }
    for (int i = 0; i < CARRIED && next != null; i++) {
      carryOver(next);
    }
    if (next == null && pages > counters.length) {
      grow();
    }
  }

  /** A view is about to leave. */
  void leaving(ObjectView view) {
    if (view == next) {
      next = tree.after(view);
    }
    if (view.counted == WIDE) {
      wide--;
    } else if (view.counted != 0) {
      uncount(view);
      pages -= view.lastPage - view.firstPage + 1;
    }
    view.counted = 0;
  }

  private void carryOver(ObjectView view) {
    next = tree.after(view);
    if (view.counted == 0 && view.lastPage - view.firstPage >= MOST_PAGES) {
      view.counted = WIDE;
      wide++;
    } else if (view.counted == 0) {
      count(view);
      pages += view.lastPage - view.firstPage + 1;
    } else if (view.counted != WIDE && view.counted != number) {
      uncount(view);
      count(view);
    }
    if (next == null) {
      before = null;
    }
  }

  private void grow() {
    if (counters.length > Integer.MAX_VALUE / 2) {
      return;
    }
    try {
      byte[] more = new byte[counters.length * 2];
      before = counters;
      counters = more;
      number++;
      next = tree.lowest();
    } catch (OutOfMemoryError full) {
      // these are right less often
    }
  }

  private void count(ObjectView view) {
    for (long page = view.firstPage; page <= view.lastPage; page++) {
      add(counters, page, 1);
    }
    view.counted = number;
  }

  private void uncount(ObjectView view) {
    byte[] where = view.counted == number ? counters : before;
    if (where == null) {
      throw new AssertionError("a view is counted where no counters are");
    }
    for (long page = view.firstPage; page <= view.lastPage; page++) {
      add(where, page, -1);
    }
  }

  private static int count(byte[] counters, long page) {
    return counters[(int) (page >>> 1) & counters.length - 1] >>> shift(page) & TOP;
  }

  private static void add(byte[] counters, long page, int delta) {
    int at = (int) (page >>> 1) & counters.length - 1;
    if ((counters[at] >>> shift(page) & TOP) != TOP) {
      counters[at] += (byte) (delta << shift(page));
    }
  }

  /** Where a page's counter is in its byte. */
  private static int shift(long page) {
    return (int) (page & 1) << 2;
  }
}
