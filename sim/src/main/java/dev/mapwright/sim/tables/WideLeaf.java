package dev.mapwright.sim.tables;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Permissions;
import dev.mapwright.sim.format.TableFormat;

/**
 * The entry above a table, in which now a link to the table stands and now a leaf that translates
 * what the table says. The table stays as it is beneath the leaf, so the link can be put back
 * without acquiring anything; where it leads is noted here, since nothing in memory says it
 * meanwhile.
 *
 * <p>Whoever walks meanwhile reads one or the other, and both say the same. What the hardware marks
 * in the leaf goes to the entries when the link is put back: a mark of a store is not lost.
 *
 * <p>Immutable but for the entries, which whoever prepared the range guards.
 */
final class WideLeaf {
  private final PreparedTables words;
  private final TableFormat format;

  /** The level of the table that the entry stands in. */
  private final int level;

  /** Where the entry is. */
  private final long slot;

  /** The table beneath: its first entry, how many it has, and its frame. */
  private final long below;

  private final int entries;
  private final long pfn;

  WideLeaf(PreparedTables words, TableShape shape, int level, long slot, long pfn) {
    this.words = words;
    this.format = shape.format;
    this.level = level;
    this.slot = slot;
    this.pfn = pfn;
    below = TableWords.address(pfn, 0);
    entries = shape.entries(level - 1);
  }

  /**
   * Puts a leaf over the table, if all its entries are leaves that one can take the place of, each
   * of so many pages.
   */
  boolean widen(long pagesOfEntry) {
    if (!format.leafAllowed(level)) {
      return false;
    }
    long bits = words.get(below);
    if (!isLeaf(bits)) {
      return false;
    }
    long first = format.pfn(level - 1, bits);
    int permissions = format.permissions(level - 1, bits);
    CachePolicy cache = format.cache(level - 1, bits);
    if ((first & pagesOfEntry * entries - 1) != 0
        || permissions == Permissions.NONE
        || format.effective(permissions) != permissions) {
      return false;
    }
    for (int i = 1; i < entries; i++) {
      long next = words.get(below + 8L * i);
      if (!isLeaf(next)
          || format.pfn(level - 1, next) != first + i * pagesOfEntry
          || format.permissions(level - 1, next) != permissions
          || format.cache(level - 1, next) != cache) {
        return false;
      }
    }
    words.exchange(slot, format.leaf(level, first, permissions, cache));
    return true;
  }

  private boolean isLeaf(long bits) {
    return format.present(level - 1, bits) && format.isLeaf(level - 1, bits);
  }

  boolean wide() {
    long bits = words.get(slot);
    return format.present(level, bits) && format.isLeaf(level, bits);
  }

  /**
   * Puts the link back. It begins as accessed, for who has used the leaf may go on at once with
   * what is beneath.
   */
  void narrow() {
    if (!wide()) {
      return;
    }
    long leaf = words.exchange(slot, format.withAccessed(level, format.table(level, pfn)));
    if (!format.dirty(level, leaf)) {
      return;
    }
    for (int i = 0; i < entries; i++) {
      long at = below + 8L * i;
      long bits;
      do {
        bits = words.get(at);
      } while (!words.replace(at, bits, format.withDirty(level - 1, bits)));
    }
  }
}
