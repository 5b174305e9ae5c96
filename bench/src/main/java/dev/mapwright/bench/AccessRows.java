package dev.mapwright.bench;

import java.util.List;

/**
 * Rows B1 and B2: 8-byte accesses by the CPU against a segment of memory in the same loop. The
 * simulated machine treats the first machine of a process better than later ones, so each machine
 * here is the first in classes of its own, except the one of the rows that say otherwise.
 */
final class AccessRows {
  private static final String BASELINE = "MemorySegment, same loop";

  private AccessRows() {}

  static List<Row> measure(Plan plan) {
    FreshEngine shared = new FreshEngine();
    try (Memory8MiB raw = new Memory8MiB.Raw();
        Memory8MiB concurrent = new FreshEngine().memory(false);
        Memory8MiB single = new FreshEngine().memory(true);
        Memory8MiB first = shared.memory(false);
        Memory8MiB second = shared.memory(false)) {
      // Both machines of these classes run, as they do in a process that has two.
      first.sequentialLoads(Memory8MiB.WORDS);
      first.randomLoads(Memory8MiB.WORDS);
      List<Memory8MiB> sides = List.of(raw, concurrent, single, second);
      long before = sides.stream().mapToLong(Memory8MiB::misses).sum();
      Rounds sequential =
          Rounds.measure(
              List.of(
                  new Contender("segment", raw::sequentialLoads),
                  new Contender("concurrent", concurrent::sequentialLoads),
                  new Contender("single-threaded", single::sequentialLoads),
                  new Contender("second machine", second::sequentialLoads),
                  new Contender("stores", concurrent::sequentialStores)),
              plan.rounds(),
              plan.attempts(),
              run -> List.of(run.ratio(1, 0), run.ratio(2, 0)));
      Rounds random =
          Rounds.measure(
              List.of(
                  new Contender("segment", raw::randomLoads),
                  new Contender("concurrent", concurrent::randomLoads),
                  new Contender("single-threaded", single::randomLoads),
                  new Contender("second machine", second::randomLoads),
                  new Contender("stores", concurrent::randomStores)),
              plan.rounds(),
              plan.attempts(),
              run -> List.of(run.ratio(1, 0), run.ratio(2, 0)));
      long misses = sides.stream().mapToLong(Memory8MiB::misses).sum() - before;
      sides.forEach(Memory8MiB::verify);
      return List.of(
          row("B1", "8-byte load, sequential 8 MiB", 7.0, sequential, 1, misses),
          row("B1 single-threaded", "the same, machine declared so", 3.8, sequential, 2, misses),
          row("B1 2nd machine", "the same, not the process's first", 7.0, sequential, 3, misses),
          stores("B1 stores", "8-byte store, sequential 8 MiB", sequential),
          row("B2", "8-byte load, random in 8 MiB", 3.0, random, 1, misses),
          row("B2 single-threaded", "the same, machine declared so", 2.2, random, 2, misses),
          row("B2 2nd machine", "the same, not the process's first", 3.0, random, 3, misses),
          stores("B2 stores", "8-byte store, random in 8 MiB", random));
    }
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
            "%.2f ns against %.2f ns; checksums right, %,d TLB misses in all B rows",
            rounds.nanos(contender), rounds.nanos(0), misses));
  }

  private static Row stores(String name, String what, Rounds rounds) {
    return Row.ratio(
        name,
        what,
        "the load row",
        1.3,
        rounds.ratio(4, 1),
        Table.format("%.2f ns against %.2f ns", rounds.nanos(4), rounds.nanos(1)));
  }
}
