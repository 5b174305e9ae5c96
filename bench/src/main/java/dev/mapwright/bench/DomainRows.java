package dev.mapwright.bench;

import dev.mapwright.core.dma.DomainOptions;
import java.util.ArrayList;
import java.util.List;

/** Rows of domains: the allocator, the tables and the flush of each unmap together. */
final class DomainRows {
  private static final int MILLION = 1_000_000;
  private static final int FEWER = 100_000;
  private static final int RUNS = 5;
  private static final String LOAD = "the CPU's 8-byte load, random in the same 4 MiB";

  private final Plan plan;

  DomainRows(Plan plan) {
    this.plan = plan;
  }

  /** Mapping and unmapping: C1, C2, C5. */
  List<Row> maps() {
    List<Row> rows = new ArrayList<>();
    maps(rows);
    deferred(rows);
    return rows;
  }

  /** A device's accesses: C6. */
  List<Row> reads() {
    List<Row> rows = new ArrayList<>();
    reads(rows, false);
    reads(rows, true);
    return rows;
  }

  /** Reservations of a domain, and what Windows makes of them: K. */
  List<Row> reservations() {
    List<Row> rows = new ArrayList<>();
    reserved(rows);
    tokens(rows);
    return rows;
  }

  private void maps(List<Row> rows) {
    TreePages tree = new TreePages(new Places(Places.Shape.DENSE, FEWER));
    try (DomainPages domain = new DomainPages(FEWER, false)) {
      Rounds rounds =
          Rounds.measure(
              List.of(tree.contender(), domain.newest(), domain.ring(), domain.pairs(256)),
              plan.rounds(),
              plan.attempts(),
              run -> List.of(run.ratio(1, 0), run.ratio(2, 0)));
      domain.verify();
      rows.add(row("C1 domain", "unmap + map the newest page", FEWER, 0.2, rounds, 1));
      rows.add(row("C1 domain", "unmap the oldest page + map", FEWER, 0.2, rounds, 2));
      rows.add(
          Row.amount(
              "C5",
              "domain: map + unmap of 256 pages, a page",
              "ns",
              30.0,
              rounds.nanos(3) / 256,
              ""));
    }
    heap(rows);
    TreePages large = new TreePages(new Places(Places.Shape.DENSE, MILLION));
    try (DomainPages domain = new DomainPages(MILLION, false)) {
      Rounds rounds =
          Rounds.measure(
              List.of(large.contender(), domain.random()),
              plan.rounds(),
              plan.attempts(),
              run -> List.of(run.ratio(1, 0)));
      domain.verify();
      rows.add(row("C2 domain", "unmap a random page + map", MILLION, 0.5, rounds, 1));
      double longest = DomainPages.longestNanos(FEWER, plan == Plan.FULL ? 200_000 : 20_000, RUNS);
      double ratio = longest / rounds.nanos(1);
      rows.add(
          Row.ratio(
              "C8 domain",
              "the longest such pair",
              "the median pair of C2 domain",
              100.0,
              new Quartiles(ratio, ratio, ratio),
              Table.format("%,.0f ns", longest)));
    }
  }

  /** What a million live pages take on the heap: tables of the hardware are elsewhere. */
  private static void heap(List<Row> rows) {
    long before = HeapUse.bytes();
    try (DomainPages domain = new DomainPages(MILLION, false)) {
      // The bench's own array of places has 8 bytes a page.
      double bytes = (double) (HeapUse.bytes() - before) / MILLION - 8;
      domain.verify();
      rows.add(
          Row.amount(
              "D4 domain",
              "heap of a domain, pages side by side",
              "bytes",
              24.0,
              bytes,
              "a live page, n=1,000,000; with the machine, without the hardware's tables"));
    }
  }

  /** Unmapping that waits for a flush, against unmapping that flushes at once. */
  private void deferred(List<Row> rows) {
    DomainOptions later = DomainOptions.USUAL.withDeferredFlush(DomainOptions.MOST_DEFERRED_RANGES);
    try (DomainPages strict = new DomainPages(FEWER, false).used();
        DomainPages deferred = new DomainPages(FEWER, false, later).used()) {
      Rounds rounds =
          Rounds.measure(
              List.of(strict.random(), deferred.random()),
              plan.rounds(),
              plan.attempts(),
              run -> List.of(run.ratio(1, 0)));
      strict.verify();
      deferred.verify();
      rows.add(
          Row.ratio(
              "C7",
              "domain: unmap a random page + map, flushed every 4,096 ranges",
              "the same, each unmap flushed",
              0.7,
              rounds.ratio(1, 0),
              figures(rounds, 1, 0)));
    }
  }

