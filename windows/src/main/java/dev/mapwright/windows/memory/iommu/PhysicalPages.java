package dev.mapwright.windows.memory.iommu;

import dev.mapwright.core.space.PfnSource;
import dev.mapwright.windows.memory.mdl.FrameList;
import java.util.Arrays;

/**
 * The pages that a call maps, decoded once from what the driver has passed: listed, or side by
 * side. A context keeps one and uses it again, so that mapping allocates nothing. Not thread-safe.
 */
public final class PhysicalPages implements PfnSource {
  private final FrameList list;

  /** Whether {@link #list} says which pages; else they are side by side. */
  private boolean listed;

  private long firstPfn;
  private long pages;

  /**
   * Makes one that names no page.
   *
   * @param list where listed pages are
   */
  public PhysicalPages(FrameList list) {
    this.list = list;
  }

  /** Says that they are those of the list. */
  public void list() {
    listed = true;
    pages = list.count();
  }

  /**
   * Says that they are side by side.
   *
   * @param first the first page's PFN
   * @param count how many pages
   */
  public void range(long first, long count) {
    listed = false;
    firstPfn = first;
    pages = count;
  }

  /** {@return how many there are} */
  public long pages() {
    return pages;
  }

  /** {@return whether they are listed, so that one may come twice} */
  public boolean listed() {
    return listed;
  }

  /**
   * {@return whether each comes once}
   *
   * @throws OutOfMemoryError when there is no memory to sort them
   */
  public boolean eachOnce() {
    if (!listed) {
      return true;
    }
    long[] sorted = new long[list.count()];
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] = list.pfn(i);
    }
    Arrays.sort(sorted);
    for (int i = 1; i < sorted.length; i++) {
      if (sorted[i] == sorted[i - 1]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public long pfn(long index) {
    return listed ? list.pfn(index) : firstPfn + index;
  }
}
