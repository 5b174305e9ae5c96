package dev.mapwright.proof.contract;

import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.sim.MachineBuilder;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.sim.format.TableFormat;
import dev.mapwright.sim.format.TinyFormat;
import dev.mapwright.sim.format.VtdSecondStage;
import dev.mapwright.sim.format.X86Format;
import java.util.List;
import java.util.stream.Stream;

/**
 * A kind of machine that the contract is run on. Another one is run through the whole suite by a
 * class that overrides {@link #machine(Hardware)} and a line in {@link #all}.
 */
public abstract class Substrate {
  /** The first frame of RAM of every machine of the suite. */
  public static final long FIRST_PFN = 0x100;

  private final String name;
  final boolean concurrent;

  Substrate(String name, boolean concurrent) {
    this.name = name;
    this.concurrent = concurrent;
  }

  /** What a test wants to find in the machine. */
  public record Hardware(long ramPages, long seed, List<Device> devices) {
    public static Hardware of(long ramPages) {
      return new Hardware(ramPages, 1, List.of());
    }

    public Hardware with(Device device) {
      return new Hardware(
          ramPages, seed, Stream.concat(devices.stream(), Stream.of(device)).toList());
    }
  }

  /** Registers somewhere above RAM. */
  public record Device(String name, long firstPfn, long pages, DeviceHandler handler) {}

  /** The one factory: a new machine with RAM from {@link #FIRST_PFN} on. */
  public abstract Machine machine(Hardware hardware);

  /** Whether the highest pages of all can be translated, too. */
  abstract boolean hasUpperHalf();

  /** The last page that a program's half of the address space has. */
  abstract long lastLowPage();

  /** Whether an entry can allow reading without execution, and the other way round. */
  abstract boolean tellsFetchesFromReads();

  @Override
  public String toString() {
    return name;
  }

  /** Every kind of machine. */
  public static Stream<Substrate> all() {
    return Stream.of(
        new Simulated(new X86Format(4), true),
        new Simulated(new X86Format(4), false),
        new Simulated(new X86Format(4), true, true),
        new Simulated(new X86Format(4), false, true),
        new Simulated(new X86Format(5), true),
        new Simulated(new X86Format(5), false),
        new Simulated(tiny(), true),
        new Simulated(tiny(), false),
        new Simulated(new VtdSecondStage(4, true, 52), true));
  }

  /** One kind for each format, for what is large. */
  public static Stream<Substrate> few() {
    return Stream.concat(fewWithLargeTables(), Stream.of(new Simulated(tiny(), true)));
  }

  /** One kind for each format whose tables have hundreds of entries. */
  public static Stream<Substrate> fewWithLargeTables() {
    return Stream.of(new Simulated(new X86Format(4), false), new Simulated(new X86Format(5), true));
  }

  /**
   * Six unequal levels with leaves at each, as many pages as a program's half has with 4 levels of
   * x86-64, no upper half, and entries for writing without reading.
   */
  private static TableFormat tiny() {
    return new TinyFormat(3, 1, 4, 9, 9, 9);
  }

  /** Those that several threads may drive. */
  public static Stream<Substrate> concurrent() {
    return all().filter(substrate -> substrate.concurrent);
  }

  private static final class Simulated extends Substrate {
    private final TableFormat format;
    private final boolean checked;

    Simulated(TableFormat format, boolean concurrent) {
      this(format, concurrent, false);
    }

    /** Native access is granted to these tests; a machine that is to be checked does without. */
    Simulated(TableFormat format, boolean concurrent, boolean checked) {
      super(
          format.name() + (concurrent ? "" : ", one thread") + (checked ? ", checked" : ""),
          concurrent);
      this.format = format;
      this.checked = checked;
    }

    @Override
    public Machine machine(Hardware hardware) {
      MachineBuilder builder =
          SimulatedMachine.builder()
              .ram(FIRST_PFN, hardware.ramPages())
              .format(format)
              .seed(hardware.seed());
      for (Device device : hardware.devices()) {
        builder.device(device.name(), device.firstPfn(), device.pages(), device.handler());
      }
      if (checked) {
        builder.checked();
      }
      return concurrent ? builder.build() : builder.singleThreaded().build();
    }

    @Override
    boolean hasUpperHalf() {
      return format.highFirstPage() >= 0;
    }

    @Override
    long lastLowPage() {
      return format.lowLastPage();
    }

    @Override
    boolean tellsFetchesFromReads() {
      return format.effective(Permissions.READ) == Permissions.READ;
    }
  }
}