  private void reads(List<Row> rows, boolean singleThreaded) {
    String which = singleThreaded ? " single-threaded" : "";
    try (DomainPages domain = new DomainPages(FEWER, singleThreaded)) {
      Rounds rounds =
          Rounds.measure(
              List.of(domain.loads(), domain.reads(), domain.walks(), domain.singleReads()),
              plan.rounds(),
              plan.attempts(),
              run -> List.of(run.ratio(1, 0), run.ratio(2, 0)));
      domain.verify();
      rows.add(
          Row.ratio(
              "C6 hit" + which,
              "a device's 8-byte load, random in 4 MiB, in a bracket",
              LOAD,
              1.2,
              rounds.ratio(1, 0),
              figures(rounds, 1, 0)));
      rows.add(
          Row.ratio(
              "C6 alone" + which,
              "the same, each by itself into a buffer",
              LOAD,
              null,
              rounds.ratio(3, 0),
              figures(rounds, 3, 0)));
      rows.add(
          Row.ratio(
              "C6 walk" + which,
              "a device's 8-byte load, random in 100,000 mappings, in a bracket",
              LOAD,
              10.0,
              rounds.ratio(2, 0),
              figures(rounds, 2, 0)));
    }
  }

  private void reserved(List<Row> rows) {
    try (DomainPages domain = new DomainPages(FEWER, false)) {
      Rounds rounds =
          Rounds.measure(
              List.of(domain.engineReserved(), domain.reserved()),
              plan.rounds(),
              plan.attempts(),
              run -> List.of(run.ratio(1, 0)));
      rows.add(
          Row.ratio(
              "K1",
              "domain's reservation: map + unmap of 1 page",
              "the engine's reserved pair + 24 loads",
              1.0,
              rounds.ratio(1, 0),
              figures(rounds, 1, 0)));
      domain.reservedPairs(FEWER);
      long heap = HeapUse.allocated();
      domain.reservedPairs(FEWER);
      heap = HeapUse.allocated() - heap;
      domain.verify();
      rows.add(
          Row.amount(
              "K2",
              "heap allocated by pairs in a domain's reservation",
              "bytes",
              0.0,
              heap,
              Table.format("%,d pairs", FEWER)));
    }
  }

  /** Windows' calls, which cost what they decode and check beside the engine's. */
  private void tokens(List<Row> rows) {
    String what = "MapReservedLogicalRange + UnmapReservedLogicalRange of an MDL of 1 page";
    try (TokenPages pages = new TokenPages()) {
      Rounds rounds =
          Rounds.measure(
              List.of(pages.domain(), pages.engine(), pages.windows()),
              plan.rounds(),
              plan.attempts(),
              run -> List.of(run.ratio(2, 0), run.ratio(2, 1)));
      rows.add(
          Row.ratio(
              "K3",
              what,
              "the pair of the domain's reservation + 24 loads",
              1.0,
              rounds.ratio(2, 0),
              figures(rounds, 2, 0)));
      rows.add(
          Row.ratio(
              "K4",
              what,
              "the engine's reserved pair + 24 loads",
              1.0,
              rounds.ratio(2, 1),
              figures(rounds, 2, 1)));
      long heap = pages.heapOf(FEWER);
      pages.verify();
      rows.add(
          Row.amount(
              "K5",
              "heap allocated by these",
              "bytes",
              0.0,
              heap,
              Table.format("%,d pairs", FEWER)));
    }
  }

  private static Row row(
      String name, String what, int n, double target, Rounds rounds, int contender) {
    return Row.ratio(
        name,
        what,
        Table.format("TreeMap check + insert + remove, n=%,d", n),
        target,
        rounds.ratio(contender, 0),
        figures(rounds, contender, 0));
  }

  private static String figures(Rounds rounds, int contender, int baseline) {
    return Table.format("%.1f ns against %.1f ns", rounds.nanos(contender), rounds.nanos(baseline));
  }
}
