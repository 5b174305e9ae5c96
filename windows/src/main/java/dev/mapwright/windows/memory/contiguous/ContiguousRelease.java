package dev.mapwright.windows.memory.contiguous;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Pages;
import dev.mapwright.windows.memory.lock.PageLocks;

/**
 * How contiguous or non-cached memory was freed, or why it was not. A context keeps one and uses it
 * again. Not thread-safe.
 */
public final class ContiguousRelease {
  /** What came of it. */
  public enum Released {
    /** It is free. */
    DONE,
    /** No memory of that sort begins there. */
    NOT_A_BASE,
    /** The address is in the middle of a block. */
    INSIDE,
    /** A block that was there is free. */
    FREED,
    /** It has another number of pages; asked of non-cached memory only. */
    WRONG_SIZE,
    /** A page of it is locked. */
    LOCKED
  }

  /** How many pages it has to have; -1 when that is not asked. */
  private long callersPages;

  private long bytes;
  private long pages;
  private CachePolicy policy = CachePolicy.CACHED;
  private long pfn;
  private int locks;

  /** Makes one that says nothing. */
  public ContiguousRelease() {}

  /**
   * Frees a contiguous block.
   *
   * @param memory where
   * @param pageLocks what knows which pages are locked
   * @param address any address
   * @return what was done; nothing has changed unless DONE
   */
  public Released free(ContiguousMemory memory, PageLocks pageLocks, long address) {
    return free(memory, pageLocks, address, true, -1);
  }

  /**
   * Frees non-cached memory.
   *
   * @param memory where
   * @param pageLocks what knows which pages are locked
   * @param address any address
   * @param itsBytes how large it has to be; compared in pages
   * @return what was done; nothing has changed unless DONE
   */
  public Released freeNonCached(
      ContiguousMemory memory, PageLocks pageLocks, long address, long itsBytes) {
    return free(memory, pageLocks, address, false, Pages.countFor(itsBytes));
  }

  private Released free(
      ContiguousMemory memory, PageLocks pageLocks, long address, boolean contiguous, long count) {
    callersPages = count;
    bytes = 0;
    pages = 0;
    pageLocks.lock().lock();
    try {
      return memory.free(address, contiguous, pageLocks, this);
    } finally {
      pageLocks.lock().unlock();
    }
  }

  void found(ContiguousBlock block) {
    bytes = block.bytes();
    pages = block.pages();
    policy = block.policy();
  }

  boolean agrees(ContiguousBlock block) {
    return callersPages < 0 || callersPages == block.pages();
  }

  void foundLocked(long itsPfn, int itsLocks) {
    pfn = itsPfn;
    locks = itsLocks;
  }

  /** {@return how many bytes of it were asked for} */
  public long bytes() {
    return bytes;
  }

  /** {@return how many pages it has, or had} */
  public long pages() {
    return pages;
  }

  /** {@return how it was accessed} */
  public CachePolicy policy() {
    return policy;
  }

  /** {@return the PFN of the page that is locked} */
  public long pfn() {
    return pfn;
  }

  /** {@return how often that page is locked} */
  public int locks() {
    return locks;
  }
}
