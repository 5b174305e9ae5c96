package dev.mapwright.windows.mdl;

import dev.mapwright.core.Access;
import dev.mapwright.core.Fault;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.memory.mdl.MdlFields;

/** What stands in front of the PFNs of an MDL. */
final class Headers {
  private Headers() {}

  /**
   * Writes what MmInitializeMdl writes: all but Process and MappedSystemVa, which keep what was
   * there.
   */
  static void write(Cpu cpu, long mdl, int flags, long va, long bytes) {
    long size = MdlLayout.bytes(MdlLayout.spanPages(va, bytes));
    cpu.store(mdl + MdlLayout.NEXT, 8, 0);
    cpu.store(mdl + MdlLayout.SIZE, 4, size & 0xFFFF | (long) flags << 16);
    MdlFields.writeBuffer(cpu, mdl, va, bytes);
  }

  /** Makes sure that memory can be written, so that a structure is written whole or not at all. */
  static void requireWritable(Cpu cpu, long address, long bytes) {
    Fault fault = cpu.probe(address, bytes, Access.WRITE);
    if (fault != null) {
      throw new MemoryFault(fault);
    }
  }
}
