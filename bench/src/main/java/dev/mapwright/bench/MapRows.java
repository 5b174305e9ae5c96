package dev.mapwright.bench;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows A1 to A3, D1 and D5: map and unmap of one page at a random place among n. */
final class MapRows {
  private static final String PAIR = "unmap + map of 1 page, random of n";
  private static final int MILLION = 1_000_000;

  private final Plan plan;

  MapRows(Plan plan) {
    this.plan = plan;
  }

  /** A1: against the kernel with as many mappings. */
  List<Row> againstTheKernel(int n) {
    String name = "A1 n=" + Table.format("%,d", n);
    String baseline = "kernel munmap + mmap";
    double target = n < 10_000 ? 1.0 / 15 : 1.0 / 20;
    String obstacle = KernelPages.obstacle(n);
    if (obstacle != null) {
      return List.of(Row.notMeasurable(name, PAIR, baseline, target, obstacle));
    }
    Places places = new Places(Places.Shape.DENSE, n);
    TreePages tree = new TreePages(places);
    try (EnginePages engine = new EnginePages(places);
        KernelPages kernel = KernelPages.make(n)) {
      List<Contender> contenders =
          List.of(
              kernel.contender(),
              engine.contender("engine"),
              engine.withoutEvents("engine, events off"),
              tree.contender());
      Rounds rounds =
          Rounds.measure(
              contenders, plan.rounds(), plan.attempts(), run -> List.of(run.ratio(1, 0)));
      engine.verify();
      kernel.verify();
      tree.verify();
      String against = nanos(rounds, 1) + " against " + nanos(rounds, 0);
      Row ring = Row.ratio(name, PAIR, baseline, target, rounds.ratio(1, 0), against);
      Row off =
          Row.ratio(
              name + ", events OFF",
              PAIR,
              baseline,
              null,
              rounds.ratio(2, 0),
              nanos(rounds, 2) + " against " + nanos(rounds, 0));
      Row treeRow =
          Row.ratio(
              name + ", TreeMap",
              PAIR,
              "TreeMap check + insert + remove",
              null,
              rounds.ratio(1, 3),
              nanos(rounds, 1) + " against " + nanos(rounds, 3));
      return List.of(ring, off, treeRow);
    }
  }

  private static String nanos(Rounds rounds, int contender) {
    return Table.format("%,.0f ns", rounds.nanos(contender));
  }

  /** A2, A3, D1, D5: a million mappings, dense or scattered. */
  List<Row> million(Places.Shape shape) {
    boolean dense = shape == Places.Shape.DENSE;
    String suffix = dense ? " dense" : " scattered";
    List<Row> rows = new ArrayList<>();
    Places places = new Places(shape, MILLION);
    long before = HeapUse.bytes();
    try (EnginePages large = new EnginePages(places)) {
      long heap = HeapUse.bytes() - before;
      long tables = large.space.translation().tables() * 4096;
      TreePages tree = new TreePages(places);
      Places fewPlaces = new Places(shape, 1000);
      try (EnginePages small = new EnginePages(fewPlaces)) {
        Rounds rounds =
            Rounds.measure(
                List.of(
                    tree.contender(),
                    small.contender("engine n=1,000"),
                    large.contender("engine n=1,000,000")),
                plan.rounds(),
                plan.attempts(),
                run -> List.of(run.ratio(2, 0), run.ratio(2, 1)));
        small.verify();
        large.verify();
        tree.verify();
        rows.add(
            Row.ratio(
                "A2" + suffix,
                PAIR + ", n=1,000,000",
                "TreeMap check + insert + remove",
                dense ? 0.20 : 0.40,
                rounds.ratio(2, 0),
                nanos(rounds, 2) + " against " + nanos(rounds, 0)));
        rows.add(
            Row.ratio(
                "A3" + suffix,
                PAIR + ", n=1,000,000",
                "itself, n=1,000",
                dense ? 4.0 : 6.0,
                rounds.ratio(2, 1),
                nanos(rounds, 2) + " against " + nanos(rounds, 1)));
      }
      rows.add(
          Row.amount(
              "D1" + suffix,
              "memory of a mapping, n=1,000,000",
              "bytes",
              dense ? 48.0 : 64.0,
              (double) (heap + tables) / MILLION,
              Table.format(
                  "used heap grew by %,d bytes, of which records and index report %,d; tables %,d",
                  heap, large.space.recordBytes(), tables)));
      if (dense) {
        rows.add(allocation(large));
      }
    }
    return rows;
  }

  /** D5: what a pair allocates on the heap once everything is warm. */
  private static Row allocation(EnginePages engine) {
    String what = "heap allocated by unmap + map, n=1,000,000";
    @Nullable Double bytes = null;
    if (ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean threads) {
      int operations = 100_000;
      engine.pairs(operations);
      long before = threads.getCurrentThreadAllocatedBytes();
      engine.pairs(operations);
      bytes = (double) (threads.getCurrentThreadAllocatedBytes() - before) / operations;
    }
    engine.verify();
    return bytes == null
        ? Row.notMeasurable("D5", what, "-", 0.0, "this JVM does not count a thread's allocation")
        : Row.amount("D5", what, "bytes", 0.0, bytes, "100,000 pairs after as many to warm up");
  }
}
