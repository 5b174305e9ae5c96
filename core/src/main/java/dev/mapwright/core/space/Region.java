package dev.mapwright.core.space;

import dev.mapwright.core.Made;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.index.PageTrie;
import org.jspecify.annotations.Nullable;

/**
 * A region of an address space: a contiguous range of pages that holds mappings and smaller
 * regions, pairwise disjoint.
 *
 * <p>A region is alive until it is destroyed: by {@link #destroy}, by an {@link #unmap} of its
 * parent that covers it whole, with its parent, or with the space. Then everything in it is gone,
 * its pages are free in the parent at once, and every operation on it answers {@code DEAD}.
 *
 * <p>The size, place, capability and label of a region never change. All methods may be called from
 * any thread; changes to one address space happen one after the other, and each of them either
 * happens whole or returns a refusal and changes nothing. Page numbers are the address space's.
 */
public final class Region {
  final AddressSpace space;
  final long firstPage;
  final long lastPage;
  final int capability;
  final int label;

  /** Its place in the space's list of regions; another one when it was brought back to life. */
  int number;

  /** Null for the root, and once it is dead. The space's lock guards this and what follows. */
  @Nullable Region parent;

  /** Child regions by first page. */
  final PageTrie children;

  /** The reservation that this region is, or null. */
  @Nullable Reservation reservation;

  private volatile boolean live = true;

  Region(
      AddressSpace space,
      @Nullable Region parent,
      int number,
      long firstPage,
      long lastPage,
      int capability,
      int label) {
    this.space = space;
    this.parent = parent;
    this.number = number;
    this.firstPage = firstPage;
    this.lastPage = lastPage;
    this.capability = capability;
    this.label = label;
    this.children = new PageTrie(space.nodes);
  }

  void revive(@Nullable Region newParent, int newNumber) {
    number = newNumber;
    parent = newParent;
    live = true;
  }

  void die() {
    live = false;
    parent = null;
  }

  @Nullable Region childAtOrAfter(long page) {
    if (children.floorKey(page) >= 0) {
      Region child = space.region(children.found());
      if (child.lastPage >= page) {
        return child;
      }
    }
    return children.ceilingKey(page) >= 0 ? space.region(children.found()) : null;
  }

  @Nullable Region childAtOrBefore(long page) {
    return children.floorKey(page) >= 0 ? space.region(children.found()) : null;
  }

  boolean contains(long first, long pages) {
    return first >= firstPage && first <= lastPage && pages > 0 && pages - 1 <= lastPage - first;
  }

  /**
   * The address space that the region belongs to.
   *
   * @return the space
   */
  public AddressSpace space() {
    return space;
  }

  /**
   * The first page.
   *
   * @return a page number of the space
   */
  public long firstPage() {
    return firstPage;
  }

  /**
   * The last page.
   *
   * @return a page number of the space, inclusive
   */
  public long lastPage() {
    return lastPage;
  }

  /**
   * The size.
   *
   * @return pages
   */
  public long pages() {
    return lastPage - firstPage + 1;
  }

  /**
   * What mappings and regions in it may allow at most.
   *
   * @return a set of {@link Permissions}
   */
  public int capability() {
    return capability;
  }

  /**
   * The number that the maker gave it.
   *
   * @return any number; 0 for the root
   */
  public int label() {
    return label;
  }

  /**
   * Whether the region can still be used. Another thread may destroy it at any time.
   *
   * @return false once it was destroyed
   */
  public boolean live() {
    return live;
  }

  /**
   * The region that this one lies in.
   *
   * @return null for the root and for a dead region
   */
  public @Nullable Region parent() {
    space.lock.lock();
    try {
      return parent;
    } finally {
      space.lock.unlock();
    }
  }

  /**
   * Makes a region in this one.
   *
   * @param request size, place and capability; holds the region afterwards
   * @return {@code DEAD}; {@code INVALID} (no pages, an overwriting placement, a misaligned
   *     explicit page); {@code EXCEEDS_MAXIMUM} for a capability that this region lacks; {@code
   *     OUTSIDE} for an explicit place or a size that does not fit into this region; {@code
   *     OCCUPIED}; {@code NO_ROOM}; {@code OUT_OF_RECORDS}
   */
  public Outcome allocate(RegionRequest request) {
    space.lock.lock();
    try {
      return space.regions.allocate(this, request);
    } finally {
      space.lock.unlock();
    }
  }

