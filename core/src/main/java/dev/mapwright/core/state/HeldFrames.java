package dev.mapwright.core.state;

import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.core.memory.ObjectKind;
import dev.mapwright.core.object.EngineObject;
import java.util.function.LongUnaryOperator;
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
    return held.mappings() && held.reservations() ? held.runs : null;
  }

  private boolean mappings() {
    MappingTable table = state.table();
    for (int id = state.firstBeginning(0, Long.MAX_VALUE);
        id != 0;
        id = state.firstBeginning(table.first(id) + 1, Long.MAX_VALUE)) {
      EngineObject object = table.object(id);
      boolean noted =
          object == null
              ? bare(table.first(id), table.last(id), state.tables().translation()::entry)
              : shown(id, object);
      if (!noted) {
        return false;
      }
    }
    return true;
  }

  private boolean reservations() {
    boolean noted = true;
    BareMapping found = new BareMapping();
    for (RegionState region = state.reservedFrom(0);
        region != null;
        region = state.reservedFrom(region.lastPage() + 1)) {
      RegionState.Reserved reserved = region.reserved();
      long page = region.firstPage();
      while (reserved != null && reserved.firstIn(page, region.lastPage(), found)) {
        noted &= bare(found.first, found.last, reserved::entry);
        page = found.last + 1;
      }
    }
    return noted;
  }

  private boolean shown(int id, EngineObject object) {
    MappingTable table = state.table();
    long pages = table.last(id) - table.first(id) + 1;
    long shown = Math.min(pages, object.pages() - table.objectPage(id));
    return object.kind() != ObjectKind.PHYSICAL
        || shown <= 0
        || runs.add(object.physicalFrame(table.objectPage(id)), shown);
  }

  /** The frames that the entries of a range name; one that was unmapped meanwhile has none. */
  private boolean bare(long firstPage, long lastPage, LongUnaryOperator entry) {
    long first = 0;
    long pages = 0;
    for (long page = firstPage; page <= lastPage; page++) {
      long shown = entry.applyAsLong(page);
      long pfn = TranslationEntry.pfn(shown);
      if (TranslationEntry.bare(shown) && pages > 0 && pfn == first + pages) {
        pages++;
        continue;
      }
      if (pages > 0 && !runs.add(first, pages)) {
        return false;
      }
      first = pfn;
      pages = TranslationEntry.bare(shown) ? 1 : 0;
    }
    return pages == 0 || runs.add(first, pages);
  }
}
