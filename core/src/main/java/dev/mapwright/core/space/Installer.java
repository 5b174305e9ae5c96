package dev.mapwright.core.space;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.memory.ObjectKind;

/**
 * Makes translations ahead of the first access, for a mapping that asks for it: of the pages that
 * are present, as runs of adjacent frames, with the largest leaves that fit.
 *
 * <p>It spares accesses a fault and promises nothing: where no frame is left for a table, the page
 * is faulted in later as if nobody had asked. So it cannot make a mapping fail.
 *
 * <p>The space's lock guards everything; the object's is taken inside.
 */
final class Installer {
  private final AddressSpace space;

  Installer(AddressSpace space) {
    this.space = space;
  }

  /** Installs the pages of a new mapping that are present. */
  void install(int id, MemoryObject object) {
    MappingTable table = space.table;
    long objectPage = table.objectPage(id);
    long last = objectPage + (table.last(id) - table.first(id));
    Translation translation = space.tables.translation;
    int permissions = translation.effective(table.permissions(id));
    boolean accessible =
        permissions != Permissions.NONE
            && translation.translatable(table.first(id))
            && translation.translatable(table.last(id));
    if (!accessible) {
      return;
    }
    CachePolicy cache = CachePolicy.of(table.cache(id));
    long distance = table.first(id) - objectPage;
    object.lock().lock();
    try {
      long page = object.nextShown(objectPage, last);
      if (page < 0 || !space.faults.enterView(id, object)) {
        return;
      }
      while (page >= 0) {
        long pfn = object.frameOf(page);
        boolean owned = object.owns(page);
        long run = runLength(object, page, pfn, owned, last);
        if (pfn + run - 1 > Frames.LAST_PFN) {
          return; // an access says what is wrong
        }
        int allowed = owned ? permissions : permissions & ~Permissions.WRITE;
        if (allowed == Permissions.NONE) {
          return;
        }
        if (!translation.installRun(page + distance, pfn, run, allowed, cache)) {
          return;
        }
        page = page + run > last ? -1 : object.nextShown(page + run, last);
      }
    } finally {
      object.lock().unlock();
    }
  }

  private static long runLength(
      MemoryObject object, long page, long pfn, boolean owned, long last) {
    if (object.kind() == ObjectKind.PHYSICAL) {
      return Math.min(last, object.pages() - 1) - page + 1;
    }
    long run = 1;
    while (page + run <= last && object.owns(page + run) == owned) {
      long next = object.frameOf(page + run);
      if (next == Frames.NONE || next != pfn + run) {
        break;
      }
      run++;
    }
    return run;
  }
}
