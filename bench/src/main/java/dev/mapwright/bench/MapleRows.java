package dev.mapwright.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Rows A2k: A2's pair against what the kernel keeps mappings in, without the kernel around it. */
final class MapleRows {
  private static final int MAPPINGS = 1_000_000;
  private static final String BASELINE = "maple tree in user space, erase + store";
  private static final double TARGET = 1;

  private MapleRows() {}

  static List<Row> measure(Plan plan) {
    MapleTree tree = MapleTree.load();
    List<Row> rows = new ArrayList<>();
    for (Places.Shape shape : Places.Shape.values()) {
      String name = "A2k " + shape.name().toLowerCase(Locale.ROOT);
      String what = "unmap + map of 1 page, random of n, n=1,000,000";
      if (tree.library() == null) {
        rows.add(Row.notMeasurable(name, what, BASELINE, TARGET, tree.told()));
        continue;
      }
      Places places = new Places(shape, MAPPINGS);
      try (EnginePages engine = new EnginePages(places);
          MapleTree.Entries maple = tree.entries(places)) {
        Rounds rounds =
            Rounds.measure(
                List.of(maple.contender(), engine.contender("engine")),
                plan.rounds(),
                plan.attempts(),
                run -> List.of(run.ratio(1, 0)));
        engine.verify();
        maple.verify();
        rows.add(
            Row.ratio(
                name,
                what,
                BASELINE,
                TARGET,
                rounds.ratio(1, 0),
                Table.format(
                    "%,.0f ns against %,.0f ns; %s",
                    rounds.nanos(1), rounds.nanos(0), tree.told())));
      }
    }
    return rows;
  }
}
