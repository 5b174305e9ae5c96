package dev.mapwright.proof.edges;

import dev.mapwright.core.machine.Cpu;
import dev.mapwright.proof.edges.EdgeNames.Physical;
import dev.mapwright.windows.abi.MdlFlags;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.abi.iommu.MapPhysicalAddressLayout;
import dev.mapwright.windows.abi.iommu.MapPhysicalAddressType;

/** How a driver describes pages: the forms of IOMMU_MAP_PHYSICAL_ADDRESS. */
enum PhysicalForm {
  /** An MDL of locked pages. */
  MDL(MapPhysicalAddressType.MDL) {
    @Override
    void fill(Cpu cpu, long at, Physical memory) {
      long mdl = at + LIST;
      cpu.store(mdl + MdlLayout.NEXT, 8, 0);
      cpu.store(mdl + MdlLayout.SIZE, 2, MdlLayout.bytes(memory.bytes() / PAGE));
      cpu.store(mdl + MdlLayout.MDL_FLAGS, 2, MdlFlags.MDL_PAGES_LOCKED);
      cpu.store(mdl + MdlLayout.START_VA, 8, 0);
      cpu.store(mdl + MdlLayout.BYTE_OFFSET, 4, 0);
      cpu.store(mdl + MdlLayout.BYTE_COUNT, 4, memory.bytes());
      list(cpu, mdl + MdlLayout.PFNS, memory);
      pair(cpu, at, mdl, 0);
    }
  },
  /** A range of physical addresses. */
  CONTIGUOUS_RANGE(MapPhysicalAddressType.CONTIGUOUS_RANGE) {
    @Override
    void fill(Cpu cpu, long at, Physical memory) {
      pair(cpu, at, memory.base(), memory.bytes());
    }
  },
  /** An array of PFNs. */
  PFN_ARRAY(MapPhysicalAddressType.PFN_ARRAY) {
    @Override
    void fill(Cpu cpu, long at, Physical memory) {
      list(cpu, at + LIST, memory);
      pair(cpu, at, at + LIST, memory.bytes() / PAGE);
    }
  };

  private static final int PAGE = 4096;

  /** Where an MDL or a list lies behind the description. */
  private static final int LIST = 0x40;

  private final int type;

  PhysicalForm(int type) {
    this.type = type;
  }

  /** Describes memory in this form; what it takes lies behind the description, within a page. */
  final void describe(Cpu cpu, long at, Physical memory) {
    cpu.store(at + MapPhysicalAddressLayout.MAP_TYPE, 4, type);
    fill(cpu, at, memory);
  }

  abstract void fill(Cpu cpu, long at, Physical memory);

  private static void pair(Cpu cpu, long at, long first, long second) {
    cpu.store(at + MapPhysicalAddressLayout.FIRST, 8, first);
    cpu.store(at + MapPhysicalAddressLayout.SECOND, 8, second);
  }

  private static void list(Cpu cpu, long at, Physical memory) {
    for (long i = 0; i < memory.bytes() / PAGE; i++) {
      cpu.store(at + 8 * i, 8, memory.base() / PAGE + i);
    }
  }
}
