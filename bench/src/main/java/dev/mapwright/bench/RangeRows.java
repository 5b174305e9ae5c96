package dev.mapwright.bench;

import java.util.List;

/** Rows A5 to A7: ranges of many pages, and a page inside of one. */
final class RangeRows {
  private static final int TERABYTE_PAGES = 1 << 28;
  private static final int GIGABYTE_PAGES = 1 << 18;

  private final Plan plan;

  RangeRows(Plan plan) {
    this.plan = plan;
  }

  /** A5: 256 pages by one call against as many by a call each. */
  List<Row> manyPages() {
    int slots = 1000;
    int pages = 256;
    try (RangePages engine = new RangePages(slots, 512)) {
      Rounds rounds =
          measure(List.of(engine.single("by single calls", pages), engine.whole("at once", pages)));
      engine.verify(slots);
      return List.of(
          Row.ratio(
              "A5",
              "map + unmap of 256 pages by one call each, n=1,000",
              "256 pairs of one page",
              1.0 / 20,
              rounds.ratio(1, 0),
              figures(rounds, 1, 0)));
    }
  }

  /** A6: what a terabyte costs. */
  List<Row> terabyte() {
    int slots = 16;
    try (RangePages engine = new RangePages(slots, 2L * TERABYTE_PAGES)) {
      Rounds rounds =
          measure(List.of(engine.whole("4 KiB", 1), engine.whole("1 TiB", TERABYTE_PAGES)));
      engine.verify(slots);
      return List.of(
          Row.ratio(
              "A6",
              "map + unmap of 1 TiB",
              "map + unmap of 4 KiB",
              10.0,
              rounds.ratio(1, 0),
              figures(rounds, 1, 0)),
          Row.amount(
              "A6 memory",
              "memory that a mapping of 1 TiB takes in a fresh space",
              "bytes",
              16_384.0,
              terabyteMemory(),
              "heap, records and index, tables"));
    }
  }

  private static long terabyteMemory() {
    try (RangePages fresh = new RangePages(1, 2L * TERABYTE_PAGES)) {
      Footprint before = Footprint.of(fresh.space);
      fresh.mapOnce(TERABYTE_PAGES);
      return before.growth(fresh.space);
    }
  }

  /** A7: a page inside a large mapping, protected and protected back. */
  List<Row> protect() {
    String name = "A7";
    String what = "protect a page inside 1 GiB and protect it back";
    String baseline = "kernel mprotect, the same";
    double target = 1.0 / 15;
    String obstacle = KernelPages.obstacle(3);
    if (obstacle != null) {
      return List.of(Row.notMeasurable(name, what, baseline, target, obstacle));
    }
    try (RangePages engine = new RangePages(1, 2L * GIGABYTE_PAGES);
        KernelSplit kernel = new KernelSplit(GIGABYTE_PAGES)) {
      engine.mapOnce(GIGABYTE_PAGES);
      Rounds rounds =
          measure(List.of(kernel.contender(), engine.protect("engine", GIGABYTE_PAGES)));
      engine.verify(2);
      kernel.verify();
      return List.of(
          Row.ratio(name, what, baseline, target, rounds.ratio(1, 0), figures(rounds, 1, 0)));
    }
  }

  private Rounds measure(List<Contender> contenders) {
    return Rounds.measure(
        contenders, plan.rounds(), plan.attempts(), run -> List.of(run.ratio(1, 0)));
  }

  private static String figures(Rounds rounds, int contender, int baseline) {
    return Table.format(
        "%,.0f ns against %,.0f ns", rounds.nanos(contender), rounds.nanos(baseline));
  }
}
