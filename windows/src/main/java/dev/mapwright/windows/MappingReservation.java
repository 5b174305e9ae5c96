package dev.mapwright.windows;

import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.reserved.ReservedCalls;

/**
 * System addresses that are reserved until it is closed, in which MDLs are mapped without
 * allocating anything. Used by the driver's thread.
 */
public final class MappingReservation implements AutoCloseable {
  private final NtContext context;
  private final long base;
  private final int tag;

  MappingReservation(NtContext context, long base, int tag) {
    this.context = context;
    this.base = base;
    this.tag = tag;
  }

  /** {@return the first address, a page} */
  public long base() {
    return base;
  }

  /**
   * Maps an MDL at the base (MmMapLockedPagesWithReservedMapping).
   *
   * @param mdl its pages are locked
   * @param cacheType see {@link dev.mapwright.windows.abi.MemoryCachingType}
   * @return the address of the MDL's first byte
   * @throws WindowsException when the MDL has more pages, or another parameter is wrong
   */
  public long map(Mdl mdl, int cacheType) {
    return map(base, mdl, cacheType);
  }

  /**
   * Maps an MDL in a divisible reservation.
   *
   * @param at an address in the page where the mapping is to begin
   * @param mdl its pages are locked
   * @param cacheType see {@link dev.mapwright.windows.abi.MemoryCachingType}
   * @return the address of the MDL's first byte
   * @throws WindowsException when there are not so many pages, or another parameter is wrong
   */
  public long map(long at, Mdl mdl, int cacheType) {
    long address =
        ReservedCalls.mmMapLockedPagesWithReservedMapping(
            context, at, tag, mdl.address(), cacheType);
    return WindowsException.check(context, address);
  }

  /**
   * Unmaps what is mapped at the base (MmUnmapReservedMapping).
   *
   * @param mdl an MDL of as many pages
   * @throws WindowsException when misuse is recorded only
   */
  public void unmap(Mdl mdl) {
    unmap(base, mdl);
  }

  /**
   * Unmaps what begins in a page of a divisible reservation.
   *
   * @param at an address in that page
   * @param mdl an MDL of as many pages
   * @throws WindowsException when misuse is recorded only
   */
  public void unmap(long at, Mdl mdl) {
    ReservedCalls.mmUnmapReservedMapping(context, at, tag, mdl.address());
    WindowsException.check(context);
  }

  /**
   * Ends the reservation (MmFreeMappingAddress), in which nothing is mapped.
   *
   * @throws WindowsException when misuse is recorded only
   */
  @Override
  public void close() {
    ReservedCalls.mmFreeMappingAddress(context, base, tag);
    WindowsException.check(context);
  }
}
