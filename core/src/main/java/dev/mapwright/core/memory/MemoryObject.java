package dev.mapwright.core.memory;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Made;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Counted;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.object.EngineObject;
import java.lang.foreign.MemorySegment;
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
 * <p><b>Threads.</b> All methods may be called from any thread. Changes to an object and its
 * relatives (its children, their children, its parents) happen one after the other.
 *
 * <p><b>Failure.</b> A method that returns a refusal has changed nothing, and neither has one that
 * throws what a {@link PageSource} or {@link PageStore} threw; but pages that these have given on
 * the way stay, with the contents that they show anyway. An object whose last reference was
 * released answers {@code DEAD}.
 */
public sealed interface MemoryObject extends Counted permits EngineObject {
  /** The largest size: page offsets are 0 .. 2^52 - 1. */
  long MOST_PAGES = Pages.LAST_PAGE;

  /**
   * Makes an object whose pages are committed when they are needed, and are zero until written.
   *
   * <p>Size 0 is no mistake: such an object can be mapped, every access of the mapping faults with
   * {@code BEYOND_OBJECT}, and what {@link #resize} adds is there at once in every mapping.
   *
   * @param machine where its frames come from
   * @param pages its size, 0 .. {@link #MOST_PAGES}
   * @return the object; {@code INVALID} for a size out of bounds, {@code OUT_OF_RECORDS}
   */
  static Made<MemoryObject> paged(Machine machine, long pages) {
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
  static Made<MemoryObject> paged(Machine machine, long pages, @Nullable PageSource source) {
    return EngineObject.makePaged(machine, pages, source);
  }

  /**
   * Makes an object of adjacent frames, all committed and zero.
   *
   * @param machine where its frames come from
   * @param request size and limits of the run
   * @return the object; {@code INVALID} for a size out of bounds, {@code OUT_OF_FRAMES}, {@code
   *     OUT_OF_RECORDS}
   */
  static Made<MemoryObject> contiguous(Machine machine, Frames.RunRequest request) {
    return EngineObject.makeContiguous(machine, request);
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
  static Made<MemoryObject> physical(
      Machine machine, long firstPfn, long pages, CachePolicy cachePolicy) {
    return EngineObject.makePhysical(machine, firstPfn, pages, cachePolicy);
  }

  /** {@return a number that no other object on the machine has, from 1 on} */
  long number();

  /** {@return where the pages are} */
  ObjectKind kind();

  /** {@return the machine that the object lives on} */
  Machine machine();

  /** {@return the size in pages} */
  long pages();

  /**
   * Makes a child that shows a range of this object's pages until it writes them.
   *
   * <p>The range may lie partly or wholly beyond this object's end; the child reads zeros there. A
   * live view follows the parent when it grows and shrinks, and one that is shrunk and grown again
   * shows the parent's pages again, unless a snapshot of it was made: then what it grows by is
   * zeros. A snapshot's window stays what it is.
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
  Made<MemoryObject> child(ChildKind childKind, long offsetPages, long childPages);

  /**
   * Makes this object show again exactly what it showed when a snapshot of it was made, its size
   * included. It costs what was written since. The snapshot can be used again, also after this
   * object went back to another one.
   *
   * @param snapshotOfThis made of this object by {@link #child} with offset 0, and never written or
   *     resized
   * @return {@code INVALID} for something else, {@code PINNED} when a page written since is pinned,
   *     {@code DEAD} when one of the two has ended, {@code OUT_OF_RECORDS}
   */
  Outcome revertTo(MemoryObject snapshotOfThis);

  /** {@return how many pages have a frame of this object's own; 0 for physical objects} */
  long committedPages();

  /** {@return whether a page of this object's own is pinned; false for physical objects} */
  boolean anyPinned();

  /**
   * The first page from one on that this object has contents of its own for, which in an object
   * with a snapshot are those written since.
   *
   * @param page where to start
   * @return a page, or -1
   */
  long nextOwned(long page);

  /**
   * {@return whether unwritten pages come from another object: true for children and for objects of
   * which a snapshot was made}
   */
  boolean hasParent();

  /**
   * Changes the size. Growing exposes zeros; or the parent's pages in a live view, or what the
   * source gives, unless a snapshot was made. Shrinking removes the pages beyond from all views and
   * frees their frames; mappings keep their extent and fault there.
   *
   * @param newPages the new size, 0 .. {@link #MOST_PAGES}
   * @return {@code INVALID}, {@code UNSUPPORTED} (physical), or {@code PINNED} when a page that
   *     would go is pinned
   */
  Outcome resize(long newPages);

  /**
   * Gives every page of a range a frame of this object's own: a copy of what the page shows. All or
   * nothing.
   *
   * @param firstPage first page
   * @param count how many; 0 is fine
   * @return {@code OUTSIDE}, {@code UNSUPPORTED} (physical), {@code OUT_OF_FRAMES}, {@code
   *     OUT_OF_RECORDS}, {@code SOURCE_FAILED}
   */
  Outcome commit(long firstPage, long count);

  /**
   * Frees the frames of a range. Pages of a live view then show the parent's page again, also when
   * snapshots were made of it; an object with a source gets its pages from there again; all others
   * read zeros.
   *
   * @param firstPage first page
   * @param count how many; 0 is fine
   * @return {@code OUTSIDE}, {@code UNSUPPORTED} (physical), {@code PINNED}, {@code OUT_OF_RECORDS}
   */
  Outcome decommit(long firstPage, long count);

  /**
   * Puts the contents of committed pages out to a store and frees their frames. A later access
   * brings each back. Pages that are pinned, absent or an ancestor's stay as they are.
   *
   * @param firstPage first page
   * @param count how many; 0 is fine
   * @param pageStore where the contents go; an object and its relatives use one store in their life
   * @return {@code OUTSIDE}, {@code UNSUPPORTED} (not a paged object, or another store), or {@code
   *     NO_ROOM} when the store was full, in which case the pages before are out
   */
  Outcome putOut(long firstPage, long count, PageStore pageStore);

  /**
   * {@return the pfn of the frame that a page shows now, an ancestor's included, or {@link
   * Frames#NONE} when it has none or lies beyond the end; nothing is committed or brought in}
   *
   * @param page the page
   */
  long frameOf(long page);

  /**
   * Pins every page of a range, committing those that are not: their frames stay where they are
   * until {@link #unpin}. Pins nest. All or nothing, but for the commits.
   *
   * @param firstPage first page
   * @param count how many; 0 is fine
   * @return as {@link #commit}; {@code SATURATED} when a count is full; {@code UNSUPPORTED} for a
   *     physical object
   */
  Outcome pin(long firstPage, long count);

  /**
   * Ends one {@link #pin} of the same range.
   *
   * @param firstPage the same first page
   * @param count the same count
   * @throws IllegalStateException when a page of the range is not pinned, or not the object's;
   *     nothing has changed then
   */
  void unpin(long firstPage, long count);

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
  Outcome read(long offsetBytes, MemorySegment into, long intoBytes, long bytes);

  /**
   * Copies bytes in, committing the pages first. All or nothing.
   *
   * @param offsetBytes the first byte in the object, unsigned
   * @param from the source
   * @param fromBytes where to start there
   * @param bytes how many
   * @return {@code OUTSIDE}, {@code UNSUPPORTED} (physical), and as {@link #commit}
   */
  Outcome write(long offsetBytes, MemorySegment from, long fromBytes, long bytes);

  /** {@return how mappings that are made from now on access the object} */
  CachePolicy cachePolicy();

  /**
   * Changes the cache policy.
   *
   * @param policy the new policy; the present one is always accepted
   * @return {@code IN_USE} when the object is mapped, is or has a child
   */
  Outcome setCachePolicy(CachePolicy policy);

  /**
   * Adds a reference, for another handle. The caller already has one.
   *
   * @throws IllegalStateException when the object has ended, or has 2^29 - 1 references
   */
  void retain();

  /**
   * Adds a reference to an object that may have ended meanwhile, for a call that found it in a
   * mapping.
   *
   * @return false when it has ended; nothing was added then
   */
  boolean tryRetain();

  /**
   * Gives a reference back; with the last one the object ends.
   *
   * @throws IllegalStateException when the object has ended already, or inside of a callback that
   *     must not call objects; nothing has changed then
   */
  void release();

  /**
   * {@return how many mappings show the object. While spaces map and unmap it, some of what they do
   * meanwhile may be counted and some not}
   */
  long mappings();

  /**
   * {@return how many references there are: handles, mappings and children; 0 when it has ended.
   * While spaces map and unmap it, some of their mappings may be counted and others not}
   */
  long references();

  /**
   * Visits the frames that are the object's own, with the pages that have them. The visitor is
   * called without a lock and may do as it likes.
   *
   * @param visitor told of (page, pfn) in ascending order of pages
   */
  void forEachFrame(PageVisitor visitor);

  /** Told of pages and their frames. */
  @FunctionalInterface
  interface PageVisitor {
    /**
     * One page.
     *
     * @param page its number in the object
     * @param pfn its frame
     */
    void visit(long page, long pfn);
  }
}
