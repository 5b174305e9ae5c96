package dev.mapwright.bench;

import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.sim.cpu.SimulatedCpu;

/**
 * 8 MiB of an object, mapped in an address space and accessed by a CPU: translation, permissions,
 * and the protocol with those who remove translations. A batch of accesses is one bracket.
 */
final class CpuMemory extends Memory8MiB {
  private static final long BASE = 0x7000_0000_0000L;

  private final SimulatedMachine machine;
  private final AddressSpace space;
  private final MemoryObject object;
  private final Cpu cpu;
  private final long walksBefore;

  CpuMemory(boolean singleThreaded) {
    var builder = SimulatedMachine.builder().ram(0, 1 << 14);
    machine = (singleThreaded ? builder.singleThreaded() : builder).build();
    space = AddressSpace.create(machine, "bench", 0x1000, (1L << 35) - 2).get();
    long pages = Pages.countFor(BYTES);
    object = MemoryObject.paged(machine, pages).get();
    MapRequest request = new MapRequest().object(object, 0).pages(pages);
    request.where().at(Pages.of(BASE));
    space.root().map(request).orThrow();
    cpu = machine.newCpu();
    cpu.attach(space);
    fill(0, WORDS);
    sum(0, WORDS);
    walksBefore = walks();
  }

  private long walks() {
    return ((SimulatedCpu) cpu).walks();
  }

  @Override
  public long misses() {
    return walks() - walksBefore;
  }

  @Override
  public long sum(int from, int to) {
    long sum = 0;
    cpu.enter();
    for (int i = from; i < to; i++) {
      sum += cpu.load(BASE + ((long) i << 3), 8);
    }
    cpu.exit();
    return sum;
  }

  @Override
  public long sumRandom(IndexStream stream, int count) {
    long state = stream.state;
    long sum = 0;
    cpu.enter();
    for (int k = 0; k < count; k++) {
      state += IndexStream.STEP;
      sum += cpu.load(BASE + ((long) IndexStream.below(state, WORDS) << 3), 8);
    }
    cpu.exit();
    stream.state = state;
    return sum;
  }

  @Override
  public void fill(int from, int to) {
    cpu.enter();
    for (int i = from; i < to; i++) {
      cpu.store(BASE + ((long) i << 3), 8, word(i));
    }
    cpu.exit();
  }

  @Override
  public void storeRandom(IndexStream stream, int count) {
    long state = stream.state;
    cpu.enter();
    for (int k = 0; k < count; k++) {
      state += IndexStream.STEP;
      int i = IndexStream.below(state, WORDS);
      cpu.store(BASE + ((long) i << 3), 8, word(i));
    }
    cpu.exit();
    stream.state = state;
  }

  @Override
  public long get(int index) {
    return cpu.load(BASE + ((long) index << 3), 8);
  }

  @Override
  public void close() {
    cpu.attach(null);
    space.close();
    object.release();
    machine.close();
  }
}
