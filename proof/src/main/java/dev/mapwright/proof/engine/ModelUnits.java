package dev.mapwright.proof.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An address space as an array with one entry for each unit. A unit is one page, or so many pages
 * that large leaves and upper levels of an index come into play; everything that is done to the
 * space begins and ends at units then.
 */
final class ModelUnits {
  /**
   * What a unit shows.
   *
   * @param object the register of the object
   * @param objectPage the object's page that the unit's first page shows
   * @param permissions what is allowed
   * @param maximum what may be allowed at most
   * @param region where it was mapped
   * @param tag the mapper's number
   */
  record Unit(int object, long objectPage, int permissions, int maximum, Area region, int tag) {
    Unit allowing(int newPermissions) {
      return new Unit(object, objectPage, newPermissions, maximum, region, tag);
    }
  }

  /** A region: its units, what it may, its children in no order. */
  static final class Area {
    final @Nullable Area parent;
    final int first;
    final int last;
    final int capability;
    final List<Area> children = new ArrayList<>();
    boolean dead;

    Area(@Nullable Area parent, int first, int last, int capability) {
      this.parent = parent;
      this.first = first;
      this.last = last;
      this.capability = capability;
    }

    int size() {
      return last - first + 1;
    }

    boolean holds(int from, int count) {
      return from >= first && from <= last && count > 0 && count - 1 <= last - from;
    }

    boolean touches(int from, int to) {
      return first <= to && last >= from;
    }
  }

  final @Nullable Unit[] units;
  final Area root;

  ModelUnits(int count) {
    units = new Unit[count];
    root = new Area(null, 0, count - 1, 7);
  }

  boolean free(Area area, int from, int count) {
    if (!area.holds(from, count)) {
      return false;
    }
    for (Area child : area.children) {
      if (child.touches(from, from + count - 1)) {
        return false;
      }
    }
    for (int unit = from; unit < from + count; unit++) {
      if (units[unit] != null) {
        return false;
      }
    }
    return true;
  }

  boolean empty(Area area) {
    return free(area, area.first, area.size());
  }

  /** All places, ascending, where count units are free, wholly between two units, and aligned. */
  List<Integer> places(Area area, int count, int lowest, int highest, int unitsAligned, int phase) {
    List<Integer> found = new ArrayList<>();
    int from = Math.max(area.first, lowest);
    for (; from + count - 1 <= Math.min(area.last, highest); from++) {
      if ((from + phase) % unitsAligned == 0 && free(area, from, count)) {
        found.add(from);
      }
    }
    return found;
  }

  void destroy(Area area) {
    List<Area> dying = new ArrayList<>(List.of(area));
    for (int i = 0; i < dying.size(); i++) {
      dying.get(i).dead = true;
      dying.addAll(dying.get(i).children);
    }
    if (area.parent != null) {
      area.parent.children.remove(area);
    }
    for (int unit = 0; unit < units.length; unit++) {
      Unit entry = units[unit];
      if (entry != null && entry.region().dead) {
        units[unit] = null;
      }
    }
  }
}
