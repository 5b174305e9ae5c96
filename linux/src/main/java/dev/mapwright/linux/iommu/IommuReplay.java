package dev.mapwright.linux.iommu;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.dma.Domain;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.linux.input.HeapRoom;
import dev.mapwright.linux.input.InputFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
  private static final long MOST_ENTRIES = 1L << 26;
  private static final long FEW_ENTRIES = 1L << 12;

  private final Path folder;
  private final RecordedTables tables;
  private final RecordedTables.@Nullable OfCpu cpu;
  private final HeapRoom room = new HeapRoom();
  private final List<Finding> findings = new ArrayList<>();
  private final List<String> notCompared = new ArrayList<>();

  /** What each topmost table translates, by its frame. */
  private final Map<Long, PageRuns> recorded = new HashMap<>();

  /** How many entries may still be looked at. */
  private long entriesLeft = MOST_ENTRIES;

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
    walkRecorded(recording);
    live(recording);
    Path trace = file("events-domains.trace");
    trace = trace == null ? file("events.trace") : trace;
    Map<Integer, Long> attached = trace == null ? Map.of() : LastAttachments.read(trace);
    Map<Long, Integer> numbers = new HashMap<>();
    boolean writeOnly = false;
    for (int requester : tables.requesters()) {
      Long domain = attached.getOrDefault(requester, tables.domains().get(requester));
      if (domain != null && recording.domainOf(requester) >= 0) {
        numbers.put(domain, recording.domainOf(requester));
      }
      writeOnly |= runs(recording, requester).anyWriteOnly();
    }
    DomainReplay replay =
        new DomainReplay(machine, tables.addressBits(), !writeOnly, numbers, room);
    try {
      long lines = trace(trace, replay, recording);
      own(replay, recording, own);
      cpu(recording);
      IommuReplayReport report = report(replay, lines);
      looker.look(report, left(replay));
      return report;
    } finally {
      for (ReplayedDomain domain : replay.domains()) {
        domain.domain.close();
      }
    }
  }

  private IommuReplayReport report(DomainReplay replay, long lines) throws InputFormatException {
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
            findings,
            notCompared);
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
        devices.add(name(requester));
      }
      left.add(new LeftDomain(domain.domain, devices));
    }
    return left;
  }

  /** A file, or the compressed one; null when there is neither. */
  private @Nullable Path file(String name) {
    Path plain = folder.resolve(name);
    Path compressed = folder.resolve(name + ".gz");
    return Files.exists(plain) ? plain : Files.exists(compressed) ? compressed : null;
  }

  // ---- the recorded tables

  private void walkRecorded(TableMemory recording) throws IOException {
    FindingMaker structures =
        new FindingMaker("roots", "devices", "found by the structures that lead to their tables");
    for (int requester : tables.requesters()) {
      long root = recording.rootOf(requester);
      if (root == TableMemory.REFUSED) {
        structures.differs(1, name(requester) + ": what leads to its tables can't be followed");
        continue;
      }
      structures.matches(1);
      if (root >= 0 && !recorded.containsKey(root)) {
        recorded.put(root, walk(recording, requester, "the tables of " + name(requester)));
      }
    }
    findings.add(structures.made());
  }

  /**
   * Walks a requester's tables. How many entries there are to look at nobody knows before, and a
   * few hostile tables have more than anybody can; so it is tried with more and more, and what was
   * tried counts.
   */
  private PageRuns walk(TableMemory memory, int requester, String name) throws IOException {
    for (long most = FEW_ENTRIES; most <= entriesLeft; most *= 4) {
      entriesLeft -= most;
      PageRuns runs = new PageRuns(name, room);
      boolean whole =
          memory.visit(
              requester,
              most,
              (first, last, pfn, permissions) ->
                  runs.add(first, last, pfn, permissions & Permissions.READ_WRITE));
      if (whole) {
        return runs;
      }
    }
    throw new InputFormatException(
        name, 0, "at most " + MOST_ENTRIES + " entries in all tables", "more than that");
  }

  /** What the recorded tables translate for a requester. */
  private PageRuns runs(TableMemory recording, int requester) {
    PageRuns runs = recorded.get(recording.rootOf(requester));
    return runs == null ? new PageRuns("nothing", room) : runs;
  }

  static String name(int requester) {
    String digits = "0123456789abcdef";
    return ""
        + digits.charAt(requester >>> 12)
        + digits.charAt(requester >>> 8 & 0xF)
        + ":"
        + digits.charAt(requester >>> 7 & 1)
        + digits.charAt(requester >>> 3 & 0xF)
        + "."
        + (requester & 7);
  }

  private void live(TableMemory recording) throws IOException {
    Path file = file("live.txt");
    if (file == null) {
      notCompared.add("what another walker found in the tables: there is no live.txt");
      return;
    }
    Map<Integer, List<LiveRange>> listed = new HashMap<>();
    for (LiveRange range : LiveRange.read(file)) {
      listed.computeIfAbsent(range.requester(), none -> new ArrayList<>()).add(range);
    }
    FindingMaker live =
        new FindingMaker("live", "pages of devices", "translated by the tables as live.txt says");
    for (int requester : tables.requesters()) {
      PageRuns runs = runs(file, listed.remove(requester));
      RunsComparison.compare(
          live, name(requester), runs(recording, requester), "tables", runs, "live.txt", true);
    }
    for (Map.Entry<Integer, List<LiveRange>> other : listed.entrySet()) {
      RunsComparison.compare(
          live,
          name(other.getKey()),
          new PageRuns("nothing", room),
          "no such device,",
          runs(file, other.getValue()),
          "live.txt",
          true);
    }
    findings.add(live.made());
  }

  private PageRuns runs(Path file, @Nullable List<LiveRange> ranges) throws IOException {
    PageRuns runs = new PageRuns(file.toString(), room);
    if (ranges != null) {
      ranges.sort(Comparator.comparingLong(LiveRange::firstAddress));
      for (LiveRange range : ranges) {
        runs.add(
            range.firstAddress() >>> 12,
            range.lastAddress() >>> 12,
            range.physicalAddress() >>> 12,
            range.permissions());
      }
    }
    return runs;
  }

  // ---- events

  /** Replays the trace, or, without one, maps what is recorded; how many lines it has. */
  private long trace(@Nullable Path file, DomainReplay replay, TableMemory recording)
      throws IOException {
    if (file == null) {
      notCompared.add("maps and unmaps: there is no events-domains.trace, nor an events.trace");
      mapRecorded(replay, recording);
      return 0;
    }
    long lines = TraceEvents.read(file, replay);
    replay.end();
    attachUnattached(replay, file, lines);
    findings.add(replay.accepted.made());
    addIfAny(replay.flushed, "flushes: the trace holds none");
    addIfAny(replay.refused, "devices after unmaps: none reached a page that was unmapped");
    end(replay, recording);
    liveMaps(replay);
    return lines;
  }

  private void addIfAny(FindingMaker maker, String otherwise) {
    Finding made = maker.made();
    if (made.compared() > 0) {
      findings.add(made);
    } else {
      notCompared.add(otherwise);
    }
  }

  /** Makes a domain for each topmost table and maps there what it translates. */
  private void mapRecorded(DomainReplay replay, TableMemory recording) throws IOException {
    String source = folder.resolve("tables.json").toString();
    TraceLine line = new TraceLine(source, 0, 0, 0, "tables", "what they translate");
    FindingMaker mapped =
        new FindingMaker("mapped", "ranges", "of the tables accepted by domains of the engine");
    for (int requester : tables.requesters()) {
      long root = recording.rootOf(requester);
      PageRuns runs = recorded.get(root);
      if (runs == null) {
        continue;
      }
      boolean isNew = replay.isNew(root + 1);
      ReplayedDomain domain = replay.domain(line, root + 1);
      for (int run = 0; isNew && run < runs.count(); run++) {
        long first = runs.first(run);
        Outcome outcome =
            runs.pfn(run) == PageRuns.BROKEN
                ? Outcome.INVALID
                : replay.map(
                    line,
                    domain,
                    first,
                    runs.last(run) - first + 1,
                    runs.pfn(run),
                    runs.permissions(run));
        if (outcome == Outcome.OK) {
          mapped.matches(1);
        } else {
          mapped.differs(1, DomainReplay.address(first) + " refused: " + outcome);
        }
      }
      replay.attach(line, domain, requester);
    }
    findings.add(mapped.made());
  }

  /** Attaches devices of which the trace does not say to what, if the tables say it. */
  private void attachUnattached(DomainReplay replay, Path file, long lines) throws IOException {
    TraceLine line = new TraceLine(file.toString(), lines, 0, 0, "end", "attached devices");
    for (int requester : tables.requesters()) {
      if (replay.of(requester) == null) {
        boolean joint = !replay.isNew(TraceEvents.NO_DOMAIN);
        Long pointer =
            joint ? Long.valueOf(TraceEvents.NO_DOMAIN) : tables.domains().get(requester);
        if (pointer != null && !replay.isNew(pointer)) {
          replay.attach(line, replay.domain(line, pointer), requester);
        }
      }
    }
  }

  /** What one of our domains is compared with: a set of the recorded tables' topmost ones. */
  private Map<ReplayedDomain, PageRuns> expectedOf(DomainReplay replay, TableMemory recording)
      throws IOException {
    Map<ReplayedDomain, Map<Long, PageRuns>> roots = new LinkedHashMap<>();
    for (int requester : tables.requesters()) {
      ReplayedDomain domain = replay.of(requester);
      PageRuns runs = recorded.get(recording.rootOf(requester));
      if (domain != null && runs != null) {
        roots
            .computeIfAbsent(domain, none -> new LinkedHashMap<>())
            .put(recording.rootOf(requester), runs);
      }
    }
    Map<ReplayedDomain, PageRuns> expected = new LinkedHashMap<>();
    for (Map.Entry<ReplayedDomain, Map<Long, PageRuns>> entry : roots.entrySet()) {
      List<PageRuns> each = new ArrayList<>(entry.getValue().values());
      expected.put(entry.getKey(), each.size() == 1 ? each.getFirst() : joined(each));
    }
    return expected;
  }

  /** The runs of several tables in one, if no page is in two of them. */
  private PageRuns joined(List<PageRuns> each) throws IOException {
    PageRuns all = new PageRuns("tables of devices that a trace has in one domain", room);
    int[] next = new int[each.size()];
    while (true) {
      int lowest = -1;
      for (int i = 0; i < next.length; i++) {
        boolean left = next[i] < each.get(i).count();
        if (left
            && (lowest < 0 || each.get(i).first(next[i]) < each.get(lowest).first(next[lowest]))) {
          lowest = i;
        }
      }
      if (lowest < 0) {
        return all;
      }
      PageRuns runs = each.get(lowest);
      int run = next[lowest]++;
      all.add(runs.first(run), runs.last(run), runs.pfn(run), runs.permissions(run));
    }
  }

  private void end(DomainReplay replay, TableMemory recording) throws IOException {
    FindingMaker end =
        new FindingMaker(
            "end", "pages", "mapped in the engine's domains as the recorded tables translate them");
    Map<ReplayedDomain, PageRuns> expected = expectedOf(replay, recording);
    for (Map.Entry<ReplayedDomain, PageRuns> entry : expected.entrySet()) {
      ReplayedDomain domain = entry.getKey();
      PageRuns mapped = mapped(domain);
      RunsComparison.compare(
          end,
          domain.domain.name(),
          mapped,
          "events",
          entry.getValue(),
          "tables",
          !domain.permissionsUnknown);
    }
    for (int requester : tables.requesters()) {
      PageRuns runs = runs(recording, requester);
      if (replay.of(requester) == null && runs.count() > 0) {
        end.differs(
            runs.pages(), name(requester) + ": has tables, and the events attach it to nothing");
      }
    }
    findings.add(end.made());
  }

  private PageRuns mapped(ReplayedDomain domain) throws IOException {
    PageRuns runs = new PageRuns("domain " + domain.domain.name(), room);
    InputFormatException[] failed = {null};
    domain.domain.forEach((kind, first, pages, entry) -> {
      if (kind == Domain.Kind.MAPPING && failed[0] == null) {
        try {
          addPages(runs, domain.domain, first, pages);
        } catch (InputFormatException full) {
          failed[0] = full;
        }
      }
    });
    if (failed[0] != null) {
      throw failed[0];
    }
    return runs;
  }

  private static void addPages(PageRuns runs, Domain domain, long first, long pages)
      throws InputFormatException {
    for (long page = first; page < first + pages; page++) {
      long entry = domain.entry(page);
      runs.add(
          page,
          page,
          TranslationEntry.pfn(entry),
          TranslationEntry.permissions(entry) & Permissions.READ_WRITE);
    }
  }

  private void liveMaps(DomainReplay replay) throws IOException {
    Path file = file("live-maps.txt");
    if (file == null) {
      notCompared.add("mappings that stay: there is no live-maps.txt");
      return;
    }
    Map<Long, List<LiveMapping>> listed = new LinkedHashMap<>();
    for (LiveMapping mapping : LiveMapping.read(file)) {
      listed.computeIfAbsent(mapping.domain(), none -> new ArrayList<>()).add(mapping);
    }
    if (!replay.isNew(TraceEvents.NO_DOMAIN)) {
      notCompared.add("live-maps.txt: the trace does not say whose mappings are which");
      return;
    }
    FindingMaker maps =
        new FindingMaker("maps", "pages", "mapped in the end as live-maps.txt says");
    for (ReplayedDomain domain : replay.domains()) {
      compare(maps, replay, file, domain, listed.remove(domain.pointer));
    }
    for (Map.Entry<Long, List<LiveMapping>> other : listed.entrySet()) {
      maps.differs(
          other.getValue().stream().mapToLong(LiveMapping::pages).sum(),
          "the events know no domain 0x" + Long.toHexString(other.getKey()));
    }
    findings.add(maps.made());
  }

  private void compare(
      FindingMaker maps,
      DomainReplay replay,
      Path file,
      ReplayedDomain domain,
      @Nullable List<LiveMapping> listed)
      throws IOException {
    PageRuns runs = new PageRuns(file.toString(), room);
    if (listed != null) {
      listed.sort(Comparator.comparingLong(LiveMapping::firstPage));
      for (LiveMapping mapping : listed) {
        runs.add(
            mapping.firstPage(),
            mapping.firstPage() + mapping.pages() - 1,
            mapping.pfn(),
            replay.permissions(mapping.prot()));
      }
    }
    RunsComparison.compare(
        maps, domain.domain.name(), mapped(domain), "events", runs, "live-maps.txt", true);
  }

  // ---- tables of our own

  private void own(DomainReplay replay, TableMemory recording, TableMemory own) throws IOException {
    FindingMaker same =
        new FindingMaker(
            "own", "pages", "translated by the engine's own tables as by the recorded ones");
    for (Map.Entry<ReplayedDomain, PageRuns> entry : expectedOf(replay, recording).entrySet()) {
      ReplayedDomain domain = entry.getKey();
      int requester = domain.requesters.iterator().next();
      PageRuns ours = walk(own, requester, "our tables of " + name(requester));
      RunsComparison.compare(
          same,
          domain.domain.name(),
          ours,
          "ours",
          entry.getValue(),
          "recorded",
          !domain.permissionsUnknown);
    }
    findings.add(same.made());
  }

  // ---- a CPU's tables

  private void cpu(TableMemory recording) throws IOException {
    RecordedTables.OfCpu of = cpu;
    if (of == null) {
      notCompared.add("a CPU's tables: there is no cpu-tables.json");
      return;
    }
    FindingMaker entries =
        new FindingMaker("tlb", "entries of info-tlb.txt", "in the CPU's tables, and no others");
    FindingMaker ranges =
        new FindingMaker("mem", "ranges of info-mem.txt", "in the CPU's tables, and no others");
    Path tlb = file("info-tlb.txt");
    Path mem = file("info-mem.txt");
    long broken;
    try (Listing tlbListing = tlb == null ? null : new Listing(tlb, entries);
        Listing memListing = mem == null ? null : new Listing(mem, ranges)) {
      CpuListings listings = new CpuListings(tlbListing, memListing);
      boolean whole =
          recording.visitCpu(
              of.root() >>> 12 & (1L << 40) - 1, of.levels(), MOST_ENTRIES, listings);
      if (!whole) {
        throw new InputFormatException(
            folder.resolve("cpu-tables.bin").toString(),
            0,
            "at most " + MOST_ENTRIES + " entries",
            "more than that");
      }
      listings.end();
      broken = listings.broken;
    }
    if (broken > 0) {
      entries.differs(broken, "entries of the CPU's tables that can't be followed");
    }
    if (tlb == null) {
      notCompared.add("the CPU's tables with QEMU's view: there is no info-tlb.txt");
    }
    addIfAny(entries, "entries of the CPU's tables: none were listed");
    if (mem != null) {
      findings.add(ranges.made());
    }
  }
}
