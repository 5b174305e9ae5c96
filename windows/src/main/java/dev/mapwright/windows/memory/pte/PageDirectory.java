package dev.mapwright.windows.memory.pte;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a page belongs to, among things that each have a run of pages of their own: two array
 * reads, whatever was asked for, since the page may come from anybody.
 *
 * <p><b>What is stored where.</b> One slot for each 512 pages: null, the one thing that has all of
 * them, or an array with a slot for each page. So a run of any size costs the chunks it touches,
 * and an array at each end.
 *
 * <p><b>Threads.</b> Looking up takes no lock. Changes are made under a lock of the owner, and are
 * published by release stores. What was found may be gone a moment later: whoever uses it asks it.
 *
 * @param <T> the things
 */
public final class PageDirectory<T> {
  private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Object[].class);
  private static final int LOG2 = 9;
  private static final int CHUNK = 1 << LOG2;

  private final long firstPage;
  private final long pages;
  private final @Nullable Object[] top;

  /**
   * Makes an empty one.
   *
   * @param firstPage the first page that can belong to something
   * @param pages how many pages there are
   */
  public PageDirectory(long firstPage, long pages) {
    this.firstPage = firstPage;
    this.pages = pages;
    top = new Object[(int) (pages + CHUNK - 1 >>> LOG2)];
  }

  /**
   * {@return what a page belongs to; null for nothing}
   *
   * @param page any page
   */
  @SuppressWarnings("unchecked") // only put stores here
  public @Nullable T at(long page) {
    long offset = page - firstPage;
    if (Long.compareUnsigned(offset, pages) >= 0) {
      return null;
    }
    Object found = SLOT.getAcquire(top, (int) (offset >>> LOG2));
    if (found instanceof Object[] leaf) {
      found = SLOT.getAcquire(leaf, (int) offset & CHUNK - 1);
    }
    return (T) found;
  }

  /**
   * {@return the first page from one on that belongs to something; -1 for none}
   *
   * @param page the first page that counts
   */
  public long next(long page) {
    long offset = Math.max(0, page - firstPage);
    while (offset < pages) {
      Object found = SLOT.getAcquire(top, (int) (offset >>> LOG2));
      if (found instanceof Object[] leaf) {
        found = SLOT.getAcquire(leaf, (int) offset & CHUNK - 1);
        if (found == null) {
          offset++;
          continue;
        }
      }
      if (found != null) {
        return firstPage + offset;
      }
      offset = (offset | CHUNK - 1) + 1;
    }
    return -1;
  }

  /**
   * Makes room for {@link #put}.
   *
   * @param first the first page
   * @param count how many, at least 1
   * @return false when there is no memory; nothing visible has changed
   */
  public boolean prepare(long first, long count) {
    try {
      prepareAt(first, first, count);
      prepareAt(first + count - 1, first, count);
      return true;
    } catch (OutOfMemoryError full) {
      return false;
    }
  }

  /**
   * Makes the array for the chunk of a page, unless a run covers the chunk whole. What had all of
   * the chunk, and was left there although it is gone, keeps the rest.
   */
  private void prepareAt(long page, long first, long count) {
    int chunk = (int) (page - firstPage >>> LOG2);
    if (!whole(chunk, first - firstPage, count) && !(top[chunk] instanceof Object[])) {
      Object[] leaf = new Object[CHUNK];
      if (top[chunk] != null) {
        Arrays.fill(leaf, top[chunk]);
      }
      SLOT.setRelease(top, chunk, leaf);
    }
  }

  private boolean whole(int chunk, long from, long count) {
    long begin = (long) chunk << LOG2;
    return from <= begin && from + count >= Math.min(begin + CHUNK, pages);
  }

  /**
   * Gives pages to something. Room was made before, and the pages belong to nothing.
   *
   * @param first the first page
   * @param count how many, at least 1
   * @param owner what they belong to from now on
   */
  public void put(long first, long count, T owner) {
    fill(first - firstPage, count, owner);
  }

  /**
   * Takes pages back: they belong to nothing.
   *
   * @param first the first page that was given to {@link #put}
   * @param count as many
   */
  public void clear(long first, long count) {
    fill(first - firstPage, count, null);
  }

  private void fill(long from, long count, @Nullable Object value) {
    int last = (int) (from + count - 1 >>> LOG2);
    for (int chunk = (int) (from >>> LOG2); chunk <= last; chunk++) {
      if (whole(chunk, from, count)) {
        SLOT.setRelease(top, chunk, value);
      } else if (top[chunk] instanceof Object[] leaf) {
        long begin = (long) chunk << LOG2;
        int to = (int) (Math.min(from + count, begin + CHUNK) - begin);
        for (int i = (int) (Math.max(from, begin) - begin); i < to; i++) {
          SLOT.setRelease(leaf, i, value);
        }
      }
    }
  }

  /**
   * Visits the things that have pages, in ascending order, each once for each run of its pages.
   *
   * @param visitor told of each
   */
  @SuppressWarnings({
    "unchecked",
    "ReferenceEquality"
  }) // only put stores here; things are themselves
  public void forEach(Consumer<T> visitor) {
    Object before = null;
    for (Object slot : top) {
      Object[] several = slot instanceof Object[] leaf ? leaf : new Object[] {slot};
      for (Object found : several) {
        if (found != null && found != before) {
          visitor.accept((T) found);
        }
        before = found;
      }
    }
  }
}
