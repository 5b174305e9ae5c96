package dev.mapwright.windows.memory.pool;

import dev.mapwright.core.Pages;
import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.failure.FailurePoints;
import dev.mapwright.windows.memory.lock.PageLocks;
import dev.mapwright.windows.memory.pte.Makers;
import dev.mapwright.windows.memory.pte.PageDirectory;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A pool of system memory with tags.
 *
 * <p><b>What is stored where.</b> Nothing of the pool's own is in the memory that it hands out, so
 * a driver that overwrites its neighbours does not break it: which block has which tag is in {@link
 * PoolChunk}, found by its page. Blocks of more than half a page have pages of their own; smaller
 * ones share a page with others of their size class, a multiple of 16 bytes.
 *
 * <p><b>What is freed</b> stays known until its page is used again, so that freeing it twice can be
 * told from freeing what never was a block. A page whose last block is freed is given back, and
 * accesses to it fault from then on.
 *
 * <p>Thread-safe: one lock, taken before all of the engine's.
 */
public final class Pool {
  private static final int GRAIN = 16;
  private static final int MOST_SHARED = Pages.BYTES / 2;

  private final PoolPages pages;
  private final FailurePoints failures;
  private final ReentrantLock lock = new ReentrantLock();
  private final PageDirectory<PoolChunk> chunks;

  /**
   * By size class: the first chunk with a free slot, null for none; the others hang on it. Guarded
   * by the lock, as everything below.
   */
  private final @Nullable PoolChunk[] open = new PoolChunk[MOST_SHARED / GRAIN + 1];

  private long blocks;
  private long bytesInUse;

  /** How a block is freed. */
  public enum Freed {
    /** It is free. */
    DONE,
    /** It was free before. */
    TWICE,
    /** It is no block. */
    FOREIGN,
    /** It belongs to another tag. */
    WRONG_TAG,
    /** It is locked. */
    LOCKED
  }

  Pool(PoolPages pages, FailurePoints failures) {
    this.pages = pages;
    this.failures = failures;
    chunks = new PageDirectory<>(pages.region().firstPage(), pages.region().pages());
  }

  /**
   * {@return whether an address lies in the range of this pool}
   *
   * @param address any address
   */
  public boolean covers(long address) {
    long page = Pages.of(address);
    return Long.compareUnsigned(page - pages.region().firstPage(), pages.region().pages()) < 0;
  }

  /**
   * Allocates a block.
   *
   * @param bytes how many, at least 1
   * @param tag whose it is
   * @param maker who asks
   * @param zeroed whether it is to be filled with zeros
   * @return its address: page-aligned from a page on, else a multiple of 16; 0 when there is none
   */
  public long allocate(long bytes, int tag, int maker, boolean zeroed) {
    if (Long.compareUnsigned(bytes, Pages.address(pages.region().pages())) > 0) {
      return 0;
    }
    lock.lock();
    try {
      if (failures.refuses(AllocationPoint.HANDLE)) {
        return 0;
      }
      PoolChunk chunk = bytes <= MOST_SHARED ? shared(bytes) : own(bytes);
      if (chunk == null) {
        return 0;
      }
      int slot = chunk.freeSlot();
      chunk.bytes[slot] = bytes;
      chunk.tags[slot] = tag;
      chunk.makers[slot] = maker;
      chunk.used++;
      if (chunk.used == chunk.slots && bytes <= MOST_SHARED) {
        close(chunk);
      }
      blocks++;
      bytesInUse += bytes;
      long address = Pages.address(chunk.firstPage) + slot * chunk.slotBytes;
      if (zeroed && !pages.zero(address, bytes)) {
        free(chunk, slot);
        return 0;
      }
      return address;
    } finally {
      lock.unlock();
    }
  }

  private static int sizeClass(PoolChunk chunk) {
    return (int) (chunk.slotBytes / GRAIN);
  }

  /** Puts a chunk among those with a free slot. */
  private void open(PoolChunk chunk) {
    PoolChunk first = open[sizeClass(chunk)];
    chunk.nextOpen = first;
    if (first != null) {
      first.previousOpen = chunk;
    }
    open[sizeClass(chunk)] = chunk;
  }

  /** Takes it out again: it is full, or goes. */
  private void close(PoolChunk chunk) {
    PoolChunk previous = chunk.previousOpen;
    PoolChunk next = chunk.nextOpen;
    if (previous == null) {
      open[sizeClass(chunk)] = next;
    } else {
      previous.nextOpen = next;
    }
    if (next != null) {
      next.previousOpen = previous;
    }
    chunk.nextOpen = null;
    chunk.previousOpen = null;
  }

  private @Nullable PoolChunk shared(long bytes) {
    int size = (int) (bytes + GRAIN - 1) / GRAIN;
    PoolChunk chunk = open[size];
    if (chunk == null) {
      int slotBytes = size * GRAIN;
      chunk = add(1, slotBytes, Pages.BYTES / slotBytes);
      if (chunk != null) {
        open(chunk);
      }
    }
    return chunk;
  }

  private @Nullable PoolChunk own(long bytes) {
    long count = Pages.of(bytes + Pages.BYTES - 1);
    return add(count, Pages.address(count), 1);
  }

  private @Nullable PoolChunk add(long count, long slotBytes, int slots) {
    long first = pages.take(count);
    if (first == PoolPages.NONE) {
      return null;
    }
    try {
      PoolChunk chunk = new PoolChunk(first, count, slotBytes, slots);
      if (chunks.prepare(first, count)) {
        chunks.put(first, count, chunk);
        return chunk;
      }
    } catch (OutOfMemoryError full) {
      // answered below
    }
    pages.give(first, count);
    return null;
  }

