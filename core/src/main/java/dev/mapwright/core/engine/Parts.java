package dev.mapwright.core.engine;

import dev.mapwright.core.Made;
import dev.mapwright.core.event.Callbacks;
import dev.mapwright.core.event.Event;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.event.EventRing;
import dev.mapwright.core.space.FoundMapping;
import dev.mapwright.core.state.RegionState;
import dev.mapwright.core.state.SpaceState;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an address space, so that threads which work in different places do not wait for
 * each other.
 *
 * <p><b>The one principle.</b> Every mapping is known to exactly one part, which has all pages of
 * it; and an operation on a range goes on in one part that has all of the range. So whoever decides
 * and changes ({@link Floors}) sees one state with one lock, and knows nothing of parts. What a
 * part is stands nowhere in what users see: moving mappings from one to another changes no answer.
 *
 * <p><b>What is stored where.</b> A space begins with one part, the <em>rest</em>, which has all
 * pages that no other part has. Others have a range each, across whose ends no mapping lies. Which
 * there are says {@link Division}, an immutable list that is replaced.
 *
 * <p><b>Who publishes what.</b> A division is replaced by whoever holds the rest's lock and those
 * of all parts whose ranges change. So whoever holds a part's lock, and finds in the division of
 * now that it has his range, is right until he lets go; if he does not find it, he looks again
 * ({@link #enter}). What belongs to the space as a whole (regions, leases, its end) is changed with
 * the locks of all parts ({@link #enterAll}), so each of them is enough to read it. Locks of parts
 * are taken after the rest's and by ascending pages.
 *
 * <p><b>Where threads met.</b> A part is made when somebody had to wait for a lock several times
 * and the one who held it had worked elsewhere: then the two ranges get a part each, see {@link
 * Cut}. A space that one thread uses stays in one part and pays one look at the division for it. An
 * operation whose range lies in several parts gathers what it touches in the rest, edges move, and
 * each time it becomes harder to make a new part, so that nothing is carried to and fro for ever.
 * Gathering needs records, like a change does. What must not fail for want of memory (unmapping,
 * destroying) does not gather but goes through the parts, all of which are locked.
 */
final class Parts {
  private final Reach reach = new Everywhere();
  private final Floors rest;
  private final Partition partition;

  Parts(SpaceState state) {
    rest = new Floors(state, reach);
    partition = new Partition(rest);
  }

  /** The floors of all pages that no other part has. */
  Floors rest() {
    return rest;
  }

  /** Which part has which pages, and how that changes. */
  Partition partition() {
    return partition;
  }

  // ---- one range

  /**
   * Locks the part that has all of a range, gathering it if need be; {@link #leave} it.
   *
   * @return its floors; null, and nothing is locked, when there is no memory to gather
   */
  @Nullable Floors enter(long first, long last) {
    return enter(first, last, true);
  }

  /** The same without gathering; null, and nothing is locked, where a range is in several parts. */
  @Nullable Floors enterOne(long first, long last) {
    return enter(first, last, false);
  }

  private @Nullable Floors enter(long first, long last, boolean gathering) {
    while (true) {
      Division before = partition.division();
      int at = before.around(first, last);
      if (at == Division.SEVERAL) {
        return gathering ? gather(first, last) : null;
      }
      Floors floors = at == Division.REST ? rest : before.floors(at);
      boolean waited = floors.state.lock().lock();
      if (partition.division() != before && partition.floors(first, last) != floors) {
        floors.state.lock().unlock();
        continue;
      }
      if (waited && apart(floors, first, last)) {
        continue;
      }
      floors.note(first, last);
      return floors;
    }
  }

  /** Whether there is a part besides the rest; asked with a part locked. */
  boolean divided() {
    return partition.division().size() != 0;
  }

  /** The same for a question about a page, which needs no memory: it is always in one part. */
  Floors enter(long page) {
    Floors floors = enter(page, page);
    if (floors == null) {
      throw new AssertionError("a page is in several parts");
    }
    return floors;
  }

  /** Ends an operation of a face in a part. */
  static void leave(Floors floors) {
    floors.state.lock().leave();
  }

  /**
   * Finds the mapping that covers a page without any lock. Which part it is looked for in may be
   * wrong by then; but what a part knows is true, and what it does not know is not told.
   *
   * @return whether it was found; if not, whoever enters the part may find it
   */
  boolean glance(long page, FoundMapping into) {
    Division before = partition.division();
    int at = before.around(page, page);
    SpaceState state = (at == Division.REST ? rest : before.floors(at)).state;
    long word = state.lock().lookWithout();
    return (word & 1) == 0 && state.glance(page, word, into);
  }

  // ---- the space as a whole

  /** Locks every part; {@link #leaveAll}. */
  void enterAll() {
    rest.state.lock().lock();
    Division now = partition.division();
    for (int i = 0; i < now.size(); i++) {
      now.floors(i).state.lock().lock();
    }
  }

  /** Ends an operation of a face on the whole space. */
  void leaveAll() {
    unlockParts();
    rest.state.lock().leave();
  }

  /** The same without throwing what callbacks threw. */
  void unlockAll() {
    unlockParts();
    rest.state.lock().unlock();
  }

  private void unlockParts() {
    Division now = partition.division();
    for (int i = now.size() - 1; i >= 0; i--) {
      now.floors(i).state.lock().unlock();
    }
  }

  /** Visits the floors of every part, all of which are locked. */
  void forEach(Consumer<Floors> visitor) {
    visitor.accept(rest);
    Division now = partition.division();
    for (int i = 0; i < now.size(); i++) {
      visitor.accept(now.floors(i));
    }
  }

  /** What can be done to mappings in any part; all are locked. */
  Reach reach() {
    return reach;
  }

  /** Finds the next child of a region, as {@link Finder#next}; all are locked. Null for none. */
  @Nullable Floors next(RegionState region, long page, Child into) {
    Child found = new Child();
    Floors[] nearest = new Floors[1];
    forEach(floors -> {
      boolean nearer =
          floors.finder.next(region, page, found)
              && (nearest[0] == null || found.first < into.first);
      if (nearer) {
        into.is(found);
        nearest[0] = floors;
      }
    });
    return nearest[0];
  }

  /**
   * The floors whose mapping or reservation comes first in a range; all are locked. Null for none.
   */
  @Nullable Floors first(long first, long last) {
    Floors[] nearest = new Floors[1];
    long[] page = {Long.MAX_VALUE};
    forEach(floors -> {
      long found = floors.lookup.firstPage(first, last);
      if (found >= 0 && found < page[0]) {
        page[0] = found;
        nearest[0] = floors;
      }
    });
    return nearest[0];
  }

  /** How many there are, the rest included. */
  int count() {
    return partition.division().size() + 1;
  }

  /** The register of callbacks of the machine. */
  Callbacks callbacks() {
    return rest.state.lock().callbacks();
  }

  /** Hands over what was made when all parts were locked. */
  <T> Made<T> handOver(Made<T> made, Consumer<? super T> undo) {
    return callbacks().handOver(made, undo);
  }

  /** The floors of the part that has a page; all are locked. */
  Floors at(long page) {
    Division now = partition.division();
    int at = now.around(page, page);
    return at < 0 ? rest : now.floors(at);
  }

  /** The events that the parts remember; all are locked. */
  List<Event> events() {
    List<Event> all = rest.state.events().events();
    Division now = partition.division();
    for (int i = 0; i < now.size(); i++) {
      all = EventRing.union(all, now.floors(i).state.events().events());
    }
    return all;
  }

  /** What regions do to mappings in any part: all of them are locked. */
  private final class Everywhere implements Reach {
    @Override
    public void removeAll(long first, long last, EventKind how) {
      forEach(floors -> floors.pieces.removeAll(first, last, how));
    }

    @Override
    public boolean free(RegionState region, long first, long last) {
      boolean[] free = {true};
      forEach(floors -> free[0] &= floors.finder.free(region, first, last));
      return free[0];
    }
  }

  // ---- making and moving parts

  /**
   * Gathers a range that lies in several parts.
   *
   * @return the floors that have it, locked; null for no memory
   */
  private @Nullable Floors gather(long first, long last) {
    enterAll();
    boolean gathered = false;
    try {
      gathered = partition.gatherInRest(first, last);
    } finally {
      unlockParts();
      if (!gathered) {
        rest.state.lock().unlock();
      }
    }
    return gathered ? rest : null;
  }

  /**
   * Gives a range a part of its own, apart from where the part's last holder worked. The part is
   * locked.
   *
   * @return whether the part was let go, and the range has to be looked for again
   */
  private boolean apart(Floors floors, long first, long last) {
    long otherFirst = floors.lastFirst();
    long otherLast = floors.lastLast();
    if (otherFirst <= last && first <= otherLast || !floors.countWait(partition.patience())) {
      return false;
    }
    floors.state.lock().unlock();
    enterAll();
    try {
      if (floors.waits() >= partition.patience()) {
        floors.forgetWaits();
        if (!partition.divide(first, last, otherFirst, otherLast)) {
          partition.loseHope();
        }
      }
    } finally {
      unlockAll();
    }
    return true;
  }
}
