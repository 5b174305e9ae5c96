package dev.mapwright.core.state;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.machine.Translation.WalkStep;
import dev.mapwright.core.machine.TranslationEntry;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An address space's translation, with what the engine needs around it.
 *
 * <p>Translations are a cache of what mappings and objects say (I2): removing one too many costs a
 * fault and changes no answer. So when a large leaf lies across the edge of a range and no frame is
 * left to split it, the whole leaf is forgotten, and removing never fails.
 *
 * <p><b>Its lock.</b> Forgetting and restricting take several steps of the translation, between
 * which nobody may make an entry: it would lie across an edge that was just cut. The locks of the
 * space and of an object do not see to that alone. An object that changes holds no space's lock,
 * and its view may reach over pages that are another object's by now ({@link MappingView}). So both
 * making and taking away hold the lock here. It may be taken with the space's lock or an object's,
 * and comes before the translation's own.
 */
public final class Tables {
  private final Translation translation;
  private final DirtyPages dirty;
  private final ReentrantLock lock = new ReentrantLock();

  Tables(Translation translation, DirtyPages dirty) {
    this.translation = translation;
    this.dirty = dirty;
  }

  /** The tables themselves. */
  public Translation translation() {
    return translation;
  }

  /** Which pages were written. */
  public DirtyPages dirty() {
    return dirty;
  }

  /** What an entry allows that is to allow at least a set of permissions. */
  public int effective(int permissions) {
    return translation.effective(permissions);
  }

  /** Writes the entry of one page; see {@link Translation#install}. */
  public void install(long page, long pfn, int permissions, CachePolicy cache) {
    lock.lock();
    try {
      translation.install(page, pfn, permissions, cache);
    } finally {
      lock.unlock();
    }
  }

  /** Writes entries for adjacent pages; see {@link Translation#installRun}. */
  public boolean installRun(long first, long pfn, long pages, int permissions, CachePolicy cache) {
    lock.lock();
    try {
      return translation.installRun(first, pfn, pages, permissions, cache);
    } finally {
      lock.unlock();
    }
  }

  /** Removes the translations of a range of pages. */
  public void forget(long first, long last) {
    lock.lock();
    try {
      // Whoever took an entry away held the lock until nobody used it any more.
      if (first == last && translation.entry(first) == TranslationEntry.ABSENT) {
        return;
      }
      if (translation.cut(first, last)) {
        remove(first, last);
      } else {
        remove(leafStart(first), leafEnd(last));
      }
    } finally {
      lock.unlock();
    }
  }

  private void remove(long first, long last) {
    translation.remove(first, last, dirty.carrier());
  }

  /** Takes the permission to write from the translations of a range. */
  public void forgetWrites(long first, long last) {
    restrict(first, last, Permissions.READ_EXECUTE);
  }

  /** Takes permissions from the translations of a range. */
  public void restrict(long first, long last, int permissions) {
    lock.lock();
    try {
      if (permissions != Permissions.NONE && translation.cut(first, last)) {
        translation.restrict(first, last, translation.effective(permissions), dirty.carrier());
      } else {
        forget(first, last);
      }
    } finally {
      lock.unlock();
    }
  }

  private long leafStart(long page) {
    long pages = leafPages(page);
    return page & -pages;
  }

  private long leafEnd(long page) {
    long pages = leafPages(page);
    return Math.min(Pages.LAST_PAGE, (page & -pages) + pages - 1);
  }

  private long leafPages(long page) {
    List<WalkStep> steps = translation.walk(page);
    return steps.isEmpty() || translation.entry(page) == 0 ? 1 : steps.getLast().pages();
  }
}
