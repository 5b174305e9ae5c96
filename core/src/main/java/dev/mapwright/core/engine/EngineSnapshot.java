package dev.mapwright.core.engine;

import dev.mapwright.core.Made;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.machine.DeviceState;
import dev.mapwright.core.object.EngineObject;
import dev.mapwright.core.space.MappingInfo;
import dev.mapwright.core.space.SpaceSnapshot;
import dev.mapwright.core.state.RegionState;
import dev.mapwright.core.state.SpaceState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The snapshot behind the face: lists of the regions and mappings that there were, the contents of
 * the objects, and what was saved of devices. The locks of all parts guard it, but for the devices,
 * which are called without any; it is taken and compared with the whole space in one part.
 */
public final class EngineSnapshot implements SpaceSnapshot {
  private record SavedRegion(RegionState region, @Nullable RegionState parent) {}

  private final Parts parts;
  private final SpaceState state;
  private final Regions tree;
  private final RegionState root;
  private final List<SavedRegion> regions = new ArrayList<>();
  private final List<MappingInfo> mappings = new ArrayList<>();
  private final SavedContents contents = new SavedContents();
  private boolean open = true;

  /** Replaced when the snapshot is closed; who holds no lock may read it. */
  private volatile SavedDevices devices;

  private EngineSnapshot(Parts parts, RegionState root) {
    this.parts = parts;
    this.state = parts.rest().state;
    this.tree = parts.rest().regions;
    this.root = root;
    this.devices = SavedDevices.none(state.machine().devices());
  }

  /**
   * Takes one.
   *
   * @return null, and nothing is kept, when there are devices that have to be asked first
   */
  static @Nullable Made<SpaceSnapshot> take(Parts parts, RegionState root, ShownDevices shown) {
    if (parts.rest().state.closed()) {
      return Made.refused(Outcome.DEAD);
    }
    EngineSnapshot snapshot = new EngineSnapshot(parts, root);
    Outcome outcome = snapshot.note();
    if (outcome != Outcome.OK) {
      return Made.refused(outcome);
    }
    SavedDevices saved = shown.savedOf(snapshot.mappings);
    if (saved == null) {
      return null;
    }
    snapshot.devices = saved;
    outcome = snapshot.keep();
    return outcome == Outcome.OK ? Made.of(snapshot) : Made.refused(outcome);
  }

  private Outcome note() {
    noteRegions();
    for (SavedRegion saved : regions) {
      if (saved.region.reserved() != null) {
        return Outcome.IN_USE;
      }
    }
    noteMappings();
    for (MappingInfo mapping : mappings) {
      if (mapping.object() == null) {
        return Outcome.IN_USE;
      }
    }
    return Outcome.OK;
  }

  private Outcome keep() {
    Outcome outcome = Outcome.OUT_OF_RECORDS;
    try {
      for (MappingInfo mapping : mappings) {
        contents.note((EngineObject) mapping.object());
      }
      outcome = contents.keep();
      return outcome;
    } finally {
      if (outcome != Outcome.OK) {
        contents.letGo();
      }
    }
  }

  private void noteMappings() {
    for (int id = state.firstBeginning(0, Long.MAX_VALUE);
        id != 0;
        id = state.firstBeginning(state.table().first(id) + 1, Long.MAX_VALUE)) {
      mappings.add(state.info(id));
    }
  }

  /** Parents before children, without a stack: the list is its own queue. */
  private void noteRegions() {
    if (root.live()) {
      regions.add(new SavedRegion(root, null));
    }
    for (int i = 0; i < regions.size(); i++) {
      RegionState region = regions.get(i).region;
      for (RegionState child = region.childFrom(0);
          child != null;
          child = region.childFrom(child.firstPage() + 1)) {
        regions.add(new SavedRegion(child, region));
      }
    }
  }

  @Override
  public Outcome restore() {
    List<DeviceState> last = List.of();
    parts.enterAll();
    parts.callbacks().passOnLater();
    try {
      Outcome outcome =
          parts.partition().gatherInRest(state.firstPage(), state.lastPage())
              ? restoreLocked()
              : Outcome.OUT_OF_RECORDS;
      if (outcome == Outcome.OK) {
        last = devices.states();
      }
      return outcome;
    } finally {
      parts.callbacks().passOnAgain();
      parts.unlockAll();
      parts.callbacks().callAll(last, DeviceState::restore);
    }
  }

