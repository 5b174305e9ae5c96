package dev.mapwright.proof.contract;

import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.sim.MachineBuilder;
import dev.mapwright.sim.SimulatedMachine;
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

  /** The last page that a program's half of the address space has. */
  abstract long lastLowPage();

  @Override
  public String toString() {
    return name;
  }

  /** Every kind of machine. */
  public static Stream<Substrate> all() {
    return Stream.of(
        new Simulated(4, true),
        new Simulated(4, false),
        new Simulated(5, true),
        new Simulated(5, false));
  }

  /** One kind for each format, for what is large. */
  public static Stream<Substrate> few() {
    return Stream.of(new Simulated(4, false), new Simulated(5, true));
  }

  /** Those that several threads may drive. */
  public static Stream<Substrate> concurrent() {
    return all().filter(substrate -> substrate.concurrent);
  }

  private static final class Simulated extends Substrate {
    private final int levels;

    Simulated(int levels, boolean concurrent) {
      super("simulated, " + levels + " levels" + (concurrent ? "" : ", one thread"), concurrent);
      this.levels = levels;
    }

    @Override
    public Machine machine(Hardware hardware) {
      MachineBuilder builder =
          SimulatedMachine.builder()
              .ram(FIRST_PFN, hardware.ramPages())
              .levels(levels)
              .seed(hardware.seed());
      for (Device device : hardware.devices()) {
        builder.device(device.name(), device.firstPfn(), device.pages(), device.handler());
      }
      return concurrent ? builder.build() : builder.singleThreaded().build();
    }

    @Override
    long lastLowPage() {
      return (1L << (levels * 9 - 1)) - 1;
    }
  }
}
