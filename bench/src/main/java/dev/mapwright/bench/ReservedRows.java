package dev.mapwright.bench;

import dev.mapwright.core.failure.FailurePoints;
import java.util.ArrayList;
import java.util.List;

/** Rows H: mapping and unmapping frames in a reservation. */
final class ReservedRows {
  private static final String WALKS = "walk + store, walk + exchange of the same entry";
  private static final int MAPPINGS_OF_TREE = 100_000;
  private static final int LITTLE = 100_000;
  private static final int MUCH = 10_000_000;

  private final Plan plan;

  ReservedRows(Plan plan) {
    this.plan = plan;
  }

  List<Row> measure() {
    List<Row> rows = new ArrayList<>();
    Places places = new Places(Places.Shape.DENSE, MAPPINGS_OF_TREE);
    TreePages tree = new TreePages(places);
    try (ReservedPages concurrent = new ReservedPages(false);
        ReservedPages single = new ReservedPages(true)) {
      Rounds rounds =
          Rounds.measure(
              List.of(
                  concurrent.walks(),
                  concurrent.contender("concurrent", 1),
                  single.contender("single-threaded", 1),
                  concurrent.contender("64 pages", 64),
                  concurrent.contender("256 pages", 256),
                  tree.contender()),
              plan.rounds(),
              plan.attempts(),
              run -> List.of(run.ratio(1, 0), run.ratio(2, 0)));
      concurrent.verify();
      single.verify();
      tree.verify();
      rows.add(
          Row.amount(
              "H0",
              WALKS,
              "ns",
              null,
              rounds.nanos(0),
              "the baseline of the rows below, on the same tables"));
      rows.add(pair("H1", "reserved: map + unmap of 1 page", 8.0, rounds, 1));
      rows.add(pair("H2", "the same, machine declared single-threaded", 4.0, rounds, 2));
      rows.add(perPage("H3 64 pages", rounds, 3, 64));
      rows.add(perPage("H3 256 pages", rounds, 4, 256));
      rows.add(
          Row.ratio(
              "H5",
              "reserved: map + unmap of 1 page",
              "TreeMap check + insert + remove, n=100,000",
              0.1,
              rounds.ratio(1, 5),
              figures(rounds, 1, 5)));
      rows.add(nothing(concurrent));
    }
    rows.add(twoThreads());
    return rows;
  }

  private static Row pair(String name, String what, double target, Rounds rounds, int contender) {
    return Row.ratio(
        name, what, WALKS, target, rounds.ratio(contender, 0), figures(rounds, contender, 0));
  }

  private static String figures(Rounds rounds, int contender, int baseline) {
    return Table.format("%.1f ns against %.1f ns", rounds.nanos(contender), rounds.nanos(baseline));
  }

  private static Row perPage(String name, Rounds rounds, int contender, int pages) {
    return Row.amount(
        name,
        "reserved: map + unmap of so many, a page",
        "ns",
        30.0,
        rounds.nanos(contender) / pages,
        "");
  }

  /** What is acquired while every acquisition fails. */
  private Row nothing(ReservedPages pages) {
    int most = plan == Plan.FULL ? MUCH : LITTLE;
    FailurePoints failures = pages.machine.failures();
    long frames = pages.machine.frames().free();
    long records = pages.space.recordBytes();
    failures.failAll();
    pages.pairs(LITTLE, 1);
    long heap = HeapUse.allocated();
    pages.pairs(most, 1);
    heap = HeapUse.allocated() - heap;
    boolean asked = failures.asked() != 0;
    failures.off();
    pages.verify();
    long acquired =
        heap
            + Math.abs(frames - pages.machine.frames().free())
            + Math.abs(records - pages.space.recordBytes())
            + (asked ? 1 : 0);
    return Row.amount(
        "H6",
        "heap, frames, nodes, records acquired by reserved pairs, every allocation failing",
        "",
        0.0,
        acquired,
        Table.format("%,d pairs", most));
  }

  /** Two threads in two reservations of one space, where two machines show what is possible. */
  private Row twoThreads() {
    try (ReservedPages one = new ReservedPages(false);
        ReservedPages beside = new ReservedPages(one.machine, one);
        ReservedPages apart = new ReservedPages(false)) {
      List<Double> shared = new ArrayList<>();
      List<Double> separate = new ArrayList<>();
      for (int round = 0; round < Math.max(11, plan.rounds() / 3); round++) {
        double alone = Together.operationsPerNano(List.of(() -> one.pairs(1000, 1)));
        shared.add(
            Together.operationsPerNano(
                    List.of(() -> one.pairs(1000, 1), () -> beside.pairs(1000, 1)))
                / alone);
        separate.add(
            Together.operationsPerNano(
                    List.of(() -> one.pairs(1000, 1), () -> apart.pairs(1000, 1)))
                / alone);
      }
      one.verify();
      beside.verify();
      apart.verify();
      Quartiles machines = quartiles(separate);
      // Of what two machines reach, so that a busy machine does not decide; at least is at most
      // here.
      Quartiles both = quartiles(shared);
      return Row.ratio(
          "H4",
          "two separate machines against two reservations of one space, two threads each",
          "the same",
          1.8 / 1.7,
          new Quartiles(
              machines.median() / both.p75(),
              machines.median() / both.median(),
              machines.median() / both.p25()),
          Table.format(
              "one space %.2f times one thread, two machines %.2f times",
              both.median(), machines.median()));
    }
  }

  private static Quartiles quartiles(List<Double> values) {
    return Quartiles.of(values.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
