package dev.mapwright.bench;

import java.util.ArrayList;
import java.util.List;

/** Rows of domains: the allocator, the tables and the flush of each unmap together. */
final class DomainRows {
  private static final int MILLION = 1_000_000;
  private static final int FEWER = 100_000;
  private static final String LOAD = "the CPU's 8-byte load, random in the same 4 MiB";

  private final Plan plan;

  DomainRows(Plan plan) {
    this.plan = plan;
  }

  List<Row> measure() {
    List<Row> rows = new ArrayList<>();
    maps(rows);
    reads(rows, false);
    reads(rows, true);
    reserved(rows);
    return rows;
  }

  private void maps(List<Row> rows) {
    TreePages tree = new TreePages(EnginePages.places(EnginePages.Shape.DENSE, FEWER));
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
    TreePages large = new TreePages(EnginePages.places(EnginePages.Shape.DENSE, MILLION));
    try (DomainPages domain = new DomainPages(MILLION, false)) {
      Rounds rounds =
          Rounds.measure(
              List.of(large.contender(), domain.random()),
              plan.rounds(),
              plan.attempts(),
              run -> List.of(run.ratio(1, 0)));
      domain.verify();
      rows.add(row("C2 domain", "unmap a random page + map", MILLION, 0.5, rounds, 1));
    }
  }

  private void reads(List<Row> rows, boolean singleThreaded) {
    String which = singleThreaded ? " single-threaded" : "";
    try (DomainPages domain = new DomainPages(FEWER, singleThreaded)) {
      Rounds rounds =
          Rounds.measure(
              List.of(domain.loads(), domain.reads(), domain.walks()),
              plan.rounds(),
              plan.attempts(),
              run -> List.of(run.ratio(1, 0), run.ratio(2, 0)));
      domain.verify();
      rows.add(
          Row.ratio(
              "C6 hit" + which,
              "a device's 8-byte read, random in 4 MiB",
              LOAD,
              1.2,
              rounds.ratio(1, 0),
              figures(rounds, 1, 0)));
      rows.add(
          Row.ratio(
              "C6 walk" + which,
              "a device's 8-byte read, random in 100,000 mappings",
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
