package dev.mapwright.bench;

import java.util.List;

/** Rows B1 and B2: 8-byte accesses by the CPU against a segment of memory in the same loop. */
final class AccessRows {
  private static final String BASELINE = "MemorySegment, same loop";

  private AccessRows() {}

  static List<Row> measure(Plan plan) {
    Memory8MiB.Raw raw = new Memory8MiB.Raw();
    try (CpuMemory concurrent = new CpuMemory(false);
        CpuMemory single = new CpuMemory(true)) {
      long began = concurrent.misses() + single.misses();
      Rounds sequential =
          compare(
              plan,
              new Contender("segment", raw::touch, raw::sequentialLoads),
              new Contender("concurrent", concurrent::touch, concurrent::sequentialLoads),
              new Contender("single-threaded", single::touch, single::sequentialLoads),
              new Contender("concurrent, stores", concurrent::touch, concurrent::sequentialStores));
      Rounds random =
          compare(
              plan,
              new Contender("segment", raw::touch, raw::randomLoads),
              new Contender("concurrent", concurrent::touch, concurrent::randomLoads),
              new Contender("single-threaded", single::touch, single::randomLoads),
              new Contender("concurrent, stores", concurrent::touch, concurrent::randomStores));
      raw.verify();
      concurrent.verify();
      single.verify();
      long misses = concurrent.misses() + single.misses() - began;
      return List.of(
          row("B1", "8-byte load, sequential 8 MiB", 7.0, sequential, 1, misses),
          row("B1 single-threaded", "the same, machine declared so", 3.8, sequential, 2, misses),
          stores("B1 stores", "8-byte store, sequential 8 MiB", sequential),
          row("B2", "8-byte load, random in 8 MiB", 3.0, random, 1, misses),
          row("B2 single-threaded", "the same, machine declared so", 2.2, random, 2, misses),
          stores("B2 stores", "8-byte store, random in 8 MiB", random));
    }
  }

  private static Rounds compare(Plan plan, Contender... contenders) {
    return Rounds.measure(
        List.of(contenders),
        plan.rounds(),
        plan.attempts(),
        run -> List.of(run.ratio(1, 0), run.ratio(2, 0)));
  }

  private static Row row(
      String name, String what, double target, Rounds rounds, int contender, long misses) {
    return Row.ratio(
        name,
        what,
        BASELINE,
        target,
        rounds.ratio(contender, 0),
        Table.format(
            "%.2f ns against %.2f ns; checksums right, %,d misses in all B rows",
            rounds.nanos(contender), rounds.nanos(0), misses));
  }

  private static Row stores(String name, String what, Rounds rounds) {
    return Row.ratio(
        name,
        what,
        "the load row",
        1.3,
        rounds.ratio(3, 1),
        Table.format("%.2f ns against %.2f ns", rounds.nanos(3), rounds.nanos(1)));
  }
}
