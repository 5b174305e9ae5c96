package dev.mapwright.bench;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.sim.cpu.SimulatedCpu;

/**
 * Three devices of a page, mapped one after the other. A register reads as its offset and a value
 * of its device; stores are counted.
 */
final class CpuRegisters extends RegisterLoops {
  private static final long BASE = 0x7000_0000_0000L;
  private static final long FIRST_PFN = 0x8_0000L;
  private static final int DEVICES = 3;
  private static final int OFFSET_MASK = Pages.BYTES - 8;

  /** Registers as simple as can be, so that what is around the call counts. */
  private abstract static class Plain implements DeviceHandler {
    long value;
    long stores;
  }

  private static final class First extends Plain {
    @Override
    public long read(long offsetBytes, int bytes) {
      return value + offsetBytes;
    }

    @Override
    public void write(long offsetBytes, int bytes, long stored) {
      stores++;
    }
  }

  private static final class Second extends Plain {
    @Override
    public long read(long offsetBytes, int bytes) {
      return offsetBytes + value;
    }

    @Override
    public void write(long offsetBytes, int bytes, long stored) {
      stores += 1;
    }
  }

  private static final class Third extends Plain {
    @Override
    public long read(long offsetBytes, int bytes) {
      return value - -offsetBytes;
    }

    @Override
    public void write(long offsetBytes, int bytes, long stored) {
      stores -= -1;
    }
  }

  private final Plain[] handlers = {new First(), new Second(), new Third()};
  private final DeviceHandler[] called = handlers.clone();
  private final SimulatedMachine machine;
  private final AddressSpace space;
  private final MemoryObject object;
  private final Cpu cpu;
  private final long walksBefore;

  private long handlerSum;
  private long handlerRounds;
  private long loadSum;
  private long loadRounds;
  private long stored;

  CpuRegisters(boolean singleThreaded) {
    var builder = SimulatedMachine.builder().checked().ram(0, 1 << 10);
    for (int i = 0; i < DEVICES; i++) {
      handlers[i].value = 1000L * i;
      builder.device("device " + i, FIRST_PFN + i, 1, handlers[i]);
    }
    machine = (singleThreaded ? builder.singleThreaded() : builder).build();
    space = AddressSpace.create(machine, "bench", 0x1000, (1L << 35) - 2).get();
    object = MemoryObject.physical(machine, FIRST_PFN, DEVICES, CachePolicy.UNCACHED).get();
    MapRequest request = new MapRequest().object(object, 0).pages(DEVICES);
    request.where().at(Pages.of(BASE));
    space.root().map(request).orThrow();
    cpu = machine.newCpu();
    cpu.attach(space);
    loads(64, 8);
    stores(64);
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
  public void handlerReads(int operations) {
    long sum = 0;
    int device = 0;
    for (int i = 0; i < operations; i++) {
      sum += called[device].read((long) i << 3 & OFFSET_MASK, 8);
      device = device == DEVICES - 1 ? 0 : device + 1;
    }
    handlerSum += sum;
    handlerRounds += operations;
  }

  @Override
  public void handlerWrites(int operations) {
    int device = 0;
    for (int i = 0; i < operations; i++) {
      called[device].write((long) i << 3 & OFFSET_MASK, 8, i);
      device = device == DEVICES - 1 ? 0 : device + 1;
    }
    stored += operations;
  }

  @Override
  public void loads(int operations, int bytes) {
    cpu.enter();
    load(operations, bytes);
    cpu.exit();
  }

  private void load(int operations, int bytes) {
    long sum = 0;
    int device = 0;
    for (int i = 0; i < operations; i++) {
      long address = BASE + ((long) device << Pages.SHIFT) + ((long) i << 3 & OFFSET_MASK);
      sum += cpu.load(address, bytes);
      device = device == DEVICES - 1 ? 0 : device + 1;
    }
    loadSum += sum;
    loadRounds += operations;
  }

  @Override
  public void loadsWithoutBracket(int operations) {
    load(operations, 8);
  }

  @Override
  public void stores(int operations) {
    cpu.enter();
    int device = 0;
    for (int i = 0; i < operations; i++) {
      long address = BASE + ((long) device << Pages.SHIFT) + ((long) i << 3 & OFFSET_MASK);
      cpu.store(address, 8, i);
      device = device == DEVICES - 1 ? 0 : device + 1;
    }
    cpu.exit();
    stored += operations;
  }

  @Override
  public void verify() {
    long sumBefore = loadSum;
    long handlerBefore = handlerSum;
    handlerReads(12_345);
    loads(12_345, 8);
    long seen = handlers[0].stores + handlers[1].stores + handlers[2].stores;
    if (loadSum - sumBefore != handlerSum - handlerBefore || seen != stored) {
      throw new IllegalStateException(
          "wrong values were read, or stores were lost, after %d and %d reads"
              .formatted(handlerRounds, loadRounds));
    }
  }

  @Override
  public void close() {
    cpu.attach(null);
    space.close();
    object.release();
    machine.close();
  }
}
