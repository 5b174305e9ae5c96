package dev.mapwright.sim.memory;

import java.util.ArrayList;
import java.util.List;

/**
 * A set of small numbers as a bitmap with summaries: a bit of an upper level says that the word
 * below is not zero, so finding the next member costs a few words whatever the size. Not
 * thread-safe.
 */
final class BitTree {
  private final long[][] levels;

  /** Makes the empty set over 0 .. size - 1. */
  BitTree(int size) {
    List<long[]> made = new ArrayList<>();
    int words = size;
    do {
      words = (words + 63) / 64;
      made.add(new long[words]);
    } while (words > 1);
    levels = made.toArray(new long[0][]);
  }

  void add(int member) {
    int at = member;
    for (long[] level : levels) {
      level[at >> 6] |= 1L << at;
      at >>= 6;
    }
  }

  /** Adds all numbers from {@code first} to {@code last}. */
  void add(int first, int last) {
    int low = first;
    int high = last;
    for (long[] level : levels) {
      for (int word = low >> 6; word <= high >> 6; word++) {
        long from = word == low >> 6 ? -1L << low : -1L;
        long to = word == high >> 6 ? -1L >>> 63 - (high & 63) : -1L;
        level[word] |= from & to;
      }
      low >>= 6;
      high >>= 6;
    }
  }

  void remove(int member) {
    int at = member;
    for (long[] level : levels) {
      level[at >> 6] &= ~(1L << at);
      if (level[at >> 6] != 0) {
        return;
      }
      at >>= 6;
    }
  }

  boolean contains(int member) {
    return (levels[0][member >> 6] >>> member & 1) != 0;
  }

  /** The smallest member that is at least {@code from}; -1 when there is none. */
  int next(int from) {
    int at = from;
    for (int height = 0; height < levels.length; height++) {
      long[] level = levels[height];
      if (at >> 6 >= level.length) {
        return -1;
      }
      long rest = level[at >> 6] & -1L << at;
      if (rest != 0) {
        at = (at & ~63) + Long.numberOfTrailingZeros(rest);
        while (height > 0) {
          height--;
          at = (at << 6) + Long.numberOfTrailingZeros(levels[height][at]);
        }
        return at;
      }
      at = (at >> 6) + 1;
    }
    return -1;
  }
}
