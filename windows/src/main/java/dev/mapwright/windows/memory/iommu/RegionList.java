package dev.mapwright.windows.memory.iommu;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.dma.Domain;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The regions that a driver wants set aside in a domain it makes, read once. They do not overlap.
 * Not thread-safe.
 */
public final class RegionList {
  /**
   * One of them.
   *
   * @param firstPage its first page
   * @param lastPage its last page, inclusive
   * @param mapped whether its pages show themselves
   */
  private record Region(long firstPage, long lastPage, boolean mapped) {}

  private final List<Region> regions = new ArrayList<>();

  /** The last pages by the first ones, to find overlaps. */
  private final TreeMap<Long, Long> byPage = new TreeMap<>();

  /** Makes an empty list. */
  public RegionList() {}

  /**
   * Adds a region.
   *
   * @param firstPage its first page
   * @param lastPage its last page, inclusive
   * @param mapped whether its pages show themselves
   * @return false when it overlaps one before it, or the addresses of interrupts
   */
  public boolean add(long firstPage, long lastPage, boolean mapped) {
    Map.Entry<Long, Long> before = byPage.floorEntry(lastPage);
    if (before != null && before.getValue() >= firstPage
        || firstPage <= Domains.LAST_INTERRUPT_PAGE && lastPage >= Domains.FIRST_INTERRUPT_PAGE) {
      return false;
    }
    byPage.put(firstPage, lastPage);
    regions.add(new Region(firstPage, lastPage, mapped));
    return true;
  }

  /** Sets them aside in a domain in which nothing is yet; false when memory is short. */
  boolean setAside(Domain domain) {
    for (Region region : regions) {
      long pages = region.lastPage() - region.firstPage() + 1;
      if (domain.setAside(region.firstPage(), pages, region.mapped()) != Outcome.OK) {
        return false;
      }
    }
    return true;
  }
}
