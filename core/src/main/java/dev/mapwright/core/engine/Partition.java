package dev.mapwright.core.engine;

import dev.mapwright.core.lock.EngineLock;
import dev.mapwright.core.state.RegionState;
import dev.mapwright.core.state.SpaceState;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which part of an address space has which pages, and how that changes: parts are made, and their
 * ends move. What a part is says {@link Parts}.
 *
 * <p>Whoever changes something here holds the locks of all parts. What a change needs is acquired
 * before a mapping is moved, or mapping by mapping; where memory ends in the middle, an end stays
 * where it has come to, and every page is still in the part that knows its mapping.
 */
final class Partition {
  /** More parts are not made: their number is paid for where all are locked. */
  private static final int MOST = 256;

  /** So often somebody has to wait before the first part is made. */
  private static final int FIRST_PATIENCE = 4;

  private static final int MOST_PATIENCE = 1 << 20;
  private static final int PARTS_TO_DOUBLE = 16;

  private final Floors rest;

  /** Replaced with the rest's lock held, and those of the parts that change. */
  private volatile Division division = Division.NONE;

  /**
   * How often somebody has to wait before the first parts are made. Read with any part's lock,
   * where an old value does no harm.
   */
  private volatile int patience = FIRST_PATIENCE;

  /** Forgets a region's tree of gaps when it lies in several parts, which it would be wrong for. */
  private final Consumer<RegionState> forgetsGaps = this::forgetGaps;

  Partition(Floors rest) {
    this.rest = rest;
  }

  /** What is so now; it may be replaced at any moment, but for what a lock that is held keeps. */
  Division division() {
    return division;
  }

  /**
   * How often somebody has to wait before a part is made: the more there are the oftener, since
   * what was divided so often and still brings threads together will not be kept apart.
   */
  int patience() {
    long more = (long) patience << Math.min(30, division.size() / PARTS_TO_DOUBLE);
    return (int) Math.min(MOST_PATIENCE, more);
  }

  /** The floors that have all of a range; null where it lies in several parts. */
  @Nullable Floors floors(long first, long last) {
    Division now = division;
    int at = now.around(first, last);
    return at == Division.SEVERAL ? null : at == Division.REST ? rest : now.floors(at);
  }

  // ---- gathering

  /**
   * Gathers a range in the rest.
   *
   * @return false when there is no memory; nothing that can be seen has changed
   */
  boolean gatherInRest(long first, long last) {
    int at = division.firstMeeting(first, last);
    if (at == division.size() || division.first(at) > last) {
      return true;
    }
    try {
      for (int i = at; i < division.size() && division.first(i) <= last; i++) {
        rest.state.events().join(division.floors(i).state.events());
      }
      boolean gathered = true;
      while (gathered && at < division.size() && division.first(at) <= last) {
        int parts = division.size();
        gathered = gatherPart(at, first, last);
        at += division.size() == parts ? 1 : 0;
      }
      return gathered;
    } catch (OutOfMemoryError full) {
      return false;
    } finally {
      rest.state.regions().forEach(forgetsGaps);
      loseHope();
    }
  }

  /** From now on somebody has to wait twice as often: dividing was in vain. */
  void loseHope() {
    patience = Math.min(MOST_PATIENCE, 2 * patience);
  }

  /** Gives the rest what a part has of a range, and what lies across its ends; or all of it. */
  private boolean gatherPart(int at, long first, long last) {
    SpaceState state = division.floors(at).state;
    long lowest = division.first(at);
    long highest = division.last(at);
    Division less = division.with(at, lowest, highest);
    Division without = division.without(at);
    if (first > lowest && last >= highest) {
      int across = state.mappingAt(first);
      long wanted = across == 0 ? first : state.table().first(across);
      long kept = rest.state.takeDown(state, wanted, highest);
      narrow(at, lowest, kept, less, without);
      return kept < wanted;
    }
    long wanted = highest;
    if (first <= lowest && last < highest) {
      int across = state.mappingAt(last);
      wanted = across == 0 ? last : state.table().last(across);
    }
    long kept = rest.state.takeUp(state, lowest, wanted);
    narrow(at, kept, highest, less, without);
    return kept > wanted;
  }

  /** A part has less than before, or is gone; the divisions for both were made ahead. */
  private void narrow(int at, long first, long last, Division less, Division without) {
    EngineLock lock = division.floors(at).state.lock();
    if (first > last) {
      division = without;
      lock.unlock();
    } else {
      less.setRange(at, first, last);
      division = less;
      lock.moveTo(first);
    }
  }

  private void forgetGaps(RegionState region) {
    if (region.firstFit().inUse() && floors(region.firstPage(), region.lastPage()) == null) {
      region.firstFit().forget();
    }
  }

  // ---- dividing

  /** Makes a part that has a range and not another one; false when it can't. */
  boolean divide(long first, long last, long otherFirst, long otherLast) {
    Division before = division;
    int at = before.around(first, last);
    if (at == Division.SEVERAL
        || before.size() == MOST
        || floors(otherFirst, otherLast) != floors(first, last)) {
      return false;
    }
    boolean ofRest = at == Division.REST;
    Floors floors = ofRest ? rest : before.floors(at);
    long lowest = ofRest ? before.restFirst(first, rest.state) : before.first(at);
    long highest = ofRest ? before.restLast(last, rest.state) : before.last(at);
    Cut cut =
        Cut.between(floors.state, lowest, highest, !ofRest, first, last, otherFirst, otherLast);
    return cut != null && cutOff(at, floors, cut);
  }

  /** Makes a part of a range of a part; the new one is locked, too, when this returns true. */
  private boolean cutOff(int at, Floors floors, Cut cut) {
    Floors made;
    Division more;
    try {
      made = new Floors(rest.state.newPart(floors.state), null);
      more = division.with(cut.first(), cut.last(), made);
    } catch (OutOfMemoryError full) {
      return false;
    }
    EngineLock lock = made.state.lock();
    lock.lockFresh();
    boolean upper = at != Division.REST && cut.first() != division.first(at);
    long first = cut.first();
    long last = cut.last();
    if (upper) {
      first = made.state.takeDown(floors.state, first, last) + 1;
    } else {
      last = made.state.takeUp(floors.state, first, last) - 1;
    }
    if (first > last) {
      lock.unlock();
      return false;
    }
    lock.moveTo(first);
    if (upper) {
      more.setRange(at, division.first(at), first - 1);
      more.setRange(at + 1, first, last);
    } else if (at != Division.REST) {
      more.setRange(at, first, last);
      more.setRange(at + 1, last + 1, division.last(at));
      floors.state.lock().moveTo(last + 1);
    } else {
      more.setRange(more.around(first, first), first, last);
    }
    division = more;
    rest.state.regions().forEach(forgetsGaps);
    return true;
  }
}
