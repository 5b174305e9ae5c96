package dev.mapwright.core.memory;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Made;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.event.EventRing;
import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.machine.Counted;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.Machine;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A memory object: a sequence of pages that mappings show, in any number of address spaces, at any
 * offset.
 *
 * <p>An object is sparse: making one of a terabyte costs nothing, a page gets a frame when it is
 * first written or committed, and reads as zeros until then. All views of it agree at every moment:
 * its mappings, its children as far as they have not written, {@link #read} and {@link #write}.
 *
 * <p><b>References.</b> Whoever makes an object holds one reference; mappings and children hold
 * their own. When the last is {@linkplain #release released}, the object's frames are free again.
 *
 * <p><b>Threads.</b> All methods may be called from any thread. An object, its children and theirs
 * share one lock, which is taken after an address space's and before a translation's.
 *
 * <p><b>Failure.</b> A method that returns a refusal has changed nothing.
 */
public final class MemoryObject implements Counted {
  // Long because it is the whole interface of objects, contract by contract; each method takes the
  // lock
  // and leaves the work to Lineage, Supply, Removal, Transfer and Change.

  /** The largest size: page offsets are 0 .. 2^52 - 1. */
  public static final long MOST_PAGES = Pages.LAST_PAGE;

  private static final VarHandle REFERENCES;
  private static final long ONE_MAPPING = 1L << 32;

  static {
    try {
      REFERENCES =
          MethodHandles.lookup().findVarHandle(MemoryObject.class, "references", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final Machine machine;
  final ObjectKind kind;
  final Family family;
  final long number;
  final EventRing events;

  /** PHYSICAL: the first frame; otherwise unused. */
  final long firstPfn;

  /** The pages that are this object's own. Replaced, under the lock, when a snapshot takes them. */
  PageList list;

  /** The size; guarded by the family's lock for writing, read without it where a hint is enough. */
  volatile long pages;

  /** Where pages come from that this object does not have; null for an object without a parent. */
  @Nullable MemoryObject parent;

  /** This object's view of its parent; null without a parent, or when it can see no page of it. */
  @Nullable ChildView viewOfParent;

  /** The parent's page that is this object's page 0. */
  long parentOffset;

  /** How many pages, from page 0 on, may come from the parent. */
  long parentLimit;

  /** Whether unwritten pages are the parent's as it was; see {@link ChildKind}. */
  boolean snapshot;

  /** An object made by a snapshot to hold the pages that both sides share. Nobody can name it. */
  boolean hidden;

  /** Children that are alive. */
  int children;

  /** Mappings' and children's translations; guarded by the family's lock. */
  final ViewTree views = new ViewTree();

  /** First contents of absent pages; null for zeros. */
  @Nullable PageSource source;

  /** Where pages were put out to; null while none ever was. */
  @Nullable PageStore store;

  /** Scratch of {@link Change}: the range still to be told, and the next object with one. */
  long toldFirst;

  long toldLast;
  @Nullable MemoryObject nextToTell;

  private volatile CachePolicy cachePolicy;

  /** References in the low half; mappings among them in the high half. */
  @SuppressWarnings("UnusedVariable") // through REFERENCES
  private volatile long references = 1;

  MemoryObject(
      Machine machine,
      ObjectKind kind,
      Family family,
      long pages,
      long firstPfn,
      CachePolicy cachePolicy) {
    this.machine = machine;
    this.kind = kind;
    this.family = family;
    this.number = machine.census().nextNumber();
    this.events = machine.events().newRing("object " + number);
    this.list = new PageList(family.pool);
    this.pages = pages;
    this.firstPfn = firstPfn;
    this.cachePolicy = cachePolicy;
  }

  /** Enters a finished object into the world. */
  MemoryObject born() {
    machine.census().enter(this);
    events.record(EventKind.OBJECT_CREATED, 0, pages, kind.ordinal(), 0);
    return this;
  }

  /**
   * Makes an object whose pages are committed when they are needed, and are zero until written.
   *
   * @param machine where its frames come from
   * @param pages its size, 0 .. {@link #MOST_PAGES}
   * @return the object; {@code INVALID} for a size out of bounds, {@code OUT_OF_RECORDS}
   */
  public static Made<MemoryObject> paged(Machine machine, long pages) {
    return paged(machine, pages, null);
  }

  /**
   * Makes an object whose absent pages come from a source.
   *
   * @param machine where its frames come from
   * @param pages its size, 0 .. {@link #MOST_PAGES}
   * @param source gives pages their first contents; null for zeros
   * @return the object; {@code INVALID} for a size out of bounds, {@code OUT_OF_RECORDS}
   */
  public static Made<MemoryObject> paged(Machine machine, long pages, @Nullable PageSource source) {
    if (pages < 0 || pages > MOST_PAGES) {
      return Made.refused(Outcome.INVALID);
    }
    if (machine.failures().refuses(AllocationPoint.OBJECT)) {
      return Made.refused(Outcome.OUT_OF_RECORDS);
    }
    MemoryObject object =
        new MemoryObject(
            machine, ObjectKind.PAGED, new Family(machine), pages, -1, CachePolicy.CACHED);
    object.source = source;
    return Made.of(object.born());
  }

  /**
   * Makes an object of adjacent frames, all committed and zero.
   *
   * @param machine where its frames come from
   * @param request size and limits of the run
   * @return the object; {@code INVALID} for a size out of bounds, {@code OUT_OF_FRAMES}, {@code
   *     OUT_OF_RECORDS}
   */
  public static Made<MemoryObject> contiguous(Machine machine, Frames.RunRequest request) {
    long pages = request.pages();
    if (pages <= 0 || pages > MOST_PAGES) {
      return Made.refused(Outcome.INVALID);
    }
    if (machine.failures().refuses(AllocationPoint.OBJECT)) {
      return Made.refused(Outcome.OUT_OF_RECORDS);
    }
    if (pages > machine.frames().free()) {
      return Made.refused(Outcome.OUT_OF_FRAMES);
    }
    Family family = new Family(machine);
    MemoryObject object =
        new MemoryObject(machine, ObjectKind.CONTIGUOUS, family, pages, -1, CachePolicy.CACHED);
    if (!object.list.ensureRange(0, pages - 1)) {
      return Made.refused(Outcome.OUT_OF_RECORDS);
    }
    long pfn = machine.frames().allocateRun(request, FrameOwner.OBJECT, family.number);
    if (pfn == Frames.NONE) {
      return Made.refused(Outcome.OUT_OF_FRAMES);
    }
    for (long page = 0; page < pages; page++) {
      object.list.putFrame(page, pfn + page);
    }
    return Made.of(object.born());
  }

  /**
   * Makes an object that shows physical addresses: of a device, or of RAM that somebody else owns.
   * Frames of RAM are not held by the object, but by mappings that show them.
   *
   * @param machine whose physical addresses
   * @param firstPfn the first frame
   * @param pages how many, at least 1; the last pfn is at most {@link Pages#LAST_PAGE}
   * @param cachePolicy how mappings access it
   * @return the object; {@code INVALID} for a range that does not exist, {@code OUT_OF_RECORDS}
   */
  public static Made<MemoryObject> physical(
      Machine machine, long firstPfn, long pages, CachePolicy cachePolicy) {
    if (!Pages.fits(firstPfn, pages)) {
      return Made.refused(Outcome.INVALID);
    }
    if (machine.failures().refuses(AllocationPoint.OBJECT)) {
      return Made.refused(Outcome.OUT_OF_RECORDS);
    }
    return Made.of(
        new MemoryObject(
                machine, ObjectKind.PHYSICAL, new Family(machine), pages, firstPfn, cachePolicy)
            .born());
  }

  /**
   * Makes a child that shows a range of this object's pages until it writes them.
   *
   * <p>The range may lie partly or wholly beyond this object's end; the child reads zeros there. A
   * live view follows the parent when it grows and shrinks, and one that is shrunk and grown again
   * shows the parent's pages again; a snapshot does neither.
   *
   * @param childKind live view or snapshot
   * @param offsetPages the page of this object that becomes the child's page 0, 0 .. {@link
   *     #MOST_PAGES}
   * @param childPages the child's size; the range ends at or below 2^52 pages
   * @return the child, with one reference for the caller; {@code INVALID} for a range out of
   *     bounds, {@code UNSUPPORTED} for a physical object (and a snapshot of a contiguous one),
   *     {@code PINNED} for a snapshot of an object with pinned pages, {@code DEAD}, {@code
   *     OUT_OF_RECORDS}
   */
  public Made<MemoryObject> child(ChildKind childKind, long offsetPages, long childPages) {
    if (offsetPages < 0
        || offsetPages > MOST_PAGES
        || childPages < 0
        || childPages > Pages.LAST_PAGE + 1 - offsetPages
        || childPages > MOST_PAGES) {
      return Made.refused(Outcome.INVALID);
    }
    if (kind == ObjectKind.PHYSICAL
        || kind == ObjectKind.CONTIGUOUS && childKind == ChildKind.SNAPSHOT) {
      return Made.refused(Outcome.UNSUPPORTED);
    }
    if (machine.failures().refuses(AllocationPoint.OBJECT)) {
      return Made.refused(Outcome.OUT_OF_RECORDS);
    }
    family.lock.lock();
    try {
      return Lineage.child(this, childKind, offsetPages, childPages);
    } finally {
      family.lock.unlock();
    }
  }

  /**
   * Makes this object show again exactly what it showed when a snapshot of it was made, its size
   * included. It costs what was written since. The snapshot can be used again, also after this
   * object went back to another one.
   *
   * @param snapshotOfThis made of this object by {@link #child} with offset 0, and never written or
   *     resized
   * @return {@code INVALID} for something else, {@code PINNED} when a page written since is pinned,
   *     {@code OUT_OF_RECORDS} (never after {@link #prepareRevert})
   */
  public Outcome revertTo(MemoryObject snapshotOfThis) {
    family.lock.lock();
    try {
      return Lineage.rebase(this, snapshotOfThis);
    } finally {
      family.lock.unlock();
    }
  }

  /**
   * Acquires what {@link #revertTo} will need. What anybody sees stays the same.
   *
   * @param snapshotOfThis the snapshot to be gone back to
   * @return as {@link #revertTo}
   */
  public Outcome prepareRevert(MemoryObject snapshotOfThis) {
    family.lock.lock();
    try {
      return Lineage.shareAgain(this, snapshotOfThis);
    } finally {
      family.lock.unlock();
    }
  }

  /**
   * The first page from one on that may differ between this object and a snapshot of it, judged by
   * where contents are kept.
   *
   * @param snapshotOfThis made of this object by {@link #child} with offset 0
   * @param page where to start
   * @return a page, or -1 when there is none
   */
  public long nextDistinct(MemoryObject snapshotOfThis, long page) {
    family.lock.lock();
    try {
      boolean siblings = parent != null && parent == snapshotOfThis.parent;
      long here = siblings ? list.next(page) : Lineage.nextContents(this, page, Pages.LAST_PAGE);
      long there =
          siblings
              ? snapshotOfThis.list.next(page)
              : Lineage.nextContents(snapshotOfThis, page, Pages.LAST_PAGE);
      return here < 0 ? there : there < 0 ? here : Math.min(here, there);
    } finally {
      family.lock.unlock();
    }
  }

  /**
   * Whether a page of this object's own is pinned.
   *
   * @return false for physical objects
   */
  public boolean anyPinned() {
    family.lock.lock();
    try {
      return Removal.anyPinned(this, 0, Long.MAX_VALUE);
    } finally {
      family.lock.unlock();
    }
  }

  /**
   * The first page from one on that this object has contents of its own for, which in an object
   * with a snapshot are those written since.
   *
   * @param page where to start
   * @return a page, or -1
   */
  public long nextOwned(long page) {
    family.lock.lock();
    try {
      return kind == ObjectKind.PHYSICAL ? -1 : list.next(page);
    } finally {
      family.lock.unlock();
    }
  }

  /**
   * A number that no other object on the machine has.
   *
   * @return from 1 on
   */
  public long number() {
    return number;
  }

  /**
   * Where the pages are.
   *
   * @return the kind
   */
  public ObjectKind kind() {
    return kind;
  }

  /**
   * The machine that the object lives on.
   *
   * @return the machine
   */
  public Machine machine() {
    return machine;
  }

  /**
   * The size.
   *
   * @return pages
   */
  public long pages() {
    return pages;
  }

  /**
   * How many pages have a frame of this object's own.
   *
   * @return a count; 0 for physical objects
   */
  public long committedPages() {
    family.lock.lock();
    try {
      return Removal.committed(this);
    } finally {
      family.lock.unlock();
    }
  }

  /**
   * Whether unwritten pages come from another object.
   *
   * @return true for children and for objects of which a snapshot was made
   */
  public boolean hasParent() {
    family.lock.lock();
    try {
      return parent != null;
    } finally {
      family.lock.unlock();
    }
  }

  /**
   * Changes the size. Growing exposes zeros (or, in a live view, the parent's pages). Shrinking
   * removes the pages beyond from all views and frees their frames; mappings keep their extent and
   * fault there.
   *
   * @param newPages the new size, 0 .. {@link #MOST_PAGES}
   * @return {@code INVALID}, {@code UNSUPPORTED} (physical), or {@code PINNED} when a page that
   *     would go is pinned
   */
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
      family.lock.unlock();
    }
  }

  /**
   * Gives every page of a range a frame of this object's own: a copy of what the page shows. All or
   * nothing.
   *
   * @param firstPage first page
   * @param count how many; 0 is fine
   * @return {@code OUTSIDE}, {@code UNSUPPORTED} (physical), {@code OUT_OF_FRAMES}, {@code
   *     OUT_OF_RECORDS}, {@code SOURCE_FAILED}
   */
  public Outcome commit(long firstPage, long count) {
    family.lock.lock();
    try {
      return Supply.commit(this, firstPage, count);
    } finally {
      family.lock.unlock();
    }
  }

  /**
   * Frees the frames of a range. Pages of a live view then show the parent's page again, also when
   * snapshots were made of it; all others read zeros. Without a snapshot, an object with a source
   * gets its pages from there again.
   *
   * @param firstPage first page
   * @param count how many; 0 is fine
   * @return {@code OUTSIDE}, {@code UNSUPPORTED} (physical), {@code PINNED}, {@code OUT_OF_RECORDS}
   */
  public Outcome decommit(long firstPage, long count) {
    family.lock.lock();
    try {
      return Removal.decommit(this, firstPage, count);
    } finally {
      family.lock.unlock();
    }
  }

  /**
   * Puts the contents of committed pages out to a store and frees their frames. A later access
   * brings each back. Pages that are pinned, absent or an ancestor's stay as they are.
   *
   * @param firstPage first page
   * @param count how many; 0 is fine
   * @param pageStore where the contents go; an object uses one store in its life
   * @return {@code OUTSIDE}, {@code UNSUPPORTED} (not a paged object, or another store), or {@code
   *     NO_ROOM} when the store was full, in which case the pages before are out
   */
  public Outcome putOut(long firstPage, long count, PageStore pageStore) {
    family.lock.lock();
    try {
      return Removal.putOut(this, firstPage, count, pageStore);
    } finally {
      family.lock.unlock();
    }
  }

  /**
   * The frame that a page shows now, an ancestor's included. Nothing is committed or brought in.
   *
   * @param page the page
   * @return its pfn, or {@link Frames#NONE} when it has none or lies beyond the end
   */
  public long frameOf(long page) {
    family.lock.lock();
    try {
      return page < 0 || page >= pages ? Frames.NONE : Lineage.frameShown(this, page);
    } finally {
      family.lock.unlock();
    }
  }

  /**
   * The frame of a page of a physical object, without a lock.
   *
   * @param page a page of the object
   * @return its pfn
   * @throws IllegalStateException for other kinds
   */
  public long physicalFrame(long page) {
    if (kind != ObjectKind.PHYSICAL) {
      throw new IllegalStateException(this + " is not physical");
    }
    return firstPfn + page;
  }

  /**
   * Pins every page of a range, committing those that are not: their frames stay where they are
   * until {@link #unpin}. Pins nest. All or nothing, but for the commits.
   *
   * @param firstPage first page
   * @param count how many; 0 is fine
   * @return as {@link #commit}; {@code SATURATED} when a count is full; {@code UNSUPPORTED} for a
   *     physical object
   */
  public Outcome pin(long firstPage, long count) {
    family.lock.lock();
    try {
      return Supply.pin(this, firstPage, count);
    } finally {
      family.lock.unlock();
    }
  }

  /**
   * Ends one {@link #pin} of the same range.
   *
   * @param firstPage the same first page
   * @param count the same count
   */
  public void unpin(long firstPage, long count) {
    family.lock.lock();
    try {
      Supply.unpin(this, firstPage, count);
    } finally {
      family.lock.unlock();
    }
  }

  /**
   * Copies bytes out. Absent pages give zeros and stay absent.
   *
   * @param offsetBytes the first byte in the object, unsigned
   * @param into the destination
   * @param intoBytes where to start there
   * @param bytes how many
   * @return {@code OUTSIDE}, {@code UNSUPPORTED} (physical), {@code OUT_OF_FRAMES} or {@code
   *     SOURCE_FAILED} when a page that is out or with a source can't be brought in
   */
  public Outcome read(long offsetBytes, MemorySegment into, long intoBytes, long bytes) {
    family.lock.lock();
    try {
      return Transfer.read(this, offsetBytes, into, intoBytes, bytes);
    } finally {
      family.lock.unlock();
    }
  }

  /**
   * Copies bytes in, committing the pages first. All or nothing.
   *
   * @param offsetBytes the first byte in the object, unsigned
   * @param from the source
   * @param fromBytes where to start there
   * @param bytes how many
   * @return {@code OUTSIDE}, {@code UNSUPPORTED} (physical), and as {@link #commit}
   */
  public Outcome write(long offsetBytes, MemorySegment from, long fromBytes, long bytes) {
    family.lock.lock();
    try {
      return Transfer.write(this, offsetBytes, from, fromBytes, bytes);
    } finally {
      family.lock.unlock();
    }
  }

  /**
   * How mappings that are made from now on access the object.
   *
   * @return the policy
   */
  public CachePolicy cachePolicy() {
    return cachePolicy;
  }

  /**
   * Changes the cache policy.
   *
   * @param policy the new policy; the present one is always accepted
   * @return {@code IN_USE} when the object is mapped, is or has a child
   */
  public Outcome setCachePolicy(CachePolicy policy) {
    family.lock.lock();
    try {
      if (policy == cachePolicy) {
        return Outcome.OK;
      }
      if (mappings() != 0 || children != 0 || parent != null) {
        return Outcome.IN_USE;
      }
      cachePolicy = policy;
      return Outcome.OK;
    } finally {
      family.lock.unlock();
    }
  }

  /** Adds a reference, for another handle. The caller already has one. */
  public void retain() {
    REFERENCES.getAndAdd(this, 1L);
  }

  /**
   * Adds a reference to an object that may have ended meanwhile, for a call that found it in a
   * mapping.
   *
   * @return false when it has ended; nothing was added then
   */
  public boolean tryRetain() {
    long before = references;
    while ((before & (ONE_MAPPING - 1)) != 0) {
      long witness = (long) REFERENCES.compareAndExchange(this, before, before + 1);
      if (witness == before) {
        return true;
      }
      before = witness;
    }
    return false;
  }

  /** Gives a reference back; with the last one the object ends. */
  public void release() {
    dropReferences(1L);
  }

  /** Adds a mapping's reference; for the engine. */
  public void retainForMapping() {
    REFERENCES.getAndAdd(this, ONE_MAPPING + 1);
  }

  /** Gives a mapping's reference back; for the engine. The object must not be locked. */
  public void releaseFromMapping() {
    dropReferences(ONE_MAPPING + 1);
  }

  private void dropReferences(long amount) {
    long before = (long) REFERENCES.getAndAdd(this, -amount);
    if (((before - amount) & (ONE_MAPPING - 1)) == 0) {
      family.lock.lock();
      try {
        Lineage.end(this);
      } finally {
        family.lock.unlock();
      }
    }
  }

  /** Gives back a child's reference while the family is locked; true when it was the last. */
  boolean dropOne() {
    long before = (long) REFERENCES.getAndAdd(this, -1L);
    return ((before - 1) & (ONE_MAPPING - 1)) == 0;
  }

  /**
   * How many mappings show the object.
   *
   * @return a count
   */
  public long mappings() {
    return references >>> 32;
  }

  /**
   * How many references there are: handles, mappings and children.
   *
   * @return a count; 0 when the object has ended
   */
  public long references() {
    return references & (ONE_MAPPING - 1);
  }

  /**
   * The lock of this object and its relatives; for the engine.
   *
   * @return the same lock for all of a family
   */
  public ReentrantLock lock() {
    return family.lock;
  }

  /**
   * The frame for an access to a page; for the engine, which holds the {@linkplain #lock lock}
   * until it has installed the translation.
   *
   * @param page the page
   * @param write whether the access writes: the page then gets a frame of its own
   * @return the pfn; {@link Frames#NONE} for a read of a page that is absent, to be shown as zeros;
   *     or a refusal, see {@link #refusal}
   */
  public long supply(long page, boolean write) {
    return Supply.supply(this, page, write);
  }

  /**
   * Decodes a refusal of {@link #supply}.
   *
   * @param supplied what it returned, below {@link Frames#NONE}
   * @return the condition
   */
  public static Outcome refusal(long supplied) {
    return Supply.refusal(supplied);
  }

  /**
   * Whether writes may go to the frame that a page shows now: it is the object's own; for the
   * engine, which holds the lock.
   *
   * @param page the page
   * @return false when a write has to make a copy first
   */
  public boolean owns(long page) {
    return kind == ObjectKind.PHYSICAL || PageList.present(list.get(page));
  }

  /**
   * The first page of a range that shows a frame, an ancestor's included; for the engine, which
   * holds the lock.
   *
   * @param firstPage where to start
   * @param lastPage where to end, inclusive
   * @return a page, or -1
   */
  public long nextShown(long firstPage, long lastPage) {
    return Lineage.nextShown(this, firstPage, lastPage);
  }

  /**
   * Enters a view; for the engine, which holds the lock.
   *
   * @param view told of changes from now on
   */
  public void enter(ObjectView view) {
    views.add(view);
  }

  /**
   * Removes a view; for the engine, which holds the lock.
   *
   * @param view one that is entered
   */
  public void leave(ObjectView view) {
    views.remove(view);
  }

  /**
   * Visits the frames that are the object's own, with the pages that have them; for checks.
   *
   * @param visitor told of (page, pfn) in ascending order of pages
   */
  public void forEachFrame(PageVisitor visitor) {
    family.lock.lock();
    try {
      for (long page = list.next(0); page >= 0; page = list.next(page + 1)) {
        if (PageList.present(list.found())) {
          visitor.visit(page, PageList.pfn(list.found()));
        }
      }
    } finally {
      family.lock.unlock();
    }
  }

  /** Told of pages and their frames. */
  @FunctionalInterface
  public interface PageVisitor {
    /**
     * One page.
     *
     * @param page its number in the object
     * @param pfn its frame
     */
    void visit(long page, long pfn);
  }

  /**
   * Checks the object against its own records; see the package {@code check}.
   *
   * @param complain told of each violation
   */
  public void check(Consumer<String> complain) {
    family.lock.lock();
    try {
      Lineage.check(this, complain);
    } finally {
      family.lock.unlock();
    }
  }

  @Override
  public String describe() {
    return toString();
  }

  @Override
  public String toString() {
    return "object "
        + number
        + (hidden ? " (shared by a snapshot)" : "")
        + " of "
        + pages
        + " pages, "
        + references()
        + " references";
  }
}