  /**
   * Maps an object. Nothing is committed; the mapping may extend beyond the object's end, where
   * accesses fault.
   *
   * <p>Overwriting replaces mappings, or the parts of them that lie in the range, in one step: an
   * access finds the old mapping or the new one, never a hole. Child regions are not replaced.
   *
   * @param request what and where; holds the place afterwards
   * @return {@code DEAD}; {@code INVALID} (no object, no pages, pages beyond the largest object, a
   *     misaligned explicit page); {@code EXCEEDS_MAXIMUM} for permissions that the maximum or this
   *     region's capability lacks; {@code OUTSIDE}; {@code OCCUPIED} (explicit place); {@code
   *     REGION_IN_RANGE} (overwriting); {@code LEASED} (overwriting); {@code NO_ROOM}; {@code
   *     OUT_OF_RECORDS}; {@code OUT_OF_FRAMES} (tables, only when installing); {@code SATURATED} (a
   *     frame's hold count, only for physical objects)
   */
  public Outcome map(MapRequest request) {
    space.lock.lock();
    try {
      return space.editor.map(this, request);
    } finally {
      space.lock.unlock();
    }
  }

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
  public Outcome unmap(long first, long pages) {
    space.lock.lock();
    try {
      return space.editor.unmap(this, first, pages);
    } finally {
      space.lock.unlock();
    }
  }

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
  public Outcome unmapTagged(long first, long pages, int tag) {
    space.lock.lock();
    try {
      return space.editor.unmapTagged(this, first, pages, tag);
    } finally {
      space.lock.unlock();
    }
  }

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
  public Outcome protect(long first, long pages, int permissions) {
    space.lock.lock();
    try {
      return space.editor.protect(this, first, pages, permissions);
    } finally {
      space.lock.unlock();
    }
  }

  /**
   * How far from a page on mappings of this region go without a hole.
   *
   * @param first a page of this region
   * @return how many pages are mapped from there on; 0 when the page itself is not
   */
  public long mappedPages(long first) {
    space.lock.lock();
    try {
      return live ? space.editor.mappedPages(this, first) : 0;
    } finally {
      space.lock.unlock();
    }
  }

  /**
   * Whether a range of this region holds neither a mapping nor a child region.
   *
   * @param first the first page
   * @param pages how many
   * @return false also when the range lies outside or the region is dead
   */
  public boolean free(long first, long pages) {
    space.lock.lock();
    try {
      return live && contains(first, pages) && space.finder.free(this, first, first + pages - 1);
    } finally {
      space.lock.unlock();
    }
  }

  /**
   * Destroys the region with everything in it, at any depth.
   *
   * @return {@code DEAD}, {@code LEASED}
   */
  public Outcome destroy() {
    space.lock.lock();
    try {
      return space.regions.destroy(this);
    } finally {
      space.lock.unlock();
    }
  }

  /**
   * Makes a reservation in this region: pages whose tables, index nodes and records exist, so that
   * mapping frames there acquires nothing and cannot fail.
   *
   * @param request size, place and capability of the range
   * @param mappings how many separate mappings may exist in it at a time, at least 1
   * @return the reservation; refused as {@link #allocate}, or with {@code OUT_OF_FRAMES} for the
   *     tables
   */
  public Made<Reservation> reserve(RegionRequest request, int mappings) {
    space.lock.lock();
    try {
      return Reservation.make(this, request, mappings);
    } finally {
      space.lock.unlock();
    }
  }

  /**
   * Visits the direct children in ascending order; the visitor must not change the space.
   *
   * @param visitor told of each
   */
  public void forEachChild(ChildVisitor visitor) {
    space.lock.lock();
    try {
      long page = firstPage;
      while (live && page <= lastPage && space.finder.next(this, page)) {
        page = space.finder.childLast + 1;
        Region child = space.finder.childRegion();
        if (child != null) {
          visitor.region(child);
        } else {
          visitor.mapping(space.info(space.finder.childMapping));
        }
      }
    } finally {
      space.lock.unlock();
    }
  }

  /** Told of a region's children. */
  public interface ChildVisitor {
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

  @Override
  public String toString() {
    return "region 0x"
        + Long.toHexString(dev.mapwright.core.Pages.address(firstPage))
        + "-0x"
        + Long.toHexString(dev.mapwright.core.Pages.lastAddress(lastPage))
        + (live ? "" : " (dead)");
  }
}
