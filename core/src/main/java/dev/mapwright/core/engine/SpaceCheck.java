package dev.mapwright.core.engine;

import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.core.object.EngineObject;
import dev.mapwright.core.state.BareMapping;
import dev.mapwright.core.state.MappingTable;
import dev.mapwright.core.state.MappingView;
import dev.mapwright.core.state.RegionState;
import dev.mapwright.core.state.SpaceState;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Checks one address space against its own records; the space is locked. */
public final class SpaceCheck {
  private final SpaceState state;
  private final RegionState root;
  private final Consumer<String> complain;
  private final Map<MappingView, Integer> sharers = new IdentityHashMap<>();
  private final Map<EngineObject, Integer> shown = new IdentityHashMap<>();

  /** The mapping that the last entry looked at belongs to; 0 before the first. */
  private int lastEntered;

  SpaceCheck(SpaceState state, RegionState root, Consumer<String> complain) {
    this.state = state;
    this.root = root;
    this.complain = complain;
  }

  void run() {
    if (root.live()) {
      regions();
    }
    mappings();
    reservations();
    entries();
    promises();
  }

  private void promises() {
    if (state.table().promised() != 0
        || state.nodes().promised() != 0
        || state.regionNodes().promised() != 0) {
      say("records or index nodes are promised and no operation is under way");
    }
  }

  private void say(String what) {
    complain.accept(state.name() + ": " + what);
  }

  private void regions() {
    RegionState at = root;
    // Pre-order without a stack: down to the first child, else to the next sibling of an ancestor.
    while (true) {
      RegionState child = at.childFrom(0);
      if (child != null) {
        region(child, at, -1);
        at = child;
        continue;
      }
      RegionState next = nextAfter(at);
      if (next == null) {
        return;
      }
      at = next;
    }
  }

  private @Nullable RegionState nextAfter(RegionState region) {
    RegionState at = region;
    for (RegionState parent = at.container(); parent != null; parent = at.container()) {
      RegionState sibling = parent.childFrom(at.firstPage() + 1);
      if (sibling != null) {
        region(sibling, parent, at.lastPage());
        return sibling;
      }
      at = parent;
    }
    return null;
  }

  private void region(RegionState child, RegionState parent, long previousLast) {
    if (child.container() != parent || !child.live()) {
      say(child + " is in the index of " + parent + " and is not its child");
    }
    if (child.firstPage() < parent.firstPage() || child.lastPage() > parent.lastPage()) {
      say(child + " is not inside " + parent);
    }
    if (child.firstPage() <= previousLast) {
      say(child + " overlaps its neighbour");
    }
    if (!Permissions.within(child.capability(), parent.capability())) {
      say(child + " may more than " + parent);
    }
  }

  private void mappings() {
    state.checkIndex(this::say);
    MappingTable table = state.table();
    long previousLast = -1;
    long count = 0;
    for (int id = state.firstBeginning(0, Long.MAX_VALUE);
        id != 0;
        id = state.firstBeginning(table.first(id) + 1, Long.MAX_VALUE)) {
      long key = table.first(id);
      count++;
      if (!state.indexedRightly(id) || table.last(id) < key) {
        say("the mapping at page " + key + " does not begin there");
      }
      if (key <= previousLast) {
        say("the mapping at page " + key + " overlaps its neighbour");
      }
      previousLast = table.last(id);
      mapping(id);
    }
    if (count != table.live()) {
      say(count + " mappings are indexed, " + table.live() + " have records");
    }
    table.checkObjects(this::say);
    shown.forEach((object, records) -> {
      if (table.recordsShowing(object) != records) {
        say(object + " has " + records + " mappings, counted " + table.recordsShowing(object));
      }
    });
    sharers.forEach((view, shared) -> {
      if (view.sharers() != shared) {
        say("a view counts " + view.sharers() + " sharers and has " + shared);
      }
    });
  }

  private String name(int id) {
    return "the mapping at page " + state.table().first(id);
  }

  private void mapping(int id) {
    MappingTable table = state.table();
    RegionState region = state.regions().get(table.region(id));
    if (!region.live()
        || table.first(id) < region.firstPage()
        || table.last(id) > region.lastPage()) {
      say(name(id) + " is not inside its region");
    }
    RegionState inner = region.childAtOrAfter(table.first(id));
    if (inner != null && inner.firstPage() <= table.last(id)) {
      say(name(id) + " overlaps the child region " + inner);
    }
    if (!Permissions.within(table.permissions(id), table.maximum(id))
        || !Permissions.within(table.maximum(id), region.capability())) {
      say(name(id) + " may more than its maximum or its region");
    }
    MappingView view = table.view(id);
    if (view != null) {
      sharers.merge(view, 1, Integer::sum);
    }
    EngineObject object = table.object(id);
    if (object != null) {
      shown.merge(object, 1, Integer::sum);
    }
    if (region.reserved() != null) {
      say(name(id) + " lies in a region that is set aside");
    } else if (object == null) {
      bareFrames(id);
    } else if (object.ended()) {
      say(name(id) + " shows an object that has ended");
    }
  }

