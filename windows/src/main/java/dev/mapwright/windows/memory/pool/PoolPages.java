package dev.mapwright.windows.memory.pool;

import dev.mapwright.core.space.Region;

/** Where a pool takes its pages from, and whom it gives them back to. The pool's lock is held. */
abstract class PoolPages {
  /** The answer when there are none. */
  static final long NONE = -1;

  /** The region that the pages lie in. */
  abstract Region region();

  /**
   * Takes adjacent pages.
   *
   * @return the first one, or {@link #NONE}
   */
  abstract long take(long pages);

  /** Gives pages back that were taken in one. */
  abstract void give(long first, long pages);

  /** Fills bytes of pages that were taken with zeros; false when a page can't be had. */
  abstract boolean zero(long address, long bytes);

  /** The first frame of a run that was taken which is locked, or {@link #NONE}. */
  abstract long lockedFrame(long first, long pages);
}
