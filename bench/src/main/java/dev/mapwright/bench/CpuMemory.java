package dev.mapwright.bench;

import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.Frames.RunRequest;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.sim.cpu.SimulatedCpu;

/**
 * Memory of an object, mapped in an address space and accessed by a CPU: translation, permissions,
 * and the protocol with those who remove translations. A batch of accesses is one bracket. The
 * loops keep the CPU and the mapping's address in local variables, as the baseline does its
 * segment.
 */
final class CpuMemory extends ScalarMemory {
  /** What machine and memory there are. */
  enum Kind {
    /** 8 MiB of pages that are where they are, on a machine of several threads. */
    CONCURRENT(false, WORDS),
    /** The same on a machine that was declared single-threaded. */
    SINGLE_THREADED(true, WORDS),
    /** 1 GiB of frames in a row, mapped by large leaves. */
    WIDE(false, WIDE_WORDS),
    /** The same on a machine that was declared single-threaded. */
    WIDE_SINGLE_THREADED(true, WIDE_WORDS);

    private final boolean singleThreaded;
    private final int words;

    Kind(boolean singleThreaded, int words) {
      this.singleThreaded = singleThreaded;
      this.words = words;
    }
  }

  /** How many words 1 GiB are. */
  static final int WIDE_WORDS = 1 << 27;

  private static final int WIDE_LOG2_ALIGNMENT = 9;

  /** Found out at run time, as every address of a mapping is. */
  private final long base = Long.getLong("mapwright.bench.base", 0x7000_0000_0000L);

  private final int words;
  private final SimulatedMachine machine;
  private final AddressSpace space;
  private final MemoryObject object;
  private final Cpu cpu;
  private final long walksBefore;

  CpuMemory(String kindName, boolean checked) {
    this(Kind.valueOf(kindName), checked);
  }

  private CpuMemory(Kind kind, boolean checked) {
    super(kind.words);
    words = kind.words;
    boolean wide = words == WIDE_WORDS;
    long pages = Pages.countFor(8L * words);
    var builder = SimulatedMachine.builder().ram(0, pages + (wide ? 1 << 12 : 1 << 14));
    if (checked) {
      builder.checked();
    }
    machine = (kind.singleThreaded ? builder.singleThreaded() : builder).build();
    space = AddressSpace.create(machine, "bench", 0x1000, (1L << 35) - 2).get();
    object =
        wide
            ? MemoryObject.contiguous(machine, RunRequest.of(pages, WIDE_LOG2_ALIGNMENT)).get()
            : MemoryObject.paged(machine, pages).get();
    MapRequest request = new MapRequest().object(object, 0).pages(pages).installPresent(wide);
    request.where().at(Pages.of(base));
    space.root().map(request).orThrow();
    cpu = machine.newCpu();
    cpu.attach(space);
    begin();
    fill(0, words);
    sum(0, words);
    end();
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
  protected void begin() {
    cpu.enter();
  }

  @Override
  protected void end() {
    cpu.exit();
  }

  @Override
  public long sum(int from, int to) {
    long sum = 0;
    Cpu cpu = this.cpu;
    long base = this.base;
    for (int i = from; i < to; i++) {
      sum += cpu.load(base + ((long) i << 3), 8);
    }
    return sum;
  }

  @Override
  public long sumRandom(IndexStream stream, int count, int words) {
    long state = stream.state;
    long sum = 0;
    Cpu cpu = this.cpu;
    long base = this.base;
    for (int k = 0; k < count; k++) {
      state += IndexStream.STEP;
      sum += cpu.load(base + ((long) IndexStream.below(state, words) << 3), 8);
    }
    stream.state = state;
    return sum;
  }

  @Override
  public void fill(int from, int to) {
    Cpu cpu = this.cpu;
    long base = this.base;
    for (int i = from; i < to; i++) {
      cpu.store(base + ((long) i << 3), 8, word(i));
    }
  }

  @Override
  public void storeRandom(IndexStream stream, int count) {
    long state = stream.state;
    int words = this.words;
    Cpu cpu = this.cpu;
    long base = this.base;
    for (int k = 0; k < count; k++) {
      state += IndexStream.STEP;
      int i = IndexStream.below(state, words);
      cpu.store(base + ((long) i << 3), 8, word(i));
    }
    stream.state = state;
  }

  @Override
  public long chase(long from, int count) {
    Cpu cpu = this.cpu;
    long base = this.base;
    long at = from;
    for (int k = 0; k < count; k++) {
      at = cpu.load(base + at, 8);
    }
    return at;
  }

  @Override
  public void put(int index, long value) {
    cpu.store(base + ((long) index << 3), 8, value);
  }

  @Override
  public long get(int index) {
    return cpu.load(base + ((long) index << 3), 8);
  }

  @Override
  public void close() {
    cpu.attach(null);
    space.close();
    object.release();
    machine.close();
  }
}
