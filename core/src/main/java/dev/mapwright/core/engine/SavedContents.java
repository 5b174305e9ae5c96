package dev.mapwright.core.engine;

import dev.mapwright.core.Made;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.memory.ObjectKind;
import dev.mapwright.core.object.EngineObject;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The contents of objects at one moment: a snapshot child of each, but copies of contiguous ones,
 * whose frames can't move, and nothing of physical ones. An object that looks through to live
 * parents shows what they had, so they are kept with it. The space's lock guards it.
 */
final class SavedContents {
  private record SavedObject(EngineObject object, @Nullable EngineObject contents) {
    void unprepare() {
      if (contents != null) {
        object.unprepareRevert(contents);
      }
    }
  }

  /** By their numbers: what is done to them happens in the same order each time. */
  private final SortedMap<Long, SavedObject> objects = new TreeMap<>();

  /** Notes an object and its live parents, whose contents are to be kept; null is nothing. */
  void note(@Nullable EngineObject noted) {
    EngineObject object = noted;
    while (object != null && !objects.containsKey(object.number()) && object.tryRetain()) {
      objects.put(object.number(), new SavedObject(object, null));
      object = object.liveParent();
    }
  }

  /** How many objects were noted. */
  int objects() {
    return objects.size();
  }

  /**
   * Keeps the contents of all that was noted. A snapshot leaves its mark on a live view also when
   * it is let go again, so what can be refused comes first.
   */
  Outcome keep() {
    for (SavedObject noted : objects.values()) {
      EngineObject object = noted.object;
      Outcome outcome =
          switch (object.kind()) {
            case PAGED -> object.prepareSnapshot();
            case CONTIGUOUS -> keep(object, copy(object));
            case PHYSICAL -> Outcome.OK;
          };
      if (outcome != Outcome.OK) {
        return outcome;
      }
    }
    for (SavedObject noted : objects.values()) {
      EngineObject object = noted.object;
      if (object.kind() == ObjectKind.PAGED) {
        Outcome outcome = keep(object, object.preparedSnapshot());
        if (outcome != Outcome.OK) {
          return outcome;
        }
      }
    }
    return Outcome.OK;
  }

  private Outcome keep(EngineObject object, Made<MemoryObject> contents) {
    if (contents.outcome() == Outcome.OK) {
      // Replaces what is there: a walk through the map may go on.
      objects.put(object.number(), new SavedObject(object, (EngineObject) contents.made()));
    }
    return contents.outcome();
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

  /** Whether a page of one of the objects is pinned, so that it can't go back. */
  boolean anyPinned() {
    for (SavedObject saved : objects.values()) {
      if (saved.object.anyPinned()) {
        return true;
      }
    }
    return false;
  }

  /** Makes all objects show again what they showed; all or nothing. */
  Outcome restore() {
    List<Grown> grown = new ArrayList<>();
    List<SavedObject> prepared = new ArrayList<>();
    try {
      for (SavedObject saved : objects.values()) {
        Outcome outcome = acquireContents(saved, grown, prepared);
        if (outcome != Outcome.OK) {
          grown.forEach(Grown::undo);
          return outcome;
        }
      }
      goBack();
      return Outcome.OK;
    } finally {
      prepared.forEach(SavedObject::unprepare);
    }
  }

  /** Everything is there, and nothing fails. */
  private void goBack() {
    for (SavedObject saved : objects.values()) {
      EngineObject contents = saved.contents;
      if (contents == null) {
        continue;
      }
      if (saved.object.kind() == ObjectKind.PAGED) {
        saved.object.revertTo(contents).orThrow();
        continue;
      }
      copyBack(contents, saved.object);
    }
  }

  /** Only the pages that the copy has are committed again. */
  private static void copyBack(EngineObject copy, EngineObject to) {
    to.resize(copy.pages()).orThrow();
    for (long at = to.nextOwned(0); at >= 0; at = to.nextOwned(at + 1)) {
      if (copy.nextOwned(at) != at) {
        to.decommit(at, 1).orThrow();
      }
    }
    MemorySegment page = MemorySegment.ofArray(new byte[Pages.BYTES]);
    for (long at = copy.nextOwned(0); at >= 0; at = copy.nextOwned(at + 1)) {
      copy.read(Pages.address(at), page, 0, Pages.BYTES).orThrow();
      to.write(Pages.address(at), page, 0, Pages.BYTES).orThrow();
    }
  }

  /** A contiguous object that was given frames for a restore, and the size that it had before. */
  private record Grown(EngineObject object, long pages, List<Long> committed) {
    void undo() {
      for (long page : committed) {
        object.decommit(page, 1).orThrow();
      }
      object.resize(pages).orThrow();
    }
  }

  /** Acquires what bringing one object's contents back takes, and notes how to give it back. */
  private static Outcome acquireContents(
      SavedObject saved, List<Grown> grown, List<SavedObject> prepared) {
    EngineObject object = saved.object;
    EngineObject contents = saved.contents;
    if (contents == null) {
      return Outcome.OK;
    }
    if (object.kind() == ObjectKind.PAGED) {
      Outcome outcome = object.prepareRevert(contents);
      if (outcome == Outcome.OK) {
        prepared.add(saved);
      }
      return outcome;
    }
    Grown more = new Grown(object, object.pages(), new ArrayList<>());
    grown.add(more);
    Outcome outcome = object.resize(Math.max(object.pages(), contents.pages()));
    for (long page = contents.nextOwned(0);
        page >= 0 && outcome == Outcome.OK;
        page = contents.nextOwned(page + 1)) {
      if (object.nextOwned(page) != page) {
        outcome = object.commit(page, 1);
        if (outcome == Outcome.OK) {
          more.committed.add(page);
        }
      }
    }
    return outcome;
  }

  /** Adds a line for each page that differs. */
  void compare(List<String> lines) {
    for (SavedObject saved : objects.values()) {
      comparePages(saved, lines);
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
    for (long page = nextDistinct(saved, 0);
        page >= 0 && page < last;
        page = nextDistinct(saved, page + 1)) {
      Outcome outcome = contents.read(Pages.address(page), then, 0, Pages.BYTES);
      if (outcome == Outcome.OK) {
        outcome = object.read(Pages.address(page), now, 0, Pages.BYTES);
      }
      String which = "page " + page + " of object " + object.number();
      if (outcome != Outcome.OK) {
        lines.add(which + " can't be compared: " + outcome);
      } else if (then.mismatch(now) >= 0) {
        lines.add(which + " has other contents");
      }
    }
  }

  /** A copy has its own pages, a snapshot shares those that were not touched since. */
  private static long nextDistinct(SavedObject saved, long page) {
    EngineObject object = saved.object;
    EngineObject contents = saved.contents;
    if (contents == null) {
      return -1;
    }
    if (object.kind() == ObjectKind.PAGED) {
      return object.nextDistinct(contents, page);
    }
    long here = object.nextOwned(page);
    long there = contents.nextOwned(page);
    return here < 0 ? there : there < 0 ? here : Math.min(here, there);
  }

  /** Lets everything go that was kept. */
  void letGo() {
    for (SavedObject saved : objects.values()) {
      if (saved.contents != null) {
        saved.contents.release();
      }
      saved.object.release();
    }
    objects.clear();
  }
}
