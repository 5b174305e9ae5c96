package dev.mapwright.windows.mdl;

import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.windows.memory.lock.MdlPages;
import dev.mapwright.windows.memory.mdl.FrameList;

/**
 * Looks for physical pages between two addresses, and takes them.
 *
 * <p>Without chunks it takes page after page, in ascending order, from the range that was given;
 * then, if pages to skip were given, from the range so much higher, and so on up to the end of RAM.
 * Ranges that follow each other or overlap are one range that is open above, so each page is looked
 * at once.
 */
final class PageSearch {
  /** No frame of RAM has a higher number. */
  private static final long LAST_RAM_PFN = (1L << 30) - 1;

  private final Frames frames;
  private final FrameList list;
  private final int wanted;
  private final long lowest;
  private final long highest;
  private final long skipPages;
  private final int node;

  /** How many pages the list holds. */
  private int found;

  /**
   * Prepares a search.
   *
   * @param list begun with as many pages as are wanted
   * @param already how many of them it holds
   * @param low the lowest physical address
   * @param high the highest physical address of a byte
   * @param skip how many bytes further up to look next; 0 for nowhere
   * @param node which node's pages, or any
   */
  PageSearch(Frames frames, FrameList list, int already, long low, long high, long skip, int node) {
    this.frames = frames;
    this.list = list;
    found = already;
    this.node = node;
    wanted = list.count();
    lowest = (low >>> Pages.SHIFT) + (Pages.offset(low) == 0 ? 0 : 1);
    long last = (high >>> Pages.SHIFT) - (Pages.offset(high) == Pages.BYTES - 1 ? 0 : 1);
    highest = Math.min(last, LAST_RAM_PFN);
    skipPages = skip >>> Pages.SHIFT;
  }

  /** {@return how many pages the list holds} */
  int found() {
    return found;
  }

  /** Takes single pages. */
  void single(boolean zeroed) {
    if (lowest <= 1 && highest == LAST_RAM_PFN && node == Frames.ANY_NODE) {
      anywhere(zeroed);
      return;
    }
    long width = highest - lowest + 1;
    if (width <= 0) {
      return;
    }
    if (skipPages == 0 || skipPages > width) {
      long low = lowest;
      while (found < wanted && low <= LAST_RAM_PFN) {
        between(low, Math.min(low + width - 1, LAST_RAM_PFN));
        if (skipPages == 0 || frames.free() == 0) {
          return;
        }
        low = next(low, width);
      }
    } else {
      between(lowest, LAST_RAM_PFN);
    }
  }

  /** Where the next range with RAM begins, or one that is not known to have none. */
  private long next(long low, long width) {
    long from = low + skipPages;
    long empty = from > LAST_RAM_PFN ? 0 : frames.pagesToRam(from);
    return empty < width ? from : from + (empty - width) / skipPages * skipPages;
  }

  private void anywhere(boolean zeroed) {
    while (found < wanted) {
      long pfn = MdlPages.take(frames, zeroed);
      if (pfn == Frames.NONE) {
        return;
      }
      list.words()[found++] = pfn;
    }
  }

  private void between(long first, long last) {
    long low = Math.max(first, 1);
    while (found < wanted && low <= last) {
      long pfn = MdlPages.take(frames, new Frames.RunRequest(1, 0, low, last, 0, node));
      if (pfn == Frames.NONE) {
        return;
      }
      list.words()[found++] = pfn;
      low = pfn + 1;
    }
  }

  /** Takes blocks of adjacent pages, each a multiple of its size where it is a power of two. */
  void chunks(int pages, int alignmentLog2) {
    long low = Math.max(lowest, 1);
    while (found + pages <= wanted && low <= highest) {
      long pfn =
          MdlPages.take(frames, new Frames.RunRequest(pages, alignmentLog2, low, highest, 0, node));
      if (pfn == Frames.NONE) {
        return;
      }
      for (int i = 0; i < pages; i++) {
        list.words()[found++] = pfn + i;
      }
      low = pfn + pages;
    }
  }
}
