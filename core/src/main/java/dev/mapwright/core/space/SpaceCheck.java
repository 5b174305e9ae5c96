package dev.mapwright.core.space;

import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.memory.ObjectKind;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Checks one address space against its own records; the space is locked. */
final class SpaceCheck {
  private final AddressSpace space;
  private final Consumer<String> complain;
  private final AddressSpace.HoldCounter holds;
  private final Map<MappingView, Integer> sharers = new IdentityHashMap<>();

  SpaceCheck(AddressSpace space, Consumer<String> complain, AddressSpace.HoldCounter holds) {
    this.space = space;
    this.complain = complain;
    this.holds = holds;
  }

  void run() {
    if (space.root().live()) {
      regions();
    }
    mappings();
    entries();
  }

  private void say(String what) {
    complain.accept(space.name + ": " + what);
  }

  private void regions() {
    Region at = space.root();
    // Pre-order without a stack: down to the first child, else to the next sibling of an ancestor.
    while (true) {
      long key = at.children.ceilingKey(0);
      if (key >= 0) {
        Region child = space.region(at.children.found());
        region(child, at, -1);
        at = child;
        continue;
      }
      Region next = nextAfter(at);
      if (next == null) {
        return;
      }
      at = next;
    }
  }

  private @Nullable Region nextAfter(Region region) {
    for (Region at = region; at.parent != null; at = at.parent) {
      Region parent = at.parent;
      if (parent.children.ceilingKey(at.firstPage + 1) >= 0) {
        Region sibling = space.region(parent.children.found());
        region(sibling, parent, at.lastPage);
        return sibling;
      }
    }
    return null;
  }

  private void region(Region child, Region parent, long previousLast) {
    if (child.parent != parent || !child.live()) {
      say(child + " is in the index of " + parent + " and is not its child");
    }
    if (child.firstPage < parent.firstPage || child.lastPage > parent.lastPage) {
      say(child + " is not inside " + parent);
    }
    if (child.firstPage <= previousLast) {
      say(child + " overlaps its neighbour");
    }
    if (!Permissions.within(child.capability, parent.capability)) {
      say(child + " may more than " + parent);
    }
  }

  private void mappings() {
    MappingTable table = space.table;
    long previousLast = -1;
    long count = 0;
    for (long key = space.mappings.ceilingKey(0);
        key >= 0;
        key = space.mappings.ceilingKey(key + 1)) {
      int id = space.mappings.found();
      count++;
      if (table.first(id) != key || table.last(id) < key) {
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
    sharers.forEach((view, shared) -> {
      if (view.sharers != shared) {
        say("a view counts " + view.sharers + " sharers and has " + shared);
      }
    });
  }

  private void mapping(int id) {
    MappingTable table = space.table;
    Region region = space.regions.get(table.region(id));
    String name = "the mapping at page " + table.first(id);
    if (!region.live() || table.first(id) < region.firstPage || table.last(id) > region.lastPage) {
      say(name + " is not inside its region");
    }
    Region inner = region.childAtOrAfter(table.first(id));
    if (inner != null && inner.firstPage <= table.last(id)) {
      say(name + " overlaps the child region " + inner);
    }
    if (!Permissions.within(table.permissions(id), table.maximum(id))
        || !Permissions.within(table.maximum(id), region.capability)) {
      say(name + " may more than its maximum or its region");
    }
    MappingView view = table.view(id);
    if (view != null) {
      sharers.merge(view, 1, Integer::sum);
    }
    MemoryObject object = table.object(id);
    if (object == null) {
      if (region.reservation == null) {
        say(name + " shows bare frames outside a reservation");
      }
      return;
    }
    if (object.references() == 0) {
      say(name + " shows an object that has ended");
    }
    if (object.kind() == ObjectKind.PHYSICAL) {
      long shown =
          Math.min(table.last(id) - table.first(id) + 1, object.pages() - table.objectPage(id));
      for (long i = 0; i < shown; ) {
        long pfn = object.physicalFrame(table.objectPage(id) + i);
        long away = space.machine.frames().pagesToRam(pfn);
        if (away == 0) {
          holds.held(pfn, 1);
        }
        i += Math.max(1, away);
      }
    }
  }

  private void entries() {
    if (space.closed) {
      return;
    }
    space.tables.translation.forEachLeaf(
        space.firstPage,
        space.lastPage,
        (page, pages, entry) -> {
          for (long i = 0; i < pages; i++) {
            entry(page + i, TranslationEntry.pfn(entry) + i, TranslationEntry.permissions(entry));
          }
        });
  }

  private void entry(long page, long pfn, int allowed) {
    MappingTable table = space.table;
    int id = space.mappingAt(page);
    if (id == 0) {
      say("page " + page + " is translated and not mapped");
      return;
    }
    int permissions = space.effective(table.permissions(id));
    if (!Permissions.within(allowed, permissions)) {
      say("the entry of page " + page + " allows more than its mapping");
    }
    MemoryObject object = table.object(id);
    if (object == null) {
      if (space.machine.frames().isRam(pfn)) {
        holds.held(pfn, 1);
      }
      return;
    }
    long objectPage = table.objectPage(id) + (page - table.first(id));
    MappingView view = table.view(id);
    if (view == null || !view.shows(objectPage)) {
      say("page " + page + " is translated without a view in its object");
    }
    long shown = object.frameOf(objectPage);
    boolean owned = object.owns(objectPage);
    boolean zero = shown == Frames.NONE && pfn == space.machine.frames().zeroFrame();
    if (shown != pfn && !zero) {
      say("page " + page + " leads to frame " + pfn + ", its object shows " + shown);
    }
    if (!owned && (allowed & Permissions.WRITE) != 0) {
      say("page " + page + " can be written in a frame that is not its object's own");
    }
  }
}
