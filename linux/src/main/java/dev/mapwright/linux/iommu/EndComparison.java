package dev.mapwright.linux.iommu;

import dev.mapwright.linux.input.HeapRoom;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares what a replay leaves with the recorded tables: what is mapped in our domains, and what
 * their tables translate.
 */
final class EndComparison {
  private final DomainReplay replay;
  private final TableWalks walks;
  private final HeapRoom room;

  EndComparison(DomainReplay replay, TableWalks walks, HeapRoom room) {
    this.replay = replay;
    this.walks = walks;
    this.room = room;
  }

  /** Compares what is mapped in our domains. */
  FindingMaker compareMapped() throws IOException {
    FindingMaker end =
        new FindingMaker(
            "end", "pages", "mapped in the engine's domains as the recorded tables translate them");
    for (Map.Entry<ReplayedDomain, PageRuns> entry : expected().entrySet()) {
      ReplayedDomain domain = entry.getKey();
      PageRuns mapped = domain.mapped(room);
      RunsComparison.compare(
          end,
          domain.domain.name(),
          mapped,
          "events",
          entry.getValue(),
          "tables",
          !domain.permissionsUnknown);
    }
    for (int requester : walks.requesters()) {
      PageRuns runs = walks.runs(requester);
      if (replay.of(requester) == null && runs.count() > 0) {
        end.differs(
            runs.pages(),
            RecordedNumbers.name(requester) + ": has tables, and the events attach it to nothing");
      }
    }
    return end;
  }

  /** Compares what the tables of our domains translate. */
  FindingMaker compareTables(TableMemory own) throws IOException {
    FindingMaker same =
        new FindingMaker(
            "own", "pages", "translated by the engine's own tables as by the recorded ones");
    for (Map.Entry<ReplayedDomain, PageRuns> entry : expected().entrySet()) {
      ReplayedDomain domain = entry.getKey();
      int requester = domain.requesters.iterator().next();
      PageRuns ours =
          walks.walk(own, requester, "our tables of " + RecordedNumbers.name(requester));
      RunsComparison.compare(
          same,
          domain.domain.name(),
          ours,
          "ours",
          entry.getValue(),
          "recorded",
          !domain.permissionsUnknown);
    }
    return same;
  }

  /** What each of our domains is compared with: a set of the recorded tables' topmost ones. */
  private Map<ReplayedDomain, PageRuns> expected() throws IOException {
    Map<ReplayedDomain, Map<Long, PageRuns>> roots = new LinkedHashMap<>();
    for (int requester : walks.requesters()) {
      ReplayedDomain domain = replay.of(requester);
      PageRuns runs = walks.found(requester);
      if (domain != null && runs != null) {
        roots
            .computeIfAbsent(domain, none -> new LinkedHashMap<>())
            .put(walks.root(requester), runs);
      }
    }
    Map<ReplayedDomain, PageRuns> all = new LinkedHashMap<>();
    for (Map.Entry<ReplayedDomain, Map<Long, PageRuns>> entry : roots.entrySet()) {
      List<PageRuns> each = new ArrayList<>(entry.getValue().values());
      all.put(entry.getKey(), each.size() == 1 ? each.getFirst() : joined(each));
    }
    return all;
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
}
