package dev.mapwright.core.dma;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.failure.FailurePoints;
import dev.mapwright.core.index.BlockEntry;
import dev.mapwright.core.index.BlockTrie;

/**
 * A buddy allocator: power of two blocks, low addresses first, a cache of addresses that were
 * freed, no addresses chosen by the caller.
 *
 * <p><b>The rules</b>; personalities whose documents leave one open find it decided here:
 *
 * <ol>
 *   <li>The space is [0, 2^width) bytes. A request is rounded up to a power of two of pages, and
 *       gets a <i>block</i> of that size, aligned to its size. Page 0 may be given out.
 *   <li>Of each size the {@value #CACHED_BLOCKS} blocks freed last are <i>cached</i>, of all sizes
 *       together {@value #MOST_CACHED_BLOCKS}. A request is served by the newest cached block of
 *       its size that fits; else by the lowest block of free space that does.
 *   <li>A block <i>fits</i> if the pages asked for lie inside the window: first page at least the
 *       window's first, first page + pages - 1 at most the window's last. The tail by which the
 *       request was rounded up may reach beyond the window, because nothing is ever mapped there
 *       and no device is told of it; it never reaches beyond the space.
 *   <li>One freed block more than that drives the oldest of its size out of the cache; if there are
 *       not too many of its size, the oldest of all. It becomes free space, and joins with all free
 *       space around it.
 *   <li>Before a request is refused for want of room in a window that could hold an aligned block,
 *       all cached blocks become free space, and it is tried once more. So a refusal may have
 *       emptied the cache. That changes which blocks later requests get, and nothing else.
 *   <li>What is reserved is never given out. Cached blocks in its way become free space first.
 *   <li>The same calls give the same addresses.
 * </ol>
 *
 * <p><b>What is stored where.</b> The {@link BlockTrie} holds what is not free space: live blocks,
 * cached ones, and reserved ranges in aligned pieces. Free space is what lies between, so nothing
 * is ever split, and buddies join by being removed. Which of the blocks are cached is in the {@link
 * BlockCache} alone. How many pages were asked for is the caller's to know.
 *
 * <p><b>The principle.</b> A freed block that stays in the cache stays in the trie. So freeing
 * acquires nothing, since it changes nothing in the trie or takes something out; and a request that
 * the cache serves acquires nothing either, since its block is there already. Only a request that
 * takes free space enters something, and what that takes is acquired before, whole or not at all.
 *
 * <p><b>Cost.</b> No operation depends on how many blocks there are or how large the space is: a
 * path in the trie has nine nodes at most, which no order of requests makes longer. The one that
 * empties the cache pays for up to {@value #MOST_CACHED_BLOCKS} blocks. Many live ranges take less
 * than 24 bytes each even where no two are near each other, and single pages side by side less than
 * one. Memory of the trie is kept for later ranges, so of ranges that came and went elsewhere there
 * is some left. No operation allocates, but for memory that is not there yet.
 *
 * <p><b>Threads.</b> The domain's lock guards every method.
 */
public final class BuddyAllocator implements LogicalAllocator {
  /** The narrowest space: two pages. */
  public static final int LEAST_WIDTH = Pages.SHIFT + 1;

  /** The widest space. */
  public static final int MOST_WIDTH = 63;

  /** Blocks of each size that are cached at most. */
  public static final int CACHED_BLOCKS = BlockCache.DEPTH;

  /** Blocks of all sizes together that are cached at most. */
  public static final int MOST_CACHED_BLOCKS = BlockCache.MOST;

  /** The order of a block that is the whole space. */
  private final int highestOrder;

  private final BlockTrie blocks;
  private final BlockCache cache;

  /** Guarded by the domain's lock. Cached blocks count as free. */
  private long freePages;

  /**
   * Makes the allocator of an empty space. It takes 8 KiB at most, whatever the width; whoever
   * makes it acquires that with his domain.
   *
   * @param width how many bits an address has, {@link #LEAST_WIDTH} .. {@link #MOST_WIDTH}
   * @param failures asked before memory for books is acquired
   * @throws IllegalArgumentException when the width is none of these
   */
  public BuddyAllocator(int width, FailurePoints failures) {
    if (width < LEAST_WIDTH || width > MOST_WIDTH) {
      throw new IllegalArgumentException("a space of 2^" + width + " bytes");
    }
    highestOrder = width - Pages.SHIFT;
    blocks = new BlockTrie(failures);
    cache = new BlockCache(highestOrder + 1);
    freePages = pages();
  }

  @Override
  public long pages() {
    return 1L << highestOrder;
  }

  @Override
  public long freePages() {
    return freePages;
  }

  @Override
  public boolean takesChosenAddresses() {
    return false;
  }

  /** {@return the memory of its books in bytes, without the few kilobytes that each has} */
  public long bookBytes() {
    return blocks.bytes();
  }

  /** The binary logarithm of a request that was rounded up. */
  private static int orderOf(long pages) {
    return Long.SIZE - Long.numberOfLeadingZeros(pages - 1);
  }

