package dev.mapwright.windows.memory.pte;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Made;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.failure.FailurePoints;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.space.Region;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.core.space.Reservation;
import dev.mapwright.windows.memory.cache.CacheBook;
import dev.mapwright.windows.memory.cache.Showing;
import dev.mapwright.windows.memory.cache.Verdict;
import dev.mapwright.windows.memory.system.SystemSpace;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The system PTEs: a bounded range of system space in which MDLs and I/O space are mapped and
 * addresses are reserved, and the book of who has which of them.
 *
 * <p><b>Placement.</b> As low as possible, so that a test sees the same addresses each time, and
 * fragmentation is real: there may be enough PTEs, but not in a row.
 *
 * <p><b>Guards.</b> A reservation takes two PTEs more, which stay empty: in front of it, where
 * Windows keeps its size and tag; behind it when its base was to be aligned.
 *
 * <p><b>Threads.</b> Looking up takes no lock. Everything else is done under the lock, which is
 * taken before that of {@link CacheBook} and all of the engine's. Mapping in a reservation takes
 * none of the locks here.
 */
public final class SystemPtes {
  /** PTEs of a reservation that stay empty. */
  public static final int GUARDS = 2;

  private final Region region;
  private final Translation translation;
  private final FailurePoints failures;
  private final ReentrantLock lock = new ReentrantLock();
  private final PageDirectory<PteUse> uses;

  /** Guarded by the lock; read without it. */
  private volatile long free;

  /** Records that can be used again. Guarded by the lock, as everything below. */
  private final ArrayDeque<SystemMapping> spare = new ArrayDeque<>();

  private final RegionRequest request = new RegionRequest();
  private final RegionRequest inner = new RegionRequest();
  private final Removal removal = new Removal();
  private int lastTag;

  /**
   * Makes them in system space.
   *
   * @param system system space
   * @param failures asked before anything is acquired
   */
  public SystemPtes(SystemSpace system, FailurePoints failures) {
    region = system.systemPtes();
    translation = system.space().translation();
    this.failures = failures;
    uses = new PageDirectory<>(region.firstPage(), region.pages());
    free = region.pages();
  }

  /** {@return how many there are} */
  public long total() {
    return region.pages();
  }

  /** {@return how many are free now} */
  public long free() {
    return free;
  }

  /** {@return the tables that show them} */
  public Translation translation() {
    return translation;
  }

  /**
   * {@return who has the PTE of a page; null for nobody}
   *
   * @param page any page
   */
  public @Nullable PteUse at(long page) {
    return uses.at(page);
  }

  /**
   * {@return the reservation that a page is in; null when it is in none}
   *
   * @param page any page
   */
  public @Nullable ReservedRange reservedAt(long page) {
    return uses.at(page) instanceof ReservedRange range ? range : null;
  }

  /**
   * Visits everything that has PTEs, in ascending order.
   *
   * @param visitor told of each, with the lock held: it must not call anything that takes a lock
   */
  public void forEachUse(Consumer<PteUse> visitor) {
    lock.lock();
    try {
      uses.forEach(visitor);
    } finally {
      lock.unlock();
    }
  }

  // ---- reservations

  /**
   * Reserves a range.
   *
   * @param pages how many, at least 1
   * @param tag the pool tag that every call has to name
   * @param divisible whether parts of it are mapped independently of each other; its base is then a
   *     multiple of its size where that is a power of two
   * @param maker who reserves it
   * @return the range; {@code NO_ROOM} when there are not enough PTEs in a row, {@code
   *     OUT_OF_FRAMES}, {@code OUT_OF_RECORDS}
   */
  public Made<ReservedRange> reserve(long pages, int tag, boolean divisible, int maker) {
    lock.lock();
    try {
      if (pages + GUARDS > free) {
        return Made.refused(Outcome.NO_ROOM);
      }
      boolean align = divisible && pages > 1 && Long.bitCount(pages) == 1;
      request.pages(pages + GUARDS).where().firstFit();
      if (align) {
        request.where().aligned(Math.min(20, Long.numberOfTrailingZeros(pages)));
      }
      Outcome outcome = region.allocate(request);
      if (outcome != Outcome.OK) {
        return Made.refused(outcome);
      }
      Region around = request.region();
      request.answer(null);
      long first = around.firstPage() + (align ? 0 : GUARDS);
      Made<ReservedRange> made = reserve(around, first, pages, tag, divisible, maker);
      if (made.outcome() != Outcome.OK) {
        around.destroy();
      }
      return made;
    } finally {
      lock.unlock();
    }
  }

