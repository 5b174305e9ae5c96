package dev.mapwright.windows.memory.lock;

import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.windows.memory.cache.CacheBook;
import dev.mapwright.windows.memory.mdl.FrameList;
import dev.mapwright.windows.memory.pte.SystemPtes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Locks of pages. A frame counts one lock for each MDL (each slot of one) that locks it, and is
 * neither put out nor reused while there is one.
 *
 * <p><b>The lock.</b> Whoever locks frames, takes locks away, puts pages out, or frees memory that
 * may be locked, holds {@link #lock}: so a page that was looked up stays what it is until it is
 * locked. It is taken before all of the engine's locks, and never together with that of {@link
 * SystemPtes} or a pool.
 */
public final class PageLocks {
  private final Frames frames;
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock. */
  private final LockRegister register = new LockRegister(lock);

  /** How many pages are allocated for MDLs. Guarded by the lock. */
  private long mdlPages;

  /**
   * Makes the book of locks.
   *
   * @param frames the frames of the machine
   */
  public PageLocks(Frames frames) {
    this.frames = frames;
  }

  /** {@return the lock that keeps pages where they are} */
  public ReentrantLock lock() {
    return lock;
  }

  /** {@return who has locked what; the lock is held to look at it} */
  public LockRegister register() {
    return register;
  }

  /**
   * Locks a frame once more; the lock is held. Page tables and the frame of zeros are the engine's:
   * a mapping may show them, and who could lock them there could map them writable. Pages that were
   * allocated for an MDL are locked as long as they are anybody's: one without a lock is about to
   * be freed, though a mapping may still show it.
   *
   * @param pfn a frame of RAM
   * @return false when its count is full, or when it belongs to nobody or to the engine
   */
  public boolean add(long pfn) {
    assert lock.isHeldByCurrentThread();
    FrameOwner owner = frames.owner(pfn);
    if (owner == FrameOwner.TABLE || owner == FrameOwner.ZERO) {
      return false;
    }
    if (owner == FrameOwner.POOL && frames.tag(pfn) == MdlPages.TAG && frames.locks(pfn) == 0) {
      return false;
    }
    try {
      return frames.addLocks(pfn, 1) >= 0;
    } catch (IllegalStateException free) {
      return false; // a mapping of physical addresses shows a frame that nobody has allocated
    }
  }

  /**
   * Counts pages that were allocated for an MDL, or are about to be freed; the lock is held.
   *
   * @param delta how many more
   */
  void countMdlPages(int delta) {
    mdlPages += delta;
  }

  /**
   * Takes one lock of a frame back that {@link #add} has added a moment ago; the lock is held.
   *
   * @param pfn a frame of RAM
   */
  public void takeBack(long pfn) {
    assert lock.isHeldByCurrentThread();
    frames.addLocks(pfn, -1);
  }

  /**
   * Takes one lock away from each frame of RAM in a list. All or nothing; the list is anybody's,
   * and may name a frame more often than it is locked. The last lock of a page that was allocated
   * for an MDL stays: it goes when the page is freed.
   *
   * @param list the frames; pages outside RAM are passed by
   * @return the index of a frame that is not locked (any more) or has such a last lock, or of what
   *     is no page at all; -1 when it was done
   */
  public int removeAll(FrameList list) {
    lock.lock();
    try {
      int count = list.count();
      // Is each of them a page, and locked at all?
      for (int i = 0; i < count; i++) {
        if (!list.possible(i) || frames.isRam(list.pfn(i)) && frames.locks(list.pfn(i)) == 0) {
          return i;
        }
      }
      for (int i = 0; i < count; i++) {
        long pfn = list.pfn(i);
        if (frames.isRam(pfn) && !removeOne(pfn, i, list)) {
          return i;
        }
      }
      letGoHeld(list, count);
      return -1;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes one lock away from each page of a list, in RAM and outside. All or nothing; the last lock
   * of a page that was allocated for an MDL stays, as above.
   *
   * @param list the pages, which are anybody's
   * @param book what remembers locked pages that have no cache attribute of their own
   * @return the index of a page that is not locked (any more), has such a last lock, or is none at
   *     all; -1 when it was done
   */
  public int unlockAll(FrameList list, CacheBook book) {
    lock.lock();
    try {
      if (ordinary(list)) {
        return unlockOrdinary(list);
      }
      int wrong = book.letGo(list);
      if (wrong < 0) {
        wrong = removeAll(list);
        if (wrong >= 0) {
          book.referTo(list); // they were there a moment ago, under this lock
        }
      }
      return wrong;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Whether each page is an allocated frame that is locked and has a cache attribute, and that was
   * not allocated for an MDL.
   */
  private boolean ordinary(FrameList list) {
    boolean ofMdls = mdlPages != 0;
    long[] words = list.words();
    int count = list.count();
    for (int i = 0; i < count; i++) {
      if (frames.lockedCachePolicy(words[i]) < 0) {
        return false;
      }
      FrameOwner owner = frames.owner(words[i]);
      if (owner == FrameOwner.HELD_BACK
          || ofMdls && owner == FrameOwner.POOL && frames.tag(words[i]) == MdlPages.TAG) {
        return false;
      }
    }
    return true;
  }

  /** Such frames stay allocated without locks, so only a second mention of one can fail. */
  private int unlockOrdinary(FrameList list) {
    assert lock.isHeldByCurrentThread();
    long[] words = list.words();
    int count = list.count();
    for (int i = 0; i < count; i++) {
      if (frames.addLocks(words[i], -1) < 0) {
        for (int k = 0; k < i; k++) {
          add(words[k]);
        }
        return i;
      }
    }
    return -1;
  }

  /**
   * Takes one lock away. A frame that is only kept from being free by its locks is held meanwhile,
   * so that it is still there when a later frame is in the list too often.
   */
  private boolean removeOne(long pfn, int index, FrameList list) {
    assert lock.isHeldByCurrentThread();
    if (frames.owner(pfn) == FrameOwner.HELD_BACK) {
      frames.hold(pfn);
      list.mark(index);
    }
    int least = MdlPages.isOne(frames, pfn) ? 1 : 0;
    if (frames.locks(pfn) > least && frames.addLocks(pfn, -1) >= 0) {
      return true;
    }
    for (int k = 0; k < index; k++) {
      if (frames.isRam(list.pfn(k))) {
        frames.addLocks(list.pfn(k), 1);
      }
    }
    letGoHeld(list, index + 1);
    return false;
  }

  private void letGoHeld(FrameList list, int count) {
    for (int i = 0; i < count && list.anyMarked(); i++) {
      if (list.unmark(i)) {
        frames.unhold(list.pfn(i));
      }
    }
  }

  /**
   * Adds what is known of locks to an image of the system's state.
   *
   * @param image where it goes, a line
   */
  public void describe(StringBuilder image) {
    lock.lock();
    try {
      image.append("MDLs with locked pages: ").append(register.mdls());
      image.append(", pages ").append(register.pages()).append('\n');
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes all locks of all frames away, when the system ends: what drivers have left locked is free
   * then. Locks are nobody else's: a machine has one system at a time.
   */
  public void close() {
    List<Long> locked = new ArrayList<>();
    lock.lock();
    try {
      frames.forEachAllocated((pfn, owner, tag) -> {
        if (frames.locks(pfn) != 0) {
          locked.add(pfn);
        }
      });
      for (long pfn : locked) {
        for (int left = frames.locks(pfn); left > 0; left--) {
          frames.addLocks(pfn, -1);
        }
      }
    } finally {
      lock.unlock();
    }
  }
}
