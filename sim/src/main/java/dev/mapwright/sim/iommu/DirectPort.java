package dev.mapwright.sim.iommu;

import dev.mapwright.core.Access;
import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Clock;
import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.sim.memory.PhysicalMap;
import dev.mapwright.sim.memory.Ram;
import dev.mapwright.sim.memory.ThreadGuard;

/**
 * A device's port on a machine without an IOMMU: addresses are physical ones. There is nothing to
 * forget, and nobody to tell of faults but the caller.
 */
public final class DirectPort extends MemoryPort {
  private final Clock clock;

  /** Makes a port, which lives as long as the machine. */
  public DirectPort(
      PhysicalMap map, Ram ram, ThreadGuard guard, Clock clock, int requester, int pasid) {
    super(map, ram, guard, requester, pasid);
    this.clock = clock;
  }

  @Override
  boolean translate(long address, int permission) {
    long page = Pages.of(address);
    if (VtdPort.interrupts(page)) {
      return refuse(VtdReason.INTERRUPT_INPUT);
    }
    if (!isRam(page) || !touchable(page) && !makeTouchable(page)) {
      return refuse(VtdReason.NOT_RAM);
    }
    found = address;
    return true;
  }

  @Override
  long[] remembered() {
    return Iotlb.NOTHING;
  }

  @Override
  void emptyMail() {
    throw new IllegalStateException("nobody tells this port anything");
  }

  @Override
  DmaFault faultOf(long address, Access access, VtdReason reason) {
    return new DmaFault(
        requester(), pasid(), address, access, reason.reason(), 0, null, clock.now());
  }

  @Override
  void tell(DmaFault fault) {
    // there are no listeners
  }

  @Override
  void leave() {
    // nobody knows it
  }

  @Override
  void tellStale(Access access) {
    // nothing is remembered
  }

  @Override
  boolean quiet() {
    return true;
  }
}
