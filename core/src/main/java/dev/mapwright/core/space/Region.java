package dev.mapwright.core.space;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Made;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.engine.EngineRegion;
import dev.mapwright.core.memory.MemoryObject;
import java.lang.foreign.MemorySegment;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A region of an address space: a contiguous range of pages that holds mappings and smaller
 * regions, pairwise disjoint.
 *
 * <p>A region is alive until it is destroyed: by {@link #destroy} or {@link #destroyIfEmpty}, by an
 * {@link #unmap} of its parent that covers it whole, with its parent, or with the space. Then
 * everything in it is gone, its pages are free in the parent at once, and every operation on it
 * answers {@code DEAD}.
 *
 * <p>The size, place, capability and label of a region never change. All methods may be called from
 * any thread; changes to one address space happen as if one came after the other, and each of them
 * either happens whole or returns a refusal and changes nothing. Page numbers are the address
 * space's.
 */
public sealed interface Region permits EngineRegion {
  /** {@return the address space that the region belongs to} */
  AddressSpace space();

  /** {@return the first page, in the space's numbers} */
  long firstPage();

  /** {@return the last page, inclusive, in the space's numbers} */
  long lastPage();

  /** {@return the size in pages} */
  long pages();

  /**
   * {@return what mappings and regions in it may allow at most, a set of {@link
   * dev.mapwright.core.Permissions}}
   */
  int capability();

  /** {@return the number that the maker gave it; 0 for the root} */
  int label();

  /** {@return whether the region can still be used; another thread may destroy it at any time} */
  boolean live();

  /** {@return the region that this one lies in; null for the root and for a dead region} */
  @Nullable Region parent();

  /**
   * Makes a region in this one.
   *
   * @param request size, place and capability; holds the region afterwards
   * @return {@code DEAD}; {@code INVALID} (no pages, an overwriting placement, a misaligned
   *     explicit page); {@code EXCEEDS_MAXIMUM} for a capability that this region lacks; {@code
   *     OUTSIDE} for an explicit place or a size that does not fit into this region; {@code
   *     OCCUPIED}; {@code NO_ROOM}; {@code OUT_OF_RECORDS}
   */
  Outcome allocate(RegionRequest request);

  /**
   * Maps an object. Nothing is committed; the mapping may extend beyond the object's end, or lie
   * beyond it altogether: accesses there fault with {@code BEYOND_OBJECT} until the object has
   * grown.
   *
   * <p>Overwriting replaces mappings, or the parts of them that lie in the range, in one step: an
   * access finds the old mapping or the new one, never a hole. Child regions are not replaced.
   *
   * @param request what and where; holds the place afterwards
   * @return {@code DEAD} (this region); {@code INVALID} (no object, no pages, pages beyond the
   *     largest object, a misaligned explicit page); {@code EXCEEDS_MAXIMUM} for permissions that
   *     the maximum or this region's capability lacks; {@code OUTSIDE}; {@code OCCUPIED} (explicit
   *     place); {@code REGION_IN_RANGE} (overwriting); {@code LEASED} (overwriting); {@code
   *     NO_ROOM}; {@code OUT_OF_RECORDS}; {@code DEAD} (the object has ended)
   */
  Outcome map(MapRequest request);

  /**
   * Puts bytes at a place: a ROM, a program, a table. It makes an object that has them at its
   * beginning and zeros behind them to the end of the last page, maps it, and leaves it to the
   * mapping: it ends when nothing shows it any more.
   *
   * @param page where it begins
   * @param contents the bytes, at least one; they are copied
   * @param permissions what accesses are allowed, see {@link dev.mapwright.core.Permissions}
   * @return {@code INVALID} for no bytes, and as {@link MemoryObject#paged}, {@link
   *     MemoryObject#write} and {@link #map} of an explicit place
   */
  default Outcome mapContents(long page, byte[] contents, int permissions) {
    if (contents.length == 0) {
      return Outcome.INVALID;
    }
    long count = Pages.of(contents.length - 1L) + 1;
    Made<MemoryObject> made = MemoryObject.paged(space().machine(), count);
    MemoryObject object = made.made();
    if (object == null) {
      return made.outcome();
    }
    try {
      Outcome outcome = object.write(0, MemorySegment.ofArray(contents), 0, contents.length);
      return outcome == Outcome.OK ? mapAt(page, object, count, permissions) : outcome;
    } finally {
      object.release();
    }
  }

  /**
   * Puts a ROM at a place: contents that may be read and executed, see {@link #mapContents}.
   *
   * @param page where it begins
   * @param contents the bytes, at least one; they are copied
   * @return as {@link #mapContents}
   */
  default Outcome mapRom(long page, byte[] contents) {
    return mapContents(page, contents, Permissions.READ_EXECUTE);
  }

  /**
   * Puts memory at a place that may be read and written, as a request asks for that does not speak
   * of permissions.
   *
   * @param page where it begins
   * @param pages how many, at least 1
   * @return as {@link #mapPaged(long, long, int)}
   */
  default Outcome mapPaged(long page, long pages) {
    return mapPaged(page, pages, Permissions.READ_WRITE);
  }

  /**
   * Puts memory at a place: RAM, a stack, a heap. It makes an object of pages that are zero and
   * take a frame when they are written to, maps it, and leaves it to the mapping: it ends when
   * nothing shows it any more.
   *
   * @param page where it begins
   * @param pages how many, at least 1
   * @param permissions what accesses are allowed, see {@link dev.mapwright.core.Permissions}
   * @return as {@link MemoryObject#paged} and {@link #map} of an explicit place
   */
  default Outcome mapPaged(long page, long pages, int permissions) {
    Made<MemoryObject> made = MemoryObject.paged(space().machine(), pages);
    MemoryObject object = made.made();
    if (object == null) {
      return made.outcome();
    }
    try {
      return mapAt(page, object, pages, permissions);
    } finally {
      object.release();
    }
  }

  /**
   * Puts a device, or any physical addresses, at a place, to be read and written uncached.
   *
   * @param page where it begins
   * @param firstPfn the first frame, as the device was put into the machine
   * @param pages how many, at least 1
   * @return as {@link MemoryObject#physical} and {@link #map} of an explicit place
   */
  default Outcome mapPhysical(long page, long firstPfn, long pages) {
    Made<MemoryObject> made =
        MemoryObject.physical(space().machine(), firstPfn, pages, CachePolicy.UNCACHED);
    MemoryObject object = made.made();
    if (object == null) {
      return made.outcome();
    }
    try {
      return mapAt(page, object, pages, Permissions.READ_WRITE);
    } finally {
      object.release();
    }
  }

  private Outcome mapAt(long page, MemoryObject object, long pages, int permissions) {
    MapRequest request = new MapRequest().object(object, 0).pages(pages).permissions(permissions);
    request.where().at(page);
    return map(request);
  }

  /**
   * Maps frames that somebody else owns. They are mapped at once: each page has its table entry
   * when this returns, and its frame is held as long as it is shown, so that it is not reused.
   * Apart from that the mapping is one like any other: it is placed, overwrites, is split,
   * protected, moved and unmapped in parts by the same rules. Its permissions may be none at all;
   * then no access gets through, and the frames stay mapped. Two such mappings are never merged,
   * and none is leased.
   *
   * <p>The source is asked once for each page, in ascending order, when everything else has been
   * decided and before anything is changed. What it throws is passed on, and nothing has changed.
   *
   * @param request where, how large, with which permissions, {@linkplain MapRequest#cache accessed
   *     how}; it names no object; holds the place afterwards
   * @param frames what is shown
   * @return {@code DEAD}; {@code INVALID} (an object, no pages, unknown permissions, a misaligned
   *     explicit page); {@code EXCEEDS_MAXIMUM}; {@code IN_USE} (a reservation's region); {@code
   *     OUTSIDE}; {@code OCCUPIED} (explicit place); {@code NO_ROOM}; {@code REGION_IN_RANGE} and
   *     {@code LEASED} (overwriting); {@code OUTSIDE} when the page tables can't translate the
   *     place; {@code OUT_OF_FRAMES} for the tables; {@code OUT_OF_RECORDS}; last of all {@code
   *     INVALID} for a frame that no entry can lead to
   */
  Outcome mapFrames(MapRequest request, PfnSource frames);

  /**
   * Removes every mapping, or the part of it that lies in a range, and destroys every child region
   * that lies in it whole. Gaps in the range are ignored. Objects keep their pages.
   *
   * <p>When this returns, no access gets through what was removed.
   *
   * @param first the first page
   * @param pages how many
   * @return {@code DEAD}, {@code INVALID} (no pages), {@code OUTSIDE}, {@code REGION_CUT}, {@code
   *     LEASED}, {@code OUT_OF_RECORDS} (when a mapping has to be split)
   */
  Outcome unmap(long first, long pages);

  /**
   * Removes what is left of a mapping that was made with a tag of its own, wherever it was split
   * since, and nothing else: what somebody else has put into the range meanwhile stays. It is how a
   * caller that could not deliver the result takes back what it made, by identity and not by
   * address.
   *
   * @param first the first page that was mapped
   * @param pages how many were mapped
   * @param tag the tag of the {@link MapRequest}, given to no other mapping in the range
   * @return {@code DEAD}, {@code INVALID} (no pages), {@code OUTSIDE}, {@code LEASED}
   */
  Outcome unmapTagged(long first, long pages, int tag);

  /**
   * Changes the permissions of every page of a range, which mappings of this region cover without a
   * hole. Mappings that lie partly in it are split; neighbours that become alike are merged, memory
   * permitting.
   *
   * <p>When this returns, no access gets through with a permission that was taken away.
   *
   * @param first the first page
   * @param pages how many
   * @param permissions what is allowed from now on
   * @return {@code DEAD}, {@code INVALID} (no pages, unknown bits), {@code OUTSIDE}; then, in the
   *     order of addresses: {@code NOT_MAPPED} when the first page has no child, {@code
   *     REGION_IN_RANGE}, {@code NOT_MAPPED} for a hole, {@code EXCEEDS_MAXIMUM}; {@code LEASED};
   *     {@code OUT_OF_RECORDS}
   */
  Outcome protect(long first, long pages, int permissions);

  /**
   * Gives the mappings of a range other tags; a mapping that lies partly in it is split where its
   * tag changes, and neighbours that become alike are merged, memory permitting. Gaps are ignored.
   * All or nothing.
   *
   * @param first the first page
   * @param pages how many
   * @param change asked for each mapping's new tag, in ascending order, before anything is changed;
   *     it may ask objects, and must not call the space
   * @return {@code DEAD}, {@code INVALID} (no pages), {@code OUTSIDE}, {@code REGION_IN_RANGE},
   *     {@code OUT_OF_RECORDS}
   */
  Outcome retag(long first, long pages, IntUnaryOperator change);

  /**
   * Moves what is mapped in a range to another place in this region, replacing the mappings there,
   * in one step: permissions, maximum and tag stay, and the old place is free. At the new place no
   * page counts as written. The range is mapped without a hole, and the two do not overlap. All or
   * nothing.
   *
   * <p>When this returns, no access gets through at the old place, nor to what was replaced.
   *
   * @param first the first page
   * @param pages how many
   * @param to the first page of the new place
   * @return {@code DEAD}, {@code INVALID} (no pages, overlap), {@code OUTSIDE}, {@code NOT_MAPPED},
   *     {@code REGION_IN_RANGE} (of either range), {@code LEASED}, {@code OUT_OF_RECORDS}
   */
  Outcome move(long first, long pages, long to);

  /**
   * {@return how many pages from one on are mapped by mappings of this region without a hole; 0
   * when the page itself is not}
   *
   * @param first any page
   */
  long mappedPages(long first);

  /**
   * Whether a range of this region holds neither a mapping nor a child region.
   *
   * @param first the first page
   * @param pages how many
   * @return false also when the range lies outside or the region is dead
   */
  boolean free(long first, long pages);

  /**
   * Destroys the region with everything in it, at any depth.
   *
   * @return {@code DEAD}, {@code LEASED}
   */
  Outcome destroy();

  /**
   * Destroys the region if it is empty: no mapping in it and no child region. A reservation's
   * region is empty when nothing is mapped in it; destroying it releases the reservation. That is
   * decided and done in one step, so of this and a {@link #map}, an {@link #allocate} or a {@link
   * Reservation#map} at the same time either one succeeds or the other.
   *
   * @return {@code DEAD}; {@code IN_USE} for a region that is not empty
   */
  Outcome destroyIfEmpty();

  /**
   * Makes a reservation in this region: pages whose tables and books exist, so that mapping frames
   * there acquires nothing and cannot fail.
   *
   * @param request size, place and capability of the range
   * @param mappings how many separate mappings may exist in it at a time, at least 1
   * @return the reservation; refused as {@link #allocate}, with {@code OUTSIDE} for pages that the
   *     tables can't translate, or with {@code OUT_OF_FRAMES} for the tables
   */
  Made<Reservation> reserve(RegionRequest request, int mappings);

  /**
   * Visits the direct children in ascending order. The visitor is called without a lock and may do
   * as it likes; it is told of what is there when its turn comes.
   *
   * @param visitor told of each
   */
  void forEachChild(ChildVisitor visitor);

  /** Told of a region's children. */
  interface ChildVisitor {
    /**
     * A child region.
     *
     * @param child the region
     */
    void region(Region child);

    /**
     * A mapping.
     *
     * @param mapping the mapping
     */
    void mapping(MappingInfo mapping);
  }
}
