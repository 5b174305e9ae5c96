package dev.mapwright.core.space;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.failure.AllocationPoint;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The tree of regions of one address space: making and destroying them, and their numbers. The
 * space's lock guards everything.
 */
final class Regions {
  private final AddressSpace space;

  /** Regions by number; null where a number is free. Number 0 is no region. */
  private @Nullable Region[] all = new Region[4];

  private int highest;

  Regions(AddressSpace space) {
    this.space = space;
  }

  Region get(int number) {
    Region region = all[number];
    if (region == null) {
      throw new AssertionError("region " + number + " does not exist");
    }
    return region;
  }

  /** A free number, with room in the list for it; 0 when there was no memory. */
  private int nextNumber() {
    if (space.machine.failures().refuses(AllocationPoint.OBJECT)) {
      return 0;
    }
    if (freeNumbers > 0) {
      return free[freeNumbers - 1];
    }
    if (highest + 1 == all.length) {
      try {
        all = Arrays.copyOf(all, all.length * 2);
      } catch (OutOfMemoryError e) {
        return 0;
      }
    }
    return highest + 1;
  }

  /** Numbers of dead regions; as long as the list of all, so that dying needs no memory. */
  private int[] free = new int[4];

  private int freeNumbers;

  private boolean roomForFree() {
    if (free.length < all.length) {
      try {
        free = Arrays.copyOf(free, all.length);
      } catch (OutOfMemoryError e) {
        return false;
      }
    }
    return true;
  }

  /** Makes the root, or a region whose place was found and whose index entry was acquired. */
  private @Nullable Region make(
      @Nullable Region parent, long first, long last, int capability, int label) {
    int number = nextNumber();
    if (number == 0 || !roomForFree()) {
      return null;
    }
    Region region = new Region(space, parent, number, first, last, capability, label);
    if (freeNumbers > 0) {
      freeNumbers--;
    } else {
      highest = number;
    }
    all[number] = region;
    return region;
  }

  @Nullable Region makeRoot() {
    return make(null, space.firstPage, space.lastPage, Permissions.ALL, 0);
  }

  boolean anyReservation() {
    for (int number = 1; number <= highest; number++) {
      Region region = all[number];
      if (region != null && region.reservation != null) {
        return true;
      }
    }
    return false;
  }

  /** Makes sure that so many regions can be brought back to life. */
  boolean ensure(int count) {
    if (space.machine.failures().refuses(AllocationPoint.OBJECT)) {
      return false;
    }
    try {
      if (highest + count >= all.length) {
        all = Arrays.copyOf(all, Math.max(all.length * 2, highest + count + 1));
      }
      return roomForFree();
    } catch (OutOfMemoryError e) {
      return false;
    }
  }

  /** Brings a dead region back, in a parent that is alive and has an index node for it. */
  void revive(Region region, @Nullable Region parent) {
    int number = freeNumbers > 0 ? free[--freeNumbers] : ++highest;
    all[number] = region;
    region.revive(parent, number);
    if (parent != null) {
      parent.children.put(region.firstPage, number);
    }
    space.events.record(
        EventKind.REGION_CREATED,
        region.firstPage,
        region.pages(),
        region.capability,
        region.label);
  }

  Outcome allocate(Region parent, RegionRequest request) {
    request.made = null;
    if (!parent.live()) {
      return Outcome.DEAD;
    }
    Placement where = request.where();
    if (request.pages <= 0 || where.rule == Placement.Rule.OVERWRITE || !where.valid()) {
      return Outcome.INVALID;
    }
    if (!Permissions.within(request.capability, parent.capability)) {
      return Outcome.EXCEEDS_MAXIMUM;
    }
    if (parent.reservation != null) {
      return Outcome.IN_USE;
    }
    Outcome placed = space.editor.place(parent, where, request.pages);
    if (placed != Outcome.OK) {
      return placed;
    }
    long first = space.editor.placedAt;
    if (!parent.children.ensure(1)) {
      return Outcome.OUT_OF_RECORDS;
    }
    Region region =
        make(parent, first, first + request.pages - 1, request.capability, request.label);
    if (region == null) {
      return Outcome.OUT_OF_RECORDS;
    }
    parent.children.put(first, region.number);
    space.events.record(
        EventKind.REGION_CREATED, first, request.pages, request.capability, request.label);
    request.made = region;
    return Outcome.OK;
  }

  Outcome destroy(Region region) {
    if (!region.live()) {
      return Outcome.DEAD;
    }
    if (space.leases.overlap(region.firstPage, region.lastPage)) {
      return Outcome.LEASED;
    }
    destroyUnleased(region);
    return Outcome.OK;
  }

  /** Destroys a region that is alive and has no lease in it. Cannot fail. */
  void destroyUnleased(Region region) {
    // From the leaves up, without a stack: trees can be deep. Reservations go with their regions,
    // and
    // need their table entries for it; so the mappings come last.
    Region at = region;
    while (true) {
      long key = at.children.ceilingKey(0);
      if (key >= 0) {
        at = get(at.children.found());
        continue;
      }
      Region parent = at.parent;
      if (parent != null) {
        parent.children.remove(at.firstPage);
      }
      bury(at);
      if (at == region || parent == null) {
        break;
      }
      at = parent;
    }
    space.editor.removeAll(region.firstPage, region.lastPage, EventKind.DESTROYED);
  }

  private void bury(Region region) {
    Reservation reservation = region.reservation;
    if (reservation != null) {
      reservation.giveBack();
      region.reservation = null;
    }
    region.die();
    all[region.number] = null;
    free[freeNumbers++] = region.number;
    space.events.record(
        EventKind.REGION_DESTROYED, region.firstPage, region.pages(), region.label, 0);
  }

  /** Destroys the children of a region that lie in a range whole. */
  void destroyChildrenIn(Region region, long first, long last) {
    long page = Math.max(0, first);
    while (page <= Math.min(last, Pages.LAST_PAGE)) {
      if (region.children.ceilingKey(page) < 0) {
        return;
      }
      Region child = get(region.children.found());
      if (child.lastPage > last) {
        return;
      }
      page = child.lastPage + 1;
      destroyUnleased(child);
    }
  }
}
