package dev.mapwright.sim;

import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.event.EventStream;
import dev.mapwright.core.failure.FailurePoints;
import dev.mapwright.core.machine.Census;
import dev.mapwright.core.machine.Clock;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.core.machine.Devices;
import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.core.machine.DmaPort;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.Iommu;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.machine.PhysicalMemory;
import dev.mapwright.core.machine.SeedBook;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.sim.TableWalkReport.Ending;
import dev.mapwright.sim.cpu.CheckedCpu;
import dev.mapwright.sim.cpu.Cpus;
import dev.mapwright.sim.cpu.DirectCpu;
import dev.mapwright.sim.device.Device;
import dev.mapwright.sim.format.TableFormat;
import dev.mapwright.sim.format.VtdSecondStage;
import dev.mapwright.sim.iommu.DirectPort;
import dev.mapwright.sim.iommu.SimulatedIommu;
import dev.mapwright.sim.iommu.StructureWalker;
import dev.mapwright.sim.memory.DeviceMap;
import dev.mapwright.sim.memory.DeviceRange;
import dev.mapwright.sim.memory.FrameTable;
import dev.mapwright.sim.memory.HostMemory;
import dev.mapwright.sim.memory.PhysicalMap;
import dev.mapwright.sim.memory.Ram;
import dev.mapwright.sim.memory.ThreadGuard;
import dev.mapwright.sim.tables.PageTables;
import dev.mapwright.sim.tables.TableWalk;
import dev.mapwright.sim.tables.TableWalker;
import dev.mapwright.sim.time.SimulatedClock;
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
 *
 * <p><b>Native access.</b> When it was granted to this module ({@code --enable-native-access}),
 * CPUs reach what their TLB knows by the host's addresses and are faster by a third or more;
 * otherwise, or on a machine {@linkplain MachineBuilder#checked() that asks for it}, each access is
 * checked once more by {@code java.lang.foreign}. Nothing else differs, and nobody is warned.
 */
public final class SimulatedMachine implements Machine {
  /** Told of each machine that is made and closed; null for nobody. */
  private static volatile @Nullable MachineWatcher everywhere;

  private final PhysicalMap map;
  private final DeviceMap devices;
  private final DeviceSlots slots;
  private final ThreadGuard guard;
  private final SimulatedClock clock;
  private final EventStream events = new EventStream();
  private final FailurePoints failures = new FailurePoints();
  private final Census census = new Census();
  private final SeedBook seeds;
  private final TableFormat format;
  private final Ram ram;
  private final FrameTable frames;

  /** Null when devices use physical addresses. */
  private final @Nullable SimulatedIommu iommu;

  /** Whether CPUs check each access, even if they need not. */
  private final boolean checked;

  private final AtomicInteger cpuNumbers = new AtomicInteger();
  private final Cpus cpus = new Cpus();

  /** Told of the end; null for nobody. */
  private final @Nullable MachineWatcher watcher;

  SimulatedMachine(MachineBuilder builder) {
    map = builder.physicalMap();
    devices = builder.deviceMap(map, events.callbacks());
    slots = new DeviceSlots(devices);
    guard = new ThreadGuard(!builder.isSingleThreaded());
    clock = new SimulatedClock(guard, events.callbacks());
    seeds = new SeedBook(builder.chosenSeed());
    format = builder.chosenFormat();
    ram = new Ram(map, builder.chosenRamFolder());
    frames = new FrameTable(map, ram, failures, events, guard);
    iommu = builder.iommuOf(map, ram, frames, guard, clock, census);
    checked = builder.isChecked();
    watcher = everywhere;
  }

  /** Tells who watches that the machine is there. */
  void announce() {
    if (watcher != null) {
      watcher.made(this);
    }
  }

  /**
   * Tells somebody of every machine that is made from now on, and of its end: for a launcher that
   * lets acquisitions fail, or looks at what is left behind, in a program which makes its machines
   * itself.
   *
   * @param watcher told of each; null ends this for machines to come
   */
  public static void watchNewMachines(@Nullable MachineWatcher watcher) {
    everywhere = watcher;
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
   * Plugs a device in while the machine runs. Its ranges are there all at once.
   *
   * @param device which is not plugged in anywhere
   * @param firstPfns where its BARs begin, in the order of {@link Device#bars}; each a multiple of
   *     the BAR's size
   * @throws IllegalArgumentException when it is plugged in already, there are not as many places as
   *     BARs, one does not fit there, or RAM or another device is there; no range was added
   */
  public void plug(Device device, long... firstPfns) {
    guard.check();
    slots.plug(this, device, firstPfns);
  }

  /**
   * Pulls a device out by surprise, while it may be in use. All of its ranges are holes at once;
   * then the device is told, its interrupt lines are lowered, and the listeners of {@link
   * #devices()} are told. When this returns, an access that begins reads all ones and drops stores;
   * accesses that were under way may still reach a handler.
   *
   * @param device which is plugged in
   * @throws IllegalArgumentException when it is not plugged in here
   * @throws IllegalStateException when the caller is inside a callback of the engine that holds
   *     locks; nothing has changed
   */
  public void unplug(Device device) {
    guard.check();
    slots.unplug(device);
  }

  /**
   * Adds a range of registers while the machine runs, of a device that is nothing more.
   *
   * @param name its name, for reports
   * @param firstPfn the first page of its registers
   * @param pages how many pages, at least 1
   * @param handler who answers accesses
   * @throws IllegalArgumentException when RAM or another device is there
   */
  public void addDevice(String name, long firstPfn, long pages, DeviceHandler handler) {
    devices.add(List.of(new DeviceRange(name, firstPfn, pages, false, handler)));
  }

  /**
   * Removes a device by surprise while the machine runs, as {@link #unplug} does, whole: also the
   * other ranges of one that has several. Accesses that are under way may still reach its handler;
   * later ones find a hole.
   *
   * @param firstPfn the first page of its registers
   * @throws IllegalArgumentException when no device begins there
   * @throws IllegalStateException when the caller is inside a callback of the engine that holds
   *     locks; nothing has changed
   */
  public void removeDevice(long firstPfn) {
    DeviceRange device = devices.at(firstPfn);
    if (device == null || device.firstPfn() != firstPfn) {
      throw new IllegalArgumentException("no device begins at pfn 0x" + Long.toHexString(firstPfn));
    }
    slots.remove(device);
  }

  /**
   * {@return the name of the device at a physical page, or null when there is none}
   *
   * @param pfn any page frame number
   */
  public @Nullable String deviceAt(long pfn) {
    DeviceRange device = devices.at(pfn);
    return device == null ? null : device.name();
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
    int number = cpuNumbers.getAndIncrement();
    return cpus.add(
        checked || !HostMemory.granted()
            ? new CheckedCpu(number, map, devices, ram, guard)
            : new DirectCpu(number, map, devices, ram, guard));
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
  public Clock clock() {
    return clock;
  }

  @Override
  public Devices devices() {
    return devices;
  }

  @Override
  public @Nullable Iommu iommu() {
    return iommu;
  }

  @Override
  public DmaPort newDmaPort(int requester, int pasid) {
    guard.check();
    int pasidBits = iommu == null ? 0 : iommu.pasidBits();
    boolean known = pasid == DmaFault.NO_PASID || pasid > 0 && pasid >>> pasidBits == 0;
    if (requester >>> 16 != 0 || !known) {
      throw new IllegalArgumentException(
          "this machine has requesters 0 to 0xFFFF and PASIDs of "
              + pasidBits
              + " bits from 1 on, not requester "
              + requester
              + " with PASID "
              + pasid);
    }
    return iommu == null
        ? new DirectPort(map, ram, guard, clock, requester, pasid)
        : iommu.unit().newPort(requester, pasid);
  }

  /**
   * Finds what a requester is attached to by structures of VT-d that anybody has put into this
   * machine's memory, as its IOMMU would. Nothing is expected of what is read.
   *
   * @param rootTable the address of the root table, with the mode in bits 11 and 10, as in the root
   *     table address register: 0 legacy, 1 scalable
   * @param requester 0 .. 0xFFFF
   * @param pasid the PASID of its requests; {@link DmaFault#NO_PASID} for none
   * @param addressBits how many bits of an address are translated: 39, 48 or 57
   * @return what it is attached to, or why to nothing
   * @throws IllegalArgumentException when there is no such requester, PASID or width
   */
  public AttachmentReport attachmentOf(long rootTable, int requester, int pasid, int addressBits) {
    boolean wide = addressBits == 39 || addressBits == 48 || addressBits == 57;
    if (requester >>> 16 != 0 || pasid < DmaFault.NO_PASID || pasid >= 1 << 20) {
      throw new IllegalArgumentException("no requester " + requester + " with PASID " + pasid);
    }
    if (!wide) {
      throw new IllegalArgumentException(addressBits + " bits: it has to be 39, 48 or 57");
    }
    StructureWalker walker = new StructureWalker(ram, addressBits, VtdSecondStage.MOST_HOST_BITS);
    return AttachmentReport.of(rootTable, walker.find(rootTable, requester, pasid));
  }

  /**
   * Finds what a requester is attached to by the structures of this machine's own IOMMU, as that
   * would.
   *
   * @param requester 0 .. 0xFFFF
   * @param pasid the PASID of its requests; {@link DmaFault#NO_PASID} for none
   * @return what it is attached to, or why to nothing
   * @throws IllegalArgumentException when there is no such requester or PASID
   * @throws IllegalStateException when the machine has no IOMMU
   */
  public AttachmentReport attachmentOf(int requester, int pasid) {
    SimulatedIommu own = iommu;
    if (own == null) {
      throw new IllegalStateException("the machine has no IOMMU");
    }
    return attachmentOf(own.unit().root(), requester, pasid, own.addressBits());
  }

  /**
   * Goes along all that tables in this machine's memory translate, in ascending order. A few
   * hostile tables can hold more than anybody can look at, so the number of looks is limited.
   *
   * @param format how the tables are to be understood
   * @param rootPfn the frame of the root table, any number
   * @param mostEntries how many entries are looked at, at most
   * @param visitor told of each leaf, and of each entry that can't be followed
   * @return whether all was looked at
   * @throws IllegalArgumentException when the format has fewer than two levels
   */
  public boolean visitTables(
      TableFormat format, long rootPfn, long mostEntries, TableVisitor visitor) {
    return TableWalker.of(format, ram)
        .visit(
            rootPfn,
            0,
            Pages.LAST_PAGE,
            mostEntries,
            (first, last, level, bits, result) -> {
              boolean leaf = result == TableWalk.Result.OK;
              visitor.visit(
                  first,
                  last,
                  leaf ? format.pfn(level, bits) : -1,
                  leaf ? format.permissions(level, bits) : Permissions.NONE);
              return true;
            });
  }

  /** Told of what tables translate. */
  @FunctionalInterface
  public interface TableVisitor {
    /**
     * A leaf, or an entry that can't be followed.
     *
     * @param firstPage the first page that it covers
     * @param lastPage the last one, inclusive
     * @param pfn the frame of the first page; -1 for an entry that can't be followed
     * @param permissions what the leaf allows; entries above it may allow less
     */
    void visit(long firstPage, long lastPage, long pfn, int permissions);
  }

  /**
   * Gives the memory back, after each CPU has forgotten where it was. That waits for accesses that
   * are under way on other threads, and for whoever computes in a bracket without an access or a
   * poll; it does not wait for threads that are blocked. Later accesses throw {@link
   * IllegalStateException}.
   *
   * @throws IllegalStateException when the machine was declared single-threaded and belongs to
   *     another thread, which is alive; or inside a callback of the engine that holds locks.
   *     Nothing has changed
   */
  @Override
  public void close() {
    guard.checkEnd();
    events.callbacks().refuseCalls(0);
    if (watcher != null) {
      watcher.closing(this);
    }
    cpus.end();
    ram.close();
  }
}
