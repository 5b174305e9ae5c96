package dev.mapwright.linux.iommu;

import dev.mapwright.core.machine.Machine;
import dev.mapwright.linux.input.HeapRoom;
import dev.mapwright.linux.input.InputFormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Recomputes what a kernel did with an IOMMU. A folder holds its tables ({@link RecordedTables})
 * and whatever else was recorded of the same moment; each thing that is there is compared:
 *
 * <ol>
 *   <li>{@code live.txt}, what another walker found in the tables ({@link LiveRange}), with what
 *       ours finds;
 *   <li>{@code events-domains.trace}, which holds the kernel's events and probes that name their
 *       domains; where it is missing, {@code events.trace}, the events alone, whose mappings are
 *       all made in one domain. Every map and unmap is made in a domain of the engine. Each has to
 *       be accepted; what is mapped in the end has to be what the recorded tables translate; each
 *       recorded unmap has to be flushed in time, and each of ours to be over for a device when it
 *       returns;
 *   <li>{@code live-maps.txt}, what is mapped in the end by another count of the same events;
 *   <li>the tables that the engine has made for all that, walked like the recorded ones. Without a
 *       trace they are made for what the recorded ones translate;
 *   <li>a CPU's tables with QEMU's {@code info-tlb.txt} and {@code info-mem.txt}.
 * </ol>
 *
 * <p>Files may be compressed, with {@code .gz} at the end of their names. A mapping for writing
 * only allows reading, too, where the recorded tables have no page that can be written and not
 * read.
 *
 * <p>Recordings are made by others: what they can make this do is bounded in time and memory, and
 * what is not as described is an {@link InputFormatException}.
 */
public final class IommuReplay {
  private final Path folder;
  private final RecordedTables tables;
  private final RecordedTables.@Nullable OfCpu cpu;

  private IommuReplay(Path folder, RecordedTables tables, RecordedTables.@Nullable OfCpu cpu) {
    this.folder = folder;
    this.tables = tables;
    this.cpu = cpu;
  }

  /**
   * Reads the tables of a folder.
   *
   * @param folder the folder
   * @return the replay
   * @throws InputFormatException if a file is not what it should be
   * @throws IOException if reading fails
   */
  public static IommuReplay of(Path folder) throws IOException {
    RecordedTables tables = RecordedTables.read(folder);
    if (tables.requesters().isEmpty()) {
      throw new InputFormatException(
          folder.resolve("tables.json").toString(), 0, "at least one device", "none");
    }
    return new IommuReplay(folder, tables, RecordedTables.readOfCpu(folder));
  }

  /** {@return the IOMMU's tables, to be put where they stood in a memory} */
  public RecordedTables tables() {
    return tables;
  }

  /** {@return a CPU's tables of the same memory; null when none were recorded} */
  public RecordedTables.@Nullable OfCpu cpuTables() {
    return cpu;
  }

  /**
   * Replays.
   *
   * @param recording a memory with the recorded tables in it
   * @param machine a machine with an IOMMU that nothing is attached to, of the same width and mode,
   *     to make domains on
   * @param own that machine's memory
   * @return what was found
   * @throws InputFormatException if an input is not what it should be; names file, line and what
   *     was expected
   * @throws IOException if reading fails
   */
  public IommuReplayReport run(TableMemory recording, Machine machine, TableMemory own)
      throws IOException {
    return run(recording, machine, own, (report, domains) -> {});
  }

  /** Told of what a replay leaves, while it is still there. */
  @FunctionalInterface
  public interface Looker {
    /**
     * Everything is replayed and compared.
     *
     * @param report what was found
     * @param domains the domains that are left, to be looked at only; closed afterwards
     * @throws IOException passed on
     */
    void look(IommuReplayReport report, List<LeftDomain> domains) throws IOException;
  }

  /**
   * Replays, and shows what that leaves.
   *
   * @param recording a memory with the recorded tables in it
   * @param machine a machine with an IOMMU that nothing is attached to, of the same width and mode,
   *     to make domains on
   * @param own that machine's memory
   * @param looker told in the end
   * @return what was found
   * @throws InputFormatException if an input is not what it should be; names file, line and what
   *     was expected
   * @throws IOException if reading fails, or the looker throws it
   */
  public IommuReplayReport run(
      TableMemory recording, Machine machine, TableMemory own, Looker looker) throws IOException {
    RecordedFiles files = new RecordedFiles(folder);
    HeapRoom room = new HeapRoom();
    Findings findings = new Findings();
    TableWalks walks = new TableWalks(recording, tables.requesters(), room);
    LiveLists lists = new LiveLists(files, room);
    findings.add(walks.walkAll());
    lists.compareTables(walks, findings);
    Path trace = TraceReplay.file(files);
    DomainReplay replay = domains(recording, machine, walks, trace, room);
    EndComparison end = new EndComparison(replay, walks, room);
    TraceReplay events = new TraceReplay(replay, tables, walks, files);
    try {
      long lines = 0;
      if (trace == null) {
        findings.notCompared(
            "maps and unmaps: there is no events-domains.trace, nor an events.trace");
        findings.add(events.tables());
      } else {
        lines = events.events(trace, findings);
        findings.add(end.compareMapped());
        lists.compareMappings(replay, findings);
      }
      findings.add(end.compareTables(own));
      CpuComparison.compare(cpu, recording, files, findings);
      IommuReplayReport report = report(replay, lines, findings);
      looker.look(report, left(replay));
      return report;
    } finally {
      for (ReplayedDomain domain : replay.domains()) {
        domain.domain.close();
      }
    }
  }

  /** Domains of ours, with the numbers of the recorded ones; nothing is in them. */
  private DomainReplay domains(
      TableMemory recording, Machine machine, TableWalks walks, @Nullable Path trace, HeapRoom room)
      throws IOException {
    Map<Integer, Long> attached = trace == null ? Map.of() : LastAttachments.read(trace);
    Map<Long, Integer> numbers = new HashMap<>();
    boolean writeOnly = false;
    for (int requester : tables.requesters()) {
      Long domain = attached.getOrDefault(requester, tables.domains().get(requester));
      if (domain != null && recording.domainOf(requester) >= 0) {
        numbers.put(domain, recording.domainOf(requester));
      }
      writeOnly |= walks.runs(requester).anyWriteOnly();
    }
    return new DomainReplay(machine, tables.addressBits(), !writeOnly, numbers, room);
  }

  private IommuReplayReport report(DomainReplay replay, long lines, Findings findings)
      throws InputFormatException {
    RecordedTables.OfCpu of = cpu;
    IommuReplayReport report =
        new IommuReplayReport(
            tables.scalable(),
            tables.tables().size(),
            tables.requesters().size(),
            of == null ? 0 : of.tables().size(),
            lines,
            replay.maps,
            replay.unmaps,
            replay.flushes,
            replay.attachments,
            replay.domains().size(),
            findings.compared(),
            findings.notCompared());
    if (report.compared() == 0) {
      // Not "all 0 pages agree": whoever asks for a replay wants something confirmed.
      throw new InputFormatException(folder.toString(), 0, "mappings to compare", "none");
    }
    return report;
  }

  private static List<LeftDomain> left(DomainReplay replay) {
    List<LeftDomain> left = new ArrayList<>();
    for (ReplayedDomain domain : replay.domains()) {
      List<String> devices = new ArrayList<>();
      for (int requester : new TreeSet<>(domain.requesters)) {
        devices.add(RecordedNumbers.name(requester));
      }
      left.add(new LeftDomain(domain.domain, devices));
    }
    return left;
  }
}
