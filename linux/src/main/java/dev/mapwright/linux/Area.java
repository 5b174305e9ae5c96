package dev.mapwright.linux;

import dev.mapwright.core.Pages;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.linux.maps.MappedRange;

/**
 * A piece of an address space that one mapping of the engine covers, as it was when it was asked
 * for.
 *
 * <p>An area of the kernel may consist of several pieces: see {@link Areas#seam}. The page of the
 * object that is seen first is what the kernel calls {@code vm_pgoff}: the page in the file, and
 * for private anonymous memory the page of the address space where the memory was first mapped.
 */
record Area(
    long first,
    long last,
    MemoryObject object,
    long objectPage,
    int permissions,
    int maximum,
    AreaKind kind) {

  long pages() {
    return last - first + 1;
  }

  long objectPageAt(long page) {
    return objectPage + (page - first);
  }

  /** The part of the piece that lies in a range that it intersects. */
  Area within(long firstPage, long lastPage) {
    long from = Math.max(first, firstPage);
    return new Area(
        from, Math.min(last, lastPage), object, objectPageAt(from), permissions, maximum, kind);
  }

  /** Whether it is all of a piece. */
  boolean covers(Area whole) {
    return first == whole.first && last == whole.last;
  }

  MappedRange facts() {
    return new MappedRange(
        Pages.address(first),
        Pages.lastAddress(last),
        permissions,
        kind.shared(),
        kind.object(),
        kind.anonymous() || kind.has(AreaKind.KERNELS_OWN) ? 0 : Pages.address(objectPage));
  }
}
