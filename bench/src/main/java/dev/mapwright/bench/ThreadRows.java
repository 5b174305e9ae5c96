package dev.mapwright.bench;

import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.Region;
import java.util.ArrayList;
import java.util.List;

/** Rows F1, F3 and F5: two threads in one space, by the wall's clock. */
final class ThreadRows {
  private static final int MAPPINGS = 100_000;
  private static final int PAIRS = 200;
  private static final long RAM_PAGES = 1 << 14;
  private static final String PAIR = "unmap + map of 1 page by two threads";

  private final int rounds;

  ThreadRows(Plan plan) {
    rounds = Math.max(11, plan.rounds() / 3);
  }

  /** F1: each in a region of its own. */
  List<Row> regions(boolean oneObject) {
    try (ThreadWorld world = new ThreadWorld(RAM_PAGES);
        ThreadWorld apart = new ThreadWorld(RAM_PAGES)) {
      MemoryObject object = world.object(MAPPINGS);
      MemoryObject second = oneObject ? object : world.object(MAPPINGS);
      return List.of(
          twoThreads(
              oneObject ? "F1 regions, one object" : "F1 regions",
              PAIR + " in a region of 100,000 each" + (oneObject ? ", showing one object" : ""),
              1.7,
              false,
              world,
              RegionPages.alone(world.space, object, 0, MAPPINGS),
              RegionPages.alone(world.space, second, 1, MAPPINGS),
              RegionPages.alone(apart.space, apart.object(MAPPINGS), 0, MAPPINGS)));
    }
  }

  /** F5: both in the same 2 MiB of one region, at pages of their own. */
  List<Row> sameTable() {
    try (ThreadWorld world = new ThreadWorld(RAM_PAGES);
        ThreadWorld apart = new ThreadWorld(RAM_PAGES)) {
      Region region = RegionPages.region(world.space, 0, 512);
      Region alone = RegionPages.region(apart.space, 0, 512);
      long first = region.firstPage();
      return List.of(
          twoThreads(
              "F5",
              PAIR + ", pages of their own in the same 2 MiB",
              0.9,
              true,
              world,
              new RegionPages(region, world.object(128), first, 4, 128),
              new RegionPages(region, world.object(128), first + 2, 4, 128),
              new RegionPages(alone, apart.object(128), alone.firstPage(), 4, 128)));
    }
  }

  /** Rows of two threads; {@code sharing} when both write what the other writes, too. */
  private Row twoThreads(
      String name,
      String what,
      double target,
      boolean sharing,
      ThreadWorld world,
      RegionPages one,
      RegionPages beside,
      RegionPages apart) {
    Runnable pairs = () -> one.pairs(PAIRS);
    List<Runnable> inOneSpace = List.of(pairs, () -> beside.pairs(PAIRS));
    List<Runnable> onTwoMachines = List.of(pairs, () -> apart.pairs(PAIRS));
    world.settle(() -> Together.operationsPerNano(inOneSpace));
    Together.operationsPerNano(onTwoMachines);
    List<Double> shared = new ArrayList<>();
    List<Double> separate = new ArrayList<>();
    List<Double> nanos = new ArrayList<>();
    LineTime line = new LineTime();
    for (int round = 0; round < rounds; round++) {
      line.measure();
      // Each alone: an undivided space is faster than one in many parts.
      double alone = Together.operationsPerNano(inOneSpace.subList(0, 1));
      double besideAlone = Together.operationsPerNano(inOneSpace.subList(1, 2));
      double apartAlone = Together.operationsPerNano(onTwoMachines.subList(1, 2));
      shared.add(2 * Together.operationsPerNano(inOneSpace) / (alone + besideAlone));
      separate.add(2 * Together.operationsPerNano(onTwoMachines) / (alone + apartAlone));
      nanos.add(1 / alone / PAIRS);
    }
    one.verify();
    beside.verify();
    apart.verify();
    Quartiles machines = Quartiles.of(separate);
    return Row.gain(
        name,
        what,
        "one thread",
        sharing ? Ceiling.goal(target, machines, line) : Ceiling.goal(target, machines),
        Quartiles.of(shared),
        Table.format(
            "two separate machines %.2f times; %s; %.0f ns alone; parts of the space: %d",
            machines.median(), line, Quartiles.of(nanos).median(), world.parts()));
  }

  /** F3: a CPU that loads from its pages, beside a thread that maps elsewhere in the space. */
  List<Row> readers() {
    return List.of(
        reader("F3", "loads by a CPU beside a thread that unmaps and maps elsewhere", false),
        reader("F3 touched", "the same, and the thread stores to each page it maps", true));
  }

  private Row reader(String name, String what, boolean touching) {
    double target = 0.95;
    try (ThreadWorld world = new ThreadWorld(RAM_PAGES);
        ThreadWorld apart = new ThreadWorld(RAM_PAGES)) {
      ReadPages reader = new ReadPages(world, 0);
      TouchedPages beside = new TouchedPages(world, 1);
      TouchedPages elsewhere = new TouchedPages(apart, 1);
      List<Runnable> inOneSpace = List.of(reader::passes, () -> beside.pairs(PAIRS, touching));
      List<Runnable> onTwoMachines =
          List.of(reader::passes, () -> elsewhere.pairs(PAIRS, touching));
      world.settle(() -> Together.each(inOneSpace));
      Together.each(onTwoMachines);
      List<Double> shared = new ArrayList<>();
      List<Double> separate = new ArrayList<>();
      LineTime line = new LineTime();
      for (int round = 0; round < rounds; round++) {
        line.measure();
        double alone = Together.each(List.of(reader::passes))[0];
        shared.add(Together.each(inOneSpace)[0] / alone);
        separate.add(Together.each(onTwoMachines)[0] / alone);
      }
      reader.verify();
      beside.verify();
      elsewhere.verify();
      Quartiles machines = Quartiles.of(separate);
      String tooLow =
          machines.median() >= target
              ? null
              : Table.format(
                  "beside a thread on another machine the loads reach %.2f", machines.median());
      return Row.gain(
          name,
          what,
          "the loads alone",
          new Row.Goal(target, true, tooLow),
          Quartiles.of(shared),
          Table.format(
              "beside a thread on another machine %.2f; %s; parts of the space: %d",
              machines.median(), line, world.parts()));
    }
  }
}
