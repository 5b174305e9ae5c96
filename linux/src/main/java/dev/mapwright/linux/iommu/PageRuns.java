package dev.mapwright.linux.iommu;

import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.linux.input.HeapRoom;
import dev.mapwright.linux.input.InputFormatException;
import java.util.Arrays;

/**
 * What a set of tables translates: runs of pages that show adjacent frames with the same
 * permissions, in ascending order. Neighbours are always joined, so two sets translate the same if
 * and only if their runs are the same. Not thread-safe.
 */
final class PageRuns {
  /** What one run takes: first page, last page (inclusive), first frame, permissions. */
  private static final int LONGS = 4;

  /** Marks a frame that no entry leads to: an entry that can't be followed. */
  static final long BROKEN = -1;

  private static final int MOST_RUNS = 1 << 21;

  private final String source;
  private final HeapRoom room;
  private long[] runs = new long[16 * LONGS];
  private int count;

  /**
   * @param source what errors call whatever says this
   */
  PageRuns(String source, HeapRoom room) {
    this.source = source;
    this.room = room;
  }

  int count() {
    return count;
  }

  long first(int run) {
    return runs[run * LONGS];
  }

  long last(int run) {
    return runs[run * LONGS + 1];
  }

  long pfn(int run) {
    return runs[run * LONGS + 2];
  }

  int permissions(int run) {
    return (int) runs[run * LONGS + 3];
  }

  /** The frame of a page of a run. */
  long pfn(int run, long page) {
    return pfn(run) == BROKEN ? BROKEN : pfn(run) + page - first(run);
  }

  /** How many pages there are. */
  long pages() {
    long pages = 0;
    for (int run = 0; run < count; run++) {
      pages += last(run) - first(run) + 1;
    }
    return pages;
  }

  /** Adds pages behind all that are there. */
  void add(long first, long last, long pfn, int permissions) throws InputFormatException {
    if (count > 0 && first <= last(count - 1)) {
      throw new InputFormatException(
          source, 0, "ranges that don't overlap", "0x" + Long.toHexString(Pages.address(first)));
    }
    if (count > 0
        && first == last(count - 1) + 1
        && permissions == permissions(count - 1)
        && pfn == pfn(count - 1, first)) {
      runs[(count - 1) * LONGS + 1] = last;
      return;
    }
    if (count * LONGS == runs.length) {
      if (count >= MOST_RUNS || !room.has(2L * runs.length * Long.BYTES)) {
        throw new InputFormatException(
            source, 0, "at most " + count + " separate ranges", "more than that");
      }
      runs = Arrays.copyOf(runs, 2 * runs.length);
    }
    int at = count++ * LONGS;
    runs[at] = first;
    runs[at + 1] = last;
    runs[at + 2] = pfn;
    runs[at + 3] = permissions;
  }

  /** Whether any page may be written and not read. */
  boolean anyWriteOnly() {
    for (int run = 0; run < count; run++) {
      if (permissions(run) == Permissions.WRITE) {
        return true;
      }
    }
    return false;
  }

  /** One page and where it leads, in words. */
  String at(int run, long page) {
    String letters =
        switch (permissions(run) & Permissions.READ_WRITE) {
          case Permissions.READ -> "r";
          case Permissions.WRITE -> "w";
          case Permissions.READ_WRITE -> "rw";
          default -> "no access";
        };
    return pfn(run) == BROKEN
        ? "an entry that can't be followed"
        : "0x" + Long.toHexString(Pages.address(pfn(run, page))) + " " + letters;
  }
}
