package dev.mapwright.proof.engine;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.SpaceSnapshot;
import dev.mapwright.proof.engine.ModelUnits.Area;
import dev.mapwright.proof.engine.ModelUnits.Unit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One snapshot of a space, with a copy of everything the model holds. */
final class EngineSnapshot {
  private final AddressSpace space;
  private final ModelUnits model;
  private final EngineObjects objects;
  private final EngineLeases leases;
  private final Judge judge;
  private final Set<Long> dirty;

  /** Null while there is no snapshot. */
  private @Nullable Saved saved;

  EngineSnapshot(
      AddressSpace space,
      ModelUnits model,
      EngineObjects objects,
      EngineLeases leases,
      Judge judge,
      Set<Long> dirty) {
    this.space = space;
    this.model = model;
    this.objects = objects;
    this.leases = leases;
    this.judge = judge;
    this.dirty = dirty;
  }

  /** The model as it was when a snapshot of the engine was taken. */
  private record Saved(
      SpaceSnapshot snapshot,
      List<@Nullable Unit> units,
      Map<Area, List<Area>> areas,
      Map<ModelObject, ModelObject> objects) {}

  /** Takes a snapshot, or goes back to it, or lets it go. */
  void takeOrGoBack(int what) {
    boolean anyLease = leases.leased(0, model.units.length);
    Saved last = saved;
    if (last == null) {
      if (!anyLease) {
        saved = take();
      }
    } else if (what == 0) {
      last.snapshot.close();
      saved = null;
    } else if (what > 3) {
      boolean pinned =
          last.objects.keySet().stream().anyMatch(object -> object.pinned(0, Long.MAX_VALUE));
      Outcome expected = anyLease ? Outcome.LEASED : pinned ? Outcome.PINNED : Outcome.OK;
      judge.judge("restore", expected, judge.hunger.call(last.snapshot::restore));
      if (expected == Outcome.OK) {
        goBack(last);
      }
    }
  }

  private Saved take() {
    SpaceSnapshot snapshot = judge.hunger.make(space::snapshot).get();
    Map<Area, List<Area>> areas = new LinkedHashMap<>();
    List<Area> open = new ArrayList<>(List.of(model.root));
    for (int i = 0; i < open.size(); i++) {
      areas.put(open.get(i), List.copyOf(open.get(i).children));
      open.addAll(open.get(i).children);
    }
    // What an object shows of its live parents is kept with them.
    Map<ModelObject, ModelObject> contents = new IdentityHashMap<>();
    for (Unit unit : model.units) {
      ModelObject object = unit == null ? null : objects.modelOf(unit);
      while (object != null && !contents.containsKey(object)) {
        contents.put(object, object.snapshot(0, object.pages));
        // One that inherits no page has no parents any more.
        object = object.limit == 0 ? null : object.parent;
      }
    }
    judge.count("snapshot taken");
    return new Saved(snapshot, Arrays.asList(model.units.clone()), areas, contents);
  }

  private void goBack(Saved to) {
    model.destroy(model.root);
    to.areas.forEach((area, children) -> {
      area.dead = false;
      area.children.clear();
      area.children.addAll(children);
    });
    to.units.toArray(model.units);
    to.objects.forEach(ModelObject::revertTo);
    dirty.clear();
  }

  void close() {
    Saved last = saved;
    if (last != null) {
      last.snapshot.close();
      saved = null;
    }
  }
}
