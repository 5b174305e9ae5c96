package dev.mapwright.core.domain;

import dev.mapwright.core.index.LinkedTree;
import org.jspecify.annotations.Nullable;

/** The ranges of a domain that exclude others; no two overlap. Guarded by the domain's lock. */
final class DomainRanges extends LinkedTree<DomainRange> {
  @Override
  protected boolean before(DomainRange a, DomainRange b) {
    return a.firstPage < b.firstPage;
  }

  @Override
  protected void summarise(DomainRange range) {
    // nothing is known of subtrees
  }

  /** The lowest range that ends at a page or behind it; null for none. */
  @Nullable DomainRange from(long page) {
    DomainRange found = null;
    DomainRange at = root();
    while (at != null) {
      if (at.lastPage >= page) {
        found = at;
        at = at.left();
      } else {
        at = at.right();
      }
    }
    return found;
  }

  /** Whether a range of pages meets one of them. */
  boolean meets(long firstPage, long lastPage) {
    DomainRange found = from(firstPage);
    return found != null && found.firstPage <= lastPage;
  }
}
