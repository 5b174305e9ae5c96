package dev.mapwright.core.engine;

import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.state.RegionState;

/**
 * What can be done to the mappings of a range without any memory, wherever they are: in one part of
 * a space, or, when every part is locked, in all of them.
 */
interface Reach {
  /** Removes the mappings of a range, as {@link Pieces#removeAll}. */
  void removeAll(long first, long last, EventKind how);

  /** Whether a range of a region has no child in it, as {@link Finder#free}. */
  boolean free(RegionState region, long first, long last);
}
