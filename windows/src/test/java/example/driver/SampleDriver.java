package example.driver;

import dev.mapwright.windows.abi.MemoryCachingType;
import dev.mapwright.windows.abi.PagePriority;
import dev.mapwright.windows.abi.PageProtection;
import dev.mapwright.windows.abi.PoolFlags;
import dev.mapwright.windows.abi.PoolTag;
import dev.mapwright.windows.bugcheck.NtStatusException;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.contiguous.ContiguousCalls;
import dev.mapwright.windows.iospace.IoSpaceCalls;
import dev.mapwright.windows.irp.IrpCalls;
import dev.mapwright.windows.mdl.MdlCalls;
import dev.mapwright.windows.mdl.MdlMappingCalls;
import dev.mapwright.windows.mdl.MdlPagesCalls;
import dev.mapwright.windows.pool.PoolCalls;
import dev.mapwright.windows.reserved.ReservedCalls;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A driver that uses every routine that allocates, and copes with each failure: it takes back what
 * it has done until then.
 */
public final class SampleDriver {
  /** How many calls allocate that differ in the lines which lead to them. */
  public static final int ALLOCATING_STACKS = 32;

  private static final long PAGE = 4096;
  private static final int TAG = PoolTag.of("Samp");
  private static final int CACHED = MemoryCachingType.MM_CACHED;
  private static final int PRIORITY =
      PagePriority.HIGH_PAGE_PRIORITY | PagePriority.MDL_MAPPING_NO_EXECUTE;

  private final NtContext c;
  private final long device;
  private final long callback;

  /** What takes back what was done, the last first. */
  private final Deque<Runnable> undo = new ArrayDeque<>();

  /** Thrown when a call returns nothing. */
  private static final class Failed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /**
   * A driver.
   *
   * @param c its context, in a process
   * @param device the physical address of two pages of registers
   * @param callback the address of a routine that can be called with a mapping
   */
  public SampleDriver(NtContext c, long device, long callback) {
    this.c = c;
    this.device = device;
    this.callback = callback;
  }

  private static long some(long result) {
    if (result == 0) {
      throw new Failed();
    }
    return result;
  }

  private static void success(int status) {
    if (status != 0) {
      throw new Failed();
    }
  }

  /**
   * {@return whether everything worked; nothing is left in any case}
   *
   * @param user two pages of the process
   */
  public boolean run(long user) {
    try {
      pools();
      locks(user);
      pages();
      reservations();
      deviceMemory();
      contiguous();
      return true;
    } catch (Failed | NtStatusException shortage) {
      return false;
    } finally {
      while (!undo.isEmpty()) {
        undo.pop().run();
      }
    }
  }

  private void pools() {
    long flags = PoolFlags.POOL_FLAG_NON_PAGED;
    long raising = PoolFlags.POOL_FLAG_PAGED | PoolFlags.POOL_FLAG_RAISE_ON_FAILURE;
    long one = some(PoolCalls.exAllocatePool2(c, flags, PAGE, TAG));
    undo.push(() -> PoolCalls.exFreePool(c, one));
    long other = some(PoolCalls.exAllocatePool2(c, flags, PAGE, TAG));
    undo.push(() -> PoolCalls.exFreePool(c, other));
    long paged = PoolCalls.exAllocatePool2(c, raising, PAGE, TAG);
    undo.push(() -> PoolCalls.exFreePool(c, paged));
    long tagged = some(PoolCalls.exAllocatePoolWithTag(c, PoolFlags.NON_PAGED_POOL_NX, 99, TAG));
    undo.push(() -> PoolCalls.exFreePoolWithTag(c, tagged, TAG));
    long irp = some(IrpCalls.ioAllocateIrp(c, 2, false));
    undo.push(() -> IrpCalls.ioFreeIrp(c, irp));
  }

  private long allocatedMdl(long address) {
    long mdl = some(MdlCalls.ioAllocateMdl(c, address, 2 * (int) PAGE, false, false, 0));
    undo.push(() -> MdlCalls.ioFreeMdl(c, mdl));
    return mdl;
  }

  private void locks(long user) {
    long mdl = allocatedMdl(user);
    MdlCalls.mmProbeAndLockPages(c, mdl, 1, 1);
    undo.push(() -> MdlCalls.mmUnlockPages(c, mdl));
    some(MdlMappingCalls.mmGetSystemAddressForMdlSafe(c, mdl, PRIORITY));
    long second = allocatedMdl(user);
    long process = c.load(mdl + 0x10, 8);
    MdlCalls.mmProbeAndLockProcessPages(c, second, process, 1, 0);
    undo.push(() -> MdlCalls.mmUnlockPages(c, second));
    long third = allocatedMdl(0);
    long segments = some(PoolCalls.exAllocatePoolWithTag(c, PoolFlags.NON_PAGED_POOL_NX, 16, TAG));
    undo.push(() -> PoolCalls.exFreePoolWithTag(c, segments, TAG));
    c.store(segments, 8, user + PAGE);
    c.store(segments + 8, 8, user);
    MdlCalls.mmProbeAndLockSelectedPages(c, third, segments, 1, 0);
    undo.push(() -> MdlCalls.mmUnlockPages(c, third));
  }

