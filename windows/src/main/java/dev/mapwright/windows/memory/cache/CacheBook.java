package dev.mapwright.windows.memory.cache;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.windows.memory.mdl.FrameList;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The one rule of cache attributes: every mapping of a physical page accesses it in the same way.
 *
 * <p><b>Two sorts of pages.</b> Most RAM has an attribute from its allocation on, which the frames
 * know; a mapping that asks for another gets that one, and the override is told. Pages that have
 * none are <em>floating</em> ({@link FloatingPages}): those outside RAM, and RAM that was allocated
 * without one. The first mapping of such a page decides, and when its last mapping is gone, it has
 * none again. RAM that is mapped with another attribute overrides like other RAM; outside RAM a
 * request that differs is refused.
 *
 * <p><b>Threads.</b> Pages with an attribute of their own are decided without a lock, since nobody
 * changes it while they are allocated. For floating ones the lock is held from the decision until
 * they are mapped, and from looking at what is mapped until it is unmapped. It is taken after the
 * lock of {@code SystemPtes} and before all of the engine's.
 */
public final class CacheBook {
  private final Frames frames;
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock. */
  private final FloatingPages floating = new FloatingPages();

  /**
   * Makes an empty book.
   *
   * @param frames the frames of the machine
   */
  public CacheBook(Frames frames) {
    this.frames = frames;
  }

  /**
   * Maps locked pages. Acquires nothing by itself.
   *
   * @param list the pages; holds how each is accessed afterwards
   * @param asked how the caller wants them to be accessed
   * @param action maps them; called when everything is decided
   * @return FINE, NOT_LOCKED, CONFLICT or REFUSED; all but the first leave everything as it was
   */
  public Verdict showLocked(FrameList list, CachePolicy asked, Showing action) {
    int count = list.count();
    long[] words = list.words();
    int wanted = asked.ordinal();
    // Nearly always all of them are as they are asked for.
    if (frames.allLocked(words, count, wanted)) {
      list.decideAll(asked);
      list.setOverridden(0);
      return action.carryOut(false) ? Verdict.FINE : Verdict.REFUSED;
    }
    int overridden = 0;
    for (int i = 0; i < count; i++) {
      int own = frames.lockedCachePolicy(words[i]);
      if (own < 0) {
        list.undecide(i);
        return showFloating(list, asked, action, true);
      }
      if (own != wanted) {
        overridden++;
      }
      list.decide(i, own);
    }
    list.setOverridden(overridden);
    return action.carryOut(false) ? Verdict.FINE : Verdict.REFUSED;
  }

  /**
   * Maps any pages, remembering those that are floating.
   *
   * @param list the pages, each of them possible; holds how each is accessed afterwards
   * @param asked how the caller wants them to be accessed
   * @param action maps them; called when everything is decided
   * @return FINE, CONFLICT, NO_MEMORY or REFUSED; all but the first leave everything as it was
   */
  public Verdict showAny(FrameList list, CachePolicy asked, Showing action) {
    return showFloating(list, asked, action, false);
  }

  private Verdict showFloating(
      FrameList list, CachePolicy asked, Showing action, boolean lockedOnly) {
    lock.lock();
    try {
      Verdict verdict = decide(list, asked, lockedOnly);
      if (verdict != Verdict.FINE) {
        return verdict;
      }
      int referred = lockedOnly ? list.count() : refer(list);
      boolean done = referred == list.count() && action.carryOut(true);
      if (done) {
        for (int i = 0; i < list.count(); i++) {
          long pfn = list.pfn(i);
          if (floats(pfn)) {
            floating.mapped(pfn, list.cache(i, asked));
          }
        }
      }
      if (!lockedOnly) {
        for (int i = 0; i < referred; i++) {
          if (floats(list.pfn(i))) {
            floating.letGo(list.pfn(i));
          }
        }
      }
      if (done) {
        return Verdict.FINE;
      }
      return referred == list.count() ? Verdict.REFUSED : Verdict.NO_MEMORY;
    } finally {
      lock.unlock();
    }
  }

  /** Remembers floating pages until they are mapped; how many of all pages it got to. */
  private int refer(FrameList list) {
    assert lock.isHeldByCurrentThread();
    for (int i = 0; i < list.count(); i++) {
      if (floats(list.pfn(i)) && !floating.refer(list.pfn(i))) {
        return i;
      }
    }
    return list.count();
  }

  private boolean floats(long pfn) {
    assert lock.isHeldByCurrentThread();
    return !frames.isRam(pfn) || frames.cachePolicy(pfn) == null;
  }

