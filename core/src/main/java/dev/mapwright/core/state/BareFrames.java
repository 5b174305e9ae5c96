package dev.mapwright.core.state;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.machine.BareEntries;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.core.space.PfnSource;

/**
 * Shows frames that belong to somebody else: holds them, writes their entries, removes both.
 *
 * <p><b>What is stored where.</b> Which frame a page shows is in its table entry and nowhere else,
 * together with the permissions that were asked for (I2). Each page that shows a frame of RAM holds
 * it once, from before its entry is present until nobody gets through it any more (I4, I7). So a
 * frame is held while its entry is withdrawn, and what an entry says is read before it is cleared.
 *
 * <p>Nothing here acquires, and nothing can fail: the tables are there. Whoever calls holds the
 * lock that guards the pages: a reservation's for its own, else the space's.
 */
public final class BareFrames {
  private static final int CACHE_SHIFT = 40;

  private final Frames frames;
  private final BareEntries entries;

  /** Shows frames of a machine through entries whose tables are there. */
  public BareFrames(Frames frames, BareEntries entries) {
    this.frames = frames;
    this.entries = entries;
  }

  /** Whether an entry can lead to a frame. */
  public static boolean expressible(long pfn) {
    return pfn >= 0 && pfn <= Frames.LAST_PFN;
  }

  /**
   * Reads a source, once for each page, into entries that are not present yet.
   *
   * @param from which page of the source is the first one's
   * @return false when it named a frame that no entry can lead to; nothing is left of it then, nor
   *     when the source throws
   */
  public boolean stage(
      PfnSource source, long from, long first, int pages, int permissions, CachePolicy cache) {
    int staged = 0;
    try {
      while (staged < pages) {
        long pfn = source.pfn(from + staged);
        if (!expressible(pfn)) {
          return false;
        }
        CachePolicy itsCache = source.cache(from + staged, cache);
        entries.stage(first + staged, pfn, permissions, itsCache);
        staged++;
      }
      entries.hold(first, first + pages - 1, frames);
      return true;
    } finally {
      if (staged > 0 && staged < pages) {
        entries.clear(first, first + staged - 1);
      }
    }
  }

  /**
   * Reads a source for one page and shows its frame.
   *
   * @return the frame; {@link Frames#NONE}, and nothing is shown, when no entry can lead to it
   */
  public long showOne(PfnSource source, long page, int permissions, CachePolicy cache) {
    long pfn = source.pfn(0);
    if (!expressible(pfn)) {
      return Frames.NONE;
    }
    CachePolicy itsCache = source.cache(0, cache);
    frames.hold(pfn);
    entries.show(page, pfn, permissions, itsCache);
    return pfn;
  }

  /** Makes pages whose entries are staged accessible. */
  public void publish(long first, long last) {
    entries.publish(first, last);
  }

  /** A frame with the cache policy of its entry, in one word. */
  public static long withCache(long pfn, CachePolicy cache) {
    return pfn | (long) cache.ordinal() << CACHE_SHIFT;
  }

  /** The frame of such a word. */
  public static long frame(long word) {
    return word & Frames.LAST_PFN;
  }

  /** Shows frames that were read before, as {@link #withCache} packs them. */
  public void show(long[] words, long first, int pages, int permissions) {
    for (int i = 0; i < pages; i++) {
      long pfn = frame(words[i]);
      entries.stage(first + i, pfn, permissions, CachePolicy.of((int) (words[i] >>> CACHE_SHIFT)));
    }
    entries.hold(first, first + pages - 1, frames);
    entries.publish(first, first + pages - 1);
  }

  /** Changes what is allowed; see {@link BareEntries#protect}. */
  public void protect(long first, long last, int permissions) {
    entries.protect(first, last, permissions);
  }

  /** Nobody gets through any more; the frames are held until {@link #remove}. */
  public void withdraw(long first, long last) {
    entries.withdraw(first, last);
  }

  /**
   * Nobody finds the entries any more, but who remembers one still gets through; the frames are
   * held until {@link #letGo}, before which everybody is made to forget.
   */
  public void withdrawQuietly(long first, long last) {
    entries.withdrawQuietly(first, last);
  }

  /** Lets frames go whose entries are withdrawn and forgotten. */
  public void letGo(long first, long last) {
    entries.letGo(first, last, frames);
  }

  /** See {@link BareEntries#widen}. */
  public boolean widen(long first, int level) {
    return entries.widen(first, level);
  }

  /** See {@link BareEntries#narrow}. */
  public void narrow(long page) {
    entries.narrow(page);
  }

  /** Shows nothing any more: nobody gets through, and the frames are let go. */
  public void remove(long first, long last) {
    entries.withdraw(first, last);
    entries.letGo(first, last, frames);
  }

  /** Shows nothing any more at one page; the packed entry that it had, withdrawn. */
  public long removeOne(long page) {
    long entry = entries.take(page);
    frames.unhold(TranslationEntry.pfn(entry));
    return entry;
  }

  /** Shows elsewhere what a range shows; the tables there exist, and no entries are in them. */
  public void move(long first, long last, long to) {
    entries.withdraw(first, last);
    for (long page = first; page <= last; page++) {
      long entry = entries.entry(page);
      entries.stage(
          to + (page - first),
          TranslationEntry.pfn(entry),
          TranslationEntry.asked(entry),
          TranslationEntry.cache(entry));
    }
    entries.clear(first, last);
    entries.publish(to, to + (last - first));
  }

  /** The frame that a page shows. */
  public long pfn(long page) {
    return entries.pfn(page);
  }

  /** The packed entry of a page. */
  public long entry(long page) {
    return entries.entry(page);
  }
}
