package dev.mapwright.core.state;

import dev.mapwright.core.memory.ObjectKind;
import dev.mapwright.core.object.EngineObject;
import org.jspecify.annotations.Nullable;

/**
 * Which frames a space holds (I4): those that its mappings of physical addresses show, and the bare
 * ones. Each mapping holds a page once; pages outside RAM, which nobody counts, are among them. The
 * space is locked.
 */
public final class HeldFrames {
  private final SpaceState state;
  private final Runs runs = new Runs();

  private HeldFrames(SpaceState state) {
    this.state = state;
  }

  /** Runs of pages that are held once more each; null when there is no memory for them. */
  public static @Nullable Runs of(SpaceState state) {
    HeldFrames held = new HeldFrames(state);
    boolean complete = true;
    for (int id = state.firstBeginning(0, Long.MAX_VALUE);
        id != 0 && complete;
        id = state.firstBeginning(state.table().first(id) + 1, Long.MAX_VALUE)) {
      EngineObject object = state.table().object(id);
      complete = object == null ? held.bare(id) : held.shown(id, object);
    }
    return complete ? held.runs : null;
  }

  private boolean shown(int id, EngineObject object) {
    MappingTable table = state.table();
    long pages = table.last(id) - table.first(id) + 1;
    long shown = Math.min(pages, object.pages() - table.objectPage(id));
    return object.kind() != ObjectKind.PHYSICAL
        || shown <= 0
        || runs.add(object.physicalFrame(table.objectPage(id)), shown);
  }

  private boolean bare(int id) {
    MappingTable table = state.table();
    RegionState.Reserved reserved = state.regions().get(table.region(id)).reserved();
    if (reserved == null) {
      return true; // a violation of its own, which the check of the space names
    }
    long first = reserved.frame(table.first(id));
    long pages = 1;
    for (long page = table.first(id) + 1; page <= table.last(id); page++) {
      long pfn = reserved.frame(page);
      if (pfn == first + pages) {
        pages++;
      } else if (runs.add(first, pages)) {
        first = pfn;
        pages = 1;
      } else {
        return false;
      }
    }
    return runs.add(first, pages);
  }
}
