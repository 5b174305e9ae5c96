package dev.mapwright.core.engine;

import dev.mapwright.core.Made;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.core.memory.ObjectKind;
import dev.mapwright.core.object.EngineObject;
import dev.mapwright.core.space.Lease;
import dev.mapwright.core.state.LeaseRange;
import dev.mapwright.core.state.RegionState;
import dev.mapwright.core.state.SpaceState;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * The lease behind the face. The locks of all parts guard whether it is open; all else is
 * immutable.
 */
public final class EngineLease extends LeaseRange implements Lease {
  private final Parts parts;
  private final long[] pfns;
  private final boolean writable;
  private boolean open = true;

  private EngineLease(Parts parts, long firstPage, long[] pfns, boolean writable) {
    super(firstPage, firstPage + pfns.length - 1);
    this.parts = parts;
    this.pfns = pfns;
    this.writable = writable;
  }

  static Made<Lease> open(Parts parts, long first, long pages, boolean write) {
    SpaceState state = parts.rest().state;
    if (pages <= 0) {
      return Made.refused(Outcome.INVALID);
    }
    if (!state.contains(first, pages)) {
      return Made.refused(Outcome.OUTSIDE);
    }
    if (pages > state.machine().frames().total()) {
      return Made.refused(Outcome.OUT_OF_FRAMES);
    }
    Outcome decided = decide(state, first, first + pages - 1, write);
    if (decided != Outcome.OK) {
      return Made.refused(decided);
    }
    if (state.machine().failures().refuses(AllocationPoint.OBJECT)) {
      return Made.refused(Outcome.OUT_OF_RECORDS);
    }
    long[] pfns;
    try {
      pfns = new long[(int) pages];
    } catch (OutOfMemoryError e) {
      return Made.refused(Outcome.OUT_OF_RECORDS);
    }
    Outcome pinned = pinAll(state, first, pfns);
    if (pinned != Outcome.OK) {
      return Made.refused(pinned);
    }
    EngineLease lease = new EngineLease(parts, first, pfns, write);
    state.leases().add(lease);
    state.events().record(EventKind.LEASE_OPENED, first, pages, write ? 1 : 0, 0);
    return Made.of(lease);
  }

  /** Whether a range may be leased at all, mapping by mapping, before anything is committed. */
  private static Outcome decide(SpaceState state, long first, long last, boolean write) {
    int needed = write ? Permissions.READ_WRITE : Permissions.READ;
    long page = first;
    while (page <= last) {
      int id = state.mappingAt(page);
      if (id == 0) {
        return inReservation(state, page) ? Outcome.UNSUPPORTED : Outcome.NOT_MAPPED;
      }
      if (!Permissions.within(needed, state.table().permissions(id))) {
        return Outcome.DENIED;
      }
      EngineObject object = state.table().object(id);
      if (object == null || object.kind() == ObjectKind.PHYSICAL) {
        return Outcome.UNSUPPORTED;
      }
      long end = Math.min(last, state.table().last(id));
      if (state.table().objectPage(id) + (end - state.table().first(id)) >= object.pages()) {
        return Outcome.BEYOND_OBJECT;
      }
      page = end + 1;
    }
    return Outcome.OK;
  }

  private static boolean inReservation(SpaceState state, long page) {
    RegionState.Reserved reserved = state.reservedAt(page);
    return reserved != null && reserved.entry(page) != TranslationEntry.ABSENT;
  }

  /** Pins every page, or none when one is refused or a source throws. */
  private static Outcome pinAll(SpaceState state, long first, long[] pfns) {
    int pinned = 0;
    try {
      Outcome outcome = Outcome.OK;
      while (pinned < pfns.length && outcome == Outcome.OK) {
        outcome = pin(state, first + pinned, pfns, pinned);
        pinned += outcome == Outcome.OK ? 1 : 0;
      }
      return outcome;
    } finally {
      if (pinned < pfns.length) {
        unpin(state, pfns, pinned);
      }
    }
  }

  private static Outcome pin(SpaceState state, long page, long[] pfns, int at) {
    int id = state.mappingAt(page);
    EngineObject object = state.table().object(id);
    if (object == null) {
      return Outcome.UNSUPPORTED;
    }
    long objectPage = state.table().objectPage(id) + (page - state.table().first(id));
    object.lock().lock();
    try {
      // Its own frame also for reading: a shared one would not show what is written later.
      long pfn = object.supply(objectPage, true, null);
      if (pfn < Frames.NONE) {
        return EngineObject.refusal(pfn);
      }
      pfns[at] = pfn;
      return state.machine().frames().pin(pfn) ? Outcome.OK : Outcome.SATURATED;
    } finally {
      object.lock().unlock();
    }
  }

  private static void unpin(SpaceState state, long[] pfns, int count) {
    for (int i = 0; i < count; i++) {
      state.machine().frames().unpin(pfns[i]);
    }
  }

  @Override
  public long contiguousPages(int index) {
    Objects.checkIndex(index, pfns.length);
    int end = index + 1;
    while (end < pfns.length && pfns[end] == pfns[end - 1] + 1) {
      end++;
    }
    return (long) end - index;
  }

  @Override
  public MemorySegment segment(int index, long pages) {
    parts.enterAll();
    try {
      if (!open) {
        throw new IllegalStateException("the lease is closed");
      }
      if (pages <= 0 || pages > contiguousPages(index)) {
        throw new IllegalArgumentException("the frames of the pages are not adjacent");
      }
      return parts.rest().state.machine().memory().segment(pfns[index], pages, writable);
    } finally {
      parts.leaveAll();
    }
  }

  @Override
  public void close() {
    SpaceState state = parts.rest().state;
    parts.enterAll();
    try {
      if (open) {
        open = false;
        if (writable) {
          state.tables().dirty().mark(firstPage(), pfns.length);
        }
        unpin(state, pfns, pfns.length);
        state.leases().remove(this);
        state.events().record(EventKind.LEASE_CLOSED, firstPage(), pfns.length, 0, 0);
      }
    } finally {
      parts.leaveAll();
    }
  }
}
