package dev.mapwright.core.space;

import dev.mapwright.core.Made;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.memory.ObjectKind;
import java.lang.foreign.MemorySegment;

/**
 * The right to use a range's frames directly, until it is closed.
 *
 * <p>Opening a lease commits its pages, makes copies where pages are shared, and pins the frames.
 * While it is open, unmapping, replacing, protecting or destroying any part of its range is refused
 * with {@code LEASED}, and shrinking or decommitting the object there with {@code PINNED}: the
 * holder and the one who wants the change are often the same thread, for which waiting would never
 * end. So the frames stay what the addresses mean, and nothing has to be checked access by access.
 *
 * <p>A segment must not be used after the lease was closed. The simulated machine can't notice
 * that.
 *
 * <p>All methods may be called from any thread; closing twice does nothing.
 */
public final class Lease implements AutoCloseable {
  private final AddressSpace space;
  private final long firstPage;
  private final long[] pfns;
  private final boolean writable;
  private boolean open = true;

  private Lease(AddressSpace space, long firstPage, long[] pfns, boolean writable) {
    this.space = space;
    this.firstPage = firstPage;
    this.pfns = pfns;
    this.writable = writable;
  }

  static Made<Lease> open(AddressSpace space, long first, long pages, boolean write) {
    if (pages <= 0) {
      return Made.refused(Outcome.INVALID);
    }
    boolean inside =
        first >= space.firstPage && first <= space.lastPage && pages - 1 <= space.lastPage - first;
    if (!inside) {
      return Made.refused(Outcome.OUTSIDE);
    }
    if (pages > space.machine.frames().total()) {
      return Made.refused(Outcome.OUT_OF_FRAMES);
    }
    Outcome decided = decide(space, first, first + pages - 1, write);
    if (decided != Outcome.OK) {
      return Made.refused(decided);
    }
    if (space.machine.failures().refuses(AllocationPoint.OBJECT)) {
      return Made.refused(Outcome.OUT_OF_RECORDS);
    }
    long[] pfns;
    try {
      pfns = new long[(int) pages];
    } catch (OutOfMemoryError e) {
      return Made.refused(Outcome.OUT_OF_RECORDS);
    }
    for (int i = 0; i < pages; i++) {
      Outcome outcome = pin(space, first + i, pfns, i);
      if (outcome != Outcome.OK) {
        unpin(space, pfns, i);
        return Made.refused(outcome);
      }
    }
    Lease lease = new Lease(space, first, pfns, write);
    space.leases.add(lease);
    space.events.record(EventKind.LEASE_OPENED, first, pages, write ? 1 : 0, 0);
    return Made.of(lease);
  }

  /** Whether a range may be leased at all, mapping by mapping, before anything is committed. */
  private static Outcome decide(AddressSpace space, long first, long last, boolean write) {
    int needed = write ? Permissions.READ_WRITE : Permissions.READ;
    long page = first;
    while (page <= last) {
      int id = space.mappingAt(page);
      if (id == 0) {
        return Outcome.NOT_MAPPED;
      }
      if (!Permissions.within(needed, space.table.permissions(id))) {
        return Outcome.DENIED;
      }
      MemoryObject object = space.table.object(id);
      if (object == null || object.kind() == ObjectKind.PHYSICAL) {
        return Outcome.UNSUPPORTED;
      }
      long end = Math.min(last, space.table.last(id));
      if (space.table.objectPage(id) + (end - space.table.first(id)) >= object.pages()) {
        return Outcome.BEYOND_OBJECT;
      }
      page = end + 1;
    }
    return Outcome.OK;
  }

  private static Outcome pin(AddressSpace space, long page, long[] pfns, int at) {
    int id = space.mappingAt(page);
    MemoryObject object = space.table.object(id);
    if (object == null) {
      return Outcome.UNSUPPORTED;
    }
    long objectPage = space.table.objectPage(id) + (page - space.table.first(id));
    object.lock().lock();
    try {
      // Its own frame also for reading: a shared one would not show what is written later.
      long pfn = object.supply(objectPage, true);
      if (pfn < Frames.NONE) {
        return MemoryObject.refusal(pfn);
      }
      pfns[at] = pfn;
      return space.machine.frames().pin(pfn) ? Outcome.OK : Outcome.SATURATED;
    } finally {
      object.lock().unlock();
    }
  }

  private static void unpin(AddressSpace space, long[] pfns, int count) {
    for (int i = 0; i < count; i++) {
      space.machine.frames().unpin(pfns[i]);
    }
  }

  /**
   * The first page leased.
   *
   * @return a page number of the space
   */
  public long firstPage() {
    return firstPage;
  }

  /**
   * The last page leased.
   *
   * @return a page number of the space, inclusive
   */
  public long lastPage() {
    return firstPage + pfns.length - 1;
  }

  /**
   * How many pages of the lease, from one on, have adjacent frames.
   *
   * @param index a page of the lease, from 0 on
   * @return at least 1
   */
  public long contiguousPages(int index) {
    int end = index + 1;
    while (end < pfns.length && pfns[end] == pfns[end - 1] + 1) {
      end++;
    }
    return (long) end - index;
  }

  /**
   * The memory of pages whose frames are adjacent.
   *
   * @param index the first page, from 0 on
   * @param pages how many, at most {@link #contiguousPages}
   * @return the memory itself; read-only unless the lease may write
   * @throws IllegalStateException when the lease is closed
   * @throws IllegalArgumentException when the frames are not adjacent
   */
  public MemorySegment segment(int index, long pages) {
    space.lock.lock();
    try {
      if (!open) {
        throw new IllegalStateException("the lease is closed");
      }
      if (pages <= 0 || pages > contiguousPages(index)) {
        throw new IllegalArgumentException("the frames of the pages are not adjacent");
      }
      return space.machine.memory().segment(pfns[index], pages, writable);
    } finally {
      space.lock.unlock();
    }
  }

  /** Ends the lease: the frames are unpinned, and the range may be changed again. */
  @Override
  public void close() {
    space.lock.lock();
    try {
      if (open) {
        open = false;
        if (writable) {
          space.tables.dirty.mark(firstPage, pfns.length);
        }
        unpin(space, pfns, pfns.length);
        space.leases.remove(this);
        space.events.record(EventKind.LEASE_CLOSED, firstPage, pfns.length, 0, 0);
      }
    } finally {
      space.lock.unlock();
    }
  }
}
