package dev.mapwright.windows;

import dev.mapwright.windows.abi.MappingAddressFlags;
import dev.mapwright.windows.abi.PoolFlags;
import dev.mapwright.windows.context.Kernel;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.iospace.IoSpaceCalls;
import dev.mapwright.windows.mdl.MdlCalls;
import dev.mapwright.windows.mdl.MdlPagesCalls;
import dev.mapwright.windows.pool.PoolCalls;
import dev.mapwright.windows.reserved.ReservedCalls;

/**
 * A driver written in Java: what the routines make are objects that are closed.
 *
 * <pre>{@code
 * WindowsDriver driver = WindowsDriver.load(kernel, "example");
 * try (PoolBlock buffer = driver.allocatePool(8192, PoolTag.of("Exam"));
 *     Mdl mdl = driver.allocateMdl(buffer.address(), buffer.bytes());
 *     MappingReservation range = driver.reserve(8192, PoolTag.of("Exam"))) {
 *   mdl.lock(true);
 *   long address = range.map(mdl, MemoryCachingType.MM_CACHED);
 *   driver.context().store(address, 8, 42);
 *   range.unmap(mdl);
 * }
 * }</pre>
 *
 * <p>Methods throw {@link WindowsException} where a routine returns NULL or a status, {@link
 * dev.mapwright.windows.bugcheck.BugCheck} for misuse, and {@link
 * dev.mapwright.windows.bugcheck.NtStatusException} where a routine raises. Used by one thread at a
 * time, as its context is.
 */
public final class WindowsDriver {
  private final NtContext context;

  /**
   * Makes the Java face of a context.
   *
   * @param context who calls
   */
  public WindowsDriver(NtContext context) {
    this.context = context;
  }

  /**
   * Loads a driver, with a processor of its own.
   *
   * @param kernel the system
   * @param name the driver's name, for reports
   * @return the driver
   * @throws dev.mapwright.core.RefusedException when there is no pool for its objects
   */
  public static WindowsDriver load(Kernel kernel, String name) {
    return new WindowsDriver(kernel.newContext(kernel.loadDriver(name)));
  }

  /** {@return who calls: memory is accessed, and all other routines are called with it} */
  public NtContext context() {
    return context;
  }

  /**
   * Allocates zeroed nonpaged pool (ExAllocatePool2).
   *
   * @param bytes how many, at least 1
   * @param tag whose it is, not 0
   * @return the block
   */
  public PoolBlock allocatePool(long bytes, int tag) {
    long address = PoolCalls.exAllocatePool2(context, PoolFlags.POOL_FLAG_NON_PAGED, bytes, tag);
    return new PoolBlock(context, WindowsException.check(context, address), bytes, tag);
  }

  /**
   * Allocates an MDL for a buffer (IoAllocateMdl).
   *
   * @param address the buffer's first byte
   * @param bytes its length, at most 4 GiB less a page
   * @return the MDL, whose pages are not locked
   */
  public Mdl allocateMdl(long address, long bytes) {
    if (bytes >>> 32 != 0) {
      throw new IllegalArgumentException("an MDL of " + bytes + " bytes");
    }
    long mdl = MdlCalls.ioAllocateMdl(context, address, (int) bytes, false, false, 0);
    return new Mdl(context, WindowsException.check(context, mdl), false);
  }

  /**
   * Allocates physical pages with an MDL (MmAllocatePagesForMdlEx) anywhere, as many as there are.
   *
   * @param bytes how many are wanted; {@link Mdl#byteCount} says how many came
   * @param cacheType how they are accessed, see {@link dev.mapwright.windows.abi.MemoryCachingType}
   * @return the MDL, whose pages are locked
   */
  public Mdl allocatePages(long bytes, int cacheType) {
    long mdl =
        MdlPagesCalls.mmAllocatePagesForMdlEx(context, 0, Long.MAX_VALUE, 0, bytes, cacheType, 0);
    return new Mdl(context, WindowsException.check(context, mdl), true);
  }

  /**
   * Reserves system addresses (MmAllocateMappingAddress).
   *
   * @param bytes how many, at least 1
   * @param tag whose they are, not 0
   * @return the reservation, in which one MDL is mapped at a time
   */
  public MappingReservation reserve(long bytes, int tag) {
    long base = ReservedCalls.mmAllocateMappingAddress(context, bytes, tag);
    return new MappingReservation(context, WindowsException.check(context, base), tag);
  }

  /**
   * Reserves system addresses whose parts are mapped independently of each other
   * (MmAllocateMappingAddressEx).
   *
   * @param bytes how many, at least 1
   * @param tag whose they are, not 0
   * @return the reservation
   */
  public MappingReservation reserveDivisible(long bytes, int tag) {
    int flags = MappingAddressFlags.MM_MAPPING_ADDRESS_DIVISIBLE;
    long base = ReservedCalls.mmAllocateMappingAddressEx(context, bytes, tag, flags);
    return new MappingReservation(context, WindowsException.check(context, base), tag);
  }

  /**
   * Maps physical addresses (MmMapIoSpaceEx).
   *
   * @param physicalAddress the first byte
   * @param bytes how many, at least 1
   * @param protect see {@link dev.mapwright.windows.abi.PageProtection}
   * @return the mapping
   */
  public IoMapping mapIoSpace(long physicalAddress, long bytes, int protect) {
    long base = IoSpaceCalls.mmMapIoSpaceEx(context, physicalAddress, bytes, protect);
    return new IoMapping(context, WindowsException.check(context, base), bytes);
  }
}
