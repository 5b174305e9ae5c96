package dev.mapwright.bench;

import java.util.List;

/** Row A9: committing a page of an object that is mapped a million times elsewhere. */
final class CommitRow {
  private static final int MANY = 1_000_000;
  private static final int FEW = 10;
  private static final double TARGET = 3;

  private CommitRow() {}

  static List<Row> measure(Plan plan) {
    try (CommitPages many = new CommitPages(MANY);
        CommitPages few = new CommitPages(FEW)) {
      Rounds rounds =
          Rounds.measure(
              List.of(few.contender("10 mappings"), many.contender("1,000,000 mappings")),
              plan.rounds(),
              plan.attempts(),
              run -> List.of(run.ratio(1, 0)));
      many.verify();
      few.verify();
      return List.of(
          Row.ratio(
              "A9",
              "commit + decommit of a page, random, the object has 1,000,000 mappings elsewhere",
              "the same with 10 mappings",
              TARGET,
              rounds.ratio(1, 0),
              Table.format("%,.0f ns against %,.0f ns", rounds.nanos(1), rounds.nanos(0))));
    }
  }
}
