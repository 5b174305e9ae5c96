package dev.mapwright.core.engine;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.Placement;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.core.state.RegionState;
import dev.mapwright.core.state.RegionState.Reserved;
import dev.mapwright.core.state.SpaceState;
import org.jspecify.annotations.Nullable;

/**
 * The tree of regions of one address space (I1): making and destroying them. Destroying can't fail:
 * it needs nothing that was not there. Whoever changes it holds the locks of all parts.
 */
final class Regions {
  private final SpaceState state;
  private final Finder finder;
  private final Reach reach;

  Regions(SpaceState state, Finder finder, Reach reach) {
    this.state = state;
    this.finder = finder;
    this.reach = reach;
  }

  /**
   * Decides where something of a size goes: the place, or a refusal as {@link #refused} codes it.
   */
  long place(RegionState region, Placement where, long count) {
    if (count > region.pages()) {
      return refused(Outcome.OUTSIDE);
    }
    if (!where.explicit()) {
      long place = finder.choose(region, where, count);
      return place < 0 ? refused(Outcome.NO_ROOM) : place;
    }
    long page = where.page();
    if (!region.contains(page, count)) {
      return refused(Outcome.OUTSIDE);
    }
    if ((page & (1L << where.alignmentLog2Pages()) - 1) != 0) {
      return refused(Outcome.INVALID);
    }
    boolean free =
        where.rule() == Placement.Rule.OVERWRITE || finder.free(region, page, page + count - 1);
    return free ? page : refused(Outcome.OCCUPIED);
  }

  private static final Outcome[] OUTCOMES = Outcome.values();

  /** A refusal in place of a page. */
  private static long refused(Outcome outcome) {
    return -1L - outcome.ordinal();
  }

  /** The refusal that {@link #place} gave instead of a page; OK for a page. */
  static Outcome refusal(long place) {
    return place >= 0 ? Outcome.OK : OUTCOMES[(int) (-1 - place)];
  }

  /**
   * Decides whether a request can be mapped in a region, and where: the place is left in the
   * request. What the personalities check in an order of their own is asked again here.
   *
   * @param shown whether it says rightly what is to be shown
   */
  Outcome decide(RegionState region, MapRequest request, boolean shown) {
    if (!region.live()) {
      return Outcome.DEAD;
    }
    if (!shown || !valid(request)) {
      return Outcome.INVALID;
    }
    if (!Permissions.within(request.permissions(), request.maximum() & region.capability())) {
      return Outcome.EXCEEDS_MAXIMUM;
    }
    if (region.reserved() != null) {
      return Outcome.IN_USE;
    }
    long first = place(region, request.where(), request.pages());
    if (first < 0) {
      return refusal(first);
    }
    boolean overwrites = request.where().rule() == Placement.Rule.OVERWRITE;
    Outcome objection =
        overwrites ? objectionToReplacing(region, first, first + request.pages() - 1) : Outcome.OK;
    request.answer(objection == Outcome.OK ? first : -1);
    return objection;
  }

  private static boolean valid(MapRequest request) {
    return request.pages() > 0
        && request.objectPage() >= 0
        && Pages.fits(request.objectPage(), request.pages())
        && Permissions.within(request.permissions(), Permissions.ALL)
        && request.where().valid();
  }

  /** What forbids to replace the mappings of a range; OK for nothing. */
  Outcome objectionToReplacing(RegionState region, long first, long last) {
    RegionState inside = region.childAtOrAfter(first);
    if (inside != null && inside.firstPage() <= last) {
      return Outcome.REGION_IN_RANGE;
    }
    return state.leases().overlap(first, last) ? Outcome.LEASED : Outcome.OK;
  }

