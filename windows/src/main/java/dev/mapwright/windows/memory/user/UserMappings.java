package dev.mapwright.windows.memory.user;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.failure.FailurePoints;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.FoundMapping;
import dev.mapwright.windows.memory.cache.CacheBook;
import dev.mapwright.windows.memory.cache.Verdict;
import dev.mapwright.windows.memory.lock.PageLocks;
import dev.mapwright.windows.memory.mdl.FrameList;
import dev.mapwright.windows.memory.pte.SystemPtes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The MDLs that are mapped into one process, so that they can be removed by whoever has mapped
 * them, and at the latest when the process ends.
 *
 * <p><b>What is stored where.</b> The space knows which mapping begins at a page and which number
 * it has; the number is the position of the record here, and 1. So nothing is searched, and
 * ordinary memory has the number 0.
 *
 * <p><b>Threads.</b> Guarded by a lock of its own, which is taken after that of {@link PageLocks}
 * (only where a page that is not locked must not go meanwhile), before that of {@link CacheBook}
 * and all of the engine's, and never together with that of {@link SystemPtes} or a pool.
 */
public final class UserMappings {
  private final AddressSpace space;
  private final FailurePoints failures;
  private final ReentrantLock lock = new ReentrantLock();

  /** By number less 1. Guarded by the lock, as everything below. */
  private final List<UserMapping> records = new ArrayList<>();

  private final ArrayDeque<UserMapping> spare = new ArrayDeque<>();
  private final FoundMapping found = new FoundMapping();
  private int count;

  /** Once a process has ended, nothing is mapped into it any more. */
  private boolean closed;

  UserMappings(AddressSpace space, FailurePoints failures) {
    this.space = space;
    this.failures = failures;
  }

  /** {@return how many there are} */
  public int count() {
    lock.lock();
    try {
      return count;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Maps pages of which the book of caches decides how they are accessed.
   *
   * @param book the book
   * @param wanted what and where; holds the place afterwards, or {@link UserRequest#outcome why
   *     not}
   * @param asked how the caller wants the pages to be accessed
   * @param lockedOnly whether each of them has to be locked, or else any possible page will do
   * @return what the book says
   */
  public Verdict show(CacheBook book, UserRequest wanted, CachePolicy asked, boolean lockedOnly) {
    lock.lock();
    try {
      return lockedOnly
          ? book.showLocked(wanted.frames(), asked, wanted)
          : book.showAny(wanted.frames(), asked, wanted);
    } finally {
      lock.unlock();
    }
  }

  /** Maps what the book has decided on; {@link #show} holds the lock. */
  Outcome map(UserRequest wanted) {
    if (closed) {
      return Outcome.DEAD;
    }
    if (failures.refuses(AllocationPoint.HANDLE)) {
      return Outcome.OUT_OF_RECORDS;
    }
    UserMapping record = record();
    if (record == null) {
      return Outcome.OUT_OF_RECORDS;
    }
    Outcome outcome = wanted.map(space.root(), record.tag);
    if (outcome != Outcome.OK) {
      spare.push(record);
      return outcome;
    }
    wanted.fill(record);
    record.used = true;
    count++;
    return Outcome.OK;
  }

  private @Nullable UserMapping record() {
    UserMapping record = spare.poll();
    if (record == null) {
      try {
        record = new UserMapping(records.size() + 1);
        records.add(record);
      } catch (OutOfMemoryError full) {
        return null;
      }
    }
    return record;
  }

  /**
   * Unmaps what begins at a page, if it is a mapping of an MDL.
   *
   * @param page any page
   * @param mdl the MDL
   * @param book told of pages without a cache attribute of their own
   * @param scratch room for what is shown
   * @return false when this MDL is not mapped there
   */
  public boolean unmap(long page, long mdl, CacheBook book, FrameList scratch) {
    lock.lock();
    try {
      if (!space.mappingFrom(page, found) || found.tag() == UserSpace.ORDINARY) {
        return false;
      }
      UserMapping mapping = records.get(found.tag() - 1);
      if (!mapping.used || mapping.firstPage != page || mapping.mdl != mdl) {
        return false;
      }
      remove(mapping, book, scratch);
      return true;
    } finally {
      found.clear();
      lock.unlock();
    }
  }

  private void remove(UserMapping mapping, CacheBook book, FrameList scratch) {
    if (mapping.floating) {
      scratch.begin((int) mapping.pages); // mapped from such a list: there was room
      book.hide(
          space.translation(),
          mapping.firstPage,
          scratch,
          isFloating -> {
            space.root().unmapTagged(mapping.firstPage, mapping.pages, mapping.tag);
            return true;
          });
    } else {
      space.root().unmapTagged(mapping.firstPage, mapping.pages, mapping.tag);
    }
    mapping.used = false;
    spare.push(mapping);
    count--;
  }

  /**
   * Removes all mappings, when the process ends; nothing is mapped into it from then on.
   *
   * @param book told of pages without a cache attribute of their own
   * @param scratch room for what is shown
   * @param visitor told of each mapping before it goes, with the lock held
   */
  public void close(CacheBook book, FrameList scratch, Visitor visitor) {
    lock.lock();
    try {
      closed = true;
      for (UserMapping mapping : records) {
        if (mapping.used) {
          visitor.mapping(mapping);
          remove(mapping, book, scratch);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Visits all mappings.
   *
   * @param visitor told of each, with the lock held
   */
  public void forEach(Visitor visitor) {
    lock.lock();
    try {
      for (UserMapping mapping : records) {
        if (mapping.used) {
          visitor.mapping(mapping);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Told of mappings. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * One mapping.
     *
     * @param mapping what is known about it, until the visitor returns
     */
    void mapping(UserMapping mapping);
  }
}
