package dev.mapwright.proof.cost;

import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.Region;
import dev.mapwright.sim.SimulatedMachine;
import java.lang.foreign.MemorySegment;

/** A machine with a space and a CPU, for scenarios that count. */
abstract class CostWorld extends Counted {
  static final long LAST_PAGE = 0x7_FFFF_FFFEL;

  /** Where devices would be: 2^34 pages that are no RAM. */
  static final long DEVICE_PFN = 1L << 35;

  final Machine machine = SimulatedMachine.builder().ram(0x100, 1 << 15).build();
  final AddressSpace space = AddressSpace.create(machine, "space", 0x1000, LAST_PAGE).get();
  final Region root = space.root();
  final Cpu cpu = machine.newCpu();
  final MapRequest request = new MapRequest();

  final void map(MemoryObject object, long objectPage, long pages, long at) {
    request.clear().object(object, objectPage).pages(pages).permissions(Permissions.READ_WRITE);
    request.where().at(at);
    root.map(request).orThrow();
  }

  final void store(long page, long value) {
    cpu.store(Pages.address(page), 8, value);
  }

  final long load(long page) {
    return cpu.load(Pages.address(page), 8);
  }

  static void put(MemoryObject object, long page, long value) {
    MemorySegment eight = MemorySegment.ofArray(new long[] {value});
    object.write(Pages.address(page), eight, 0, 8).orThrow();
  }

  static long get(MemoryObject object, long page) {
    long[] value = new long[1];
    object.read(Pages.address(page), MemorySegment.ofArray(value), 0, 8).orThrow();
    return value[0];
  }

  static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("not so: " + what);
    }
  }
}
