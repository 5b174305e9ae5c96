package dev.mapwright.windows.iommu;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.windows.answer.Routine;
import dev.mapwright.windows.context.NtContext;

/**
 * Gets the tables of the DMA remapping interface: addresses of its routines, see {@link
 * dev.mapwright.windows.context.FunctionTable#routineAt}.
 *
 * <p>Handles and pointers are {@code long}, 0 is NULL; a BOOLEAN is a {@code boolean}. The
 * documented answers of each routine, in the order of its checks, are the constants of the enum of
 * its name in {@link dev.mapwright.windows.answer}. An argument that leads to memory which can't be
 * accessed is the bug check that this is. Thread-safe; each context is used by one thread at a
 * time.
 */
public final class InterfaceCalls {
  private InterfaceCalls() {}

  /**
   * IoGetIommuInterface: the deprecated table of the first version.
   *
   * @param c who calls, at PASSIVE_LEVEL
   * @param version 1
   * @param out where DMA_IOMMU_INTERFACE is put
   * @return STATUS_SUCCESS, or a status as {@link dev.mapwright.windows.answer.IoGetIommuInterface}
   *     says (wdm.h, nf-wdm-iogetiommuinterface, Return value)
   */
  public static int ioGetIommuInterface(NtContext c, int version, long out) {
    if (!c.enterDma(Routine.IO_GET_IOMMU_INTERFACE)) {
      return c.failureStatus();
    }
    try {
      return GetInterface.run(c, version, out);
    } catch (MemoryFault fault) {
      return c.misusedPointer(fault);
    }
  }

  /**
   * IoGetIommuInterfaceEx: the table of a version.
   *
   * @param c who calls, at PASSIVE_LEVEL
   * @param version 1, 2 or 3
   * @param flags 0
   * @param out where DMA_IOMMU_INTERFACE_EX is put
   * @return STATUS_SUCCESS, or a status as {@link
   *     dev.mapwright.windows.answer.IoGetIommuInterfaceEx} says (wdm.h,
   *     nf-wdm-iogetiommuinterfaceex, Return value)
   */
  public static int ioGetIommuInterfaceEx(NtContext c, int version, long flags, long out) {
    if (!c.enterDma(Routine.IO_GET_IOMMU_INTERFACE_EX)) {
      return c.failureStatus();
    }
    try {
      return GetInterface.runEx(c, version, flags, out);
    } catch (MemoryFault fault) {
      return c.misusedPointer(fault);
    }
  }
}
