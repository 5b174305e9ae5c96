package dev.mapwright.windows.context;

import dev.mapwright.core.Access;
import dev.mapwright.core.Pages;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.Devices;
import dev.mapwright.windows.memory.pte.PteUse;

/**
 * Tells in the journal of devices that are pulled out, and of accesses through mappings that they
 * have left behind: which mapping it was, and who has made it.
 */
final class RemovedDevices implements Devices.Listener {
  private final Kernel kernel;

  RemovedDevices(Kernel kernel) {
    this.kernel = kernel;
  }

  @Override
  public void removed(Devices.Range range) {
    long first = Pages.address(range.firstPfn());
    kernel.journal().record(EventKind.DEVICE_REMOVED, 0, range.pages(), first, 0);
  }

  @Override
  public void accessed(
      Devices.Range range, Cpu cpu, long address, long physicalAddress, int bytes, Access access) {
    PteUse use = kernel.systemPtes().at(Pages.of(address));
    long first = use == null ? address : Pages.address(use.firstPage());
    long pages = use == null ? 1 : use.pages();
    int maker = use == null ? 0 : use.maker();
    kernel.journal().record(EventKind.ACCESSED_REMOVED, first, pages, physicalAddress, maker);
  }
}
