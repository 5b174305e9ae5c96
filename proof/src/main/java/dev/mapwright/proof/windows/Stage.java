package dev.mapwright.proof.windows;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.core.space.Region;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.windows.abi.PoolTag;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.context.Kernel;
import dev.mapwright.windows.context.KernelOptions;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.SystemLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A small system, where everything collides; it records misuse and goes on. */
final class Stage implements Sight, AutoCloseable {
  static final long FIRST_RAM = 0x100;
  static final int RAM = 512;
  static final long FIRST_DEVICE = 0x10_0000;
  static final int DEVICES = 2;

  /** Outside RAM, and nothing there. */
  static final long HOLE = 0x20_0000;

  static final int PTES = 40;
  private static final SystemLayout LAYOUT =
      SystemLayout.X64.withSystemPtes(PTES).withPools(64, 32).withPageFile(16);
  private static final long BASE = LAYOUT.base();

  final SimulatedMachine machine;
  final Kernel kernel;
  final NtContext c;
  final Translation translation;

  /** All answers since {@link #forgetAnswers}. */
  final List<Condition> answers = new ArrayList<>();

  Stage(long seed) {
    machine =
        SimulatedMachine.builder()
            .ram(FIRST_RAM, RAM)
            .device("device", FIRST_DEVICE, DEVICES, new Registers())
            .seed(seed)
            .singleThreaded()
            .build();
    kernel = Kernel.boot(machine, KernelOptions.DEFAULT.with(LAYOUT).recordingMisuse());
    c = kernel.newContext(kernel.loadDriver("model"));
    translation = kernel.systemSpace().space().translation();
    kernel.observe(answers::add);
  }

  /** The model of this system as it is at first. */
  World world() {
    Region region = kernel.systemSpace().systemPtes();
    World world = new World(region.firstPage(), PTES);
    for (int i = 0; i < RAM; i++) {
      world.pages.put(FIRST_RAM + i, new ModelPage(FIRST_RAM + i, true));
    }
    for (int i = 0; i < DEVICES; i++) {
      world.pages.put(FIRST_DEVICE + i, new ModelPage(FIRST_DEVICE + i, false));
    }
    world.pages.put(HOLE, new ModelPage(HOLE, false));
    return world;
  }

  void forgetAnswers() {
    answers.clear();
  }

  // ---- what the harness makes

  /** Nonpaged memory of a page. */
  long memory() {
    return kernel.pools().nonPaged().allocate(4096, PoolTag.of("Modl"), 0, true);
  }

  /** A frame of another driver, with an attribute. */
  long frame(@Nullable CachePolicy policy) {
    long pfn = machine.frames().allocate(FrameOwner.POOL, 7);
    machine.frames().setCachePolicy(pfn, policy);
    return pfn;
  }

  /** Another driver locks a page, or unlocks it; pages without an attribute are remembered. */
  boolean lock(ModelPage page, boolean lock) {
    if (page.ram) {
      machine.frames().addLocks(page.pfn, lock ? 1 : -1);
    }
    if (!page.floats()) {
      return true;
    }
    c.frames().begin(1);
    c.frames().words()[0] = page.pfn;
    return lock ? kernel.cacheBook().referTo(c.frames()) : kernel.cacheBook().letGo(c.frames()) < 0;
  }

  // ---- what can be seen

  @Override
  public long @Nullable [] words(long address, int count) {
    long[] words = new long[count];
    long entry = TranslationEntry.ABSENT;
    for (int i = 0; i < count; i++) {
      long at = address + 8L * i;
      if (i == 0 || (at & 0xFFF) == 0) {
        boolean system = Long.compareUnsigned(at, BASE) >= 0;
        entry = system ? translation.entry(at >>> 12) : TranslationEntry.ABSENT;
      }
      if (!TranslationEntry.present(entry)) {
        return null;
      }
      words[i] = machine.memory().readLong((TranslationEntry.pfn(entry) << 12) + (at & 0xFFF));
    }
    return words;
  }

  @Override
  public void close() {
    machine.failures().off();
    kernel.close();
    machine.close();
  }

  /** Registers that read as their offsets. */
  private static final class Registers implements DeviceHandler {
    @Override
    public long read(long offsetBytes, int bytes) {
      return offsetBytes;
    }

    @Override
    public void write(long offsetBytes, int bytes, long value) {}
  }
}
