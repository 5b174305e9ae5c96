package dev.mapwright.core.engine;

import dev.mapwright.core.Pages;
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

  Lookup(SpaceState state) {
    this.state = state;
  }

  /** The mapping that covers a page; null for none. */
  @Nullable MappingInfo at(long page) {
    int id = state.mappingAt(page);
    if (id != 0) {
      return state.info(id);
    }
    RegionState region = state.reservedFrom(page);
    return region != null && findIn(region, page, page) ? info(region) : null;
  }

  /** The mapping with the lowest pages that has one in a range; null for none. */
  @Nullable MappingInfo first(long first, long last) {
    int id = state.firstMapping(first, last);
    long before = id == 0 ? last : Math.min(last, state.table().first(id) - 1);
    for (RegionState region = state.reservedFrom(first);
        region != null && region.firstPage() <= before;
        region = after(region)) {
      if (findIn(region, first, before)) {
        return info(region);
      }
    }
    return id == 0 ? null : state.info(id);
  }

  /** The first mapping of a reservation's region in a range; null for none. */
  @Nullable MappingInfo firstIn(RegionState region, long first, long last) {
    return findIn(region, first, last) ? info(region) : null;
  }

  private boolean findIn(RegionState region, long first, long last) {
    RegionState.Reserved reserved = region.reserved();
    return reserved != null && reserved.firstIn(first, last, found);
  }

  private MappingInfo info(RegionState region) {
    return new MappingInfo(
        found.first,
        found.last,
        null,
        0,
        found.permissions,
        region.capability(),
        found.cache,
        region.face(),
        0);
  }

  /** How many pages from one on a reservation's region has mapped without a hole. */
  long mappedPages(RegionState region, long first) {
    long page = first;
    while (page <= region.lastPage() && findIn(region, page, page)) {
      page = found.last + 1;
    }
    return page - first;
  }

  /** How many mappings there are. */
  int count() {
    long count = state.table().live();
    for (RegionState region = state.reservedFrom(0); region != null; region = after(region)) {
      RegionState.Reserved reserved = region.reserved();
      count += reserved == null ? 0 : reserved.mappings();
    }
    return (int) Math.min(Integer.MAX_VALUE, count);
  }

  /** The next region that is set aside; null for none. */
  private @Nullable RegionState after(RegionState region) {
    long last = region.lastPage();
    return last == Pages.LAST_PAGE ? null : state.reservedFrom(last + 1);
  }
}
