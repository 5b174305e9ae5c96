package dev.mapwright.core.engine;

import dev.mapwright.core.state.MappingTable;
import dev.mapwright.core.state.SpaceState;
import org.jspecify.annotations.Nullable;

/**
 * Which range a new part gets, when two threads met: one that has all of the one's range and
 * nothing of the other's, that cuts no mapping, and in which not so many mappings lie that moving
 * them takes long. Immutable.
 *
 * @param first the first page of the new part
 * @param last its last page, inclusive
 */
record Cut(long first, long last) {
  /** About so many mappings are moved on each side of the range that gets the part. */
  private static final int MOST_MAPPINGS = 4096;

  /**
   * Chooses a range.
   *
   * @param state the part that has both ranges; it is locked
   * @param lowest the first page that may be taken from it
   * @param highest the last one
   * @param ends whether the new range has to reach to one of these two
   * @param first the first page that the new part has to have
   * @param last the last one
   * @param otherFirst the first page that it must not have
   * @param otherLast the last one
   * @return null where a mapping lies across
   */
  static @Nullable Cut between(
      SpaceState state,
      long lowest,
      long highest,
      boolean ends,
      long first,
      long last,
      long otherFirst,
      long otherLast) {
    boolean above = first > otherLast;
    // The other range may lie elsewhere, if there are parts between.
    long from = !above || otherLast < lowest ? lowest : edge(state, otherLast + 1, first);
    long to = above || otherFirst > highest ? highest : edge(state, last + 1, otherFirst) - 1;
    if (from < 0 || to < last) {
      return null;
    }
    if (ends) {
      return new Cut(from, to);
    }
    return new Cut(downwards(state, from, first), upwards(state, last, to));
  }

  /**
   * The first page of what begins at or after a page and not after another one, such that no
   * mapping lies across there, as near to the middle as such a page is found at once; -1 for none.
   */
  private static long edge(SpaceState state, long lowest, long highest) {
    MappingTable table = state.table();
    long middle = lowest + (highest - lowest >>> 1);
    int across = state.mappingAt(middle);
    if (across == 0 || table.first(across) == middle) {
      return middle;
    }
    if (table.first(across) >= lowest) {
      return table.first(across);
    }
    return table.last(across) < highest ? table.last(across) + 1 : -1;
  }

  /** The first page of a range that ends with a page and has not too many mappings. */
  private static long downwards(SpaceState state, long lowest, long page) {
    MappingTable table = state.table();
    int id = state.mappingAt(page);
    long at = id == 0 ? page : table.first(id);
    for (int i = 0; i < MOST_MAPPINGS; i++) {
      id = at == 0 ? 0 : state.lastBeginning(at - 1);
      if (id == 0 || table.first(id) < lowest) {
        return lowest;
      }
      at = table.first(id);
    }
    return at;
  }

  /** The last page of a range that begins with a page and has not too many mappings. */
  private static long upwards(SpaceState state, long page, long highest) {
    MappingTable table = state.table();
    int id = state.mappingAt(page);
    long at = id == 0 ? page : table.last(id);
    for (int i = 0; i < MOST_MAPPINGS; i++) {
      id = state.firstBeginning(at + 1, highest);
      if (id == 0) {
        return highest;
      }
      at = table.last(id);
    }
    return at;
  }
}
