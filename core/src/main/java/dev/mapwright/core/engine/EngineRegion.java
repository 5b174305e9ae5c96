package dev.mapwright.core.engine;

import dev.mapwright.core.Made;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.MappingInfo;
import dev.mapwright.core.space.PfnSource;
import dev.mapwright.core.space.Placement;
import dev.mapwright.core.space.Region;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.core.space.Reservation;
import dev.mapwright.core.state.RegionState;
import dev.mapwright.core.state.SpaceState;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The region behind the face: enters the part that has the range, or all of them, and leaves the
 * work to the floors.
 */
public final class EngineRegion extends RegionState implements Region {
  private final AddressSpace space;
  private final Parts parts;

  EngineRegion(
      AddressSpace space,
      Parts parts,
      @Nullable RegionState parent,
      int number,
      long firstPage,
      long lastPage,
      int capability,
      int label) {
    super(
        parts.rest().state.regions(),
        parts.rest().state.regionNodes(),
        parent,
        number,
        firstPage,
        lastPage,
        capability,
        label);
    this.space = space;
    this.parts = parts;
  }

  @Override
  public RegionState newChild(
      int childNumber, long first, long last, int childCapability, int childLabel) {
    return new EngineRegion(
        space, parts, this, childNumber, first, last, childCapability, childLabel);
  }

  @Override
  public Region face() {
    return this;
  }

  @Override
  public AddressSpace space() {
    return space;
  }

  @Override
  public @Nullable Region parent() {
    Floors floors = parts.enter(firstPage());
    try {
      RegionState parent = container();
      return parent == null ? null : parent.face();
    } finally {
      Parts.leave(floors);
    }
  }

  /** Where a request can lead to: its place, or anywhere in here. */
  private long firstPlace(Placement where) {
    return where.explicit() ? Math.max(0, where.page()) : firstPage();
  }

  /** Its last page; where the request makes no sense, at least the first one. */
  private long lastPlace(Placement where, long count) {
    return where.explicit() ? last(firstPlace(where), count) : lastPage();
  }

  /** The last page of a range that a caller names, which may be anything. */
  private static long last(long first, long count) {
    return count <= 0 || count - 1 > Pages.LAST_PAGE - Math.min(first, Pages.LAST_PAGE)
        ? first
        : first + count - 1;
  }

  @Override
  public Outcome allocate(RegionRequest request) {
    parts.enterAll();
    try {
      Placement where = request.where();
      boolean gathered = parts.gatherInRest(firstPlace(where), lastPlace(where, request.pages()));
      return gathered ? parts.rest().regions.allocate(this, request) : refuse(request);
    } finally {
      parts.leaveAll();
    }
  }

  private static Outcome refuse(RegionRequest request) {
    request.answer(null);
    return Outcome.OUT_OF_RECORDS;
  }

  @Override
  public Outcome map(MapRequest request) {
    Placement where = request.where();
    Floors floors = parts.enter(firstPlace(where), lastPlace(where, request.pages()));
    if (floors == null) {
      return refuse(request);
    }
    try {
      return floors.editor.map(this, request);
    } finally {
      Parts.leave(floors);
    }
  }

  private static Outcome refuse(MapRequest request) {
    request.answer(-1);
    return Outcome.OUT_OF_RECORDS;
  }

  @Override
  public Outcome mapFrames(MapRequest request, PfnSource frames) {
    Placement where = request.where();
    Floors floors = parts.enter(firstPlace(where), lastPlace(where, request.pages()));
    if (floors == null) {
      return refuse(request);
    }
    try {
      return floors.frames.map(this, request, frames);
    } finally {
      Parts.leave(floors);
    }
  }

  @Override
  public Outcome unmap(long first, long count) {
    long last = last(Math.max(0, first), count);
    Floors floors = parts.enterOne(Math.max(0, first), last);
    if (floors != null) {
      try {
        // Destroying regions needs the locks of all parts.
        if (!parts.divided() || !hasChildIn(first, last)) {
          return floors.editor.unmap(this, first, count);
        }
      } finally {
        Parts.leave(floors);
      }
    }
    parts.enterAll();
    try {
      SpaceState atLast = parts.at(last).state;
      return parts.rest().editor.unmap(this, first, count, atLast, parts.reach());
    } finally {
      parts.leaveAll();
    }
  }

  private boolean hasChildIn(long first, long last) {
    RegionState child = childAtOrAfter(first);
    return child != null && child.firstPage() <= last;
  }

