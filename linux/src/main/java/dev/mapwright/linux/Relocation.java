package dev.mapwright.linux;

import dev.mapwright.core.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;

/**
 * One change of an address space that takes several calls of the engine, each of which is refused
 * when memory lacks. Either all of it happens ({@link #done}), or what has happened is taken back
 * ({@link #takeBack}).
 *
 * <p>Every step is one engine call that is all or nothing, and has an opposite: a move goes back, a
 * mapping that was made is removed. What is to go for good has no opposite, so it is first moved
 * out of the way, to a place that nobody knows, and removed at the very end, when nothing can be
 * refused any more: removing whole mappings acquires nothing. To have them whole, there is a free
 * page on either side of that place, so that nothing there is merged with a neighbour.
 *
 * <p>Moving back acquires what the move there has acquired before and released, so it is refused
 * only when somebody else has taken it meanwhile; that is thrown, because then nobody can restore
 * anything. While the change is under way, an access finds neither the old nor the new state; the
 * kernel holds such accesses up until it is over.
 */
final class Relocation {

  private record Range(long first, long last) {}

  private static final long NOWHERE = -1;

  private final LinuxSpace space;
  private final Areas areas;

  /** What the change will fill. */
  private final Range target;

  /** How to take back what has happened so far; the latest step is the first. */
  private final Deque<Supplier<Outcome>> opposites = new ArrayDeque<>();

  /** What was moved out of the way. */
  private final List<Range> parked = new ArrayList<>();

  Relocation(LinuxSpace space, long firstOfTarget, long lastOfTarget) {
    this.space = space;
    this.target = new Range(firstOfTarget, lastOfTarget);
    this.areas = space.areas();
  }

  private boolean happened(Outcome outcome, Supplier<Outcome> opposite) {
    if (outcome == Outcome.OK) {
      opposites.push(opposite);
    }
    return outcome == Outcome.OK;
  }

  /** Moves a range that is mapped without a hole to a free place. */
  boolean move(long first, long last, long to) {
    return happened(areas.move(first, last, to), () -> areas.move(to, to + (last - first), first));
  }

  /** Maps a piece at another place too, which is free. */
  boolean copy(Area piece, long to) {
    return happened(
        areas.map(to, piece, piece.kind()), () -> areas.unmap(to, to + piece.pages() - 1));
  }

  /** Maps fresh private memory at a free place. */
  boolean mapPrivate(long first, long pages, long objectPage, int permissions, AreaKind kind) {
    boolean mapped = space.mapPrivate(first, pages, objectPage, permissions, kind) == 0;
    return happened(
        mapped ? Outcome.OK : Outcome.OUT_OF_RECORDS, () -> areas.unmap(first, first + pages - 1));
  }

  /** Maps what follows a piece in its object, or fresh memory behind private memory. */
  boolean extend(Area tail, long first, long pages) {
    return happened(
        space.extend(tail, first, pages) == 0 ? Outcome.OK : Outcome.OUT_OF_RECORDS,
        () -> areas.unmap(first, first + pages - 1));
  }

  /** Frees a range of what is mapped there. */
  boolean clear(long first, long last) {
    for (long page = first; page <= last; ) {
      Area area = areas.firstIn(page, last);
      if (area == null) {
        return true;
      }
      long from = Math.max(page, area.first());
      long to = Math.min(last, from + areas.mappedPages(from) - 1);
      if (!park(from, to)) {
        return false;
      }
      page = to + 1;
    }
    return true;
  }

  private boolean park(long first, long last) {
    long pages = last - first + 1;
    long place = hidingPlace(pages + 2);
    if (place == NOWHERE || !move(first, last, place + 1)) {
      return false;
    }
    parked.add(new Range(place + 1, place + pages));
    return true;
  }

  /** The highest free place that the change itself will not fill. */
  private long hidingPlace(long pages) {
    long end = LinuxSpace.LAST_PAGE + 1;
    while (end >= pages) {
      long first = end - pages;
      Area obstacle = areas.firstIn(first, end - 1);
      boolean filled = first <= target.last && end > target.first;
      if (obstacle == null && !filled) {
        return first;
      }
      long below = obstacle == null ? end : obstacle.first();
      end = filled ? Math.min(below, target.first) : below;
    }
    return NOWHERE;
  }

  /** Ends the change: it has happened. */
  void done() {
    for (Range range : parked) {
      areas.unmap(range.first, range.last).orThrow();
    }
  }

  /**
   * Ends the change: it has not happened.
   *
   * @throws dev.mapwright.core.RefusedException if the engine has not even the memory for that
   */
  void takeBack() {
    for (Supplier<Outcome> opposite : opposites) {
      opposite.get().orThrow();
    }
  }
}
