package dev.mapwright.bench.jmh;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.event.EventLevel;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.Region;
import dev.mapwright.sim.SimulatedMachine;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Map and unmap through the region interface, among n mappings on every second page. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MapBenchmark {
  /** How many mappings there are. */
  @Param({"10", "10000", "1000000"})
  public int mappings = 10;

  /** Whether events are recorded. */
  @Param({"RING", "OFF"})
  public EventLevel events = EventLevel.RING;

  private final SimulatedMachine machine = SimulatedMachine.create(64L << 20);
  private final AddressSpace space =
      AddressSpace.create(machine, "bench", 0x1000, (1L << 35) - 2).get();
  private final MemoryObject object = MemoryObject.paged(machine, 1 << 20).get();
  private final Region root = space.root();
  private final MapRequest request = new MapRequest();
  private long state;

  /** Makes the mappings. */
  @Setup(Level.Trial)
  public void map() {
    machine.events().setLevel(events);
    for (int i = 0; i < mappings; i++) {
      map(i).orThrow();
    }
  }

  private Outcome map(int i) {
    request.object(object, i).pages(1).where().at(0x1000 + 2L * i);
    return root.map(request);
  }

  private int next() {
    state += 0x9E3779B97F4A7C15L;
    return (int) (((state ^ state >>> 31) * 0xD1342543DE82EF95L >>> 32) * mappings >>> 32);
  }

  /** Unmaps a page at random and maps it back. */
  @Benchmark
  public Outcome unmapAndMap() {
    int i = next();
    root.unmap(0x1000 + 2L * i, 1).orThrow();
    return map(i);
  }

  /** Maps a page where the engine chooses, and unmaps it. */
  @Benchmark
  public Outcome mapAnywhereAndUnmap() {
    request.object(object, 0).pages(1).where().anywhere();
    root.map(request).orThrow();
    return root.unmap(request.firstPage(), 1);
  }

  /** Protects a mapping of one page, there and back. */
  @Benchmark
  public Outcome protectTwice() {
    long page = 0x1000 + 2L * next();
    root.protect(page, 1, dev.mapwright.core.Permissions.READ).orThrow();
    return root.protect(page, 1, dev.mapwright.core.Permissions.READ_WRITE);
  }

  /** Ends the machine. */
  @TearDown(Level.Trial)
  public void end() {
    space.close();
    object.release();
    machine.close();
  }
}