  private Made<ReservedRange> reserve(
      Region around, long first, long pages, int tag, boolean divisible, int maker) {
    inner.pages(pages).where().at(first);
    int mappings = divisible ? (int) Math.min(pages, Integer.MAX_VALUE) : 1;
    Made<Reservation> made = around.reserve(inner, mappings);
    inner.answer(null);
    Reservation reservation = made.made();
    if (reservation == null) {
      return Made.refused(made.outcome());
    }
    if (failures.refuses(AllocationPoint.HANDLE) || !uses.prepare(first, pages)) {
      return Made.refused(Outcome.OUT_OF_RECORDS);
    }
    ReservedRange range = new ReservedRange(reservation, around, tag, divisible, maker);
    uses.put(first, pages, range);
    take(pages + GUARDS);
    return Made.of(range);
  }

  /**
   * Ends a reservation in which nothing is mapped.
   *
   * @param range the reservation
   * @return {@code IN_USE} when something is mapped in it, {@code DEAD} when it has ended before
   */
  public Outcome release(ReservedRange range) {
    lock.lock();
    try {
      Outcome outcome = range.reservation().region().destroyIfEmpty();
      if (outcome == Outcome.OK) {
        uses.clear(range.firstPage(), range.pages());
        range.around().destroy();
        take(-range.ptes());
      }
      return outcome;
    } finally {
      lock.unlock();
    }
  }

  // ---- mappings

