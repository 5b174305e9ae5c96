package dev.mapwright.core.engine;

import dev.mapwright.core.Pages;
import dev.mapwright.core.space.FoundMapping;
import dev.mapwright.core.space.MappingInfo;
import dev.mapwright.core.state.BareMapping;
import dev.mapwright.core.state.RegionState;
import dev.mapwright.core.state.SpaceState;
import org.jspecify.annotations.Nullable;

/**
 * Answers what is mapped where: from the space's records, and from the reservations, which alone
 * know their mappings. The space's lock guards everything; those of reservations are taken one by
 * one.
 */
final class Lookup {
  private final SpaceState state;

  /** What a reservation finds. */
  private final BareMapping found = new BareMapping();

  /** The record that was found; 0 for none. */
  private int record;

  /** The region of the reservation that was found, with {@link #found}; null for none. */
  private @Nullable RegionState region;

  Lookup(SpaceState state) {
    this.state = state;
  }

  /** The mapping that covers a page; null for none. */
  @Nullable MappingInfo at(long page) {
    return seek(page, page) ? copy() : null;
  }

  /** The mapping with the lowest pages that has one in a range; null for none. */
  @Nullable MappingInfo first(long first, long last) {
    return seek(first, last) ? copy() : null;
  }

  /** Where that begins; -1 for none. */
  long firstPage(long first, long last) {
    if (!seek(first, last)) {
      return -1;
    }
    return region == null ? state.table().first(record) : found.first;
  }

  /** The same without a new object; false for none. */
  boolean first(long first, long last, FoundMapping into) {
    return seek(first, last) && tell(into);
  }

  /** The mapping that begins at a page; false for none. */
  boolean from(long page, FoundMapping into) {
    return seek(page, page)
        && page == (region == null ? state.table().first(record) : found.first)
        && tell(into);
  }

  /** The first mapping of a reservation's region in a range; null for none. */
  @Nullable MappingInfo firstIn(RegionState reserved, long first, long last) {
    return seekIn(reserved, first, last) ? copy() : null;
  }

  private boolean seek(long first, long last) {
    int id = state.firstMapping(first, last);
    long before = id == 0 ? last : Math.min(last, state.table().first(id) - 1);
    for (RegionState at = state.reservedFrom(first);
        at != null && at.firstPage() <= before;
        at = after(at)) {
      if (seekIn(at, first, before)) {
        return true;
      }
    }
    region = null;
    record = id;
    return id != 0;
  }

  private boolean seekIn(RegionState reservedRegion, long first, long last) {
    RegionState.Reserved reserved = reservedRegion.reserved();
    region = reservedRegion;
    return reserved != null && reserved.firstIn(first, last, found);
  }

  private MappingInfo copy() {
    RegionState in = region;
    return in == null
        ? state.info(record)
        : new MappingInfo(
            found.first,
            found.last,
            null,
            0,
            found.permissions,
            in.capability(),
            found.cache,
            in.face(),
            0);
  }

  private boolean tell(FoundMapping into) {
    RegionState in = region;
    if (in == null) {
      state.tell(record, into);
    } else {
      into.answer(
          in.face(),
          found.first,
          found.last,
          null,
          0,
          found.permissions,
          in.capability(),
          found.cache,
          0);
    }
    return true;
  }

  /** How many pages from one on a reservation's region has mapped without a hole. */
  long mappedPages(RegionState reserved, long first) {
    long page = first;
    while (page <= reserved.lastPage() && seekIn(reserved, page, page)) {
      page = found.last + 1;
    }
    return page - first;
  }

  /** How many mappings there are. */
  int count() {
    long count = state.table().live();
    for (RegionState at = state.reservedFrom(0); at != null; at = after(at)) {
      RegionState.Reserved reserved = at.reserved();
      count += reserved == null ? 0 : reserved.mappings();
    }
    return (int) Math.min(Integer.MAX_VALUE, count);
  }

  /** The next region that is set aside; null for none. */
  private @Nullable RegionState after(RegionState reserved) {
    long last = reserved.lastPage();
    return last == Pages.LAST_PAGE ? null : state.reservedFrom(last + 1);
  }
}
