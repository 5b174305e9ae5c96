package dev.mapwright.bench;

import java.util.List;

/** Rows A8 and B8: against Unicorn 2 behind JNI. */
final class UnicornRow {
  private static final int REGIONS = 1000;

  private static final String NAME = "A8";
  private static final String WHAT = "unmap + map of 1 page, n=1,000";
  private static final String BASELINE = "Unicorn 2 mem_unmap + mem_map, JNI";
  private static final double TARGET = 1.0 / 20_000;

  private UnicornRow() {}

  static Row measure(Plan plan) {
    String obstacle = UnicornPages.obstacle();
    if (obstacle != null) {
      return Row.notMeasurable(NAME, WHAT, BASELINE, TARGET, obstacle);
    }
    Places places = new Places(Places.Shape.DENSE, REGIONS);
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

  /** Row B8: 8 bytes read at random places of one region, by the interfaces of both. */
  static Row reads(Plan plan) {
    String name = "B8";
    String what = "8 bytes read at random in 1 MiB";
    String baseline = "Unicorn 2 mem_read, JNI";
    double target = 1.0 / 25;
    String obstacle = UnicornPages.obstacle();
    if (obstacle != null) {
      return Row.notMeasurable(name, what, baseline, target, obstacle);
    }
    try (UnicornMemory unicorn = new UnicornMemory(ScalarMemory.FEW_WORDS);
        ScalarMemory cpu = new FreshEngine().memory("CONCURRENT", false)) {
      Rounds rounds =
          Rounds.measure(
              List.of(unicorn.contender(), new Contender("CPU", cpu::fewLoads)),
              plan.rounds(),
              plan.attempts(),
              run -> List.of(run.ratio(1, 0)));
      cpu.verify();
      unicorn.verify();
      return Row.ratio(
          name,
          what,
          baseline,
          target,
          rounds.ratio(1, 0),
          Table.format("%.2f ns against %.0f ns", rounds.nanos(1), rounds.nanos(0)));
    }
  }
}