  /**
   * Maps pages of which the book of caches decides how they are accessed.
   *
   * @param book the book
   * @param wanted what and how; holds the place afterwards, or {@link PteRequest#outcome why not}
   * @param asked how the caller wants the pages to be accessed
   * @param lockedOnly whether each of them has to be locked, or else any possible page will do
   * @return what the book says; REFUSED with {@code NO_ROOM} when there are not enough PTEs in a
   *     row, {@code OUT_OF_FRAMES}, {@code OUT_OF_RECORDS}
   */
  public Verdict show(CacheBook book, PteRequest wanted, CachePolicy asked, boolean lockedOnly) {
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
  Outcome map(PteRequest wanted) {
    assert lock.isHeldByCurrentThread();
    long pages = wanted.frames().count();
    int guards = wanted.guarded() ? GUARDS : 0;
    if (pages + guards > free) {
      return Outcome.NO_ROOM;
    }
    if (failures.refuses(AllocationPoint.HANDLE)) {
      return Outcome.OUT_OF_RECORDS;
    }
    Region where = region;
    if (guards != 0) {
      request.pages(pages + guards).where().firstFit();
      Outcome allocated = region.allocate(request);
      if (allocated != Outcome.OK) {
        return allocated;
      }
      where = request.region();
      request.answer(null);
    }
    Outcome outcome = map(wanted, where, pages, guards);
    if (outcome != Outcome.OK && guards != 0) {
      where.destroy();
    }
    return outcome;
  }

  private Outcome map(PteRequest wanted, Region where, long pages, int guards) {
    int tag = ++lastTag;
    wanted.mapRequest().pages(pages).permissions(wanted.permissions()).tag(tag);
    if (guards != 0) {
      wanted.mapRequest().where().at(where.firstPage() + 1);
    } else {
      wanted.mapRequest().where().firstFit();
    }
    Outcome outcome = where.mapFrames(wanted.mapRequest(), wanted.frames());
    if (outcome != Outcome.OK) {
      return outcome;
    }
    long first = wanted.mapRequest().firstPage();
    SystemMapping record = record();
    if (record == null || !uses.prepare(first, pages)) {
      where.unmapTagged(first, pages, tag);
      return Outcome.OUT_OF_RECORDS;
    }
    wanted.fill(record);
    record.firstPage = first;
    record.pages = pages;
    record.guards = guards;
    record.tag = tag;
    record.around = guards == 0 ? null : where;
    uses.put(first, pages, record);
    take(pages + guards);
    return Outcome.OK;
  }

  private @Nullable SystemMapping record() {
    SystemMapping record = spare.poll();
    if (record != null) {
      return record;
    }
    try {
      return new SystemMapping();
    } catch (OutOfMemoryError full) {
      return null;
    }
  }

  /**
   * Unmaps what has a page, if somebody agrees. Allocates nothing.
   *
   * @param page any page
   * @param decision looks at the mapping and agrees or not; called with the lock held
   * @param book told of pages without a cache attribute of their own
   * @return whether it was unmapped: false when nothing is mapped there, or the decision was no
   */
  public boolean unmap(long page, UnmapDecision decision, CacheBook book) {
    lock.lock();
    try {
      SystemMapping mapping = uses.at(page) instanceof SystemMapping found ? found : null;
      if (!decision.agrees(mapping) || mapping == null) {
        return false;
      }
      if (mapping.floating) {
        removal.mapping = mapping;
        book.hideSurely(translation, mapping.firstPage, mapping.pages, removal);
        removal.mapping = null;
      } else {
        remove(mapping);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** The removal of a mapping that the book of caches has to know of. */
  private final class Removal implements Showing {
    /** Which one; null for none. */
    @Nullable SystemMapping mapping;

    @Override
    public boolean carryOut(boolean floating) {
      SystemMapping removed = mapping;
      if (removed != null) {
        remove(removed);
      }
      return removed != null;
    }
  }

  /**
   * Changes what a range of mapped pages allows: a part of a mapping, or one in a reservation
   * whole.
   *
   * @param page the first page
   * @param pages how many
   * @param permissions what is allowed from now on; with none, the pages stay mapped all the same
   * @return {@code NOT_MAPPED} when the range is not part of one mapping; {@code OUT_OF_RECORDS}
   */
  public Outcome protect(long page, long pages, int permissions) {
    lock.lock();
    try {
      PteUse use = uses.at(page);
      if (use instanceof ReservedRange range) {
        return range.reservation().mappedFrom(page) == pages
            ? range.reservation().protect(page, permissions)
            : Outcome.NOT_MAPPED;
      }
      if (!(use instanceof SystemMapping mapping)
          || page + pages > mapping.firstPage + mapping.pages) {
        return Outcome.NOT_MAPPED;
      }
      Region around = mapping.around;
      return (around == null ? region : around).protect(page, pages, permissions);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Notes that the MDL of a mapping has left its first pages behind. They stay mapped with it.
   *
   * @param page the page where it is said to be mapped until now
   * @param mdl the MDL
   * @param passed how many pages more it has left behind
   * @param startVa what it says from now on where its buffer begins
   * @param firstPfn the first PFN that it describes from now on
   * @return how many pages it has left behind since it was mapped; -1 when it is not mapped there
   */
  public long advance(long page, long mdl, long passed, long startVa, long firstPfn) {
    lock.lock();
    try {
      if (!(uses.at(page) instanceof SystemMapping mapping)
          || mapping.mdl != mdl
          || mapping.firstPage + mapping.passed != page
          || mapping.passed + passed >= mapping.pages) {
        return -1;
      }
      mapping.passed += passed;
      mapping.startVa = startVa;
      mapping.firstPfn = firstPfn;
      return mapping.passed;
    } finally {
      lock.unlock();
    }
  }

  /** Says whether a mapping may be unmapped. */
  public interface UnmapDecision {
    /**
     * Looks at it.
     *
     * @param mapping what has the page; null for nothing that could be unmapped
     * @return whether it is the right one
     */
    boolean agrees(@Nullable SystemMapping mapping);
  }

  private void remove(SystemMapping mapping) {
    assert lock.isHeldByCurrentThread();
    if (mapping.guards == 0) {
      region.unmapTagged(mapping.firstPage, mapping.pages, mapping.tag);
    } else {
      guardedRegion(mapping).destroy();
    }
    uses.clear(mapping.firstPage, mapping.pages);
    take(-mapping.ptes());
    spare.push(mapping);
  }

  private Region guardedRegion(SystemMapping mapping) {
    Region around = mapping.around;
    if (around == null) {
      throw new IllegalStateException("a mapping with guards has no region");
    }
    mapping.around = null;
    return around;
  }

  /** Counts PTEs that are taken, or given back. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // under the lock
  private void take(long ptes) {
    assert lock.isHeldByCurrentThread();
    free -= ptes;
  }
}
