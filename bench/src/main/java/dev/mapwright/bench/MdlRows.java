package dev.mapwright.bench;

import java.util.ArrayList;
import java.util.List;

/** Rows J: what a driver does with MDLs, against the engine and plain Java. */
final class MdlRows {
  private static final int MAPPINGS_OF_TREE = 100_000;
  private static final int LITTLE = 100_000;
  private static final int MUCH = 10_000_000;
  private static final String PAIR = "MDL with reserved mapping: map + unmap of 1 page";

  private final Plan plan;

  MdlRows(Plan plan) {
    this.plan = plan;
  }

  List<Row> measure() {
    List<Row> rows = new ArrayList<>();
    TreePages tree = new TreePages(new Places(Places.Shape.DENSE, MAPPINGS_OF_TREE));
    try (MdlPages pages = new MdlPages()) {
      Contender one = pages.mapping("1 page", 1);
      Rounds rounds =
          Rounds.measure(
              List.of(
                  pages.pairAndLoads(),
                  one,
                  pages.mapping("256 pages", 256),
                  tree.contender(),
                  pages.entering(),
                  MdlPages.additions(),
                  pages.locking()),
              plan.rounds(),
              plan.attempts(),
              run -> List.of(run.ratio(1, 0)));
      pages.verify();
      tree.verify();
      rows.add(
          Row.ratio(
              "J1",
              PAIR,
              "engine's reserved pair and 24 loads of 8 bytes",
              1.0,
              rounds.ratio(1, 0),
              figures(rounds, 1, 0)));
      rows.add(
          Row.ratio(
              "J2",
              PAIR,
              "TreeMap check + insert + remove, n=100,000",
              0.2,
              rounds.ratio(1, 3),
              figures(rounds, 1, 3)));
      rows.add(
          Row.amount("J3", "the same of 256 pages, a page", "ns", 35.0, rounds.nanos(2) / 256, ""));
      int most = plan == Plan.FULL ? MUCH : LITTLE;
      rows.add(
          Row.amount(
              "J4",
              "heap allocated by the pairs of J1",
              "bytes",
              0.0,
              pages.heapOf(one, most),
              Table.format("%,d pairs", most)));
      rows.add(
          Row.ratio(
              "J5",
              "probe, lock and unlock 256 pages that are there, a page",
              "two uncontended atomic adds",
              8.0,
              rounds.ratio(6, 5),
              figures(rounds, 6, 5)));
      rows.add(
          Row.amount(
              "J6", "the beginning of a routine: IRQL check", "ns", 2.0, rounds.nanos(4), ""));
    }
    return rows;
  }

  private static String figures(Rounds rounds, int contender, int baseline) {
    return Table.format("%.1f ns against %.1f ns", rounds.nanos(contender), rounds.nanos(baseline));
  }
}
