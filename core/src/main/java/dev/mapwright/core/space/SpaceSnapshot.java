package dev.mapwright.core.space;

import dev.mapwright.core.Made;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.memory.ObjectKind;
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
 * The state of an address space at one moment: to go back to, as often as wanted, and to compare
 * with.
 *
 * <p>Taking one costs what regions, mappings and committed pages there are; no page is copied,
 * since each object's contents are kept by a snapshot child (contiguous objects are copied, their
 * frames can't move). Going back costs the mappings and the pages written since. Regions keep their
 * identity: one that died meanwhile lives again.
 *
 * <p>An object that another space maps too goes back for both. Methods may be called from any
 * thread; no page of the objects may be pinned while {@link #restore} runs.
 */
public final class SpaceSnapshot implements AutoCloseable {
  private record SavedRegion(Region region, @Nullable Region parent) {}

  private record SavedObject(MemoryObject object, @Nullable MemoryObject contents) {}

  private final AddressSpace space;
  private final List<SavedRegion> regions = new ArrayList<>();
  private final List<MappingInfo> mappings = new ArrayList<>();
  private final Map<MemoryObject, SavedObject> objects = new IdentityHashMap<>();
  private boolean open = true;

  private SpaceSnapshot(AddressSpace space) {
    this.space = space;
  }

  static Made<SpaceSnapshot> take(AddressSpace space) {
    if (space.closed) {
      return Made.refused(Outcome.DEAD);
    }
    SpaceSnapshot snapshot = new SpaceSnapshot(space);
    Outcome outcome = snapshot.note();
    if (outcome != Outcome.OK) {
      snapshot.letGo();
      return Made.refused(outcome);
    }
    return Made.of(snapshot);
  }

  private Outcome note() {
    if (space.root().live()) {
      noteRegions(space.root());
    }
    for (SavedRegion saved : regions) {
      if (saved.region.reservation != null) {
        return Outcome.IN_USE;
      }
    }
    for (long key = space.mappings.ceilingKey(0);
        key >= 0;
        key = space.mappings.ceilingKey(key + 1)) {
      mappings.add(space.info(space.mappings.found()));
    }
    for (MappingInfo mapping : mappings) {
      Outcome outcome = noteObject(mapping.object());
      if (outcome != Outcome.OK) {
        return outcome;
      }
    }
    return Outcome.OK;
  }

  /** Parents before children, without a stack: the list is its own queue. */
  private void noteRegions(Region root) {
    regions.add(new SavedRegion(root, null));
    for (int i = 0; i < regions.size(); i++) {
      Region region = regions.get(i).region;
      for (long key = region.children.ceilingKey(0);
          key >= 0;
          key = region.children.ceilingKey(key + 1)) {
        regions.add(new SavedRegion(space.region(region.children.found()), region));
      }
    }
  }

  private Outcome noteObject(@Nullable MemoryObject object) {
    if (object == null || objects.containsKey(object)) {
      return Outcome.OK;
    }
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
    objects.put(object, new SavedObject(object, contents == null ? null : contents.made()));
    return Outcome.OK;
  }

  private static Made<MemoryObject> copy(MemoryObject object) {
    Made<MemoryObject> made = MemoryObject.paged(object.machine(), object.pages());
    MemoryObject copy = made.made();
    if (copy != null) {
      Outcome outcome = copyPages(object, copy);
      if (outcome != Outcome.OK) {
        copy.release();
        return Made.refused(outcome);
      }
    }
    return made;
  }

  private static Outcome copyPages(MemoryObject from, MemoryObject to) {
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

  /**
   * Makes the space and the mapped objects what they were. All or nothing.
   *
   * @return {@code DEAD} when the space or this snapshot is closed, {@code LEASED} when a lease is
   *     open, {@code IN_USE} when there is a reservation, {@code PINNED}, {@code SATURATED}, {@code
   *     OUT_OF_RECORDS}, {@code OUT_OF_FRAMES} (contiguous objects)
   */
  public Outcome restore() {
    space.lock.lock();
    try {
      if (!open || space.closed) {
        return Outcome.DEAD;
      }
      if (space.leases.size() != 0) {
        return Outcome.LEASED;
      }
      if (space.regions.anyReservation()) {
        return Outcome.IN_USE;
      }
      for (SavedObject saved : objects.values()) {
        if (saved.object.anyPinned()) {
          return Outcome.PINNED;
        }
      }
      boolean acquired =
          space.table.ensure(mappings.size())
              && space.mappings.ensure(mappings.size() + regions.size())
              && space.regions.ensure(regions.size());
      if (!acquired) {
        return Outcome.OUT_OF_RECORDS;
      }
      Outcome held = holdPhysical();
      if (held != Outcome.OK) {
        return held;
      }
      Outcome contents = restoreContents();
      if (contents != Outcome.OK) {
        unholdPhysical(mappings.size());
        return contents;
      }
      rebuild();
      return Outcome.OK;
    } finally {
      space.lock.unlock();
    }
  }

  private Outcome holdPhysical() {
    for (int i = 0; i < mappings.size(); i++) {
      MappingInfo mapping = mappings.get(i);
      MemoryObject object = mapping.object();
      if (object != null && !Physical.hold(object, mapping.objectPage(), mapping.pages())) {
        unholdPhysical(i);
        return Outcome.SATURATED;
      }
    }
    return Outcome.OK;
  }

  private void unholdPhysical(int count) {
    for (MappingInfo mapping : mappings.subList(0, count)) {
      MemoryObject object = mapping.object();
      if (object != null) {
        Physical.unhold(object, mapping.objectPage(), mapping.pages());
      }
    }
  }

  private Outcome restoreContents() {
    List<Grown> grown = new ArrayList<>();
    for (SavedObject saved : objects.values()) {
      Outcome outcome = acquire(saved, grown);
      if (outcome != Outcome.OK) {
        grown.forEach(Grown::undo);
        return outcome;
      }
    }
    // Everything is there: from here on nothing fails.
    for (SavedObject saved : objects.values()) {
      MemoryObject contents = saved.contents;
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
  private record Grown(MemoryObject object, long pages, BitSet present) {
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
  private static Outcome acquire(SavedObject saved, List<Grown> grown) {
    MemoryObject object = saved.object;
    MemoryObject contents = saved.contents;
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
    if (space.root().live()) {
      space.regions.destroyUnleased(space.root());
    }
    for (SavedRegion saved : regions) {
      space.regions.revive(saved.region, saved.parent);
    }
    for (MappingInfo mapping : mappings) {
      MemoryObject object = mapping.object();
      if (object == null) {
        throw new AssertionError("reservations are refused");
      }
      object.retainForMapping();
      int id = space.table.take();
      space.table.fill(
          id,
          mapping.firstPage(),
          mapping.lastPage(),
          object,
          mapping.objectPage(),
          mapping.permissions(),
          mapping.maximum(),
          mapping.cachePolicy().ordinal(),
          mapping.region().number,
          mapping.tag());
      space.mappings.put(mapping.firstPage(), id);
      space.events.record(
          EventKind.MAPPED,
          mapping.firstPage(),
          mapping.pages(),
          mapping.permissions(),
          mapping.objectPage());
    }
  }

  /**
   * Compares the space with this snapshot.
   *
   * @return a line for each region, mapping and page that differs, in ascending order; empty when
   *     nothing does
   */
  public List<String> differences() {
    space.lock.lock();
    try {
      List<String> lines = new ArrayList<>();
      SpaceSnapshot now = new SpaceSnapshot(space);
      if (space.root().live()) {
        now.noteRegions(space.root());
      }
      space.forEachMapping(now.mappings::add);
      compare("region", regions, now.regions, lines);
      compare("mapping", mappings, now.mappings, lines);
      for (SavedObject saved : objects.values()) {
        comparePages(saved, lines);
      }
      return lines;
    } finally {
      space.lock.unlock();
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
    MemoryObject contents = saved.contents;
    if (contents == null) {
      return;
    }
    MemoryObject object = saved.object;
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

  /** Lets the kept contents go. Closing twice does nothing. */
  @Override
  public void close() {
    space.lock.lock();
    try {
      if (open) {
        open = false;
        letGo();
      }
    } finally {
      space.lock.unlock();
    }
  }
}
