package dev.mapwright.windows.physical;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Pages;
import dev.mapwright.windows.answer.KeFlushIoBuffers;
import dev.mapwright.windows.answer.MmGetPhysicalAddress;
import dev.mapwright.windows.answer.MmIsAddressValid;
import dev.mapwright.windows.answer.Routine;
import dev.mapwright.windows.context.NtContext;

/**
 * The routines that tell what a virtual address leads to, copy memory that may not be there, and
 * flush caches.
 *
 * <p>Addresses are {@code long}, 0 is NULL. The documented answers of each routine are the
 * constants of the enum of its name in {@link dev.mapwright.windows.answer}; after 0 or FALSE,
 * {@link NtContext#lastRefusal} says why.
 */
public final class PhysicalCalls {
  private PhysicalCalls() {}

  /**
   * MmGetPhysicalAddress. What it tells is no address for a device: those are logical ones.
   *
   * <p>Where the documentation is silent: 0 for an address at which no page could be accessed
   * without a page fault.
   *
   * @param c who calls, at any IRQL
   * @param baseAddress a virtual address of system space or of the current process
   * @return its physical address; 0 as {@link MmGetPhysicalAddress} says (ntddk.h,
   *     nf-ntddk-mmgetphysicaladdress, Return value)
   */
  public static long mmGetPhysicalAddress(NtContext c, long baseAddress) {
    if (!c.enter(Routine.MM_GET_PHYSICAL_ADDRESS)) {
      return 0;
    }
    long pfn = ResidentPage.pfn(c, baseAddress);
    if (pfn < 0) {
      c.refuse(MmGetPhysicalAddress.NOT_VALID, baseAddress, 0);
      return 0;
    }
    c.done(MmGetPhysicalAddress.DONE);
    return Pages.address(pfn) + Pages.offset(baseAddress);
  }

  /**
   * MmIsAddressValid: whether an address can be read without a page fault now. That says nothing
   * about a moment later, so it is no way to make an access safe.
   *
   * @param c who calls, at most at DISPATCH_LEVEL
   * @param virtualAddress any address
   * @return whether it can; false as {@link MmIsAddressValid} says (ntddk.h,
   *     nf-ntddk-mmisaddressvalid, Return value)
   */
  public static boolean mmIsAddressValid(NtContext c, long virtualAddress) {
    if (!c.enter(Routine.MM_IS_ADDRESS_VALID)) {
      return false;
    }
    if (!ResidentPage.readable(c, virtualAddress)) {
      c.refuse(MmIsAddressValid.NOT_VALID, virtualAddress, 0);
      return false;
    }
    c.done(MmIsAddressValid.DONE);
    return true;
  }

  /**
   * MmCopyMemory: copies memory that may not be there. A source that can't be read, or lies outside
   * RAM, ends the copy with a status; pages that are out are brought in. The target is the caller's
   * own, in nonpaged memory: a bad one is a wrong access.
   *
   * <p>Where the documentation is silent: after STATUS_INVALID_PARAMETER_4 and _5 nothing is
   * written, after STATUS_INVALID_ADDRESS the count of bytes is.
   *
   * @param c who calls, at most at APC_LEVEL
   * @param targetAddress where the bytes go
   * @param sourceAddress MM_COPY_ADDRESS by value: a virtual or a physical address
   * @param numberOfBytes how many, unsigned; 0 copies nothing
   * @param flags MM_COPY_MEMORY_PHYSICAL or MM_COPY_MEMORY_VIRTUAL, see {@link
   *     dev.mapwright.windows.abi.MmCopyFlags}
   * @param numberOfBytesTransferred where the count of bytes is written that were copied
   * @return STATUS_SUCCESS, or a status as {@link dev.mapwright.windows.answer.MmCopyMemory} says;
   *     STATUS_UNSUCCESSFUL for misuse that is recorded (ntddk.h, nf-ntddk-mmcopymemory, Return
   *     value)
   */
  public static int mmCopyMemory(
      NtContext c,
      long targetAddress,
      long sourceAddress,
      long numberOfBytes,
      int flags,
      long numberOfBytesTransferred) {
    return c.enter(Routine.MM_COPY_MEMORY)
        ? CopyMemory.run(
            c, targetAddress, sourceAddress, numberOfBytes, flags, numberOfBytesTransferred)
        : c.failureStatus();
  }

  /**
   * KeFlushIoBuffers: has nothing to do, since the machine is coherent. It looks at this MDL, and
   * not at the others of its chain.
   *
   * @param c who calls, at most at DISPATCH_LEVEL
   * @param mdl the MDL
   * @param readOperation whether the device writes the memory
   * @param dmaOperation whether by DMA (wdm.h, nf-wdm-keflushiobuffers, Parameters and Remarks);
   *     misuse as {@link KeFlushIoBuffers} says
   */
  @SuppressWarnings("UnusedVariable") // what for: there is nothing to flush
  public static void keFlushIoBuffers(
      NtContext c, long mdl, boolean readOperation, boolean dmaOperation) {
    if (!c.enter(Routine.KE_FLUSH_IO_BUFFERS)) {
      return;
    }
    try {
      c.mdl().read(c.cpu(), mdl);
    } catch (MemoryFault fault) {
      c.misuse(fault.fault());
      return;
    }
    c.done(KeFlushIoBuffers.DONE);
  }
}