  Outcome allocate(RegionState parent, RegionRequest request) {
    request.answer(null);
    if (!parent.live()) {
      return Outcome.DEAD;
    }
    Placement where = request.where();
    if (request.pages() <= 0 || where.rule() == Placement.Rule.OVERWRITE || !where.valid()) {
      return Outcome.INVALID;
    }
    if (!Permissions.within(request.capability(), parent.capability())) {
      return Outcome.EXCEEDS_MAXIMUM;
    }
    if (parent.reserved() != null) {
      return Outcome.IN_USE;
    }
    long first = place(parent, where, request.pages());
    if (first < 0) {
      return refusal(first);
    }
    if (!state.regions().ensure(1) || !parent.children().ensure(1)) {
      return Outcome.OUT_OF_RECORDS;
    }
    RegionState region =
        parent.newChild(
            state.regions().nextNumber(),
            first,
            first + request.pages() - 1,
            request.capability(),
            request.label());
    state.regions().enter(region);
    enterInParent(region, parent);
    finder.taken(parent, first, region.lastPage());
    parent.children().settle();
    request.answer(region.face());
    return Outcome.OK;
  }

  private void enterInParent(RegionState region, RegionState parent) {
    parent.children().put(region.firstPage(), region.number());
    created(region);
  }

  private void created(RegionState region) {
    state
        .events()
        .record(
            EventKind.REGION_CREATED,
            region.firstPage(),
            region.pages(),
            region.capability(),
            region.label());
  }

  /** Brings a dead region back, in a parent that is alive and was promised an entry for it. */
  void revive(RegionState region, @Nullable RegionState parent) {
    region.revive(parent, state.regions().nextNumber());
    region.firstFit().forget();
    state.regions().enter(region);
    if (parent != null) {
      enterInParent(region, parent);
    } else {
      created(region);
    }
  }

  Outcome destroy(RegionState region) {
    if (!region.live()) {
      return Outcome.DEAD;
    }
    if (state.leases().overlap(region.firstPage(), region.lastPage())) {
      return Outcome.LEASED;
    }
    destroyWhole(region);
    return Outcome.OK;
  }

  /** What is leased is mapped, so an empty region has no lease. */
  Outcome destroyIfEmpty(RegionState region) {
    if (!region.live()) {
      return Outcome.DEAD;
    }
    Reserved reserved = region.reserved();
    boolean empty =
        reserved != null
            ? reserved.endIfEmpty()
            : reach.free(region, region.firstPage(), region.lastPage());
    if (!empty) {
      return Outcome.IN_USE;
    }
    destroyWhole(region);
    return Outcome.OK;
  }

  /** Destroys a region that is alive, whatever is leased in it. Cannot fail. */
  void destroyWhole(RegionState region) {
    RegionState parent = region.container();
    // From the leaves up, without a stack: trees can be deep. Reservations go with their regions,
    // and need their table entries for it; so the mappings come last.
    RegionState at = region;
    while (true) {
      RegionState child = at.childFrom(0);
      if (child != null) {
        at = child;
        continue;
      }
      RegionState above = at.container();
      if (above != null) {
        above.children().remove(at.firstPage());
      }
      bury(at);
      if (at == region || above == null) {
        break;
      }
      at = above;
    }
    reach.removeAll(region.firstPage(), region.lastPage(), EventKind.DESTROYED);
    if (parent != null) {
      finder.freed(parent, region.firstPage(), region.lastPage());
    }
  }

  private void bury(RegionState region) {
    Reserved reserved = region.reserved();
    if (reserved != null) {
      reserved.giveBack();
      region.setReserved(null);
    }
    region.die();
    state.regions().leave(region.number());
    state
        .events()
        .record(EventKind.REGION_DESTROYED, region.firstPage(), region.pages(), region.label(), 0);
  }

  /** Destroys the children of a region that lie in a range; none lies only partly in it. */
  void destroyChildrenIn(RegionState region, long first, long last) {
    RegionState child = region.childFrom(first);
    while (child != null && child.firstPage() <= last) {
      destroyWhole(child);
      child = region.childFrom(first);
    }
  }
}
