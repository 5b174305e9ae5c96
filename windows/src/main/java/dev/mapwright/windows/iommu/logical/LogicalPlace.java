package dev.mapwright.windows.iommu.logical;

import dev.mapwright.core.Pages;
import dev.mapwright.core.dma.Domain;
import dev.mapwright.core.dma.DomainRequest;
import dev.mapwright.windows.context.NtContext;

/** Where a range is to lie in a domain, as drivers say it: by pointers to logical addresses. */
final class LogicalPlace {
  private LogicalPlace() {}

  /**
   * {@return whether a range that a driver has chosen is one of whole pages inside of the domain}
   *
   * @param engine the domain
   * @param address the logical address of its first byte
   * @param pages how many, at least 1
   */
  static boolean possible(Domain engine, long address, long pages) {
    long first = Pages.of(address);
    long last = engine.lastPage();
    return Pages.offset(address) == 0 && first <= last && pages - 1 <= last - first;
  }

  /**
   * Bounds a request by the lowest and the highest address, both inclusive, which need not be
   * aligned. Without an allocator they are not even read.
   *
   * @param c who calls, with the request begun
   * @param lowest where the lowest address stands; 0 for none
   * @param highest where the highest address stands; 0 for none
   * @return false when the lowest is above the highest
   * @throws dev.mapwright.core.MemoryFault when one can't be read
   */
  static boolean bound(NtContext c, long lowest, long highest) {
    long low = lowest == 0 ? 0 : c.cpu().load(lowest, 8);
    long high = highest == 0 ? -1 : c.cpu().load(highest, 8);
    long lastByte = Pages.BYTES - 1;
    long first = Pages.of(low) + (Pages.offset(low) == 0 ? 0 : 1);
    long last = Pages.offset(high) == lastByte ? Pages.of(high) : Pages.of(high) - 1;
    DomainRequest request = c.domainRequest();
    request.within(first, last);
    return Long.compareUnsigned(low, high) <= 0;
  }
}
