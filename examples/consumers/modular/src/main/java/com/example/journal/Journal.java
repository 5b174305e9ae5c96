package com.example.journal;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.sim.SimulatedMachine;

/** A journal of numbers in guest memory: a CPU appends, and the page behind the last one is not mapped. */
public final class Journal implements AutoCloseable {
  private static final long FIRST_PAGE = 0x400;
  private static final long BASE = FIRST_PAGE * 4096;

  private final Machine machine = SimulatedMachine.create(1 << 20);
  private final AddressSpace space = AddressSpace.create(machine, "journal", 0x10, 0xFFFF).get();
  private final MemoryObject memory;
  private final Cpu cpu = machine.newCpu();
  private long entries;

  /**
   * Maps the memory of a journal.
   *
   * @param pages how many, with room for 512 entries each
   */
  public Journal(long pages) {
    memory = MemoryObject.paged(machine, pages).get();
    MapRequest request = new MapRequest().object(memory, 0).pages(pages);
    request.permissions(Permissions.READ_WRITE).where().at(FIRST_PAGE);
    space.root().map(request).orThrow();
    cpu.attach(space);
  }

  /**
   * Appends an entry.
   *
   * @param entry any number
   * @return null, or why there is no room
   */
  public String append(long entry) {
    try {
      cpu.store(BASE + 8 * entries, 8, entry);
      entries++;
      return null;
    } catch (MemoryFault fault) {
      return fault.fault().toString();
    }
  }

  /** {@return the sum of all entries, read back by the CPU} */
  public long sum() {
    long sum = 0;
    for (long i = 0; i < entries; i++) {
      sum += cpu.load(BASE + 8 * i, 8);
    }
    return sum;
  }

  /** {@return how many entries there are} */
  public long entries() {
    return entries;
  }

  @Override
  public void close() {
    space.close();
    memory.release();
    machine.close();
  }

  /**
   * Fills a page, and tells what the next entry met.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) {
    try (Journal journal = new Journal(1)) {
      String refused = null;
      for (long entry = 1; refused == null; entry++) {
        refused = journal.append(entry);
      }
      System.out.println(journal.entries() + " entries, sum " + journal.sum());
      System.out.println(refused);
    }
  }
}
