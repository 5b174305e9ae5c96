package dev.mapwright.windows.memory.lock;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.windows.memory.cache.CacheBook;
import dev.mapwright.windows.memory.mdl.FrameList;
import org.jspecify.annotations.Nullable;

/**
 * Physical pages that belong to MDLs: allocated without an address, and shown only while the MDL is
 * mapped. Each has one lock, its MDL's, until it is freed.
 *
 * <p><b>Whose they are</b> is written in the frames: their owner and tag say that they are such
 * pages, and nothing says of which MDL, since a driver may copy PFNs from one into another.
 *
 * <p>Guarded by the lock of {@link PageLocks}, but for taking frames, which nobody knows of then.
 */
public final class MdlPages {
  /** The tag of the frames. */
  public static final long TAG = 2;

  private MdlPages() {}

  /**
   * {@return whether a page is one that was allocated for an MDL}
   *
   * @param frames the frames
   * @param pfn any number
   */
  public static boolean isOne(Frames frames, long pfn) {
    return pfn >= 0
        && pfn <= Frames.LAST_PFN
        && frames.isRam(pfn)
        && frames.owner(pfn) == FrameOwner.POOL
        && frames.tag(pfn) == TAG;
  }

  /**
   * {@return whether a page is one that was allocated for an MDL and was not freed}
   *
   * @param frames the frames
   * @param pfn any number
   */
  public static boolean isInUse(Frames frames, long pfn) {
    return isOne(frames, pfn) && frames.locks(pfn) != 0;
  }

  /**
   * Takes one frame that lies anywhere.
   *
   * @param frames the frames
   * @param zeroed whether it has to be filled with zeros
   * @return its pfn, or {@link Frames#NONE}
   */
  public static long take(Frames frames, boolean zeroed) {
    return zeroed
        ? frames.allocate(FrameOwner.POOL, TAG)
        : frames.allocateUncleared(FrameOwner.POOL, TAG);
  }

  /**
   * Takes adjacent frames, filled with zeros.
   *
   * @param frames the frames
   * @param request how many and where
   * @return the first pfn, or {@link Frames#NONE}
   */
  public static long take(Frames frames, Frames.RunRequest request) {
    return frames.allocateRun(request, FrameOwner.POOL, TAG);
  }

  /**
   * Gives frames back that are not locked.
   *
   * @param frames the frames
   * @param list which ones
   */
  public static void give(Frames frames, FrameList list) {
    for (int i = 0; i < list.count(); i++) {
      frames.free(list.pfn(i));
    }
  }

  /**
   * Locks frames that were taken a moment ago, once each, for an MDL.
   *
   * @param locks the book of locks
   * @param book remembers frames without a cache attribute
   * @param frames the frames
   * @param list which ones
   * @param policy their cache attribute; null for none, so that their first mapping decides
   * @param mdl the MDL
   * @param maker who has allocated them
   * @return false when there is no memory to remember them; they are not locked then
   */
  public static boolean lock(
      PageLocks locks,
      CacheBook book,
      Frames frames,
      FrameList list,
      @Nullable CachePolicy policy,
      long mdl,
      int maker) {
    locks.lock().lock();
    try {
      if (!locks.register().prepare()) {
        return false;
      }
      for (int i = 0; i < list.count(); i++) {
        frames.setCachePolicy(list.pfn(i), policy); // of allocated frames: never refused
      }
      if (policy == null && !book.referTo(list)) {
        return false;
      }
      for (int i = 0; i < list.count(); i++) {
        frames.addLocks(list.pfn(i), 1);
      }
      locks.countMdlPages(list.count());
      locks.register().put(mdl, 0, list.count(), 0, maker, LockRegister.Kind.ALLOCATED);
      return true;
    } finally {
      locks.lock().unlock();
    }
  }

  /**
   * Takes the locks of an MDL away before its frames are given back. All or nothing; the list is
   * anybody's, and may name a frame twice.
   *
   * @param locks the book of locks
   * @param book remembers frames without a cache attribute
   * @param frames the frames
   * @param list which ones
   * @param mdl the MDL
   * @return -1 when it was done; else the index of a page that is not such a frame, or is not
   *     locked exactly once, and in the upper half how often it was locked: only now is that known
   */
  public static long unlock(
      PageLocks locks, CacheBook book, Frames frames, FrameList list, long mdl) {
    locks.lock().lock();
    try {
      for (int i = 0; i < list.count(); i++) {
        long pfn = list.words()[i];
        long count = isOne(frames, pfn) ? frames.locks(pfn) : 0;
        if (count != 1) {
          return count << 32 | i;
        }
      }
      // All are allocated and stay so, whatever is taken away; only a second mention can fail now.
      for (int i = 0; i < list.count(); i++) {
        if (frames.addLocks(list.words()[i], -1) < 0) {
          lockAgain(frames, list, i);
          return i;
        }
      }
      int wrong = book.letGo(list);
      if (wrong >= 0) {
        lockAgain(frames, list, list.count());
        return wrong;
      }
      locks.countMdlPages(-list.count());
      locks.register().remove(mdl, 0);
      return -1;
    } finally {
      locks.lock().unlock();
    }
  }

  private static void lockAgain(Frames frames, FrameList list, int count) {
    for (int i = 0; i < count; i++) {
      frames.addLocks(list.words()[i], 1);
    }
  }
}
