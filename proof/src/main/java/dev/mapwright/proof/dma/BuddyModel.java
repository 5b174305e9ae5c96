package dev.mapwright.proof.dma;

import java.util.ArrayList;
import java.util.List;

/**
 * The rules of the buddy allocator, as simply as they can be said: a list of what is taken, in
 * order of its addresses, and a list of what was freed, in order of time. Whether a place is free
 * is found by looking at all that is taken.
 */
final class BuddyModel {
  static final long NO_ROOM = -1;

  private enum State {
    LIVE,
    CACHED,
    RESERVED
  }

  /** A range of pages that is taken, inclusive; cached ones are free but no free space. */
  private record Taken(long first, long last, State state) {}

  private final long pages;
  private final int cachedOfASize;
  private final int cachedInAll;

  /** In order of addresses. */
  private final List<Taken> taken = new ArrayList<>();

  /** The cached ones among them, the oldest first. */
  private final List<Taken> freed = new ArrayList<>();

  BuddyModel(int width, int cachedOfASize, int cachedInAll) {
    pages = 1L << (width - 12);
    this.cachedOfASize = cachedOfASize;
    this.cachedInAll = cachedInAll;
  }

  static long rounded(long pagesAsked) {
    long size = 1;
    while (size < pagesAsked) {
      size *= 2;
    }
    return size;
  }

  /** Where the next such request goes, or NO_ROOM; whether the cache serves it is asked before. */
  long allocate(long asked, long firstPage, long lastPage) {
    long place = place(asked, firstPage, lastPage);
    if (place >= 0) {
      long size = rounded(asked);
      freed.removeIf(one -> one.first == place);
      taken.removeIf(one -> one.first == place);
      add(new Taken(place, place + size - 1, State.LIVE));
    }
    return place;
  }

  /** The same, up to the change: the cache may be emptied, and nothing more. */
  long place(long asked, long firstPage, long lastPage) {
    long end = Math.min(lastPage, pages - 1);
    if (asked > pages || firstPage > end || asked > end - firstPage + 1) {
      return NO_ROOM;
    }
    long size = rounded(asked);
    long highest = end - asked + 1;
    long cached = newestCached(size, firstPage, highest);
    if (cached >= 0) {
      return cached;
    }
    long lowest = lowestFree(size, firstPage, highest);
    if (lowest < 0 && alignedUp(firstPage, size) <= highest) {
      taken.removeAll(freed);
      freed.clear();
      lowest = lowestFree(size, firstPage, highest);
    }
    return lowest;
  }

  /** Whether a request would take nothing but what is cached. */
  boolean cacheServes(long asked, long firstPage, long lastPage) {
    return newestCached(rounded(asked), firstPage, Math.min(lastPage, pages - 1) - asked + 1) >= 0;
  }

  private long newestCached(long size, long lowest, long highest) {
    for (Taken one : freed.reversed()) {
      if (one.last - one.first + 1 == size && one.first >= lowest && one.first <= highest) {
        return one.first;
      }
    }
    return -1;
  }

  private long lowestFree(long size, long lowest, long highest) {
    long best = alignedUp(lowest, size);
    if (!isFree(best, size)) {
      best = Long.MAX_VALUE;
      for (Taken one : taken) {
        long behind = alignedUp(one.last + 1, size);
        if (behind >= lowest && behind < best && isFree(behind, size)) {
          best = behind;
        }
      }
    }
    return best <= highest ? best : NO_ROOM;
  }

  private boolean isFree(long first, long size) {
    for (Taken one : taken) {
      if (one.first <= first + size - 1 && one.last >= first) {
        return false;
      }
    }
    return true;
  }

  private static long alignedUp(long page, long size) {
    return (page + size - 1) / size * size;
  }

  /** Takes a range back; false when it is not live. */
  boolean free(long first, long asked) {
    Taken live = new Taken(first, first + rounded(asked) - 1, State.LIVE);
    if (!taken.remove(live)) {
      return false;
    }
    long size = live.last - live.first + 1;
    List<Taken> ofItsSize = freed.stream().filter(one -> one.last - one.first + 1 == size).toList();
    if (ofItsSize.size() == cachedOfASize) {
      taken.remove(ofItsSize.getFirst());
      freed.remove(ofItsSize.getFirst());
    } else if (freed.size() == cachedInAll) {
      taken.remove(freed.removeFirst());
    }
    Taken cached = new Taken(live.first, live.last, State.CACHED);
    freed.add(cached);
    add(cached);
    return true;
  }

  /** Whether a range could be reserved. */
  boolean canReserve(long first, long last) {
    return taken.stream()
        .allMatch(one -> one.state == State.CACHED || one.last < first || one.first > last);
  }

  void reserve(long first, long last) {
    List<Taken> inTheWay =
        freed.stream().filter(one -> one.first <= last && one.last >= first).toList();
    freed.removeAll(inTheWay);
    taken.removeAll(inTheWay);
    add(new Taken(first, last, State.RESERVED));
  }

  long freePages() {
    long left = pages;
    for (Taken one : taken) {
      if (one.state != State.CACHED) {
        left -= one.last - one.first + 1;
      }
    }
    return left;
  }

  /** What is live or reserved, as text; adjacent reserved ranges are one. */
  List<String> ranges() {
    List<String> ranges = new ArrayList<>();
    for (int i = 0; i < taken.size(); i++) {
      Taken one = taken.get(i);
      long last = one.last;
      while (one.state == State.RESERVED
          && i + 1 < taken.size()
          && taken.get(i + 1).state == State.RESERVED
          && taken.get(i + 1).first == last + 1) {
        last = taken.get(++i).last;
      }
      if (one.state != State.CACHED) {
        ranges.add(text(one.first, last, one.state == State.RESERVED));
      }
    }
    return ranges;
  }

  static String text(long first, long last, boolean reserved) {
    return (reserved ? "reserved " : "live ") + first + ".." + last;
  }

  private void add(Taken one) {
    int at = 0;
    while (at < taken.size() && taken.get(at).first < one.first) {
      at++;
    }
    taken.add(at, one);
  }
}
