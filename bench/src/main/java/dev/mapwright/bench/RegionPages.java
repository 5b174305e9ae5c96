package dev.mapwright.bench;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.Region;
import dev.mapwright.core.space.RegionRequest;

/**
 * A region of a space, beside others of the same kind, in which every second page is mapped; one
 * thread unmaps and maps back a page at a random place. The object may be one that other regions
 * show, too.
 */
final class RegionPages {
  private final Region region;
  private final MemoryObject object;
  private final int mappings;
  private final MapRequest request = new MapRequest();
  private final IndexStream stream;
  private boolean wrong;

  /** Maps everything, at the place with a number. */
  RegionPages(AddressSpace space, MemoryObject object, int number, int mappings) {
    this.object = object;
    this.mappings = mappings;
    long pages = 2L * mappings;
    RegionRequest child = new RegionRequest().pages(pages).capability(Permissions.ALL);
    child.where().at(space.firstPage() + number * pages);
    space.root().allocate(child).orThrow();
    region = child.region();
    stream = new IndexStream(mappings + number);
    for (int i = 0; i < mappings; i++) {
      map(i).orThrow();
    }
  }

  private Outcome map(int i) {
    request.object(object, i).pages(1).where().at(region.firstPage() + 2L * i);
    return region.map(request);
  }

  void pairs(int operations) {
    long state = stream.state;
    boolean failed = false;
    for (int k = 0; k < operations; k++) {
      state += IndexStream.STEP;
      int i = IndexStream.below(state, mappings);
      failed |= region.unmap(region.firstPage() + 2L * i, 1) != Outcome.OK;
      failed |= map(i) != Outcome.OK;
    }
    stream.state = state;
    wrong |= failed;
  }

  void verify() {
    if (wrong) {
      throw new IllegalStateException("the engine's answers were wrong");
    }
  }
}
