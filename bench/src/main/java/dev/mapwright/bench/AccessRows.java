package dev.mapwright.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows B1 to B4: 8-byte accesses by the CPU against a segment of memory in the same loop, with
 * native access (as the benchmarks have it) and checked (as without). Each of the two has classes
 * of its own, as in a process that was started one way; the machines that are measured are not the
 * first of theirs.
 */
final class AccessRows {
  private static final String BASELINE = "MemorySegment, same loop";

  private final Plan plan;
  private final List<Row> rows = new ArrayList<>();

  AccessRows(Plan plan) {
    this.plan = plan;
  }

  /** What is aimed at: on a concurrent machine, on a single-threaded one, checked on either. */
  private record Targets(double concurrent, double single, double checked) {}

  /** Four machines, in the order of {@link #NAMES}. */
  private record Machines(List<ScalarMemory> all) implements AutoCloseable {
    static final List<String> NAMES =
        List.of("", " single-threaded", " checked", " checked single-threaded");

    static Machines of(String concurrent, String single) {
      FreshEngine direct = new FreshEngine();
      FreshEngine checked = new FreshEngine();
      // One of each is there before, as in a process that has several.
      direct.memory("CONCURRENT", false).close();
      checked.memory("CONCURRENT", true).close();
      return new Machines(
          List.of(
              direct.memory(concurrent, false),
              direct.memory(single, false),
              checked.memory(concurrent, true),
              checked.memory(single, true)));
    }

    long misses() {
      return all.stream().mapToLong(ScalarMemory::misses).sum();
    }

    void verify() {
      all.forEach(ScalarMemory::verify);
    }

    @Override
    public void close() {
      all.forEach(ScalarMemory::close);
    }
  }

  private interface Loop {
    void run(ScalarMemory memory, int operations);
  }

  /** Rows B1, B2, B4. */
  List<Row> measure() {
    try (ScalarMemory raw = new ScalarMemory.Raw(ScalarMemory.WORDS);
        Machines machines = Machines.of("CONCURRENT", "SINGLE_THREADED")) {
      Targets b1 = new Targets(4.5, 3.8, 6);
      compare("B1", "sequential 8 MiB", b1, raw, machines, ScalarMemory::sequentialLoads);
      Targets b2 = new Targets(3.5, 3.2, 6);
      compare("B2", "random in 8 MiB", b2, raw, machines, ScalarMemory::randomLoads);
      compare("B2 1 MiB", "random in 1 MiB", b2, raw, machines, ScalarMemory::fewLoads);
      stores("B1 stores", "sequential 8 MiB", machines, true);
      stores("B2 stores", "random in 8 MiB", machines, false);
      raw.verify();
      machines.verify();
      raw.weave();
      machines.all().forEach(ScalarMemory::weave);
      Targets b4 = new Targets(1.4, 1.25, 1.6);
      compare("B4", "each where the last one says, 8 MiB", b4, raw, machines, ScalarMemory::chases);
      raw.verify();
      machines.verify();
    }
    return rows;
  }

  /** Row B3; each machine by itself, since each has a GiB. */
  List<Row> wide() {
    List<String> kinds = List.of("WIDE", "WIDE_SINGLE_THREADED", "WIDE", "WIDE_SINGLE_THREADED");
    Targets b3 = new Targets(2.5, 2, 3);
    try (ScalarMemory raw = new ScalarMemory.Raw(CpuMemory.WIDE_WORDS)) {
      for (int i = 0; i < kinds.size(); i++) {
        try (ScalarMemory one = new FreshEngine().memory(kinds.get(i), i >= 2)) {
          long before = one.misses();
          Rounds rounds =
              Rounds.measure(
                  List.of(
                      new Contender("segment", raw::randomLoads),
                      new Contender("CPU", one::randomLoads)),
                  plan.rounds(),
                  plan.attempts(),
                  run -> List.of(run.ratio(1, 0)));
          row("B3", i, "random in 1 GiB", b3, rounds, 1, one.misses() - before);
          one.verify();
        }
      }
      raw.verify();
    }
    return rows;
  }

  private void compare(
      String name, String what, Targets targets, ScalarMemory raw, Machines machines, Loop loop) {
    long before = machines.misses();
    List<Contender> contenders = new ArrayList<>();
    contenders.add(new Contender("segment", n -> loop.run(raw, n)));
    for (ScalarMemory memory : machines.all()) {
      contenders.add(new Contender("CPU", n -> loop.run(memory, n)));
    }
    Rounds rounds =
        Rounds.measure(
            contenders,
            plan.rounds(),
            plan.attempts(),
            run -> List.of(run.ratio(1, 0), run.ratio(2, 0)));
    long misses = machines.misses() - before;
    for (int i = 0; i < machines.all().size(); i++) {
      row(name, i, what, targets, rounds, i + 1, misses);
    }
  }

  /** The row of the machine with a number. */
  private void row(
      String name,
      int machine,
      String what,
      Targets targets,
      Rounds rounds,
      int contender,
      long misses) {
    boolean single = machine % 2 != 0;
    rows.add(
        Row.ratio(
            name + Machines.NAMES.get(machine),
            "8-byte load, " + what,
            BASELINE,
            machine >= 2 ? targets.checked() : single ? targets.single() : targets.concurrent(),
            rounds.ratio(contender, 0),
            Table.format(
                "%.2f ns against %.2f ns; values right, %,d TLB misses",
                rounds.nanos(contender), rounds.nanos(0), misses)));
  }

  private void stores(String name, String what, Machines machines, boolean sequential) {
    for (int i = 0; i < machines.all().size(); i += 2) {
      ScalarMemory memory = machines.all().get(i);
      Rounds rounds =
          Rounds.measure(
              List.of(
                  new Contender(
                      "loads", sequential ? memory::sequentialLoads : memory::randomLoads),
                  new Contender(
                      "stores", sequential ? memory::sequentialStores : memory::randomStores)),
              plan.rounds(),
              plan.attempts(),
              run -> List.of(run.ratio(1, 0)));
      rows.add(
          Row.ratio(
              name + Machines.NAMES.get(i),
              "8-byte store, " + what,
              "the same machine's loads",
              1.3,
              rounds.ratio(1, 0),
              Table.format("%.2f ns against %.2f ns", rounds.nanos(1), rounds.nanos(0))));
    }
  }
}