  @Override
  public Outcome unmapTagged(long first, long count, int tag) {
    Floors floors = parts.enterOne(Math.max(0, first), last(Math.max(0, first), count));
    if (floors != null) {
      try {
        return floors.editor.unmapTagged(this, first, count, tag);
      } finally {
        Parts.leave(floors);
      }
    }
    parts.enterAll();
    try {
      Outcome[] outcome = {Outcome.OK};
      parts.forEach(part -> outcome[0] = part.editor.unmapTagged(this, first, count, tag));
      return outcome[0];
    } finally {
      parts.leaveAll();
    }
  }

  @Override
  public Outcome protect(long first, long count, int permissions) {
    Floors floors = parts.enter(Math.max(0, first), last(Math.max(0, first), count));
    if (floors == null) {
      return Outcome.OUT_OF_RECORDS;
    }
    try {
      return floors.editor.protect(this, first, count, permissions);
    } finally {
      Parts.leave(floors);
    }
  }

  @Override
  public Outcome retag(long first, long count, IntUnaryOperator change) {
    Floors floors = parts.enter(Math.max(0, first), last(Math.max(0, first), count));
    if (floors == null) {
      return Outcome.OUT_OF_RECORDS;
    }
    try {
      return floors.editor.retag(this, first, count, change);
    } finally {
      Parts.leave(floors);
    }
  }

  @Override
  public Outcome move(long first, long count, long to) {
    parts.enterAll();
    try {
      boolean gathered =
          parts.gatherInRest(Math.max(0, first), last(Math.max(0, first), count))
              && parts.gatherInRest(Math.max(0, to), last(Math.max(0, to), count));
      return gathered ? parts.rest().editor.move(this, first, count, to) : Outcome.OUT_OF_RECORDS;
    } finally {
      parts.leaveAll();
    }
  }

  @Override
  public long mappedPages(long first) {
    parts.enterAll();
    try {
      if (!live() || !contains(first, 1)) {
        return 0;
      }
      if (reserved() != null) {
        return parts.rest().lookup.mappedPages(this, first);
      }
      long page = first;
      long more = 1;
      while (more != 0 && page <= lastPage()) {
        more = parts.at(page).editor.mappedPages(this, page);
        page += more;
      }
      return page - first;
    } finally {
      parts.leaveAll();
    }
  }

  @Override
  public boolean free(long first, long count) {
    parts.enterAll();
    try {
      long last = first + count - 1;
      return live()
          && contains(first, count)
          && parts.reach().free(this, first, last)
          && parts.rest().lookup.firstIn(this, first, last) == null;
    } finally {
      parts.leaveAll();
    }
  }

  @Override
  public Outcome destroy() {
    parts.enterAll();
    try {
      return parts.rest().regions.destroy(this);
    } finally {
      parts.leaveAll();
    }
  }

  @Override
  public Outcome destroyIfEmpty() {
    parts.enterAll();
    try {
      return parts.rest().regions.destroyIfEmpty(this);
    } finally {
      parts.leaveAll();
    }
  }

  @Override
  public Made<Reservation> reserve(RegionRequest request, int mappings) {
    Made<Reservation> made;
    parts.enterAll();
    try {
      Placement where = request.where();
      boolean gathered = parts.gatherInRest(firstPlace(where), lastPlace(where, request.pages()));
      made =
          gathered
              ? EngineReservation.make(parts, this, request, mappings)
              : Made.refused(refuse(request));
    } finally {
      parts.unlockAll();
    }
    return parts.handOver(made, Reservation::release);
  }

  @Override
  public void forEachChild(ChildVisitor visitor) {
    Child child = new Child();
    long page = firstPage();
    while (page <= lastPage()) {
      RegionState region;
      MappingInfo mapping;
      parts.enterAll();
      try {
        if (!live()) {
          return;
        }
        mapping = parts.rest().lookup.firstIn(this, page, lastPage());
        region = null;
        if (mapping != null) {
          page = mapping.lastPage() + 1;
        } else {
          Floors floors = parts.next(this, page, child);
          if (floors == null) {
            return;
          }
          region = child.region;
          mapping = region == null ? floors.state.info(child.mapping) : null;
          page = child.last + 1;
        }
      } finally {
        parts.leaveAll();
      }
      if (region != null) {
        visitor.region(region.face());
      } else if (mapping != null) {
        visitor.mapping(mapping);
      }
    }
  }
}