  /**
   * Each page of a mapping of bare frames has an entry that allows what the mapping says. How it is
   * cached may be the page's own.
   */
  private void bareFrames(int id) {
    MappingTable table = state.table();
    for (long page = table.first(id); page <= table.last(id); page++) {
      long entry = state.tables().translation().entry(page);
      bareEntry(page, entry, table.permissions(id));
    }
  }

  private void bareEntry(long page, long entry, int permissions) {
    if (!TranslationEntry.bare(entry)) {
      say("page " + page + " shows a bare frame and has no entry of one");
    } else if (TranslationEntry.asked(entry) != permissions
        || TranslationEntry.present(entry) != (permissions != Permissions.NONE)) {
      say("the entry of page " + page + " says something else than its mapping");
    }
  }

  /** The same in regions that are set aside; their mappings lie inside and are disjoint. */
  private void reservations() {
    BareMapping found = new BareMapping();
    for (RegionState region = state.reservedFrom(0);
        region != null;
        region =
            region.lastPage() == Pages.LAST_PAGE
                ? null
                : state.reservedFrom(region.lastPage() + 1)) {
      RegionState.Reserved reserved = region.reserved();
      if (reserved == null || !region.live()) {
        say(region + " is entered as set aside and is not");
        continue;
      }
      int count = 0;
      long page = region.firstPage();
      while (page <= region.lastPage() && reserved.firstIn(page, region.lastPage(), found)) {
        count++;
        for (page = found.first; page <= found.last; page++) {
          bareEntry(page, reserved.entry(page), found.permissions);
        }
      }
      if (count != reserved.mappings()) {
        say(region + " counts " + reserved.mappings() + " mappings and has " + count);
      }
    }
  }

  private void entries() {
    if (state.closed()) {
      return;
    }
    // No reservation is asked while the translation is locked.
    List<Long> bare = new ArrayList<>();
    state
        .tables()
        .translation()
        .forEachLeaf(
            state.firstPage(),
            state.lastPage(),
            (page, pages, entry) -> {
              if (TranslationEntry.bare(entry)) {
                bare.add(page);
                return;
              }
              for (long i = 0; i < pages; i++) {
                entry(
                    page + i, TranslationEntry.pfn(entry) + i, TranslationEntry.permissions(entry));
              }
            });
    for (long page : bare) {
      int id = state.mappingAt(page);
      RegionState.Reserved reserved = state.reservedAt(page);
      boolean mapped =
          id != 0
              ? state.table().object(id) == null
              : reserved != null && reserved.entry(page) != TranslationEntry.ABSENT;
      if (!mapped) {
        say("page " + page + " has an entry of a bare frame and shows none");
      }
    }
  }

  private void entry(long page, long pfn, int allowed) {
    MappingTable table = state.table();
    // Entries come in the order of pages: mostly the next one is in the mapping of the last.
    int id = lastEntered;
    if (id == 0 || page < table.first(id) || page > table.last(id)) {
      id = state.mappingAt(page);
      lastEntered = id;
    }
    if (id == 0) {
      say("page " + page + " is translated and not mapped");
      return;
    }
    int permissions = state.tables().effective(table.permissions(id));
    if (!Permissions.within(allowed, permissions)) {
      say("the entry of page " + page + " allows more than its mapping");
    }
    EngineObject object = table.object(id);
    if (object == null) {
      say("page " + page + " shows a bare frame, and its entry can be forgotten");
      return;
    }
    long objectPage = table.objectPage(id) + (page - table.first(id));
    MappingView view = table.view(id);
    if (view == null || !view.shows(objectPage)) {
      say("page " + page + " is translated without a view in its object");
    }
    long shown;
    boolean owned;
    object.lock().lock();
    try {
      shown = object.frameShown(objectPage);
      owned = object.owns(objectPage);
    } finally {
      object.lock().unlock();
    }
    boolean zero = shown == Frames.NONE && pfn == state.machine().frames().zeroFrame();
    if (shown != pfn && !zero) {
      say("page " + page + " leads to frame " + pfn + ", its object shows " + shown);
    }
    if (!owned && (allowed & Permissions.WRITE) != 0) {
      say("page " + page + " can be written in a frame that is not its object's own");
    }
  }
}
