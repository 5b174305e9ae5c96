package dev.mapwright.core.object;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Made;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.lock.EngineLock;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.memory.ObjectKind;
import dev.mapwright.core.memory.PageSource;
import dev.mapwright.core.memory.PageStore;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The object behind the face. Each operation takes the family's lock and leaves the work to {@link
 * Supply}, {@link Removal}, {@link Transfer}, {@link Lineage} and {@link Snapshots}; the second
 * half is what the engine uses and nobody else sees.
 */
public final class EngineObject extends Member implements MemoryObject {
  private volatile CachePolicy cachePolicy;

  private EngineObject(
      Machine machine,
      ObjectKind kind,
      Family family,
      Sight sight,
      long pages,
      long firstPfn,
      CachePolicy cachePolicy) {
    super(machine, kind, family, sight, pages, firstPfn, false);
    this.cachePolicy = cachePolicy;
  }

  private static EngineObject paged(Machine machine, Family family, Sight sight, long pages) {
    return new EngineObject(
        machine, ObjectKind.PAGED, family, sight, pages, -1, CachePolicy.CACHED);
  }

  // ---- making

  /** Enters a finished object into the world, and hands it to the caller. */
  private Made<MemoryObject> born() {
    machine.census().enter(this);
    events.record(EventKind.OBJECT_CREATED, 0, pages, kind.ordinal(), 0);
    return Made.of(this);
  }

  private Made<MemoryObject> handedOver() {
    return family.callbacks.handOver(born(), MemoryObject::release);
  }

  /** Behind {@link MemoryObject#paged(Machine, long, PageSource)}. */
  public static Made<MemoryObject> makePaged(
      Machine machine, long pages, @Nullable PageSource source) {
    machine.events().callbacks().refuseCalls(EngineLock.Rank.FAMILY.ordinal());
    if (pages < 0 || pages > MOST_PAGES) {
      return Made.refused(Outcome.INVALID);
    }
    if (machine.failures().refuses(AllocationPoint.OBJECT)) {
      return Made.refused(Outcome.OUT_OF_RECORDS);
    }
    EngineObject object = paged(machine, new Family(machine), new Sight(), pages);
    object.source = source;
    object.sourcePages = Long.MAX_VALUE;
    return object.handedOver();
  }

  /** Behind {@link MemoryObject#contiguous}. */
  public static Made<MemoryObject> makeContiguous(Machine machine, Frames.RunRequest request) {
    machine.events().callbacks().refuseCalls(EngineLock.Rank.FAMILY.ordinal());
    long pages = request.pages();
    if (pages <= 0 || pages > MOST_PAGES) {
      return Made.refused(Outcome.INVALID);
    }
    if (machine.failures().refuses(AllocationPoint.OBJECT)) {
      return Made.refused(Outcome.OUT_OF_RECORDS);
    }
    // A run may begin at pfn 0, which free frames don't count.
    if (pages - 1 > machine.frames().free()) {
      return Made.refused(Outcome.OUT_OF_FRAMES);
    }
    Family family = new Family(machine);
    EngineObject object =
        new EngineObject(
            machine, ObjectKind.CONTIGUOUS, family, new Sight(), pages, -1, CachePolicy.CACHED);
    if (!object.list.ensureRange(0, pages - 1)) {
      return Made.refused(Outcome.OUT_OF_RECORDS);
    }
    long pfn = machine.frames().allocateRun(request, FrameOwner.OBJECT, family.number);
    if (pfn == Frames.NONE) {
      return Made.refused(Outcome.OUT_OF_FRAMES);
    }
    for (long page = 0; page < pages; page++) {
      object.list.putEntry(page, PageList.frame(pfn + page));
    }
    object.list.settle();
    return object.handedOver();
  }

