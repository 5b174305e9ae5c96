package dev.mapwright.bench;

import java.util.List;

/** Row A1 where the kernel's limit ends it: against the TreeMap alone. */
final class TreeMapRow {
  private static final int MAPPINGS = 100_000;

  private TreeMapRow() {}

  static List<Row> measure(Plan plan) {
    Places places = new Places(Places.Shape.DENSE, MAPPINGS);
    TreePages tree = new TreePages(places);
    try (EnginePages engine = new EnginePages(places)) {
      Rounds rounds =
          Rounds.measure(
              List.of(tree.contender(), engine.contender("engine")),
              plan.rounds(),
              plan.attempts(),
              run -> List.of(run.ratio(1, 0)));
      engine.verify();
      tree.verify();
      return List.of(
          Row.ratio(
              "A1 n=100,000",
              "unmap + map of 1 page, random of n",
              "TreeMap check + insert + remove",
              null,
              rounds.ratio(1, 0),
              Table.format("%,.0f ns against %,.0f ns", rounds.nanos(1), rounds.nanos(0))));
    }
  }
}
