package dev.mapwright.proof.engine;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.space.Placement;
import dev.mapwright.proof.engine.ModelUnits.Area;
import java.util.List;

/**
 * A placement in units.
 *
 * @param rule who decides
 * @param at the unit, when the caller does
 * @param lowest the lowest unit of the window
 * @param highest its highest
 * @param unitsAligned how many units the place is a multiple of
 * @param phase unit 0's own distance from such a multiple
 */
record Wanted(Placement.Rule rule, int at, int lowest, int highest, int unitsAligned, int phase) {
  private static int moreAlignment(Step step, int alignmentLog2) {
    int most = Placement.MOST_ALIGNMENT_LOG2_PAGES - alignmentLog2;
    return (int) Math.min(step.value() >>> 48 & 3, most);
  }

  /** Chooses a rule from a step, and says what it means in units. */
  static Wanted place(Placement where, Step step, int at, int count, Area area, Geometry geometry) {
    int alignment = geometry.alignmentLog2();
    int phase = (int) (geometry.basePage() / geometry.unitPages() & 1023);
    return switch ((int) (step.value() >>> 44 & 7)) {
      case 0, 1 -> {
        where.at(geometry.page(at));
        yield new Wanted(Placement.Rule.AT, at, 0, 0, 1, phase);
      }
      case 2, 3 -> {
        where.overwrite(geometry.page(at));
        yield new Wanted(Placement.Rule.OVERWRITE, at, 0, 0, 1, phase);
      }
      case 4 -> {
        int more = moreAlignment(step, alignment);
        where.firstFit().aligned(alignment + more);
        yield new Wanted(Placement.Rule.FIRST_FIT, 0, 0, geometry.units() - 1, 1 << more, phase);
      }
      case 5 -> {
        where.anywhere().aligned(alignment);
        yield new Wanted(Placement.Rule.RANDOM, 0, 0, geometry.units() - 1, 1, phase);
      }
      case 6 -> {
        int lowest = area.first + (int) (step.value() >>> 52 & 15);
        int highest = lowest + 2 * count + 3;
        where
            .anywhere()
            .within(geometry.page(lowest), geometry.page(highest) + geometry.unitPages() - 1)
            .aligned(alignment);
        yield new Wanted(Placement.Rule.RANDOM, 0, lowest, highest, 1, phase);
      }
      default -> {
        int more = moreAlignment(step, alignment);
        where.anywhere().aligned(alignment + more);
        yield new Wanted(Placement.Rule.RANDOM, 0, 0, geometry.units() - 1, 1 << more, phase);
      }
    };
  }

  Outcome outcome(ModelUnits model, Area area, int count) {
    if (rule == Placement.Rule.AT || rule == Placement.Rule.OVERWRITE) {
      if (!area.holds(at, count)) {
        return Outcome.OUTSIDE;
      }
      if (rule == Placement.Rule.AT) {
        return model.free(area, at, count) ? Outcome.OK : Outcome.OCCUPIED;
      }
      return area.children.stream().anyMatch(child -> child.touches(at, at + count - 1))
          ? Outcome.REGION_IN_RANGE
          : Outcome.OK;
    }
    if (count > area.size()) {
      return Outcome.OUTSIDE;
    }
    return places(model, area, count).isEmpty() ? Outcome.NO_ROOM : Outcome.OK;
  }

  List<Integer> places(ModelUnits model, Area area, int count) {
    return model.places(area, count, lowest, highest, unitsAligned, phase);
  }

  void check(ModelUnits model, Area area, int count, int placed) {
    boolean right =
        switch (rule) {
          case AT, OVERWRITE -> placed == at;
          case FIRST_FIT -> placed == places(model, area, count).getFirst();
          default -> places(model, area, count).contains(placed);
        };
    if (!right) {
      throw new AssertionError(this + " placed " + count + " units at unit " + placed);
    }
  }
}
