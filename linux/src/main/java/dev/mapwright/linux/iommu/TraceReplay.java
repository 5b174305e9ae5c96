package dev.mapwright.linux.iommu;

import dev.mapwright.core.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Has a trace done again in domains of the engine, and compares what that leaves. Without a trace,
 * what the recorded tables translate is mapped.
 */
final class TraceReplay {
  private final DomainReplay replay;
  private final RecordedTables tables;
  private final TableWalks walks;
  private final RecordedFiles files;

  TraceReplay(DomainReplay replay, RecordedTables tables, TableWalks walks, RecordedFiles files) {
    this.replay = replay;
    this.tables = tables;
    this.walks = walks;
    this.files = files;
  }

  /**
   * Which file has the events: the one that names domains, or else the plain one; null for none.
   */
  static @Nullable Path file(RecordedFiles files) {
    Path named = files.find("events-domains.trace");
    return named == null ? files.find("events.trace") : named;
  }

  /** Replays the events of a file; how many lines it has. */
  long events(Path file, Findings findings) throws IOException {
    long lines = TraceEvents.read(file, replay);
    replay.end();
    attachUnattached(file, lines);
    findings.add(replay.accepted);
    findings.addIfAny(replay.flushed, "flushes: the trace holds none");
    findings.addIfAny(
        replay.refused, "devices after unmaps: none reached a page that was unmapped");
    return lines;
  }

  /** Makes a domain for each topmost table and maps there what it translates. */
  FindingMaker tables() throws IOException {
    String source = files.name("tables.json");
    TraceLine line = new TraceLine(source, 0, 0, 0, "tables", "what they translate");
    FindingMaker mapped =
        new FindingMaker("mapped", "ranges", "of the tables accepted by domains of the engine");
    for (int requester : tables.requesters()) {
      long root = walks.root(requester);
      PageRuns runs = walks.found(requester);
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
    return mapped;
  }

  /** Attaches devices of which the trace does not say to what, if the tables say it. */
  private void attachUnattached(Path file, long lines) throws IOException {
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
}