  /** Behind {@link MemoryObject#physical}. */
  public static Made<MemoryObject> makePhysical(
      Machine machine, long firstPfn, long pages, CachePolicy cachePolicy) {
    machine.events().callbacks().refuseCalls(EngineLock.Rank.FAMILY.ordinal());
    if (!Pages.fits(firstPfn, pages)) {
      return Made.refused(Outcome.INVALID);
    }
    if (machine.failures().refuses(AllocationPoint.OBJECT)) {
      return Made.refused(Outcome.OUT_OF_RECORDS);
    }
    return new EngineObject(
            machine,
            ObjectKind.PHYSICAL,
            new Family(machine),
            new Sight(),
            pages,
            firstPfn,
            cachePolicy)
        .handedOver();
  }

  @Override
  public Made<MemoryObject> child(ChildKind childKind, long offsetPages, long childPages) {
    if (offsetPages < 0
        || offsetPages > MOST_PAGES
        || childPages < 0
        || childPages > Pages.LAST_PAGE + 1 - offsetPages
        || childPages > MOST_PAGES) {
      return Made.refused(Outcome.INVALID);
    }
    Made<MemoryObject> made;
    family.lock.lock();
    try {
      made = childLocked(childKind, offsetPages, childPages);
    } finally {
      family.lock.unlock();
    }
    return family.callbacks.handOver(made, MemoryObject::release);
  }

  private Made<MemoryObject> childLocked(ChildKind childKind, long offset, long childPages) {
    boolean copies = childKind == ChildKind.SNAPSHOT;
    Outcome possible = childPossible(copies);
    if (possible != Outcome.OK) {
      return Made.refused(possible);
    }
    if (machine.failures().refuses(AllocationPoint.OBJECT)) {
      return Made.refused(Outcome.OUT_OF_RECORDS);
    }
    return newChild(copies, offset, childPages);
  }

  private Outcome childPossible(boolean copies) {
    if (ended()) {
      return Outcome.DEAD;
    }
    if (kind == ObjectKind.PHYSICAL || kind == ObjectKind.CONTIGUOUS && copies) {
      return Outcome.UNSUPPORTED;
    }
    return copies && Removal.anyPinned(this, 0, pages) ? Outcome.PINNED : Outcome.OK;
  }

  private Made<MemoryObject> newChild(boolean copies, long offset, long childPages) {
    Member parentOfChild = copies ? Snapshots.shared(this) : this;
    EngineObject child = paged(machine, family, sight, childPages);
    child.snapshot = copies;
    child.snapshotOf = copies && offset == 0 ? number : 0;
    // A live view follows its parent wherever both reach; only a snapshot's window is fixed.
    Lineage.attach(child, parentOfChild, offset, copies ? childPages : Pages.LAST_PAGE + 1);
    events.record(EventKind.CLONED, offset, childPages, kind.ordinal(), child.number);
    return child.born();
  }

  // ---- the face

  @Override
  public Outcome revertTo(MemoryObject snapshotOfThis) {
    family.lock.lock();
    try {
      return ended() ? Outcome.DEAD : Snapshots.revert(this, (EngineObject) snapshotOfThis);
    } finally {
      family.lock.leave();
    }
  }

  @Override
  public long committedPages() {
    family.lock.lock();
    try {
      return Removal.committed(this);
    } finally {
      family.lock.leave();
    }
  }

  @Override
  public boolean hasParent() {
    family.lock.lock();
    try {
      return parent != null;
    } finally {
      family.lock.leave();
    }
  }

  @Override
  public Outcome resize(long newPages) {
    if (newPages < 0 || newPages > MOST_PAGES) {
      return Outcome.INVALID;
    }
    if (kind == ObjectKind.PHYSICAL) {
      return Outcome.UNSUPPORTED;
    }
    family.lock.lock();
    try {
      return Removal.resize(this, newPages);
    } finally {
      family.lock.leave();
    }
  }

  @Override
  public Outcome commit(long firstPage, long count) {
    family.lock.lock();
    try {
      return Supply.commit(this, firstPage, count);
    } finally {
      family.lock.leave();
    }
  }

