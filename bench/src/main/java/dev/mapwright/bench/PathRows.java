package dev.mapwright.bench;

import java.util.ArrayList;
import java.util.List;

/** Rows B5, B6, B7 and B9: what a CPU does besides hitting its TLB. */
final class PathRows {
  /** How much slower than a copy of the same size a bulk access may be: 0.95 of its rate. */
  private static final double BULK_TARGET = 1 / 0.95;

  private final Plan plan;
  private final List<Row> rows = new ArrayList<>();

  PathRows(Plan plan) {
    this.plan = plan;
  }

  List<Row> measure() {
    try (CpuPaths paths = new CpuPaths()) {
      walks(paths);
      Rounds bulk =
          rounds(
              new Contender("MemorySegment.copy", paths::plainCopies),
              new Contender("read", paths::reads),
              new Contender("write", paths::writes),
              new Contender("copy", paths::copies));
      String baseline = "MemorySegment.copy of 1 MiB";
      bulk("B6 read", "the CPU reads 1 MiB of scattered pages", baseline, bulk, 1);
      bulk("B6 write", "the CPU writes 1 MiB of scattered pages", baseline, bulk, 2);
      bulk("B6 copy", "the CPU copies 1 MiB of scattered pages", baseline, bulk, 3);
      Rounds loops =
          rounds(
              new Contender("segment", paths::plainLoop), new Contender("lease", paths::leaseLoop));
      rows.add(
          Row.ratio(
              "B7",
              "8-byte load from a lease, sequential",
              "MemorySegment, same loop",
              1.05,
              loops.ratio(1, 0),
              Table.format("%.3f ns against %.3f ns", loops.nanos(1), loops.nanos(0))));
      Rounds flushes =
          rounds(new Contender("all", paths::flushes), new Contender("a page", paths::pageFlushes));
      rows.add(flush("B9", "the CPU flushes its TLB", flushes.nanos(0)));
      rows.add(flush("B9 page", "a page is posted to be forgotten, and is", flushes.nanos(1)));
      paths.verify();
    }
    return rows;
  }

  private Rounds rounds(Contender... contenders) {
    return Rounds.measure(
        List.of(contenders), plan.rounds(), plan.attempts(), run -> List.of(run.ratio(1, 0)));
  }

  private void walks(CpuPaths paths) {
    paths.walks(1 << 20);
    long before = paths.walks();
    paths.walks(1 << 20);
    double share = (double) (paths.walks() - before) / (1 << 20);
    Rounds rounds =
        rounds(new Contender("hits", paths::hits), new Contender("walks", paths::walks));
    rows.add(
        Row.ratio(
            "B5",
            "8-byte load, random in 128 MiB of addresses",
            "random in 8 MiB, all hits",
            4.0,
            rounds.ratio(1, 0),
            Table.format(
                "%.1f ns against %.1f ns; %.1f %% walk the tables",
                rounds.nanos(1), rounds.nanos(0), 100 * share)));
  }

  private void bulk(String name, String what, String baseline, Rounds rounds, int contender) {
    rows.add(
        Row.ratio(
            name,
            what,
            baseline,
            BULK_TARGET,
            rounds.ratio(contender, 0),
            Table.format(
                "%.1f \u00b5s against %.1f \u00b5s",
                rounds.nanos(contender) / 1000, rounds.nanos(0) / 1000)));
  }

  private static Row flush(String name, String what, double nanos) {
    return Row.amount(name, what, "ns", 50.0, nanos, "arrays of all three kinds of access made");
  }
}