  private Verdict decide(FrameList list, CachePolicy asked, boolean lockedOnly) {
    assert lock.isHeldByCurrentThread();
    int overridden = 0;
    for (int i = 0; i < list.count(); i++) {
      if (!list.possible(i)) {
        list.setProblem(i);
        return Verdict.NOT_LOCKED;
      }
      long pfn = list.pfn(i);
      boolean ram = frames.isRam(pfn);
      if (lockedOnly && (ram ? frames.locks(pfn) : floating.references(pfn)) == 0) {
        list.setProblem(i);
        return Verdict.NOT_LOCKED;
      }
      CachePolicy own = ram ? frames.cachePolicy(pfn) : null;
      if (own == null) {
        own = floating.policy(pfn);
      }
      if (own != null && own != asked) {
        if (!ram) {
          list.setProblem(i);
          return Verdict.CONFLICT;
        }
        overridden++;
      }
      list.decide(i, (own == null ? asked : own).ordinal());
    }
    list.setOverridden(overridden);
    return Verdict.FINE;
  }

  /**
   * Unmaps pages of which some are floating.
   *
   * @param shown the tables that show them
   * @param firstPage the first page of the mapping there
   * @param scratch room for as many pages
   * @param action unmaps them; what it finds mapped is what was looked at before
   * @return whether that was done
   */
  public boolean hide(Translation shown, long firstPage, FrameList scratch, Showing action) {
    lock.lock();
    try {
      boolean any = false;
      for (int i = 0; i < scratch.count(); i++) {
        long entry = shown.entry(firstPage + i);
        long pfn = TranslationEntry.pfn(entry);
        boolean floats = entry != TranslationEntry.ABSENT && floats(pfn);
        scratch.words()[i] = floats ? pfn : -1;
        any |= floats;
      }
      if (!action.carryOut(any)) {
        return false;
      }
      for (int i = 0; i < scratch.count(); i++) {
        if (scratch.words()[i] >= 0) {
          floating.unmapped(scratch.words()[i]);
        }
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Unmaps pages of which some are floating, by what can't fail. Allocates nothing.
   *
   * @param shown the tables that show them
   * @param firstPage the first page of the mapping there
   * @param pages how many
   * @param action unmaps them
   */
  public void hideSurely(Translation shown, long firstPage, long pages, Showing action) {
    lock.lock();
    try {
      for (long page = firstPage; page < firstPage + pages; page++) {
        long entry = shown.entry(page);
        long pfn = TranslationEntry.pfn(entry);
        if (entry != TranslationEntry.ABSENT && floats(pfn)) {
          floating.unmapped(pfn); // nobody maps it anew before the lock is free
        }
      }
      action.carryOut(true);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Refers to floating pages: from now on they are remembered. All or nothing.
   *
   * @param list the pages, each of them possible; others than floating ones are passed by
   * @return false when there is no memory
   */
  public boolean referTo(FrameList list) {
    lock.lock();
    try {
      int referred = refer(list);
      if (referred == list.count()) {
        return true;
      }
      for (int i = 0; i < referred; i++) {
        if (floats(list.pfn(i))) {
          floating.letGo(list.pfn(i));
        }
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends what {@link #referTo} began. All or nothing.
   *
   * @param list the pages; RAM with an attribute of its own is passed by
   * @return the index of a floating page that nobody refers to, or that is no page; -1 when it was
   *     done
   */
  public int letGo(FrameList list) {
    lock.lock();
    try {
      for (int i = 0; i < list.count(); i++) {
        boolean done = list.possible(i) && (!floats(list.pfn(i)) || floating.letGo(list.pfn(i)));
        if (!done) {
          for (int k = 0; k < i; k++) {
            if (floats(list.pfn(k))) {
              floating.refer(list.pfn(k)); // it was there a moment ago, under the same lock
            }
          }
          return i;
        }
      }
      return -1;
    } finally {
      lock.unlock();
    }
  }

  /**
   * {@return how often a floating page is referred to}
   *
   * @param pfn any page
   */
  public int references(long pfn) {
    lock.lock();
    try {
      return floating.references(pfn);
    } finally {
      lock.unlock();
    }
  }

  /**
   * {@return the attribute of a page now; null when it has none}
   *
   * @param pfn any possible page
   */
  public @Nullable CachePolicy policy(long pfn) {
    lock.lock();
    try {
      CachePolicy own = frames.isRam(pfn) ? frames.cachePolicy(pfn) : null;
      return own != null ? own : floating.policy(pfn);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Adds what is remembered to an image of the system's state.
   *
   * @param image where it goes, a line a page
   */
  public void describe(StringBuilder image) {
    lock.lock();
    try {
      floating.forEach((pfn, references, mappings, policy) ->
          image
              .append("floating page 0x")
              .append(Long.toHexString(pfn))
              .append(": ")
              .append(references)
              .append(" references, ")
              .append(mappings)
              .append(" mappings, ")
              .append(policy)
              .append('\n'));
    } finally {
      lock.unlock();
    }
  }
}
