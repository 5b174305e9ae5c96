package dev.mapwright.proof.windows;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.Region;
import dev.mapwright.proof.windows.ModelBuffer.Kind;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.windows.abi.PoolTag;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.context.Kernel;
import dev.mapwright.windows.context.KernelOptions;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.context.NtProcess;
import dev.mapwright.windows.memory.system.SystemLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A small system, where everything collides; it records misuse and goes on. */
final class Stage implements Sight, AutoCloseable {
  static final long FIRST_RAM = 0x100;
  static final int RAM = 512;
  static final long FIRST_DEVICE = 0x10_0000;
  static final int DEVICES = 2;

  /** Registers that hold an MDL. */
  static final long FICKLE = 0x18_0000;

  /** Outside RAM, and nothing there. */
  static final long HOLE = 0x20_0000;

  static final int PTES = 40;
  private static final SystemLayout LAYOUT =
      SystemLayout.X64.withSystemPtes(PTES).withPools(64, 32).withPageFile(16);
  private static final long BASE = LAYOUT.base();

  final SimulatedMachine machine;
  final Kernel kernel;
  final NtContext c;
  final FickleMemory fickle = new FickleMemory();
  final Translation translation;
  final NtProcess process;

  /** All answers since {@link #forgetAnswers}. */
  final List<Condition> answers = new ArrayList<>();

  Stage(long seed) {
    machine =
        SimulatedMachine.builder()
            .ram(FIRST_RAM, RAM)
            .device("device", FIRST_DEVICE, DEVICES, new Registers())
            .device("fickle memory", FICKLE, 1, fickle)
            .seed(seed)
            .singleThreaded()
            .build();
    kernel = Kernel.boot(machine, KernelOptions.DEFAULT.with(LAYOUT).recordingMisuse());
    c = kernel.newContext(kernel.loadDriver("model"));
    translation = kernel.systemSpace().space().translation();
    process = kernel.newProcess("process");
    c.processor().attach(process);
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
    world.pages.put(FICKLE, new ModelPage(FICKLE, false));
    world.pages.put(HOLE, new ModelPage(HOLE, false));
    world.process = process.eprocess();
    world.highestUser = LAYOUT.highestUserAddress();
    world.system = BASE;
    Region paged = kernel.systemSpace().pagedPool();
    world.pagedPool = paged.firstPage();
    world.pagedPoolPages = paged.pages();
    world.irp = memory();
    buffers(world);
    return world;
  }

  private void buffers(World world) {
    int all = Permissions.READ_WRITE;
    int tag = PoolTag.of("Buff");
    buffer(world, Kind.NONPAGED, kernel.pools().nonPaged().allocate(3 * 4096, tag, 0, true), 3);
    buffer(world, Kind.PAGED, kernel.pools().paged().allocate(2 * 4096, tag, 0, true), 2);
    buffer(world, Kind.USER, process.memory().allocate(5 * 4096, all), 5);
    buffer(world, Kind.USER_READ_ONLY, process.memory().allocate(2 * 4096, all), 2);
  }

  private void buffer(World world, Kind kind, long address, int pages) {
    ModelBuffer buffer = new ModelBuffer(kind, address, pages);
    world.buffers.add(buffer);
    stamp(buffer);
    if (kind == Kind.USER_READ_ONLY) {
      process.memory().protect(address, 4096L * pages, Permissions.READ);
    }
  }

  /** Writes into each page of a buffer which it is. */
  void stamp(ModelBuffer buffer) {
    for (int i = 0; i < buffer.pages; i++) {
      long at = buffer.address + 4096L * i;
      c.cpu().store(at, 8, ModelBuffer.stamp(at >>> 12));
    }
  }

  /** Puts pages of a buffer out that are not locked. */
  long putOut(ModelBuffer buffer) {
    AddressSpace space = buffer.user() ? process.space() : kernel.systemSpace().space();
    return kernel.paging().putOut(space, buffer.address, 4096L * buffer.pages);
  }

  static boolean isDevice(long pfn) {
    return pfn >= FIRST_DEVICE && pfn < FIRST_DEVICE + DEVICES;
  }

  void forgetAnswers() {
    answers.clear();
  }

  // ---- what the harness makes

  /** Nonpaged memory of a page. */
  long memory() {
    return kernel.pools().nonPaged().allocate(4096, PoolTag.of("Modl"), 0, true);
  }

  /** The address of the registers that hold an MDL, which lie outside of the system PTEs. */
  long fickleMdl() {
    MapRequest request = new MapRequest().pages(1).permissions(Permissions.READ_WRITE);
    request.cache(CachePolicy.UNCACHED).where().firstFit();
    Outcome outcome = kernel.systemSpace().contiguous().mapFrames(request, page -> FICKLE + page);
    if (outcome != Outcome.OK) {
      throw new Divergence("registers can't be mapped: " + outcome);
    }
    return request.firstPage() << 12;
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

  /** Writes an MDL as the model has it to memory. */
  void write(ModelMdl mdl) {
    for (int i = 0; i < mdl.words.length; i++) {
      c.cpu().store(mdl.address + 8L * i, 8, mdl.words[i]);
    }
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
      words[i] = load(TranslationEntry.pfn(entry), at & 0xFFF);
    }
    return words;
  }

  /** What stands in a page: of the device registers that read as their offsets. */
  long load(long pfn, long offset) {
    if (machine.frames().isRam(pfn)) {
      return machine.memory().readLong((pfn << 12) + offset);
    }
    if (pfn == FICKLE) {
      return fickle.word((int) offset);
    }
    return isDevice(pfn) ? (pfn - FIRST_DEVICE << 12) + offset : -1;
  }

  @Override
  public long frame(long page) {
    long entry = translation.entry(page);
    return TranslationEntry.present(entry) ? TranslationEntry.pfn(entry) : -1;
  }

  @Override
  public boolean isTable(long pfn) {
    Frames frames = machine.frames();
    return frames.isRam(pfn) && frames.owner(pfn) == FrameOwner.TABLE;
  }

  @Override
  public long zeroFrame() {
    return machine.frames().zeroFrame();
  }

  @Override
  public boolean lockable(long pfn) {
    FrameOwner owner = machine.frames().isRam(pfn) ? machine.frames().owner(pfn) : FrameOwner.POOL;
    return owner != FrameOwner.FREE && owner != FrameOwner.TABLE && owner != FrameOwner.ZERO;
  }

  @Override
  public long topTable() {
    Translation tables = process.space().translation();
    return tables.walk(process.space().firstPage()).getFirst().tableAddress() >>> 12;
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
