package dev.mapwright.windows.memory.pool;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.FoundMapping;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.Region;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Pages of paged pool: each run is a memory object of its own, whose pages get frames when they are
 * first used and may be put out.
 */
final class PagedPages extends PoolPages {
  private final Machine machine;
  private final Region region;
  private final MapRequest request = new MapRequest();
  private final FoundMapping found = new FoundMapping();

  PagedPages(Machine machine, Region region) {
    this.machine = machine;
    this.region = region;
  }

  @Override
  Region region() {
    return region;
  }

  @Override
  long take(long pages) {
    MemoryObject object = MemoryObject.paged(machine, pages).made();
    if (object == null) {
      return NONE;
    }
    request.object(object, 0).pages(pages).permissions(Permissions.READ_WRITE).where().firstFit();
    Outcome outcome = region.map(request);
    object.release(); // what is mapped stays
    long first = outcome == Outcome.OK ? request.firstPage() : NONE;
    request.clear();
    return first;
  }

  @Override
  void give(long first, long pages) {
    region.unmap(first, pages);
  }

  private @Nullable MemoryObject objectAt(long page) {
    return region.space().firstMapping(page, page, found) ? found.object() : null;
  }

  @Override
  boolean zero(long address, long bytes) {
    MemoryObject object = objectAt(Pages.of(address));
    if (object == null) {
      return false;
    }
    long offset = address - Pages.address(found.firstPage());
    boolean zeros = object.committedPages() == 0;
    for (long done = 0; done < bytes && !zeros; done += Pages.BYTES) {
      long count = Math.min(Pages.BYTES, bytes - done);
      MemorySegment from = NonPagedPages.ZEROS;
      if (object.write(offset + done, from, 0, count) != Outcome.OK) {
        return false;
      }
    }
    return true;
  }

  @Override
  long lockedFrame(long first, long pages) {
    for (long page = first; page < first + pages; page++) {
      MemoryObject object = objectAt(page);
      long pfn = object == null ? Frames.NONE : object.frameOf(page - found.firstPage());
      if (pfn != Frames.NONE && machine.frames().locks(pfn) != 0) {
        return pfn;
      }
    }
    return NONE;
  }
}
