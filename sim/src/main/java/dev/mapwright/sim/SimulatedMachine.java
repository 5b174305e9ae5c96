package dev.mapwright.sim;

import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.event.EventStream;
import dev.mapwright.core.failure.FailurePoints;
import dev.mapwright.core.machine.Census;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.machine.PhysicalMemory;
import dev.mapwright.core.machine.SeedBook;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.sim.TableWalkReport.Ending;
import dev.mapwright.sim.cpu.SimulatedCpu;
import dev.mapwright.sim.format.TableFormat;
import dev.mapwright.sim.memory.DeviceRange;
import dev.mapwright.sim.memory.FrameTable;
import dev.mapwright.sim.memory.PhysicalMap;
import dev.mapwright.sim.memory.Ram;
import dev.mapwright.sim.memory.ThreadGuard;
import dev.mapwright.sim.tables.PageTables;
import dev.mapwright.sim.tables.TableWalk;
import dev.mapwright.sim.tables.TableWalker;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A machine that exists only in this process: physical memory with RAM, devices and holes, frames,
 * page tables in that memory (those of x86-64, unless {@linkplain MachineBuilder#format another
 * format} is chosen), and CPUs that walk them.
 *
 * <pre>{@code
 * try (SimulatedMachine machine = SimulatedMachine.create(64L << 20)) {
 *   Cpu cpu = machine.newCpu();
 *   ...
 * }
 * }</pre>
 *
 * <p>RAM takes room from the host only as it is used: making a machine of a terabyte costs nothing,
 * and one whose memory is never touched creates no file. When the host has no room left, allocating
 * a frame fails as it does on a machine whose RAM is full.
 *
 * <p><b>Physical addresses where nothing is</b> (holes) read as all ones, and stores to them are
 * dropped. A device that is removed leaves a hole.
 *
 * <p><b>Threads.</b> Unless it was built {@link MachineBuilder#singleThreaded() single-threaded},
 * everything on it may be used by several threads, but each CPU by one at a time. After {@link
 * #close()} nothing of it may be used any more: accesses to its memory throw {@link
 * IllegalStateException}.
 */
public final class SimulatedMachine implements Machine {
  private final PhysicalMap map;
  private final ThreadGuard guard;
  private final EventStream events = new EventStream();
  private final FailurePoints failures = new FailurePoints();
  private final Census census = new Census();
  private final SeedBook seeds;
  private final TableFormat format;
  private final Ram ram;
  private final FrameTable frames;
  private final AtomicInteger cpus = new AtomicInteger();

  SimulatedMachine(MachineBuilder builder) {
    map = builder.physicalMap();
    guard = new ThreadGuard(!builder.isSingleThreaded());
    seeds = new SeedBook(builder.chosenSeed());
    format = builder.chosenFormat();
    ram = new Ram(map, builder.chosenRamFolder());
    frames = new FrameTable(map, ram, failures, events, guard);
  }

  /** {@return a builder with defaults for everything but RAM} */
  public static MachineBuilder builder() {
    return new MachineBuilder();
  }

  /**
   * Makes a machine with RAM from physical address 0 on, page tables of 4 levels, the seed 0, no
   * devices, and any number of threads.
   *
   * @param ramBytes how much RAM, a multiple of the page size and at most 4 TiB
   * @return the machine
   * @throws IllegalArgumentException when the size is not possible
   */
  public static SimulatedMachine create(long ramBytes) {
    if (!Pages.aligned(ramBytes)) {
      throw new IllegalArgumentException(
          "RAM of " + ramBytes + " bytes: it has to be a multiple of " + Pages.BYTES);
    }
    return builder().ram(0, Pages.of(ramBytes)).build();
  }

  /**
   * Adds a device while the machine runs.
   *
   * @param name its name, for reports
   * @param firstPfn the first page of its registers
   * @param pages how many pages, at least 1
   * @param handler who answers accesses
   * @throws IllegalArgumentException when RAM or another device is there
   */
  public void addDevice(String name, long firstPfn, long pages, DeviceHandler handler) {
    map.add(new DeviceRange(name, firstPfn, pages, handler));
  }

  /**
   * Removes a device while the machine runs. Accesses that are under way may still reach its
   * handler; later ones find a hole.
   *
   * @param firstPfn the first page of its registers
   * @throws IllegalArgumentException when no device begins there
   */
  public void removeDevice(long firstPfn) {
    DeviceRange device = map.deviceAt(firstPfn);
    if (device == null || device.firstPfn() != firstPfn) {
      throw new IllegalArgumentException("no device begins at pfn 0x" + Long.toHexString(firstPfn));
    }
    map.remove(device);
  }

  /**
   * {@return the name of the device at a physical page, or null when there is none}
   *
   * @param pfn any page frame number
   */
  public @Nullable String deviceAt(long pfn) {
    DeviceRange device = map.deviceAt(pfn);
    return device == null ? null : device.name();
  }

  /** {@return the names of the devices, in ascending order of their addresses} */
  public List<String> devices() {
    return map.devices().stream().map(DeviceRange::name).toList();
  }

  /** {@return the name of the page tables' format, for example {@code x86-64, 4 levels}} */
  public String tableFormat() {
    return format.name();
  }

  /**
   * Walks tables that anybody has made in this machine's memory, as its CPUs would, but without
   * marking anything. Nothing is expected of what is read: whatever the words say, the walk ends
   * with an answer after at most one entry of each level. Tables that lead to themselves are walked
   * like others, as the hardware does. A walk of tables that are being changed may mix what was and
   * what is.
   *
   * @param format how the tables are to be understood, this machine's own or another
   * @param rootPfn the frame of the root table, any number
   * @param page any page
   * @return how the walk ended, and where
   * @throws IllegalArgumentException when the format has fewer than two levels
   */
  public TableWalkReport walkTables(TableFormat format, long rootPfn, long page) {
    if (!format.translatable(page)) {
      return new TableWalkReport(Ending.NOT_TRANSLATABLE, 0, -1, 0, Permissions.NONE, List.of());
    }
    TableWalker walker = TableWalker.of(format, ram);
    TableWalk found = new TableWalk();
    Ending ending =
        switch (walker.walk(rootPfn, page, Permissions.NONE, found)) {
          case OK -> Ending.LEAF;
          case ABSENT -> Ending.ABSENT;
          case RESERVED -> Ending.RESERVED;
          case OUTSIDE_RAM -> Ending.OUTSIDE_RAM;
          case DENIED, LOOP -> throw new AssertionError("nothing was asked for, and one page");
        };
    boolean leaf = ending == Ending.LEAF;
    return new TableWalkReport(
        ending,
        found.level,
        leaf ? found.pfn : -1,
        leaf ? 1L << found.leafLog2Pages : 0,
        leaf ? found.permissions : Permissions.NONE,
        walker.steps(rootPfn, page));
  }

  @Override
  public Frames frames() {
    return frames;
  }

  @Override
  public PhysicalMemory memory() {
    return ram;
  }

  @Override
  public @Nullable Translation newTranslation(long firstPage, long lastPage) {
    return PageTables.create(frames, ram, guard, format, firstPage, lastPage);
  }

  @Override
  public Cpu newCpu() {
    guard.check();
    return new SimulatedCpu(cpus.getAndIncrement(), map, ram, guard);
  }

  @Override
  public boolean concurrent() {
    return guard.concurrent();
  }

  @Override
  public EventStream events() {
    return events;
  }

  @Override
  public FailurePoints failures() {
    return failures;
  }

  @Override
  public Census census() {
    return census;
  }

  @Override
  public SeedBook seeds() {
    return seeds;
  }

  @Override
  public void close() {
    events.callbacks().refuseCalls(0);
    ram.close();
  }
}
