package dev.mapwright.core.engine;

import dev.mapwright.core.Made;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.memory.ObjectKind;
import dev.mapwright.core.object.EngineObject;
import dev.mapwright.core.space.MappingInfo;
import dev.mapwright.core.space.SpaceSnapshot;
import dev.mapwright.core.state.RegionState;
import dev.mapwright.core.state.SpaceState;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The snapshot behind the face: lists of what there was, and a snapshot child of each object. The
 * space's lock guards it.
 */
public final class EngineSnapshot implements SpaceSnapshot {
  private record SavedRegion(RegionState region, @Nullable RegionState parent) {}

  private record SavedObject(EngineObject object, @Nullable EngineObject contents) {}

  private final SpaceState state;
  private final Regions tree;
  private final RegionState root;
  private final List<SavedRegion> regions = new ArrayList<>();
  private final List<MappingInfo> mappings = new ArrayList<>();
  private final Map<EngineObject, SavedObject> objects = new IdentityHashMap<>();
  private boolean open = true;

  private EngineSnapshot(SpaceState state, Regions tree, RegionState root) {
    this.state = state;
    this.tree = tree;
    this.root = root;
  }

  static Made<SpaceSnapshot> take(SpaceState state, Regions tree, RegionState root) {
    if (state.closed()) {
      return Made.refused(Outcome.DEAD);
    }
    EngineSnapshot snapshot = new EngineSnapshot(state, tree, root);
    Outcome outcome = Outcome.OUT_OF_RECORDS;
    try {
      outcome = snapshot.note();
    } finally {
      if (outcome != Outcome.OK) {
        snapshot.letGo();
      }
    }
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
      EngineObject object = (EngineObject) mapping.object();
      while (object != null && !objects.containsKey(object)) {
        Outcome outcome = noteObject(object);
        if (outcome != Outcome.OK) {
          return outcome;
        }
        object = object.liveParent();
      }
    }
    return Outcome.OK;
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

  private Outcome noteObject(EngineObject object) {
    Made<MemoryObject> contents =
        switch (object.kind()) {
          case PAGED -> object.child(ChildKind.SNAPSHOT, 0, object.pages());
          case CONTIGUOUS -> copy(object);
          case PHYSICAL -> null;
        };
    if (contents != null && contents.outcome() != Outcome.OK) {
      return contents.outcome();
    }
    object.retain();
    EngineObject kept = contents == null ? null : (EngineObject) contents.made();
    objects.put(object, new SavedObject(object, kept));
    return Outcome.OK;
  }

  private static Made<MemoryObject> copy(EngineObject object) {
    Made<MemoryObject> made = MemoryObject.paged(object.machine(), object.pages());
    MemoryObject copy = made.made();
    if (copy != null) {
      Outcome outcome = Outcome.OUT_OF_RECORDS;
      try {
        outcome = copyPages(object, copy);
      } finally {
        if (outcome != Outcome.OK) {
          copy.release();
        }
      }
      return outcome == Outcome.OK ? made : Made.refused(outcome);
    }
    return made;
  }

  private static Outcome copyPages(EngineObject from, MemoryObject to) {
    MemorySegment page = MemorySegment.ofArray(new byte[Pages.BYTES]);
    for (long at = from.nextOwned(0); at >= 0; at = from.nextOwned(at + 1)) {
      from.read(Pages.address(at), page, 0, Pages.BYTES);
      Outcome outcome = to.write(Pages.address(at), page, 0, Pages.BYTES);
      if (outcome != Outcome.OK) {
        return outcome;
      }
    }
    return Outcome.OK;
  }