  private void freeLater(long pagesMdl) {
    undo.push(() -> {
      MdlPagesCalls.mmFreePagesFromMdl(c, pagesMdl);
      PoolCalls.exFreePool(c, pagesMdl);
    });
  }

  private void pages() {
    long mdl = some(MdlPagesCalls.mmAllocatePagesForMdl(c, 0, -1, 0, 2 * PAGE));
    freeLater(mdl);
    some(MdlMappingCalls.mmMapLockedPagesSpecifyCache(c, mdl, 0, CACHED, 0, 0, PRIORITY));
    long there = MdlMappingCalls.mmMapLockedPagesSpecifyCache(c, mdl, 1, CACHED, 0, 0, PRIORITY);
    undo.push(() -> MdlMappingCalls.mmUnmapLockedPages(c, there, mdl));
    long ex = some(MdlPagesCalls.mmAllocatePagesForMdlEx(c, 0, -1, 0, PAGE, CACHED, 0));
    freeLater(ex);
    success(MdlMappingCalls.mmMapMdl(c, ex, PageProtection.PAGE_READWRITE, callback, 0));
    freeLater(some(MdlPagesCalls.mmAllocateNodePagesForMdlEx(c, 0, -1, 0, PAGE, CACHED, 0, 0)));
  }

  private void reservations() {
    long base = some(ReservedCalls.mmAllocateMappingAddress(c, 2 * PAGE, TAG));
    undo.push(() -> ReservedCalls.mmFreeMappingAddress(c, base, TAG));
    long divisible = some(ReservedCalls.mmAllocateMappingAddressEx(c, 2 * PAGE, TAG, 1));
    undo.push(() -> ReservedCalls.mmFreeMappingAddress(c, divisible, TAG));
  }

  private void deviceMemory() {
    long mapped = some(IoSpaceCalls.mmMapIoSpace(c, device, PAGE, MemoryCachingType.MM_NON_CACHED));
    undo.push(() -> IoSpaceCalls.mmUnmapIoSpace(c, mapped, PAGE));
    int protect = PageProtection.PAGE_READWRITE | PageProtection.PAGE_NOCACHE;
    long ex = some(IoSpaceCalls.mmMapIoSpaceEx(c, device, PAGE, protect));
    undo.push(() -> IoSpaceCalls.mmUnmapIoSpace(c, ex, PAGE));
    long list = some(PoolCalls.exAllocatePool2(c, PoolFlags.POOL_FLAG_NON_PAGED, 24, TAG));
    undo.push(() -> PoolCalls.exFreePool(c, list));
    c.store(list, 8, device);
    c.store(list + 8, 8, PAGE);
    success(IoSpaceCalls.mmAllocateMdlForIoSpace(c, list, 1, list + 16));
    long mdl = c.load(list + 16, 8);
    undo.push(() -> MdlCalls.ioFreeMdl(c, mdl));
  }

  private void freeContiguousLater(long block) {
    undo.push(() -> ContiguousCalls.mmFreeContiguousMemory(c, block));
  }

  private void contiguous() {
    int rw = PageProtection.PAGE_READWRITE;
    freeContiguousLater(some(ContiguousCalls.mmAllocateContiguousMemory(c, PAGE, -1)));
    freeContiguousLater(
        some(ContiguousCalls.mmAllocateContiguousMemorySpecifyCache(c, PAGE, 0, -1, 0, CACHED)));
    freeContiguousLater(
        some(
            ContiguousCalls.mmAllocateContiguousMemorySpecifyCacheNode(
                c, PAGE, 0, -1, 0, CACHED, 0)));
    freeContiguousLater(
        some(ContiguousCalls.mmAllocateContiguousNodeMemory(c, PAGE, 0, -1, 0, rw, 0)));
    long results = some(PoolCalls.exAllocatePool2(c, PoolFlags.POOL_FLAG_NON_PAGED, 16, TAG));
    undo.push(() -> PoolCalls.exFreePool(c, results));
    c.store(results, 8, PAGE);
    success(
        ContiguousCalls.mmAllocateContiguousMemoryEx(
            c, results, 0, -1, 0, 0, rw, 0, TAG, 0, results + 8));
    freeContiguousLater(c.load(results + 8, 8));
    long nonCached = some(ContiguousCalls.mmAllocateNonCachedMemory(c, PAGE));
    undo.push(() -> ContiguousCalls.mmFreeNonCachedMemory(c, nonCached, PAGE));
  }
}
