package dev.mapwright.bench;

import java.util.List;

/** Rows A9: committing a page of an object that is mapped a million times elsewhere. */
final class CommitRow {
  private static final int MANY = 1_000_000;
  private static final int FEW = 10;
  private static final double TARGET = 3;

  private CommitRow() {}

  static List<Row> measure(Plan plan) {
    try (CommitPages many = new CommitPages(MANY);
        CommitPages few = new CommitPages(FEW)) {
      Row one = row(plan, "A9", "one page", few.onePage("10"), many.onePage("1,000,000"));
      Row random =
          row(
              plan,
              "A9 random",
              "a random page",
              few.randomPages("10"),
              many.randomPages("1,000,000"));
      many.verify();
      few.verify();
      return List.of(one, random);
    }
  }

  private static Row row(Plan plan, String name, String page, Contender few, Contender many) {
    Rounds rounds =
        Rounds.measure(
            List.of(few, many), plan.rounds(), plan.attempts(), run -> List.of(run.ratio(1, 0)));
    return Row.ratio(
        name,
        "commit + decommit of " + page + " of an object with 1,000,000 mappings elsewhere",
        "the same with 10 mappings",
        TARGET,
        rounds.ratio(1, 0),
        Table.format("%,.0f ns against %,.0f ns", rounds.nanos(1), rounds.nanos(0)));
  }
}
