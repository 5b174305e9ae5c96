package dev.mapwright.bench;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.Region;
import dev.mapwright.core.space.RegionRequest;

/**
 * Pages of a region of which one thread unmaps and maps back one at a random place. Other threads
 * may do the same with other pages of the region or of others; the object may be one that they
 * show, too.
 */
final class RegionPages {
  private final Region region;
  private final MemoryObject object;
  private final long firstPage;
  private final int stride;
  private final int mappings;
  private final MapRequest request = new MapRequest();
  private final IndexStream stream;
  private boolean wrong;

  /** Maps one page of {@code stride}, from a place in the region on. */
  RegionPages(Region region, MemoryObject object, long firstPage, int stride, int mappings) {
    this.region = region;
    this.object = object;
    this.firstPage = firstPage;
    this.stride = stride;
    this.mappings = mappings;
    stream = new IndexStream(firstPage);
    for (int i = 0; i < mappings; i++) {
      map(i).orThrow();
    }
  }

  /** Every second page of a region of its own, at the place with a number. */
  static RegionPages alone(AddressSpace space, MemoryObject object, int number, int mappings) {
    Region region = region(space, number, 2L * mappings);
    return new RegionPages(region, object, region.firstPage(), 2, mappings);
  }

  /** A region as large as others beside it, at the place with a number. */
  static Region region(AddressSpace space, int number, long pages) {
    RegionRequest child = new RegionRequest().pages(pages).capability(Permissions.ALL);
    child.where().at(space.firstPage() + number * pages);
    space.root().allocate(child).orThrow();
    return child.region();
  }

  private Outcome map(int i) {
    request.object(object, i).pages(1).where().at(page(i));
    return region.map(request);
  }

  private long page(int i) {
    return firstPage + (long) stride * i;
  }

  void pairs(int operations) {
    long state = stream.state;
    boolean failed = false;
    for (int k = 0; k < operations; k++) {
      state += IndexStream.STEP;
      int i = IndexStream.below(state, mappings);
      failed |= region.unmap(page(i), 1) != Outcome.OK;
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
