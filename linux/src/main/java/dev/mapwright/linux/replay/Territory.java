package dev.mapwright.linux.replay;

import java.util.Map;
import java.util.TreeMap;

/**
 * Which addresses of a space are known, where nobody recorded what it held at first: a program that
 * a child process began, or a recording without initial maps. Everything that a call has touched is
 * known from then on. Ranges are (first, last inclusive), disjoint, and joined when they meet.
 */
final class Territory {

  private final TreeMap<Long, Long> known = new TreeMap<>();

  Territory copy() {
    Territory copy = new Territory();
    copy.known.putAll(known);
    return copy;
  }

  /** How many ranges are known, those that meet counted as one. */
  int ranges() {
    return known.size();
  }

  boolean knows(long first, long last) {
    Map.Entry<Long, Long> below = known.floorEntry(first);
    return below != null && below.getValue() >= last;
  }

  boolean knows(Footprint print) {
    boolean[] all = {true};
    print.forEachRange((first, last) -> all[0] &= knows(first, last));
    return all[0];
  }

  /** Whether any address that a call touches is known. */
  boolean meets(Footprint print) {
    boolean[] any = {false};
    print.forEachRange((first, last) -> {
      Map.Entry<Long, Long> below = known.floorEntry(last);
      any[0] |= below != null && below.getValue() >= first;
    });
    return any[0];
  }

  void learn(Footprint print) {
    print.forEachRange(this::learn);
  }

  void learn(long first, long last) {
    long from = first;
    long to = last;
    Map.Entry<Long, Long> below = known.floorEntry(from);
    if (below != null && below.getValue() >= from - 1) {
      from = below.getKey();
      to = Math.max(to, below.getValue());
    }
    Map.Entry<Long, Long> next = known.ceilingEntry(from);
    while (next != null && next.getKey() <= to + 1) {
      to = Math.max(to, next.getValue());
      known.remove(next.getKey());
      next = known.ceilingEntry(from);
    }
    known.put(from, to);
  }

  /** Nobody knows any more what a range holds. */
  void forget(long first, long last) {
    Map.Entry<Long, Long> part = known.floorEntry(last);
    while (part != null && part.getValue() >= first) {
      known.remove(part.getKey());
      if (part.getValue() > last) {
        known.put(last + 1, part.getValue());
      }
      if (part.getKey() < first) {
        known.put(part.getKey(), first - 1);
      }
      part = known.lowerEntry(part.getKey());
    }
  }

  /** Visits the parts of a range that are not known. */
  void forEachUnknown(long first, long last, Footprint.RangeVisitor visitor) {
    long at = first;
    while (at <= last) {
      Map.Entry<Long, Long> below = known.floorEntry(at);
      if (below != null && below.getValue() >= at) {
        at = below.getValue() + 1;
        continue;
      }
      Long next = known.higherKey(at);
      long end = next == null ? last : Math.min(last, next - 1);
      visitor.range(at, end);
      at = end + 1;
    }
  }

  /** Visits the known parts of a range. */
  void forEachKnown(long first, long last, Footprint.RangeVisitor visitor) {
    long[] at = {first};
    forEachUnknown(
        first,
        last,
        (from, to) -> {
          if (at[0] < from) {
            visitor.range(at[0], from - 1);
          }
          at[0] = to + 1;
        });
    if (at[0] <= last) {
      visitor.range(at[0], last);
    }
  }
}