  private Outcome restoreLocked() {
    if (!open || state.closed()) {
      return Outcome.DEAD;
    }
    if (state.leases().size() != 0) {
      return Outcome.LEASED;
    }
    if (state.anyReserved()) {
      return Outcome.IN_USE;
    }
    if (contents.anyPinned()) {
      return Outcome.PINNED;
    }
    if (!devices.allThere()) {
      return Outcome.NOT_PRESENT;
    }
    try {
      if (!acquire()) {
        return Outcome.OUT_OF_RECORDS;
      }
      holdPhysical();
      Outcome restored = Outcome.OUT_OF_RECORDS;
      try {
        restored = contents.restore();
      } finally {
        if (restored != Outcome.OK) {
          unholdPhysical();
        }
      }
      if (restored == Outcome.OK) {
        rebuild();
      }
      return restored;
    } finally {
      settle();
    }
  }

  /** Acquires records, numbers and index nodes for everything that will be there again. */
  private boolean acquire() {
    boolean acquired =
        state.acquire(mappings.size(), mappings.size())
            && state.table().ensureObjects(contents.objects())
            && state.regions().ensure(regions.size());
    for (MappingInfo mapping : mappings) {
      EngineObject object = (EngineObject) mapping.object();
      acquired =
          acquired
              && (object == null
                  || Physical.prepare(object, mapping.objectPage(), mapping.pages()));
    }
    for (SavedRegion saved : regions) {
      RegionState parent = saved.parent;
      acquired = acquired && (parent == null || parent.children().ensure(1));
    }
    return acquired;
  }

  private void settle() {
    state.settle();
    for (SavedRegion saved : regions) {
      saved.region.children().settle();
    }
  }

  private void holdPhysical() {
    for (MappingInfo mapping : mappings) {
      EngineObject object = (EngineObject) mapping.object();
      if (object != null) {
        Physical.hold(object, mapping.objectPage(), mapping.pages());
      }
    }
  }

  private void unholdPhysical() {
    for (MappingInfo mapping : mappings) {
      EngineObject object = (EngineObject) mapping.object();
      if (object != null) {
        Physical.unhold(object, mapping.objectPage(), mapping.pages());
      }
    }
  }

  private void rebuild() {
    if (root.live()) {
      tree.destroyWhole(root);
    }
    for (SavedRegion saved : regions) {
      tree.revive(saved.region, saved.parent);
    }
    for (MappingInfo mapping : mappings) {
      EngineObject object = (EngineObject) mapping.object();
      if (object == null) {
        throw new AssertionError("a snapshot has no bare frames");
      }
      int shown = state.table().show(object);
      if (shown == 0) {
        throw new AssertionError(object + " has ended, and a snapshot has a reference to it");
      }
      int id = state.table().take();
      state
          .table()
          .fill(
              id,
              mapping.firstPage(),
              mapping.lastPage(),
              shown,
              mapping.objectPage(),
              mapping.permissions(),
              mapping.maximum(),
              mapping.cachePolicy().ordinal(),
              ((RegionState) mapping.region()).number(),
              mapping.tag());
      state.index(id);
      state
          .events()
          .record(
              EventKind.MAPPED,
              mapping.firstPage(),
              mapping.pages(),
              mapping.permissions(),
              mapping.objectPage());
    }
  }

  @Override
  public List<String> differences() {
    List<String> lines = new ArrayList<>();
    compareSpace(lines).compare(lines);
    return lines;
  }

  /** Adds a line for each region, mapping and page; what is left to compare is returned. */
  private SavedDevices compareSpace(List<String> lines) {
    parts.enterAll();
    parts.callbacks().passOnLater();
    try {
      if (!parts.partition().gatherInRest(state.firstPage(), state.lastPage())) {
        throw new OutOfMemoryError("no memory to compare the space with its snapshot");
      }
      EngineSnapshot now = new EngineSnapshot(parts, root);
      now.noteRegions();
      now.noteMappings();
      compare("region", regions, now.regions, lines);
      compare("mapping", mappings, now.mappings, lines);
      contents.compare(lines);
      return devices;
    } finally {
      parts.callbacks().passOnAgain();
      parts.leaveAll();
    }
  }

  private static <T> void compare(String what, List<T> then, List<T> now, List<String> lines) {
    Set<T> before = new HashSet<>(then);
    Set<T> after = new HashSet<>(now);
    for (T gone : then) {
      if (!after.contains(gone)) {
        lines.add(what + " gone: " + gone);
      }
    }
    for (T fresh : now) {
      if (!before.contains(fresh)) {
        lines.add(what + " new: " + fresh);
      }
    }
  }

  @Override
  public List<String> devicesLeftOut() {
    return devices.leftOut();
  }

  @Override
  public void close() {
    parts.enterAll();
    parts.callbacks().passOnLater();
    try {
      if (open) {
        open = false;
        contents.letGo();
        devices = devices.letGo();
      }
    } finally {
      parts.callbacks().passOnAgain();
      parts.leaveAll();
    }
  }

  @Override
  public String toString() {
    return "snapshot of "
        + state.name()
        + " with "
        + mappings.size()
        + " mappings"
        + devices.describe();
  }
}
