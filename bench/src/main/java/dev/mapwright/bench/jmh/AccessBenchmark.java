package dev.mapwright.bench.jmh;

import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.sim.SimulatedMachine;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What a CPU does with 8 MiB of mapped memory: loads, stores, and the faults that commit it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class AccessBenchmark {
  private static final int WORDS = 1 << 20;
  private static final int COUNT = 1 << 16;
  private static final int PAGES = 256;
  private static final long BASE = 0x7000_0000_0000L;

  /** Whether the machine is declared single-threaded. */
  @Param({"false", "true"})
  public boolean singleThreaded;

  @SuppressWarnings("NullAway.Init") // made in the set-up
  private SimulatedMachine machine;

  @SuppressWarnings("NullAway.Init")
  private AddressSpace space;

  @SuppressWarnings("NullAway.Init")
  private MemoryObject object;

  @SuppressWarnings("NullAway.Init")
  private Cpu cpu;

  private long state;
  private int position;

  /** Maps and fills the memory. */
  @Setup(Level.Trial)
  public void map() {
    var builder = SimulatedMachine.builder().ram(0, 1 << 14);
    machine = (singleThreaded ? builder.singleThreaded() : builder).build();
    space = AddressSpace.create(machine, "bench", 0x1000, (1L << 35) - 2).get();
    object = MemoryObject.paged(machine, Pages.countFor(8L * WORDS)).get();
    MapRequest request = new MapRequest().object(object, 0).pages(object.pages());
    request.where().at(Pages.of(BASE));
    space.root().map(request).orThrow();
    cpu = machine.newCpu();
    cpu.attach(space);
    for (int i = 0; i < WORDS; i++) {
      cpu.store(BASE + 8L * i, 8, i);
    }
  }

  /** Loads in one bracket, one after the other. */
  @Benchmark
  @OperationsPerInvocation(COUNT)
  public long loadSequentially() {
    long sum = 0;
    int from = position;
    position = from + COUNT & WORDS - 1;
    cpu.enter();
    for (int i = from; i < from + COUNT; i++) {
      sum += cpu.load(BASE + ((long) i << 3), 8);
    }
    cpu.exit();
    return sum;
  }

  /** Loads in one bracket, at random. */
  @Benchmark
  @OperationsPerInvocation(COUNT)
  public long loadAtRandom() {
    long x = state;
    long sum = 0;
    cpu.enter();
    for (int k = 0; k < COUNT; k++) {
      x += 0x9E3779B97F4A7C15L;
      long i = (x ^ x >>> 31) * 0xD1342543DE82EF95L >>> 44;
      sum += cpu.load(BASE + (i << 3), 8);
    }
    cpu.exit();
    state = x;
    return sum;
  }

  /** Stores in one bracket, at random. */
  @Benchmark
  @OperationsPerInvocation(COUNT)
  public void storeAtRandom() {
    long x = state;
    cpu.enter();
    for (int k = 0; k < COUNT; k++) {
      x += 0x9E3779B97F4A7C15L;
      long i = (x ^ x >>> 31) * 0xD1342543DE82EF95L >>> 44;
      cpu.store(BASE + (i << 3), 8, k);
    }
    cpu.exit();
    state = x;
  }

  /** A load outside a bracket. */
  @Benchmark
  public long loadAlone() {
    return cpu.load(BASE, 8);
  }

  /** Decommits pages and stores to each, which faults and commits it again. */
  @Benchmark
  @OperationsPerInvocation(PAGES)
  public void commitByFault() {
    object.decommit(0, PAGES).orThrow();
    for (int page = 0; page < PAGES; page++) {
      cpu.store(BASE + Pages.address(page), 8, page);
    }
  }

  /** Ends the machine. */
  @TearDown(Level.Trial)
  public void end() {
    cpu.attach(null);
    space.close();
    object.release();
    machine.close();
  }
}
