package dev.mapwright.bench;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The book-keeping alone of one-page mappings, as most programs on the JVM write it: a {@link
 * TreeMap} from first page to a record. A pair removes one at a random place, checks that its place
 * is free, and inserts it again. No permissions, hierarchy, counts, events or translations.
 */
final class TreePages {
  private record Entry(long first, long last, Object object, long offset, int permissions) {}

  private final TreeMap<Long, Entry> tree = new TreeMap<>();
  private final Places places;
  private final IndexStream stream;
  private boolean wrong;

  TreePages(Places places) {
    this.places = places;
    stream = new IndexStream(places.count());
    for (int i = 0; i < places.count(); i++) {
      wrong |= !map(i, places.page(i));
    }
  }

  private boolean map(int i, long first) {
    Map.@Nullable Entry<Long, Entry> before = tree.floorEntry(first);
    if (before != null && before.getValue().last >= first) {
      return false;
    }
    return tree.put(first, new Entry(first, first, this, i, 3)) == null;
  }

  private void pairs(int operations) {
    long state = stream.state;
    int n = places.count();
    boolean failed = false;
    for (int k = 0; k < operations; k++) {
      state += IndexStream.STEP;
      int i = IndexStream.below(state, n);
      long page = places.page(i);
      failed |= tree.remove(page) == null;
      failed |= !map(i, page);
    }
    stream.state = state;
    wrong |= failed;
  }

  /** Looks up which mapping a page at a random place belongs to. */
  void lookUps(int operations) {
    long state = stream.state;
    int n = places.count();
    boolean failed = false;
    for (int k = 0; k < operations; k++) {
      state += IndexStream.STEP;
      int i = IndexStream.below(state, n);
      Map.@Nullable Entry<Long, Entry> found = tree.floorEntry(places.page(i));
      failed |= found == null || found.getValue().offset != i;
    }
    stream.state = state;
    wrong |= failed;
  }

  Contender contender() {
    return new Contender("TreeMap", this::pairs);
  }

  void verify() {
    if (wrong || tree.size() != places.count()) {
      throw new IllegalStateException("the TreeMap's answers were wrong");
    }
  }
}