  @Override
  public Outcome decommit(long firstPage, long count) {
    family.lock.lock();
    try {
      return Removal.decommit(this, firstPage, count);
    } finally {
      family.lock.leave();
    }
  }

  @Override
  public Outcome putOut(long firstPage, long count, PageStore pageStore) {
    family.lock.lock();
    try {
      return Removal.putOut(this, firstPage, count, pageStore);
    } finally {
      family.lock.leave();
    }
  }

  @Override
  public long frameOf(long page) {
    family.lock.lock();
    try {
      return frameShown(page);
    } finally {
      family.lock.leave();
    }
  }

  @Override
  public Outcome pin(long firstPage, long count) {
    family.lock.lock();
    try {
      return Supply.pin(this, firstPage, count);
    } finally {
      family.lock.leave();
    }
  }

  @Override
  public void unpin(long firstPage, long count) {
    family.lock.lock();
    try {
      Supply.unpin(this, firstPage, count);
    } finally {
      family.lock.leave();
    }
  }

  @Override
  public Outcome read(long offsetBytes, MemorySegment into, long intoBytes, long bytes) {
    Transfer.require(into, intoBytes, bytes, true);
    family.lock.lock();
    try {
      return Transfer.read(this, offsetBytes, into, intoBytes, bytes);
    } finally {
      family.lock.leave();
    }
  }

  @Override
  public Outcome write(long offsetBytes, MemorySegment from, long fromBytes, long bytes) {
    Transfer.require(from, fromBytes, bytes, false);
    family.lock.lock();
    try {
      return Transfer.write(this, offsetBytes, from, fromBytes, bytes);
    } finally {
      family.lock.leave();
    }
  }

  @Override
  public CachePolicy cachePolicy() {
    return cachePolicy;
  }

  @Override
  public Outcome setCachePolicy(CachePolicy policy) {
    family.lock.lock();
    try {
      if (policy == cachePolicy) {
        return Outcome.OK;
      }
      if (mapped() || children != 0 || parent != null) {
        return Outcome.IN_USE;
      }
      cachePolicy = policy;
      return Outcome.OK;
    } finally {
      family.lock.leave();
    }
  }

  @Override
  public void release() {
    family.callbacks.refuseCalls(EngineLock.Rank.FAMILY.ordinal()); // before anything is given back
    if (drop()) {
      family.lock.lock();
      try {
        Ending.end(this);
      } finally {
        family.lock.leave();
      }
    }
  }

  @Override
  public void forEachFrame(PageVisitor visitor) {
    OwnFrames.forEach(this, visitor);
  }

  // ---- for the engine

  /** The lock of this object and its relatives, which most of what follows needs. */
  public EngineLock lock() {
    return family.lock;
  }

  /**
   * Ends this for the part of a space whose mappings had the last reference: see {@link #cease}.
   * The family must not be locked.
   */
  public void endAfterMappings() {
    family.lock.lock();
    try {
      Ending.end(this);
    } finally {
      family.lock.unlock();
    }
  }

  /**
   * The frame for an access to a page; the caller holds the lock until the translation is
   * installed.
   *
   * @param write whether the access writes: the page then gets a frame of its own
   * @param blank a view of this object of which the caller knows that it has no translation of the
   *     page: it is not asked to forget one. Null for none
   * @return the pfn; {@link Frames#NONE} for a read of a page that is absent, to be shown as zeros;
   *     or a refusal, see {@link #refusal}
   */
  public long supply(long page, boolean write, @Nullable ObjectView blank) {
    return Supply.supply(this, page, write, blank);
  }

  /** Decodes a refusal of {@link #supply}, which is below {@link Frames#NONE}. */
  public static Outcome refusal(long supplied) {
    return Supply.refusal(supplied);
  }

