package dev.mapwright.bench;

import dev.mapwright.core.space.Region;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;

/**
 * Rows F6: the five loads of CortenMM by two threads against one, in ranges of their own (disjoint)
 * or at alternating pages of one range (shared). A third pair of threads on two machines shows what
 * is possible.
 */
final class LoadRows {
  /** Two objects' pages, what their tables need, and room. */
  private static final long RAM_PAGES = 1 << 15;

  private final int rounds;

  LoadRows(Plan plan) {
    rounds = Math.max(11, plan.rounds() / 3);
  }

  List<Row> measure() {
    try (ThreadWorld disjoint = new ThreadWorld(RAM_PAGES);
        ThreadWorld shared = new ThreadWorld(RAM_PAGES);
        ThreadWorld apart = new ThreadWorld(RAM_PAGES)) {
      LoadPages one = alone(disjoint, 0);
      Region range = region(shared, 0);
      List<LoadPages> inOwnRanges = List.of(one, alone(disjoint, 1));
      List<LoadPages> inOneRange =
          List.of(
              new LoadPages(shared, range, range.firstPage()),
              new LoadPages(shared, range, range.firstPage() + 1));
      List<LoadPages> onTwoMachines = List.of(one, alone(apart, 0));
      List<Row> rows = new ArrayList<>();
      for (Load load : Load.values()) {
        disjoint.settle(() -> nanos(load, inOwnRanges));
        shared.settle(() -> nanos(load, inOneRange));
        nanos(load, onTwoMachines);
        List<Double> alone = new ArrayList<>();
        List<Double> ownGains = new ArrayList<>();
        List<Double> sharedGains = new ArrayList<>();
        List<Double> machineGains = new ArrayList<>();
        LineTime line = new LineTime();
        for (int round = 0; round < rounds; round++) {
          line.measure();
          double nanos = nanos(load, List.of(one));
          alone.add(nanos / LoadPages.PAGES);
          ownGains.add(2 * nanos / nanos(load, inOwnRanges));
          sharedGains.add(2 * nanos / nanos(load, inOneRange));
          machineGains.add(2 * nanos / nanos(load, onTwoMachines));
        }
        Quartiles machines = Quartiles.of(machineGains);
        String figures =
            Table.format(
                "two separate machines %.2f times; %s; %.0f ns a page alone; parts of the space: ",
                machines.median(), line, Quartiles.of(alone).median());
        rows.add(
            row(
                load,
                "disjoint",
                Ceiling.goal(1.7, machines),
                ownGains,
                figures + disjoint.parts()));
        rows.add(
            row(
                load,
                "shared",
                Ceiling.goal(0.9, machines, line),
                sharedGains,
                figures + shared.parts()));
      }
      for (List<LoadPages> pages : List.of(inOwnRanges, inOneRange, onTwoMachines)) {
        pages.forEach(LoadPages::verify);
      }
      return rows;
    }
  }

  private static Row row(
      Load load, String where, Row.Goal goal, List<Double> gains, String figures) {
    return Row.gain(
        "F6 " + load.title + ", " + where,
        "8,192 pages by each of two threads, a call a page",
        "one thread",
        goal,
        Quartiles.of(gains),
        figures);
  }

  private static LoadPages alone(ThreadWorld world, int number) {
    Region region = region(world, number);
    return new LoadPages(world, region, region.firstPage());
  }

  private static Region region(ThreadWorld world, int number) {
    return RegionPages.region(world.space, number, 2L * LoadPages.PAGES);
  }

  /**
   * How long it takes until all are done, from when the first one begins. Each thread prepares its
   * own pages: what another has prepared lies in the caches of another processor, and to bring it
   * from there would be most of what is measured.
   */
  private static double nanos(Load load, List<LoadPages> all) {
    Meeting begin = new Meeting(all.size());
    Meeting end = new Meeting(all.size());
    long[] began = new long[all.size()];
    long[] ended = new long[all.size()];
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      int number = i;
      LoadPages pages = all.get(i);
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                pages.prepare(load);
                begin.await();
                began[number] = System.nanoTime();
                pages.run(load);
                ended[number] = System.nanoTime();
                end.await();
                pages.clear(load);
              }));
    }
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException stop) {
        Thread.currentThread().interrupt();
      }
    }
    return LongStream.of(ended).max().orElseThrow() - LongStream.of(began).min().orElseThrow();
  }

  /** Where threads wait for each other. Whoever slept would go on late, so they spin. */
  private static final class Meeting {
    private final AtomicInteger waitedFor;

    Meeting(int threads) {
      waitedFor = new AtomicInteger(threads);
    }

    void await() {
      waitedFor.decrementAndGet();
      while (waitedFor.get() > 0) {
        Thread.onSpinWait();
      }
    }
  }
}
