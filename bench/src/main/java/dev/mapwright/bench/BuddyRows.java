package dev.mapwright.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows C of the allocator of logical addresses by itself; nothing is mapped. */
final class BuddyRows {
  private static final int MILLION = 1_000_000;
  private static final int FEWER = 100_000;
  private static final int FEW = 1_000;
  private static final int RUNS = 5;

  private final Plan plan;

  BuddyRows(Plan plan) {
    this.plan = plan;
  }

  List<Row> measure() {
    List<Row> rows = new ArrayList<>();
    small(rows);
    large(rows);
    return rows;
  }

  /** 100,000 live pages. */
  private void small(List<Row> rows) {
    BuddyPages newest = new BuddyPages(BuddyPages.Pattern.NEWEST, FEWER);
    BuddyPages ring = new BuddyPages(BuddyPages.Pattern.RING, FEWER);
    BuddyPages random = new BuddyPages(BuddyPages.Pattern.RANDOM_64, FEWER);
    TreePages tree = tree(FEWER);
    Rounds rounds =
        Rounds.measure(
            List.of(
                tree.contender(),
                newest.contender(),
                ring.contender(),
                random.contender(),
                new LinearSearch(FEWER).contender()),
            plan.rounds(),
            plan.attempts(),
            run -> List.of(run.ratio(1, 0), run.ratio(2, 0)));
    newest.verify();
    ring.verify();
    random.verify();
    tree.verify();
    rows.add(row("C1", BuddyPages.Pattern.NEWEST.what, FEWER, 0.2, rounds, 1));
    rows.add(row("C1", BuddyPages.Pattern.RING.what, FEWER, 0.2, rounds, 2));
    rows.add(
        Row.ratio(
            "C3",
            BuddyPages.Pattern.RANDOM_64.what,
            "linear search for a gap, random free, n=100,000",
            1.0 / 150,
            rounds.ratio(3, 4),
            figures(rounds, 3, 4)));
  }

  /** A million live ranges, one pattern at a time. */
  private void large(List<Row> rows) {
    TreePages tree = tree(MILLION);
    double slowest = 0;
    for (BuddyPages.Pattern pattern : BuddyPages.Pattern.values()) {
      if (pattern == BuddyPages.Pattern.NEWEST || pattern == BuddyPages.Pattern.RING) {
        continue;
      }
      BuddyPages pages = new BuddyPages(pattern, MILLION);
      BuddyPages few = new BuddyPages(pattern, FEW);
      double bytes = (double) pages.bookBytes() / MILLION;
      Rounds rounds =
          Rounds.measure(
              List.of(tree.contender(), pages.contender(), few.contender()),
              plan.rounds(),
              plan.attempts(),
              run -> List.of(run.ratio(1, 0)));
      pages.verify();
      slowest = Math.max(slowest, rounds.nanos(1));
      rows.add(row("C2", pattern.what, MILLION, 0.5, rounds, 1));
      if (pattern == BuddyPages.Pattern.RANDOM_64) {
        rows.add(
            Row.ratio(
                "C4",
                pattern.what + ", n=1,000,000",
                "the same, n=1,000",
                4.0,
                rounds.ratio(1, 2),
                figures(rounds, 1, 2)));
      }
      if (pattern == BuddyPages.Pattern.RANDOM_64 || pattern == BuddyPages.Pattern.SCATTERED) {
        boolean scattered = pattern == BuddyPages.Pattern.SCATTERED;
        rows.add(
            Row.amount(
                "D4",
                "allocator's books, pages " + (scattered ? "scattered" : "side by side"),
                "bytes",
                24.0,
                bytes,
                "a live page, n=1,000,000"));
      }
    }
    tree.verify();
    rows.add(longest(slowest));
  }

  /**
   * The longest single step. The same steps are made several times, and of each the shortest time
   * counts: what it takes by itself it takes every time, and what the machine did meanwhile it does
   * not do at the same step again.
   */
  private Row longest(double slowest) {
    int steps = plan == Plan.FULL ? 200_000 : 20_000;
    long longest = 0;
    BuddyPages.Pattern worst = BuddyPages.Pattern.NEWEST;
    for (BuddyPages.Pattern pattern : BuddyPages.Pattern.values()) {
      int perStep = pattern.batch;
      long[] shortest = new long[steps];
      Arrays.fill(shortest, Long.MAX_VALUE);
      for (int run = 0; run < RUNS; run++) {
        BuddyPages pages = new BuddyPages(pattern, FEWER);
        for (int i = 0; i < steps / perStep; i++) {
          long start = Clock.nanos();
          pages.step();
          shortest[i] = Math.min(shortest[i], Clock.nanos() - start);
        }
      }
      for (int i = 0; i < steps / perStep; i++) {
        if (shortest[i] > longest) {
          longest = shortest[i];
          worst = pattern;
        }
      }
    }
    double ratio = longest / slowest;
    return Row.ratio(
        "C8",
        "the longest batch (1 to 64 pairs) of all patterns",
        "the slowest pattern's median pair",
        100.0,
        new Quartiles(ratio, ratio, ratio),
        Table.format("%,d ns, %s", longest, worst));
  }

  private static TreePages tree(int n) {
    return new TreePages(new Places(Places.Shape.DENSE, n));
  }

  private static Row row(
      String name, String what, int n, double target, Rounds rounds, int contender) {
    return Row.ratio(
        name,
        what,
        Table.format("TreeMap check + insert + remove, n=%,d", n),
        target,
        rounds.ratio(contender, 0),
        figures(rounds, contender, 0));
  }

  private static String figures(Rounds rounds, int contender, int baseline) {
    return Table.format("%.1f ns against %.1f ns", rounds.nanos(contender), rounds.nanos(baseline));
  }
}
