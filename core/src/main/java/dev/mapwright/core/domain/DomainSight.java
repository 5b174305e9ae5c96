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

  private final DomainPages pages;
  private final DomainRanges ranges;
  private final List<Seen> all = new ArrayList<>();
  private final List<Run> runs = new ArrayList<>();

  DomainSight(DomainPages pages, DomainRanges ranges) {
    this.pages = pages;
    this.ranges = ranges;
  }

  /** Notes the ranges that exclude others, and the mappings; locked. */
  void look(long lastPage) {
    DomainRange range = ranges.from(0);
    while (range != null) {
      boolean reservation = range instanceof EngineDomainReservation.Range;
      all.add(
          new Seen(
              reservation ? Kind.RESERVATION : Kind.RESERVED_REGION,
              range.firstPage,
              range.lastPage - range.firstPage + 1,
              pages.entry(range.firstPage)));
      range = ranges.from(range.lastPage + 1);
    }
    pages.forEach(0, lastPage, this::noteMapping);
  }

  private void noteMapping(long first, long count, boolean owned, long entry) {
    if (!owned) {
      all.add(new Seen(Kind.MAPPING, first, count, entry));
    } else if (ranges.from(first) instanceof EngineDomainReservation.Range) {
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

  /** Notes the frames that are shown; locked. */
  void lookForFrames(long lastPage) {
    pages.forEach(0, lastPage, (first, count, owned, entry) -> noteFrames(first, count));
  }

  private void noteFrames(long first, long count) {
    Run run = null;
    for (long page = first; page < first + count; page++) {
      long pfn = TranslationEntry.pfn(pages.entry(page));
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
