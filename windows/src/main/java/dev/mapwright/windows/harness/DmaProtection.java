package dev.mapwright.windows.harness;

import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.iommu.device.StateChangeCalls;
import dev.mapwright.windows.memory.iommu.IommuState;

/**
 * What an administrator or the platform decides about DMA, and changes while drivers run. Devices
 * that are attached stay so; routines that drivers have registered for changes are told.
 */
public final class DmaProtection {
  private DmaProtection() {}

  /**
   * Chooses whether DMA Guard forbids that devices pass through to physical addresses.
   *
   * @param c with which the routines are called, at PASSIVE_LEVEL
   * @param on whether it does
   */
  public static void setDmaGuard(NtContext c, boolean on) {
    IommuState state = c.kernel().iommu();
    int before = state.creatableTypes();
    state.setDmaGuard(on);
    StateChangeCalls.policyChanged(c, before);
  }

  /**
   * Chooses whether DMA may be remapped.
   *
   * @param c with which the routines are called, at PASSIVE_LEVEL
   * @param on whether it may
   */
  public static void setRemapping(NtContext c, boolean on) {
    IommuState state = c.kernel().iommu();
    int before = state.creatableTypes();
    state.setRemapping(on);
    StateChangeCalls.policyChanged(c, before);
  }
}
