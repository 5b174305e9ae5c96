package dev.mapwright.sim;

import dev.mapwright.core.event.Callbacks;
import dev.mapwright.core.machine.Census;
import dev.mapwright.core.machine.Clock;
import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.sim.format.TableFormat;
import dev.mapwright.sim.format.VtdSecondStage;
import dev.mapwright.sim.format.X86Format;
import dev.mapwright.sim.iommu.SimulatedIommu;
import dev.mapwright.sim.iommu.VtdUnit;
import dev.mapwright.sim.memory.DeviceMap;
import dev.mapwright.sim.memory.DeviceRange;
import dev.mapwright.sim.memory.FrameTable;
import dev.mapwright.sim.memory.PhysicalMap;
import dev.mapwright.sim.memory.Ram;
import dev.mapwright.sim.memory.RamRange;
import dev.mapwright.sim.memory.ThreadGuard;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The description of a {@link SimulatedMachine}. Whatever is neither RAM nor a device is a hole.
 *
 * <pre>{@code
 * SimulatedMachine machine =
 *     SimulatedMachine.builder()
 *         .ram(0, 0xA0)                              // 640 KiB
 *         .ram(0x100, 0x7F00)                        // from 1 MiB on
 *         .device("uart", 0xFE000, 1, uart)
 *         .levels(5)
 *         .seed(42)
 *         .build();
 * }</pre>
 *
 * <p>Not thread-safe.
 */
public final class MachineBuilder {
  private final List<RamRange> ram = new ArrayList<>();
  private final List<DeviceRange> devices = new ArrayList<>();
  private TableFormat format = new X86Format(4);
  private long seed;
  private boolean singleThreaded;
  private boolean checked;
  private @Nullable Path ramFolder;

  /** Null for no IOMMU. */
  private @Nullable IommuMode iommuMode;

  private int iommuAddressBits;

  /** The highest level of tables in which its second stage knows leaves. */
  private int iommuHighestLeaf = 3;

  MachineBuilder() {}

  /**
   * Adds RAM of node 0.
   *
   * @param firstPfn its first frame
   * @param pages how many frames, at least 1; all below pfn 2^30
   * @return this
   * @throws IllegalArgumentException when it does not fit there
   */
  public MachineBuilder ram(long firstPfn, long pages) {
    return ram(firstPfn, pages, 0);
  }

  /**
   * Adds RAM of a node.
   *
   * @param firstPfn its first frame
   * @param pages how many frames, at least 1; all below pfn 2^30
   * @param node the node that it belongs to, from 0 on
   * @return this
   * @throws IllegalArgumentException when it does not fit there
   */
  public MachineBuilder ram(long firstPfn, long pages, int node) {
    ram.add(new RamRange(firstPfn, pages, node));
    return this;
  }

  /**
   * Adds a device.
   *
   * @param name its name, for reports
   * @param firstPfn the first page of its registers
   * @param pages how many pages, at least 1; all below pfn 2^40
   * @param handler who answers accesses
   * @return this
   * @throws IllegalArgumentException when it does not fit there
   */
  public MachineBuilder device(String name, long firstPfn, long pages, DeviceHandler handler) {
    devices.add(new DeviceRange(name, firstPfn, pages, false, handler));
    return this;
  }

  /**
   * Chooses the depth of the page tables, which are those of x86-64.
   *
   * @param levels 4 (48-bit addresses, the default) or 5 (57-bit addresses)
   * @return this
   * @throws IllegalArgumentException when x86-64 has no tables of so many levels
   */
  public MachineBuilder levels(int levels) {
    return format(new X86Format(levels));
  }

  /**
   * Chooses the format of the page tables.
   *
   * @param chosen any format; {@link X86Format} of 4 levels is the default
   * @return this
   */
  public MachineBuilder format(TableFormat chosen) {
    format = chosen;
    return this;
  }

  /**
   * Chooses the seed of everything random on the machine.
   *
   * @param seed any number; the default is 0
   * @return this
   */
  public MachineBuilder seed(long seed) {
    this.seed = seed;
    return this;
  }

  /**
   * Declares that one thread will drive the machine. It is faster then, and refuses a second thread
   * with {@link IllegalStateException}.
   *
   * @return this
   */
  public MachineBuilder singleThreaded() {
    singleThreaded = true;
    return this;
  }

  /**
   * Has the CPUs check each access to RAM as if native access was not granted. They are slower, and
   * a defect of the TLB would be an exception instead of the end of the process.
   *
   * @return this
   */
  public MachineBuilder checked() {
    checked = true;
    return this;
  }

  /**
   * Gives the machine an IOMMU, which all its devices are behind. There is none otherwise, and
   * devices use physical addresses.
   *
   * @param mode how it finds a requester's tables
   * @param addressBits how many bits of a logical address it translates: 39, 48 or 57
   * @return this
   * @throws IllegalArgumentException for any other number
   */
  public MachineBuilder iommu(IommuMode mode, int addressBits) {
    if (addressBits != 39 && addressBits != 48 && addressBits != 57) {
      throw new IllegalArgumentException(
          "an IOMMU translates 39, 48 or 57 bits, not " + addressBits);
    }
    iommuMode = mode;
    iommuAddressBits = addressBits;
    return this;
  }

  /**
   * Says which leaves the second stage of the IOMMU knows; usually all.
   *
   * @param highestLevel the highest level of tables in which leaves may stand: 1 (4 KiB only), 2 (2
   *     MiB, too) or 3 (1 GiB, too)
   * @return this
   * @throws IllegalArgumentException for any other number
   */
  public MachineBuilder iommuLeaves(int highestLevel) {
    if (highestLevel < 1 || highestLevel > 3) {
      throw new IllegalArgumentException("leaves stand in levels 1 to 3, not " + highestLevel);
    }
    iommuHighestLeaf = highestLevel;
    return this;
  }

  /**
   * Chooses where the contents of RAM are stored, in a file without a name. The default is memory
   * (/dev/shm) where the host has it and room in it, else the folder for temporary files.
   *
   * @param folder an existing folder
   * @return this
   */
  public MachineBuilder ramFolder(Path folder) {
    ramFolder = folder;
    return this;
  }

  /**
   * {@return a new machine}
   *
   * @throws IllegalArgumentException when there is no RAM, or when ranges overlap
   */
  public SimulatedMachine build() {
    SimulatedMachine machine = new SimulatedMachine(this);
    machine.announce();
    return machine;
  }

  PhysicalMap physicalMap() {
    return new PhysicalMap(ram);
  }

  DeviceMap deviceMap(PhysicalMap map, Callbacks callbacks) {
    DeviceMap made = new DeviceMap(map, callbacks);
    if (!devices.isEmpty()) {
      made.add(devices);
    }
    return made;
  }

  @Nullable SimulatedIommu iommuOf(
      PhysicalMap map, Ram all, FrameTable frames, ThreadGuard guard, Clock clock, Census census) {
    if (iommuMode == null) {
      return null;
    }
    boolean scalable = iommuMode == IommuMode.SCALABLE;
    int hostBits = VtdSecondStage.MOST_HOST_BITS;
    VtdUnit unit =
        new VtdUnit(map, all, guard, clock, iommuAddressBits, hostBits, scalable, iommuHighestLeaf);
    return new SimulatedIommu(unit, frames, all, guard, census, scalable);
  }

  boolean isSingleThreaded() {
    return singleThreaded;
  }

  boolean isChecked() {
    return checked;
  }

  long chosenSeed() {
    return seed;
  }

  TableFormat chosenFormat() {
    return format;
  }

  @Nullable Path chosenRamFolder() {
    return ramFolder;
  }
}
