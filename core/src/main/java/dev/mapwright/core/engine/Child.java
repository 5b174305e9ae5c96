package dev.mapwright.core.engine;

import dev.mapwright.core.state.RegionState;
import org.jspecify.annotations.Nullable;

/**
 * A child of a region, as {@link Finder} found it: a region or a mapping. Whoever searches brings
 * one along, so that searching allocates nothing and nobody's result is overwritten by another.
 */
final class Child {
  /** Its first page. */
  long first;

  /** Its last page, inclusive. */
  long last;

  /** The child when it is a region, else null; then {@link #mapping} names it. */
  @Nullable RegionState region;

  /** The mapping's record; 0 when the child is a region. */
  int mapping;

  boolean is(RegionState found) {
    region = found;
    mapping = 0;
    first = found.firstPage();
    last = found.lastPage();
    return true;
  }

  boolean is(Child other) {
    region = other.region;
    mapping = other.mapping;
    first = other.first;
    last = other.last;
    return true;
  }

  boolean is(int found, long itsFirst, long itsLast) {
    region = null;
    mapping = found;
    first = itsFirst;
    last = itsLast;
    return true;
  }
}
