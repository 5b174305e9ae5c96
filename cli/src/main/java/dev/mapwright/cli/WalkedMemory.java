package dev.mapwright.cli;

import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.linux.iommu.IommuReplay;
import dev.mapwright.linux.iommu.RecordedTables;
import dev.mapwright.linux.iommu.TableMemory;
import dev.mapwright.sim.AttachmentReport;
import dev.mapwright.sim.IommuMode;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.sim.TableWalkReport;
import dev.mapwright.sim.format.TableFormat;
import dev.mapwright.sim.format.X86Format;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The memory of a simulated machine, whose walkers look for tables in it. */
final class WalkedMemory implements TableMemory {
  private final SimulatedMachine machine;

  /** Finds what a requester is attached to. */
  private interface Finder {
    AttachmentReport attachmentOf(int requester);
  }

  private final Finder finder;
  private final Map<Integer, AttachmentReport> found = new HashMap<>();

  private WalkedMemory(SimulatedMachine machine, Finder finder) {
    this.machine = machine;
    this.finder = finder;
  }

  /** The machine in which recorded tables stand where they stood. */
  static SimulatedMachine machineOf(IommuReplay replay) {
    long end = 1;
    for (RecordedTables.Table table : replay.tables().tables()) {
      end = Math.max(end, Pages.of(table.physicalAddress()) + 1);
    }
    List<RecordedTables.Table> cpuTables =
        replay.cpuTables() == null ? List.of() : replay.cpuTables().tables();
    for (RecordedTables.Table table : cpuTables) {
      end = Math.max(end, Pages.of(table.physicalAddress()) + 1);
    }
    SimulatedMachine machine = SimulatedMachine.builder().ram(0, end).singleThreaded().build();
    put(machine, replay.tables().tables());
    put(machine, cpuTables);
    return machine;
  }

  private static void put(SimulatedMachine machine, List<RecordedTables.Table> tables) {
    for (RecordedTables.Table table : tables) {
      long pfn = Pages.of(table.physicalAddress());
      machine.memory().write(pfn, 0, MemorySegment.ofArray(table.bytes()), 0, Pages.BYTES);
    }
  }

  /** The machine on which what was recorded is made again. */
  static SimulatedMachine machineFor(RecordedTables tables, long ramPages) {
    return SimulatedMachine.builder()
        .ram(0, ramPages)
        .singleThreaded()
        .iommu(tables.scalable() ? IommuMode.SCALABLE : IommuMode.LEGACY, tables.addressBits())
        .build();
  }

  /** The recorded tables in a machine's memory. */
  static TableMemory recorded(SimulatedMachine machine, RecordedTables tables) {
    return new WalkedMemory(
        machine,
        requester ->
            machine.attachmentOf(
                tables.register(), requester, DmaFault.NO_PASID, tables.addressBits()));
  }

  /** The tables that a machine has made itself; they change, so nothing is remembered of them. */
  static TableMemory own(SimulatedMachine machine) {
    return new WalkedMemory(
        machine, requester -> machine.attachmentOf(requester, DmaFault.NO_PASID));
  }

  private AttachmentReport attachment(int requester) {
    return found.computeIfAbsent(requester, finder::attachmentOf);
  }

  @Override
  public long rootOf(int requester) {
    AttachmentReport attached = attachment(requester);
    return switch (attached.ending()) {
      case TABLES -> attached.rootPfn();
      case PASS_THROUGH -> PASSES;
      case NOT_ATTACHED -> NOTHING;
      case REFUSED -> REFUSED;
    };
  }

  @Override
  public int domainOf(int requester) {
    return rootOf(requester) < 0 ? -1 : attachment(requester).domain();
  }

  @Override
  public boolean visit(int requester, long mostEntries, Visitor visitor) throws IOException {
    AttachmentReport attached = attachment(requester);
    TableFormat format = Objects.requireNonNull(attached.format());
    long root = attached.rootPfn();
    try {
      return machine.visitTables(
          format,
          root,
          mostEntries,
          (first, last, pfn, permissions) -> {
            TableWalkReport walk = machine.walkTables(format, root, first);
            try {
              visitor.leaf(first, last, pfn, walk.permissions());
            } catch (IOException stopped) {
              throw new UncheckedIOException(stopped);
            }
          });
    } catch (UncheckedIOException stopped) {
      throw stopped.getCause();
    }
  }

  @Override
  public boolean visitCpu(long rootPfn, int levels, long mostEntries, CpuVisitor visitor)
      throws IOException {
    TableFormat format = new X86Format(levels);
    try {
      return machine.visitTables(
          format,
          rootPfn,
          mostEntries,
          (first, last, pfn, permissions) -> {
            List<Translation.WalkStep> steps = machine.walkTables(format, rootPfn, first).steps();
            long all = -1;
            for (Translation.WalkStep step : steps) {
              all &= step.bits();
            }
            long leaf = steps.isEmpty() ? 0 : steps.getLast().bits();
            try {
              visitor.leaf(first, last - first + 1, pfn, leaf, all);
            } catch (IOException stopped) {
              throw new UncheckedIOException(stopped);
            }
          });
    } catch (UncheckedIOException stopped) {
      throw stopped.getCause();
    }
  }
}
