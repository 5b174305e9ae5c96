package dev.mapwright.windows.mdl;

import static dev.mapwright.windows.abi.MdlFlags.MDL_ALLOCATED_FIXED_SIZE;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.windows.abi.IrpLayout;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.answer.IoAllocateMdl;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.pool.MdlMemory;

/** IoAllocateMdl. */
final class AllocateMdl {
  /** MDLs of so many pages come from a list of MDLs of one size. */
  private static final int FIXED_SIZE_PAGES = 23;

  private AllocateMdl() {}

  static long run(NtContext c, long va, int length, boolean secondary, long irp) {
    // Can an MDL describe so much, and does a secondary buffer have an IRP?
    long bytes = length & 0xFFFF_FFFFL;
    if (bytes > MdlLayout.MOST_BYTES) {
      c.refuse(IoAllocateMdl.TOO_LONG, bytes, MdlLayout.MOST_BYTES);
      return 0;
    }
    if (secondary && irp == 0) {
      c.misuse(IoAllocateMdl.SECONDARY_WITHOUT_IRP, va, bytes, 0);
      return 0;
    }
    // Can every processor work on so many pages without further memory?
    long pages = MdlLayout.spanPages(va, bytes);
    if (!c.kernel().provideRoom((int) pages)) {
      c.refuse(IoAllocateMdl.NO_MEMORY, MdlLayout.bytes(pages), 0);
      return 0;
    }
    // Where does the IRP want it?
    long link = 0;
    try {
      if (irp != 0) {
        link = secondary ? endOfChain(c.cpu(), irp) : irp + IrpLayout.MDL_ADDRESS;
        if (link == 0) {
          long first = c.cpu().load(irp + IrpLayout.MDL_ADDRESS, 8);
          c.misuse(IoAllocateMdl.ENDLESS_CHAIN, irp, first, 0);
          return 0;
        }
      }
      return allocate(c, va, bytes, link);
    } catch (MemoryFault fault) {
      c.misuse(fault.fault());
      return 0;
    }
  }

  /** Makes it and tells the IRP; the memory is given back when that is not possible. */
  private static long allocate(NtContext c, long va, long bytes, long link) {
    long pages = MdlLayout.spanPages(va, bytes);
    long mdl = MdlMemory.allocate(c.kernel().pools(), pages, MdlMemory.TAG, c.maker());
    if (mdl == 0) {
      c.refuse(IoAllocateMdl.NO_MEMORY, MdlLayout.bytes(pages), 0);
      return 0;
    }
    boolean done = false;
    try {
      int flags = pages <= FIXED_SIZE_PAGES ? MDL_ALLOCATED_FIXED_SIZE : 0;
      Headers.write(c.cpu(), mdl, flags, va, bytes);
      if (link != 0) {
        c.cpu().store(link, 8, mdl);
      }
      done = true;
    } finally {
      if (!done) {
        MdlMemory.free(c.kernel().pools(), c.kernel().pageLocks(), mdl, MdlMemory.TAG);
      }
    }
    c.done(IoAllocateMdl.DONE);
    return mdl;
  }

  /**
   * Where the address of the next MDL is to be written; 0 for a chain without an end. A mark stays
   * behind at each power of two of steps: who comes to it again goes round.
   */
  private static long endOfChain(Cpu cpu, long irp) {
    long link = irp + IrpLayout.MDL_ADDRESS;
    long mark = 0;
    long steps = 0;
    long next = cpu.load(link, 8);
    while (next != 0) {
      if (next == mark) {
        return 0;
      }
      if (Long.bitCount(++steps) == 1) {
        mark = next;
      }
      link = next + MdlLayout.NEXT;
      next = cpu.load(link, 8);
    }
    return link;
  }
}
