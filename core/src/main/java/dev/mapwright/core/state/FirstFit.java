package dev.mapwright.core.state;

/**
 * What earlier searches of a region have shown: below which page there is no gap that is large
 * enough. So a thousand first-fit requests in a row do not each walk over what the earlier ones
 * filled.
 *
 * <p>For each power of two it remembers two sizes, the smallest that was searched for and the last
 * other one, and with each a page: no gap of at least that many pages ends before it. Filling gaps
 * keeps that true. When a range becomes free, the gap that it is a part of may be large enough for
 * some sizes; their pages move back to its beginning, and the others stay. A search for a size may
 * begin where any smaller size found nothing.
 *
 * <p>A region in which nobody has searched has no arrays. The space's lock guards it.
 */
public final class FirstFit {
  private static final long[] NONE = {};

  /** Two sizes for each logarithm, the smallest first, 0 for none; empty until the first search. */
  private long[] sizes = NONE;

  /** The page that goes with each size. */
  private long[] nothingBefore = NONE;

  FirstFit() {}

  /** Whether anything is remembered, which has to be kept true. */
  public boolean inUse() {
    return sizes != NONE;
  }

  /** Where a search for a gap of so many pages has to begin; 0 when nothing is known. */
  public long startFor(long pages) {
    long start = 0;
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] != 0 && sizes[i] <= pages) {
        start = Math.max(start, nothingBefore[i]);
      }
    }
    return start;
  }

  /** A search has shown that no gap of so many pages ends before a page. */
  public void nothingBefore(long pages, long page) {
    if (sizes == NONE) {
      nothingBefore = new long[2 * Long.SIZE];
      sizes = new long[2 * Long.SIZE];
    }
    int smallest = 2 * (Long.SIZE - 1 - Long.numberOfLeadingZeros(pages));
    if (sizes[smallest] == 0 || pages < sizes[smallest]) {
      sizes[smallest + 1] = sizes[smallest];
      nothingBefore[smallest + 1] = nothingBefore[smallest];
      sizes[smallest] = pages;
      nothingBefore[smallest] = page;
      return;
    }
    int at = sizes[smallest] == pages ? smallest : smallest + 1;
    nothingBefore[at] = sizes[at] == pages ? Math.max(nothingBefore[at], page) : page;
    sizes[at] = pages;
  }

  /** A gap has come to be, or has become larger. */
  public void gap(long first, long last) {
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] != 0 && last - first >= sizes[i] - 1) {
        nothingBefore[i] = Math.min(nothingBefore[i], first);
      }
    }
  }

  /** Everything may be different now. */
  public void forget() {
    sizes = NONE;
    nothingBefore = NONE;
  }
}
