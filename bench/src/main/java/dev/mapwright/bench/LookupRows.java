package dev.mapwright.bench;

import dev.mapwright.core.space.FoundMapping;
import java.util.ArrayList;
import java.util.List;

/** Row A4: which mapping is at this address, at random places among a million. */
final class LookupRows {
  private static final int MAPPINGS = 1_000_000;

  private LookupRows() {}

  /** One side: asks the space. */
  private static final class LookUps {
    private final EnginePages engine;
    private final FoundMapping found = new FoundMapping();
    private final IndexStream stream = new IndexStream(11);
    private boolean wrong;

    LookUps(EnginePages engine) {
      this.engine = engine;
    }

    void run(int operations) {
      long state = stream.state;
      Places places = engine.places;
      boolean failed = false;
      for (int k = 0; k < operations; k++) {
        state += IndexStream.STEP;
        int i = IndexStream.below(state, MAPPINGS);
        long page = places.page(i);
        failed |= !engine.space.firstMapping(page, page, found) || found.objectPage() != i;
      }
      stream.state = state;
      wrong |= failed;
    }

    void verify() {
      if (wrong) {
        throw new IllegalStateException("the engine's answers were wrong");
      }
    }
  }

  static List<Row> measure(Plan plan) {
    List<Row> rows = new ArrayList<>();
    for (Places.Shape shape : Places.Shape.values()) {
      Places places = new Places(shape, MAPPINGS);
      TreePages tree = new TreePages(places);
      try (EnginePages engine = new EnginePages(places)) {
        LookUps lookUps = new LookUps(engine);
        Rounds rounds =
            Rounds.measure(
                List.of(
                    new Contender("TreeMap", tree::lookUps), new Contender("engine", lookUps::run)),
                plan.rounds(),
                plan.attempts(),
                run -> List.of(run.ratio(1, 0)));
        lookUps.verify();
        tree.verify();
        rows.add(
            Row.ratio(
                "A4 " + shape.name().toLowerCase(java.util.Locale.ROOT),
                "which mapping is at this page, random of n=1,000,000",
                "TreeMap.floorEntry",
                0.1,
                rounds.ratio(1, 0),
                Table.format("%.0f ns against %.0f ns", rounds.nanos(1), rounds.nanos(0))));
      }
    }
    return rows;
  }
}
