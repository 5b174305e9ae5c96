package dev.mapwright.windows;

import dev.mapwright.windows.abi.MdlFlags;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.abi.PagePriority;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.mdl.MdlCalls;
import dev.mapwright.windows.mdl.MdlMappingCalls;
import dev.mapwright.windows.mdl.MdlPagesCalls;
import dev.mapwright.windows.pool.PoolCalls;

/**
 * An MDL that the driver has allocated. Its fields stand in memory; what is said here is read from
 * there. Used by the driver's thread.
 */
public final class Mdl implements AutoCloseable {
  private static final int KERNEL_MODE = 0;
  private static final int IO_READ_ACCESS = 0;
  private static final int IO_WRITE_ACCESS = 1;

  private final NtContext context;
  private final long address;

  /** Whether its pages were allocated with it. */
  private final boolean ownsPages;

  Mdl(NtContext context, long address, boolean ownsPages) {
    this.context = context;
    this.address = address;
    this.ownsPages = ownsPages;
  }

  /** {@return the address of the MDL, which is what routines take} */
  public long address() {
    return address;
  }

  /** {@return how many bytes it describes} */
  public long byteCount() {
    return context.load(address + MdlLayout.BYTE_COUNT, 4);
  }

  /** {@return its flags, see {@link MdlFlags}} */
  public int flags() {
    return (int) context.load(address + MdlLayout.MDL_FLAGS, 2);
  }

  /** {@return how many pages it describes} */
  public int pages() {
    long offset = context.load(address + MdlLayout.BYTE_OFFSET, 4);
    return (int) MdlLayout.spanPages(offset, byteCount());
  }

  /**
   * {@return the PFN of a page}
   *
   * @param index which page, from 0 on
   */
  public long pfn(int index) {
    return context.load(address + MdlLayout.PFNS + (long) index * MdlLayout.PFN_BYTES, 8);
  }

  /**
   * Probes and locks the pages of the buffer (MmProbeAndLockPages), as kernel mode.
   *
   * @param write whether they are to be written
   * @throws dev.mapwright.windows.bugcheck.NtStatusException STATUS_ACCESS_VIOLATION and others
   */
  public void lock(boolean write) {
    int operation = write ? IO_WRITE_ACCESS : IO_READ_ACCESS;
    MdlCalls.mmProbeAndLockPages(context, address, KERNEL_MODE, operation);
    WindowsException.check(context);
  }

  /**
   * Unlocks the pages (MmUnlockPages), and unmaps them from system space.
   *
   * @throws WindowsException when misuse is recorded only
   */
  public void unlock() {
    MdlCalls.mmUnlockPages(context, address);
    WindowsException.check(context);
  }

  /**
   * Maps the pages to system space, not executable, unless they are already
   * (MmGetSystemAddressForMdlSafe with normal priority).
   *
   * @return the address of the first byte
   * @throws WindowsException when there are no system PTEs
   */
  public long systemAddress() {
    int priority = PagePriority.NORMAL_PAGE_PRIORITY | PagePriority.MDL_MAPPING_NO_EXECUTE;
    long va = MdlMappingCalls.mmGetSystemAddressForMdlSafe(context, address, priority);
    return WindowsException.check(context, va);
  }

  /**
   * Frees the MDL, with its pages if they were allocated with it; else they are unlocked if they
   * are locked.
   *
   * @throws WindowsException when misuse is recorded only
   */
  @Override
  public void close() {
    if (ownsPages) {
      MdlPagesCalls.mmFreePagesFromMdl(context, address);
      WindowsException.check(context);
      PoolCalls.exFreePool(context, address);
    } else {
      if ((flags() & MdlFlags.MDL_PAGES_LOCKED) != 0) {
        unlock();
      }
      MdlCalls.ioFreeMdl(context, address);
    }
    WindowsException.check(context);
  }
}
