package dev.mapwright.core.domain;

import dev.mapwright.core.dma.Domain;
import dev.mapwright.core.dma.Domain.Kind;
import dev.mapwright.core.machine.FrameUser;
import dev.mapwright.core.machine.TranslationEntry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What is seen in a domain, for visitors: noted while the domain is locked, told when it is not.
 * One thread's.
 */
final class DomainSight {
  private record Seen(Kind kind, long firstPage, long pages, long entry) {}

  /** So many frames side by side. */
  private static final class Run {
    final long firstPfn;
    long pages;

    Run(long firstPfn) {
      this.firstPfn = firstPfn;
    }
  }

  private final DomainState state;
  private final DomainPages pages;
  private final DomainRanges ranges;
  private final List<Seen> all = new ArrayList<>();
  private final List<Run> runs = new ArrayList<>();

  DomainSight(DomainState state) {
    this.state = state;
    pages = state.pages;
    ranges = state.ranges;
  }

  /** Notes the ranges that exclude others, the mappings, and what waits; locked. */
  void look() {
    DomainRange range = ranges.from(0);
    while (range != null) {
      all.add(
          new Seen(
              range.reservation ? Kind.RESERVATION : Kind.RESERVED_REGION,
              range.firstPage,
              range.lastPage - range.firstPage + 1,
              pages.entry(range.firstPage)));
      range = ranges.from(range.lastPage + 1);
    }
    pages.forEach(0, state.lastPage, this::noteMapping);
    noteWaiting(state.unflushed, Kind.UNFLUSHED);
    noteWaiting(state.quarantine, Kind.QUARANTINED);
  }

  private void noteWaiting(WaitingRanges waiting, Kind kind) {
    for (int i = 0; i < waiting.count(); i++) {
      all.add(new Seen(kind, waiting.firstPage(i), waiting.pages(i), TranslationEntry.ABSENT));
    }
  }

  private void noteMapping(long first, long count, boolean owned, long entry) {
    if (!owned) {
      all.add(new Seen(Kind.MAPPING, first, count, entry));
      return;
    }
    DomainRange range = ranges.from(first);
    if (range != null && range.reservation) {
      all.add(new Seen(Kind.SEGMENT, first, count, entry));
    }
  }

  /** Tells what was noted, by first pages; what is around others comes before them. */
  void tell(Domain.Visitor visitor) {
    all.sort(Comparator.comparingLong(Seen::firstPage).thenComparing(Seen::kind));
    for (Seen seen : all) {
      visitor.range(seen.kind, seen.firstPage, seen.pages, seen.entry);
    }
  }

  /** Notes the frames that are shown, or held until a flush; locked. */
  void lookForFrames() {
    pages.forEach(0, state.lastPage, (first, count, owned, entry) -> noteFrames(first, count));
    for (int i = 0; i < state.unflushed.count(); i++) {
      noteFrames(state.unflushed.firstPage(i), state.unflushed.pages(i));
    }
  }

  private void noteFrames(long first, long count) {
    Run run = null;
    for (long page = first; page < first + count; page++) {
      long pfn = pages.pfn(page);
      if (run == null || pfn != run.firstPfn + run.pages) {
        run = new Run(pfn);
        runs.add(run);
      }
      run.pages++;
    }
  }

  /** Tells the frames that were noted. */
  void tellFrames(FrameUser.HeldVisitor visitor) {
    for (Run run : runs) {
      visitor.held(run.firstPfn, run.pages);
    }
  }
}
