package dev.mapwright.windows.irp;

import dev.mapwright.windows.answer.Routine;
import dev.mapwright.windows.context.NtContext;

/**
 * The routines that allocate and free IRPs, as far as MDLs need them: an IRP keeps a chain of MDLs
 * at {@link dev.mapwright.windows.abi.IrpLayout#MDL_ADDRESS}. Nothing here sends one anywhere.
 */
public final class IrpCalls {
  private IrpCalls() {}

  /**
   * IoAllocateIrp: allocates an IRP in nonpaged pool, zeroed but for its type, size and stack
   * fields.
   *
   * <p>Where the documentation is silent: 0 stack locations are allowed, more than 126 are not,
   * since CurrentLocation is a signed byte and one more.
   *
   * @param c who calls, at most at DISPATCH_LEVEL
   * @param stackSize how many stack locations, a CCHAR
   * @param chargeQuota whether the current process pays for it: ignored
   * @return its address; 0 as {@link dev.mapwright.windows.answer.IoAllocateIrp} says (wdm.h,
   *     nf-wdm-ioallocateirp, Return value)
   */
  public static long ioAllocateIrp(NtContext c, int stackSize, boolean chargeQuota) {
    return c.enter(Routine.IO_ALLOCATE_IRP) ? AllocateIrp.run(c, (byte) stackSize) : 0;
  }

  /**
   * IoFreeIrp: frees an IRP. MDLs that hang on it stay as they are.
   *
   * @param c who calls, at most at DISPATCH_LEVEL
   * @param irp what IoAllocateIrp has returned (wdm.h, nf-wdm-iofreeirp, Parameters and Remarks);
   *     misuse as {@link dev.mapwright.windows.answer.IoFreeIrp} says
   */
  public static void ioFreeIrp(NtContext c, long irp) {
    if (c.enter(Routine.IO_FREE_IRP)) {
      FreeIrp.run(c, irp);
    }
  }
}