  @Override
  public long allocate(long pages, long firstPage, long lastPage) {
    if (pages < 1 || firstPage < 0 || lastPage < 0) {
      throw new IllegalArgumentException(pages + " pages in " + firstPage + " .. " + lastPage);
    }
    // The highest page at which the request may begin; negative when it is too long.
    long highest = Math.min(lastPage, pages() - 1) - (pages - 1);
    int order = orderOf(pages);
    if (firstPage > highest || order > highestOrder) {
      return NO_ROOM;
    }
    long page = cache.takeNewest(order, firstPage, highest);
    if (page < 0) {
      page = fromFreeSpace(order, firstPage, highest);
    }
    if (page >= 0) {
      freePages -= 1L << order;
    }
    return page;
  }

  /** A block that was neither live nor cached; or why there is none. */
  private long fromFreeSpace(int order, long lowest, long highest) {
    long page = blocks.lowestFree(order, lowest);
    if (page < 0 || page > highest) {
      if (alignedUp(lowest, order) > highest) {
        return NO_ROOM;
      }
      emptyCache();
      page = blocks.lowestFree(order, lowest);
      if (page < 0 || page > highest) {
        return NO_ROOM;
      }
    }
    if (!blocks.prepare(1)) {
      return NO_MEMORY;
    }
    blocks.enter(page, order, false);
    return page;
  }

  private static long alignedUp(long page, int order) {
    long size = 1L << order;
    return page + size - 1 & -size;
  }

  private void emptyCache() {
    for (int order = cache.lowestOrder(); order >= 0; order = cache.lowestOrder()) {
      blocks.remove(cache.takeOldest(order), order);
    }
  }

  @Override
  public void free(long firstPage, long pages) {
    int order = pages < 1 ? -1 : orderOf(pages);
    if (order < 0 || !isLive(firstPage, order)) {
      throw new IllegalArgumentException(pages + " pages at " + firstPage + " are not live");
    }
    int crowded = cache.crowdedBy(order);
    if (crowded >= 0) {
      blocks.remove(cache.takeOldest(crowded), crowded);
    }
    cache.add(order, firstPage);
    freePages += 1L << order;
  }

  private boolean isLive(long page, int order) {
    return page >= 0
        && page < pages()
        && blocks.orderAt(page) == order
        && !cache.contains(order, page);
  }

  @Override
  public Outcome reserve(long firstPage, long lastPage) {
    if (firstPage < 0 || lastPage < firstPage) {
      return Outcome.INVALID;
    }
    if (lastPage >= pages()) {
      return Outcome.OUTSIDE;
    }
    for (long block = blocks.next(firstPage); isIn(block, lastPage); ) {
      if (!isCached(block)) {
        return Outcome.OCCUPIED;
      }
      block = blocks.next(BlockEntry.lastPage(block) + 1);
    }
    int pieces = 0;
    for (long page = firstPage; page <= lastPage; page += 1L << pieceAt(page, lastPage)) {
      pieces++;
    }
    if (!blocks.prepare(pieces)) {
      return Outcome.OUT_OF_RECORDS;
    }
    for (long block = blocks.next(firstPage); isIn(block, lastPage); ) {
      long page = BlockEntry.firstPage(block);
      cache.takeNewest(BlockEntry.order(block), page, page);
      blocks.remove(page, BlockEntry.order(block));
      block = blocks.next(firstPage);
    }
    for (long page = firstPage; page <= lastPage; ) {
      int order = pieceAt(page, lastPage);
      blocks.enter(page, order, true);
      page += 1L << order;
    }
    freePages -= lastPage - firstPage + 1;
    return Outcome.OK;
  }

  private static boolean isIn(long block, long lastPage) {
    return block != 0 && BlockEntry.firstPage(block) <= lastPage;
  }

  private boolean isCached(long block) {
    return !BlockEntry.reserved(block)
        && cache.contains(BlockEntry.order(block), BlockEntry.firstPage(block));
  }

  /** The order of the largest aligned block at a page that does not reach beyond another. */
  private static int pieceAt(long page, long lastPage) {
    int fitting = Long.SIZE - 1 - Long.numberOfLeadingZeros(lastPage - page + 1);
    return Math.min(fitting, Long.numberOfTrailingZeros(page));
  }

  @Override
  public boolean next(long fromPage, LogicalRange found) {
    if (fromPage < 0) {
      throw new IllegalArgumentException("page " + fromPage);
    }
    if (fromPage >= pages()) {
      return false;
    }
    long block = blocks.next(fromPage);
    while (block != 0 && isCached(block)) {
      block = blocks.next(BlockEntry.lastPage(block) + 1);
    }
    if (block == 0) {
      return false;
    }
    boolean reserved = BlockEntry.reserved(block);
    long last = BlockEntry.lastPage(block);
    while (reserved) {
      long after = blocks.next(last + 1);
      if (after == 0 || BlockEntry.firstPage(after) != last + 1 || !BlockEntry.reserved(after)) {
        break;
      }
      last = BlockEntry.lastPage(after);
    }
    found.answer(BlockEntry.firstPage(block), last, reserved);
    return true;
  }
}
