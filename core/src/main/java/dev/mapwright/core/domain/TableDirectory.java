package dev.mapwright.core.domain;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tables by their numbers: a tree of arrays, as high as the numbers of a domain need it. What it
 * costs follows its height; what it takes, the tables that are there. Guarded by the domain's lock.
 */
final class TableDirectory {
  private static final int LOG2_FANOUT = 6;
  private static final int FANOUT = 1 << LOG2_FANOUT;

  /** An inner node, or a lowest one, whose children are tables. */
  private static final class Node {
    final @Nullable Object[] children = new Object[FANOUT];
    int count;
  }

  /** How many levels of nodes there are, at least 1. */
  private final int levels;

  /** The way to the table that was looked for last, from the root on. */
  private final Node[] way;

  /** The lowest node that was found last, and which numbers are in it; null for none. */
  private @Nullable Node lastNode;

  private long lastBase;

  TableDirectory(long lastNumber) {
    int bits = 64 - Long.numberOfLeadingZeros(lastNumber);
    levels = Math.max(1, (bits + LOG2_FANOUT - 1) / LOG2_FANOUT);
    way = new Node[levels];
    way[0] = new Node();
  }

  private int index(long number, int depth) {
    return (int) (number >>> LOG2_FANOUT * (levels - 1 - depth)) & FANOUT - 1;
  }

  /** The table with a number; null when it is not there. */
  @Nullable DomainTable find(long number) {
    Node lowest = lastNode;
    if (lowest == null || lastBase != number >>> LOG2_FANOUT) {
      lowest = way[0];
      for (int depth = 0; depth < levels - 1; depth++) {
        Object child = lowest.children[index(number, depth)];
        if (child == null) {
          return null;
        }
        lowest = (Node) child;
      }
      lastNode = lowest;
      lastBase = number >>> LOG2_FANOUT;
    }
    return (DomainTable) lowest.children[(int) number & FANOUT - 1];
  }

  /** The table with the lowest number in a range; null for none. */
  @Nullable DomainTable first(long from, long to) {
    return first(way[0], 0, from, to);
  }

  private @Nullable DomainTable first(Node node, int depth, long from, long to) {
    int shift = LOG2_FANOUT * (levels - 1 - depth);
    long base = depth == 0 ? 0 : from >>> shift + LOG2_FANOUT << shift + LOG2_FANOUT;
    int start = index(from, depth);
    for (int at = start; at < FANOUT; at++) {
      long low = base + ((long) at << shift);
      if (low > to) {
        return null;
      }
      Object child = node.children[at];
      if (child instanceof DomainTable table) {
        return table;
      }
      if (child != null) {
        DomainTable found = first((Node) child, depth + 1, Math.max(from, low), to);
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }

  /** The table with the highest number in a range; null for none. */
  @Nullable DomainTable last(long from, long to) {
    return last(way[0], 0, from, to);
  }

  private @Nullable DomainTable last(Node node, int depth, long from, long to) {
    int shift = LOG2_FANOUT * (levels - 1 - depth);
    long base = depth == 0 ? 0 : to >>> shift + LOG2_FANOUT << shift + LOG2_FANOUT;
    for (int at = index(to, depth); at >= 0; at--) {
      long low = base + ((long) at << shift);
      long high = low + (1L << shift) - 1;
      if (high < from) {
        return null;
      }
      Object child = node.children[at];
      if (child instanceof DomainTable table) {
        return table;
      }
      if (child != null) {
        DomainTable found = last((Node) child, depth + 1, from, Math.min(to, high));
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }

  /** Enters a table. All or nothing. */
  void add(DomainTable table) {
    // Nodes are made first: what can fail comes before anything is linked.
    Node node = way[0];
    int depth = 0;
    while (depth < levels - 1) {
      Object child = node.children[index(table.number, depth)];
      if (child == null) {
        break;
      }
      node = (Node) child;
      depth++;
    }
    Object fresh = table;
    for (int made = levels - 1; made > depth; made--) {
      Node parent = new Node();
      parent.children[index(table.number, made)] = fresh;
      parent.count = 1;
      fresh = parent;
    }
    node.children[index(table.number, depth)] = fresh;
    node.count++;
  }

  /** Removes a table that is there. */
  void remove(DomainTable table) {
    Node node = way[0];
    for (int depth = 0; depth < levels - 1; depth++) {
      node = (Node) Objects.requireNonNull(node.children[index(table.number, depth)]);
      way[depth + 1] = node;
    }
    for (int depth = levels - 1; depth >= 0; depth--) {
      way[depth].children[index(table.number, depth)] = null;
      way[depth].count--;
      if (way[depth].count != 0) {
        break;
      }
    }
    lastNode = null;
  }
}