  /**
   * Frees a block.
   *
   * @param address any address
   * @param tag whose the caller says it is; 0 for nobody's in particular
   * @param locks what knows which frames are locked; its lock is held
   * @return what was done; nothing has changed unless DONE
   */
  public Freed free(long address, int tag, PageLocks locks) {
    return free(address, tag, locks, null);
  }

  /** Frees a block, and says in the release why not. */
  Freed free(long address, int tag, PageLocks locks, @Nullable PoolRelease release) {
    assert locks.lock().isHeldByCurrentThread();
    lock.lock();
    try {
      PoolChunk chunk = chunks.at(Pages.of(address));
      int slot = chunk == null ? -1 : chunk.slotAt(address - Pages.address(chunk.firstPage));
      if (chunk == null || slot < 0 || chunk.bytes[slot] == 0) {
        return Freed.FOREIGN;
      }
      if (release != null) {
        release.found(chunk.tags[slot], chunk.bytes[slot]);
      }
      if (chunk.gone || chunk.bytes[slot] < 0) {
        return Freed.TWICE;
      }
      if (tag != 0 && tag != chunk.tags[slot]) {
        return Freed.WRONG_TAG;
      }
      if (chunk.used == 1) { // its pages go
        long locked = pages.lockedFrame(chunk.firstPage, chunk.pages);
        if (locked != PoolPages.NONE) {
          if (release != null) {
            release.foundLocked(locked);
          }
          return Freed.LOCKED;
        }
      }
      free(chunk, slot);
      return Freed.DONE;
    } finally {
      lock.unlock();
    }
  }

  private void free(PoolChunk chunk, int slot) {
    blocks--;
    bytesInUse -= chunk.bytes[slot];
    chunk.bytes[slot] = -1;
    boolean shared = chunk.slots > 1;
    if (shared && chunk.used == chunk.slots) {
      open(chunk);
    }
    if (--chunk.used == 0) {
      if (shared) {
        close(chunk);
      }
      chunk.gone = true;
      pages.give(chunk.firstPage, chunk.pages);
    }
  }

  /**
   * {@return the tag of a block; 0 when no block that is in use begins there}
   *
   * @param address any address
   */
  public int tagOf(long address) {
    lock.lock();
    try {
      PoolChunk chunk = chunks.at(Pages.of(address));
      int slot = chunk == null ? -1 : chunk.slotAt(address - Pages.address(chunk.firstPage));
      return chunk == null || slot < 0 || chunk.bytes[slot] <= 0 ? 0 : chunk.tags[slot];
    } finally {
      lock.unlock();
    }
  }

  /**
   * {@return whether a block begins there that was freed, and whose memory was not used again}
   *
   * @param address any address
   */
  public boolean wasFreed(long address) {
    lock.lock();
    try {
      PoolChunk chunk = chunks.at(Pages.of(address));
      int slot = chunk == null ? -1 : chunk.slotAt(address - Pages.address(chunk.firstPage));
      return chunk != null && slot >= 0 && chunk.bytes[slot] < 0;
    } finally {
      lock.unlock();
    }
  }

  /**
   * {@return the size of a block, as it was asked for; 0 when no block that is in use begins there}
   *
   * @param address any address
   */
  public long bytesOf(long address) {
    lock.lock();
    try {
      PoolChunk chunk = chunks.at(Pages.of(address));
      int slot = chunk == null ? -1 : chunk.slotAt(address - Pages.address(chunk.firstPage));
      return chunk == null || slot < 0 ? 0 : Math.max(chunk.bytes[slot], 0);
    } finally {
      lock.unlock();
    }
  }

  /**
   * {@return the first PFN of a block's pages that is locked; -1 for none}
   *
   * @param address of a block that is in use
   */
  public long lockedFrame(long address) {
    lock.lock();
    try {
      PoolChunk chunk = chunks.at(Pages.of(address));
      return chunk == null || chunk.gone
          ? PoolPages.NONE
          : pages.lockedFrame(chunk.firstPage, chunk.pages);
    } finally {
      lock.unlock();
    }
  }

  /** Told of blocks. */
  public interface BlockVisitor {
    /**
     * One block that is in use.
     *
     * @param address where it begins
     * @param bytes its size, as it was asked for
     * @param tag whose it is
     * @param maker who allocated it, as a number of {@link Makers}
     */
    void block(long address, long bytes, int tag, int maker);
  }

  /**
   * Visits the blocks that are in use, in ascending order; meant for reports.
   *
   * @param visitor told of each, with the lock held: it must not call the pool
   */
  public void forEachBlock(BlockVisitor visitor) {
    lock.lock();
    try {
      for (long page = chunks.next(0); page >= 0; ) {
        PoolChunk chunk = chunks.at(page);
        boolean here = chunk != null && !chunk.gone && chunk.firstPage == page;
        if (chunk != null && here) {
          visit(chunk, visitor);
        }
        page = chunks.next(page + (chunk != null && here ? chunk.pages : 1));
      }
    } finally {
      lock.unlock();
    }
  }

  private static void visit(PoolChunk chunk, BlockVisitor visitor) {
    for (int slot = 0; slot < chunk.slots; slot++) {
      if (chunk.bytes[slot] > 0) {
        long address = Pages.address(chunk.firstPage) + slot * chunk.slotBytes;
        visitor.block(address, chunk.bytes[slot], chunk.tags[slot], chunk.makers[slot]);
      }
    }
  }

  /** {@return how many blocks are in use} */
  public long blocks() {
    lock.lock();
    try {
      return blocks;
    } finally {
      lock.unlock();
    }
  }

  /** {@return how many bytes of blocks are in use, as they were asked for} */
  public long bytesInUse() {
    lock.lock();
    try {
      return bytesInUse;
    } finally {
      lock.unlock();
    }
  }
}
