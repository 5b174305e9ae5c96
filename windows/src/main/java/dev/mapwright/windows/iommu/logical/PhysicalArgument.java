package dev.mapwright.windows.iommu.logical;

import static dev.mapwright.windows.abi.MdlFlags.MDL_IO_SPACE;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PAGES_LOCKED;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARTIAL;
import static dev.mapwright.windows.abi.MdlFlags.MDL_SOURCE_IS_NONPAGED_POOL;

import dev.mapwright.core.Fault;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.abi.iommu.MapPhysicalAddressLayout;
import dev.mapwright.windows.abi.iommu.MapPhysicalAddressType;
import dev.mapwright.windows.context.DmaChecks;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.mdl.FrameList;
import dev.mapwright.windows.memory.mdl.MdlFields;

/**
 * Decodes IOMMU_MAP_PHYSICAL_ADDRESS, or an MDL in its place, once: each field and each PFN is read
 * one time, whoever writes there meanwhile. Afterwards the pages are in {@link
 * NtContext#physicalPages}. Only one MDL counts, not the chain that it begins.
 *
 * <p>Acquires nothing where the list of the context has room for the pages.
 */
final class PhysicalArgument {
  /** What came of it. */
  enum Result {
    /** The pages are known. */
    FINE,
    /** They are none that could be mapped. */
    BAD,
    /** DMA verification has found something wrong, and that is answered already. */
    MISUSED,
    /** There is no memory for a list of them. */
    NO_MEMORY
  }

  /** An MDL without any of these describes pages that may go at any moment. */
  private static final int LOCKED =
      MDL_PAGES_LOCKED | MDL_SOURCE_IS_NONPAGED_POOL | MDL_PARTIAL | MDL_IO_SPACE;

  /** So many PFNs are listed without looking first whether there is memory where they stand. */
  private static final long MANY = 1 << 20;

  /** More are never listed. */
  private static final long MOST = 1 << 28;

  private static final int FEW = 8;
  private static final long PFNS_A_PAGE = Pages.BYTES / Long.BYTES;

  private PhysicalArgument() {}

  /**
   * Reads a description.
   *
   * @param c who calls
   * @param argument its address, any number
   * @param most how many pages there may be
   * @return whether they are known now
   * @throws MemoryFault when it can't be read
   */
  static Result read(NtContext c, long argument, long most) {
    if (argument == 0) {
      return Result.BAD;
    }
    Cpu cpu = c.cpu();
    int type = (int) cpu.load(argument + MapPhysicalAddressLayout.MAP_TYPE, 4);
    if (Integer.compareUnsigned(type, MapPhysicalAddressType.MAX) >= 0) {
      return Result.BAD;
    }
    long first = cpu.load(argument + MapPhysicalAddressLayout.FIRST, 8);
    if (type == MapPhysicalAddressType.MDL) {
      return readMdl(c, first, most);
    }
    long second = cpu.load(argument + MapPhysicalAddressLayout.SECOND, 8);
    return type == MapPhysicalAddressType.CONTIGUOUS_RANGE
        ? range(c, first, second, most)
        : array(c, first, second, most);
  }

  /** Reads what an MDL describes, as {@link #read}. */
  static Result readMdl(NtContext c, long address, long most) {
    if (address == 0) {
      return Result.BAD;
    }
    MdlFields mdl = c.mdl();
    mdl.readLength(c.cpu(), address);
    long bytes = mdl.byteCount();
    if (DmaChecks.nothing(c, bytes) || DmaChecks.unlocked(c, address, mdl.any(LOCKED))) {
      return Result.MISUSED;
    }
    if (mdl.byteOffset() != 0
        || bytes == 0
        || Pages.offset(bytes) != 0
        || Pages.of(bytes) > most
        || !mdl.any(LOCKED)) {
      return Result.BAD;
    }
    return list(c, address + MdlLayout.PFNS, Pages.of(bytes));
  }

  private static Result range(NtContext c, long base, long bytes, long most) {
    if (DmaChecks.nothing(c, bytes)) {
      return Result.MISUSED;
    }
    long pages = Pages.of(bytes);
    long pfn = Pages.of(base);
    if (Pages.offset(base | bytes) != 0
        || pages == 0
        || pages > most
        || pfn > Frames.LAST_PFN
        || pages - 1 > Frames.LAST_PFN - pfn) {
      return Result.BAD;
    }
    c.physicalPages().range(pfn, pages);
    return Result.FINE;
  }

  private static Result array(NtContext c, long array, long pages, long most) {
    if (array != 0 && DmaChecks.nothing(c, pages)) {
      return Result.MISUSED;
    }
    // A number of pages whose bytes are no longer a number is none.
    if (array == 0 || pages <= 0 || pages > Pages.LAST_PAGE || pages > most) {
      return Result.BAD;
    }
    if (pages > MANY) {
      for (long i = 0; i < pages; i += PFNS_A_PAGE) {
        c.cpu().load(array + i * Long.BYTES, 1);
      }
    }
    return pages > MOST ? Result.NO_MEMORY : list(c, array, pages);
  }

  private static Result list(NtContext c, long at, long pages) {
    FrameList list = c.frames();
    int count = (int) pages;
    if (!list.begin(count)) {
      return Result.NO_MEMORY;
    }
    if (count <= FEW) {
      for (int i = 0; i < count; i++) {
        list.words()[i] = c.cpu().load(at + (long) i * Long.BYTES, Long.BYTES);
      }
    } else {
      Fault fault = c.cpu().read(at, list.segment(), 0, pages * Long.BYTES);
      if (fault != null) {
        throw new MemoryFault(fault);
      }
    }
    for (int i = 0; i < count; i++) {
      if (!list.possible(i)) {
        return Result.BAD;
      }
    }
    c.physicalPages().list();
    return Result.FINE;
  }
}
