package dev.mapwright.linux.iommu;

import dev.mapwright.linux.input.HeapRoom;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares with what others have listed: {@code live.txt}, which another walker has found in the
 * tables, and {@code live-maps.txt}, which another count of the events has found mapped.
 */
final class LiveLists {
  private final RecordedFiles files;
  private final HeapRoom room;

  LiveLists(RecordedFiles files, HeapRoom room) {
    this.files = files;
    this.room = room;
  }

  /** Compares the recorded tables with {@code live.txt}. */
  void compareTables(TableWalks walks, Findings findings) throws IOException {
    Path file = files.find("live.txt");
    if (file == null) {
      findings.notCompared("what another walker found in the tables: there is no live.txt");
      return;
    }
    Map<Integer, List<LiveRange>> listed = new HashMap<>();
    for (LiveRange range : LiveRange.read(file)) {
      listed.computeIfAbsent(range.requester(), none -> new ArrayList<>()).add(range);
    }
    FindingMaker live =
        new FindingMaker("live", "pages of devices", "translated by the tables as live.txt says");
    for (int requester : walks.requesters()) {
      PageRuns runs = runs(file, listed.remove(requester));
      RunsComparison.compare(
          live,
          RecordedNumbers.name(requester),
          walks.runs(requester),
          "tables",
          runs,
          "live.txt",
          true);
    }
    for (Map.Entry<Integer, List<LiveRange>> other : listed.entrySet()) {
      RunsComparison.compare(
          live,
          RecordedNumbers.name(other.getKey()),
          new PageRuns("nothing", room),
          "no such device,",
          runs(file, other.getValue()),
          "live.txt",
          true);
    }
    findings.add(live);
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

  /** Compares what the events leave mapped with {@code live-maps.txt}. */
  void compareMappings(DomainReplay replay, Findings findings) throws IOException {
    Path file = files.find("live-maps.txt");
    if (file == null) {
      findings.notCompared("mappings that stay: there is no live-maps.txt");
      return;
    }
    Map<Long, List<LiveMapping>> listed = new LinkedHashMap<>();
    for (LiveMapping mapping : LiveMapping.read(file)) {
      listed.computeIfAbsent(mapping.domain(), none -> new ArrayList<>()).add(mapping);
    }
    if (!replay.isNew(TraceEvents.NO_DOMAIN)) {
      findings.notCompared("live-maps.txt: the trace does not say whose mappings are which");
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
    findings.add(maps);
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
        maps, domain.domain.name(), domain.mapped(room), "events", runs, "live-maps.txt", true);
  }
}