  @Override
  public Outcome restore() {
    state.lock().lock();
    state.lock().callbacks().passOnLater();
    try {
      return restoreLocked();
    } finally {
      state.lock().callbacks().passOnAgain();
      state.lock().leave();
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
    for (SavedObject saved : objects.values()) {
      if (saved.object.anyPinned()) {
        return Outcome.PINNED;
      }
    }
    try {
      if (!acquire()) {
        return Outcome.OUT_OF_RECORDS;
      }
      Outcome held = holdPhysical();
      if (held != Outcome.OK) {
        return held;
      }
      Outcome contents = Outcome.OUT_OF_RECORDS;
      try {
        contents = restoreContents();
      } finally {
        if (contents != Outcome.OK) {
          unholdPhysical(mappings.size());
        }
      }
      if (contents == Outcome.OK) {
        rebuild();
      }
      return contents;
    } finally {
      settle();
    }
  }

  /** Acquires records, numbers and index nodes for everything that will be there again. */
  private boolean acquire() {
    boolean acquired =
        state.acquire(mappings.size(), mappings.size()) && state.regions().ensure(regions.size());
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

  private Outcome holdPhysical() {
    for (int i = 0; i < mappings.size(); i++) {
      MappingInfo mapping = mappings.get(i);
      EngineObject object = (EngineObject) mapping.object();
      if (object != null && !Physical.hold(object, mapping.objectPage(), mapping.pages())) {
        unholdPhysical(i);
        return Outcome.SATURATED;
      }
    }
    return Outcome.OK;
  }

  private void unholdPhysical(int count) {
    for (MappingInfo mapping : mappings.subList(0, count)) {
      EngineObject object = (EngineObject) mapping.object();
      if (object != null) {
        Physical.unhold(object, mapping.objectPage(), mapping.pages());
      }
    }
  }

  private Outcome restoreContents() {
    List<Grown> grown = new ArrayList<>();
    for (SavedObject saved : objects.values()) {
      Outcome outcome = acquireContents(saved, grown);
      if (outcome != Outcome.OK) {
        grown.forEach(Grown::undo);
        return outcome;
      }
    }
    // Everything is there: from here on nothing fails.
    for (SavedObject saved : objects.values()) {
      EngineObject contents = saved.contents;
      if (contents == null) {
        continue;
      }
      if (saved.object.kind() == ObjectKind.PAGED) {
        saved.object.revertTo(contents).orThrow();
        continue;
      }
      saved.object.resize(contents.pages()).orThrow();
      MemorySegment page = MemorySegment.ofArray(new byte[Pages.BYTES]);
      for (long at = 0; at < saved.object.pages(); at++) {
        contents.read(Pages.address(at), page, 0, Pages.BYTES).orThrow();
        saved.object.write(Pages.address(at), page, 0, Pages.BYTES).orThrow();
      }
    }
    return Outcome.OK;
  }

  /** A contiguous object that was given frames for a restore, and what it had before. */
  private record Grown(EngineObject object, long pages, BitSet present) {
    void undo() {
      long end = Math.min(pages, object.pages());
      for (long page = 0; page < end; page++) {
        if (!present.get((int) page)) {
          object.decommit(page, 1).orThrow();
        }
      }
      object.resize(pages).orThrow();
    }
  }

  /** Acquires what bringing one object's contents back takes, and notes how to give it back. */
  private static Outcome acquireContents(SavedObject saved, List<Grown> grown) {
    EngineObject object = saved.object;
    EngineObject contents = saved.contents;
    if (contents == null) {
      return Outcome.OK;
    }
    if (object.kind() == ObjectKind.PAGED) {
      return object.prepareRevert(contents);
    }
    if (contents.pages() > Integer.MAX_VALUE) {
      return Outcome.OUT_OF_FRAMES;
    }
    BitSet present = new BitSet();
    for (long page = object.nextOwned(0);
        page >= 0 && page < contents.pages();
        page = object.nextOwned(page + 1)) {
      present.set((int) page);
    }
    grown.add(new Grown(object, object.pages(), present));
    Outcome outcome = object.resize(Math.max(object.pages(), contents.pages()));
    return outcome == Outcome.OK ? object.commit(0, contents.pages()) : outcome;
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
        throw new AssertionError("reservations are refused");
      }
      object.retainForMapping();
      int id = state.table().take();
      state
          .table()
          .fill(
              id,
              mapping.firstPage(),
              mapping.lastPage(),
              object,
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
    state.lock().lock();
    state.lock().callbacks().passOnLater();
    try {
      List<String> lines = new ArrayList<>();
      EngineSnapshot now = new EngineSnapshot(state, tree, root);
      now.noteRegions();
      now.noteMappings();
      compare("region", regions, now.regions, lines);
      compare("mapping", mappings, now.mappings, lines);
      for (SavedObject saved : objects.values()) {
        comparePages(saved, lines);
      }
      return lines;
    } finally {
      state.lock().callbacks().passOnAgain();
      state.lock().leave();
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

  private static void comparePages(SavedObject saved, List<String> lines) {
    EngineObject contents = saved.contents;
    if (contents == null) {
      return;
    }
    EngineObject object = saved.object;
    if (object.pages() != contents.pages()) {
      lines.add(object + " had " + contents.pages() + " pages");
    }
    MemorySegment then = MemorySegment.ofArray(new byte[Pages.BYTES]);
    MemorySegment now = MemorySegment.ofArray(new byte[Pages.BYTES]);
    long last = Math.min(object.pages(), contents.pages());
    // A copy has its own pages, a snapshot shares those that were not touched since.
    boolean copied = object.kind() == ObjectKind.CONTIGUOUS;
    for (long page = copied ? 0 : object.nextDistinct(contents, 0);
        page >= 0 && page < last;
        page = copied ? page + 1 : object.nextDistinct(contents, page + 1)) {
      contents.read(Pages.address(page), then, 0, Pages.BYTES);
      object.read(Pages.address(page), now, 0, Pages.BYTES);
      if (then.mismatch(now) >= 0) {
        lines.add("page " + page + " of object " + object.number() + " has other contents");
      }
    }
  }

  private void letGo() {
    for (SavedObject saved : objects.values()) {
      if (saved.contents != null) {
        saved.contents.release();
      }
      saved.object.release();
    }
    objects.clear();
  }

  @Override
  public void close() {
    state.lock().lock();
    state.lock().callbacks().passOnLater();
    try {
      if (open) {
        open = false;
        letGo();
      }
    } finally {
      state.lock().callbacks().passOnAgain();
      state.lock().leave();
    }
  }
}
