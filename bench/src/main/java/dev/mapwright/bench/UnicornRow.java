package dev.mapwright.bench;

import java.util.List;

/** Row A8: against Unicorn 2 behind JNI, with a thousand regions of one page. */
final class UnicornRow {
  private static final int REGIONS = 1000;

  private static final String NAME = "A8";
  private static final String WHAT = "unmap + map of 1 page, n=1,000";
  private static final String BASELINE = "Unicorn 2 mem_unmap + mem_map, JNI";
  private static final double TARGET = 1.0 / 5000;

  private UnicornRow() {}

  static Row measure(Plan plan) {
    String obstacle = UnicornPages.obstacle();
    if (obstacle != null) {
      return Row.notMeasurable(NAME, WHAT, BASELINE, TARGET, obstacle);
    }
    long[] places = EnginePages.places(EnginePages.Shape.DENSE, REGIONS);
    try (UnicornPages unicorn = new UnicornPages(REGIONS);
        EnginePages engine = new EnginePages(places)) {
      Rounds rounds =
          Rounds.measure(
              List.of(unicorn.contender(), engine.contender("engine")),
              plan.rounds(),
              plan.attempts(),
              run -> List.of(run.ratio(1, 0)));
      engine.verify();
      return Row.ratio(
          NAME,
          WHAT,
          BASELINE,
          TARGET,
          rounds.ratio(1, 0),
          Table.format("%,.0f ns against %,.0f ns", rounds.nanos(1), rounds.nanos(0)));
    }
  }
}
