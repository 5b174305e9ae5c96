package dev.mapwright.core.engine;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.memory.ObjectKind;
import dev.mapwright.core.object.EngineObject;
import dev.mapwright.core.state.MappingTable;
import dev.mapwright.core.state.SpaceState;

/**
 * Makes translations ahead of the first access, for a mapping that asks for it: of the pages that
 * are present, as runs of adjacent frames, with the largest leaves that fit.
 *
 * <p>It spares accesses a fault and promises nothing: where no frame is left for a table, or the
 * mapping is very large, the page is faulted in later as if nobody had asked. So it cannot make a
 * mapping fail, and what it costs does not grow with the mapping for ever.
 *
 * <p>The space's lock guards everything; the object's is taken inside.
 */
final class Installer {
  /**
   * More of physical addresses is not installed ahead: 1 GiB. Of other objects only what is
   * committed is there to be installed.
   */
  private static final long MOST_PHYSICAL_PAGES = 1L << 18;

  private final SpaceState state;
  private final Pieces pieces;

  Installer(SpaceState state, Pieces pieces) {
    this.state = state;
    this.pieces = pieces;
  }

  /** Installs the pages of a new mapping that are present. */
  void install(int id, EngineObject object) {
    MappingTable table = state.table();
    long objectPage = table.objectPage(id);
    long pages = table.last(id) - table.first(id) + 1;
    boolean endless = object.kind() == ObjectKind.PHYSICAL;
    long last = objectPage + (endless ? Math.min(pages, MOST_PHYSICAL_PAGES) : pages) - 1;
    Translation translation = state.tables().translation();
    int permissions = translation.effective(table.permissions(id));
    boolean accessible =
        permissions != Permissions.NONE
            && translation.translatable(table.first(id))
            && translation.translatable(table.first(id) + (last - objectPage));
    if (!accessible) {
      return;
    }
    CachePolicy cache = CachePolicy.of(table.cache(id));
    long distance = table.first(id) - objectPage;
    object.lock().lock();
    try {
      long page = object.nextShown(objectPage, last);
      if (page < 0 || !pieces.enterView(id)) {
        return;
      }
      while (page >= 0) {
        long pfn = object.frameShown(page);
        boolean owned = object.owns(page);
        long run = runLength(object, page, pfn, owned, last);
        if (pfn + run - 1 > Frames.LAST_PFN) {
          return; // an access says what is wrong
        }
        int allowed = owned ? permissions : permissions & ~Permissions.WRITE;
        if (allowed == Permissions.NONE) {
          return;
        }
        if (!state.tables().installRun(page + distance, pfn, run, allowed, cache)) {
          return;
        }
        page = page + run > last ? -1 : object.nextShown(page + run, last);
      }
    } finally {
      object.lock().unlock();
    }
  }

  private static long runLength(
      EngineObject object, long page, long pfn, boolean owned, long last) {
    if (object.kind() == ObjectKind.PHYSICAL) {
      return Math.min(last, object.pages() - 1) - page + 1;
    }
    long run = 1;
    while (page + run <= last && object.owns(page + run) == owned) {
      long next = object.frameShown(page + run);
      if (next == Frames.NONE || next != pfn + run) {
        break;
      }
      run++;
    }
    return run;
  }
}