  /** The frame that a page shows now; {@link Frames#NONE} for none. The lock is held. */
  public long frameShown(long page) {
    return page < 0 || page >= pages ? Frames.NONE : Lineage.frameShown(this, page);
  }

  /** Whether writes may go to the frame that a page shows now. The lock is held. */
  public boolean owns(long page) {
    return kind == ObjectKind.PHYSICAL || PageList.present(list.get(page));
  }

  /** The first page of a range that shows a frame, an ancestor's included, or -1; locked. */
  public long nextShown(long firstPage, long lastPage) {
    return Lineage.nextShown(this, firstPage, lastPage);
  }

  /** The frame of a page of a physical object; needs no lock. */
  public long physicalFrame(long page) {
    if (kind != ObjectKind.PHYSICAL) {
      throw new IllegalStateException(this + " is not physical");
    }
    return firstPfn + page;
  }

  /** Enters a view, which is told of changes from now on. The lock is held. */
  public void enter(ObjectView view) {
    Views.enter(this, view);
  }

  /** Removes a view that is entered. The lock is held. */
  public void leave(ObjectView view) {
    Views.leave(this, view);
  }

  /** Asks whether {@link #preparedSnapshot} is possible, and acquires what it will need. */
  public Outcome prepareSnapshot() {
    family.lock.lock();
    try {
      Outcome possible = childPossible(true);
      return possible == Outcome.OK && machine.failures().refuses(AllocationPoint.OBJECT)
          ? Outcome.OUT_OF_RECORDS
          : possible;
    } finally {
      family.lock.unlock();
    }
  }

  /**
   * A snapshot of the whole object after {@link #prepareSnapshot}; refused only if another thread
   * has pinned a page meanwhile.
   */
  public Made<MemoryObject> preparedSnapshot() {
    Made<MemoryObject> made;
    family.lock.lock();
    try {
      Outcome possible = childPossible(true);
      made = possible == Outcome.OK ? newChild(true, 0, pages) : Made.refused(possible);
    } finally {
      family.lock.unlock();
    }
    return family.callbacks.handOver(made, MemoryObject::release);
  }

  /**
   * Acquires what {@link #revertTo} will need, and keeps it until {@link #unprepareRevert},
   * whatever other objects go back to meanwhile. Refused as that; what anybody sees stays.
   */
  public Outcome prepareRevert(EngineObject snapshotOfThis) {
    family.lock.lock();
    try {
      return Snapshots.prepare(this, snapshotOfThis);
    } finally {
      family.lock.unlock();
    }
  }

  /** Ends one {@link #prepareRevert} of the same snapshot. */
  public void unprepareRevert(EngineObject snapshotOfThis) {
    family.lock.lock();
    try {
      Snapshots.unprepare(snapshotOfThis);
    } finally {
      family.lock.unlock();
    }
  }

  /** The object that this one sees live pages of, through any hidden member; null for none. */
  public @Nullable EngineObject liveParent() {
    family.lock.lock();
    try {
      return (EngineObject) Snapshots.liveParent(this);
    } finally {
      family.lock.unlock();
    }
  }

  /**
   * The first page from one on that may differ between this object and a snapshot of it, judged by
   * where contents are kept or would come from; -1 when there is none.
   */
  public long nextDistinct(EngineObject snapshotOfThis, long page) {
    family.lock.lock();
    try {
      return Distinction.next(this, snapshotOfThis, page);
    } finally {
      family.lock.unlock();
    }
  }

  @Override
  public boolean anyPinned() {
    family.lock.lock();
    try {
      return Removal.anyPinned(this, 0, Long.MAX_VALUE);
    } finally {
      family.lock.unlock();
    }
  }

  @Override
  public long nextOwned(long page) {
    family.lock.lock();
    try {
      return kind == ObjectKind.PHYSICAL ? -1 : list.next(page);
    } finally {
      family.lock.unlock();
    }
  }
}
