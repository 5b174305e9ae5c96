package dev.mapwright.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Measures what the picture shows: a pair of unmap and map of one page at a random place, from ten
 * mappings to a million, of everybody in the same rounds.
 */
final class Curves {
  /** Ten to a million, two in each decade, and as many as the kernel allows by default. */
  static final List<Integer> COUNTS =
      List.of(10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 60_000, 100_000, 300_000, 1_000_000);

  /** Beyond, its pair takes milliseconds; a point in each decade will do. */
  private static final int MOST_OF_UNICORN = 1_000;

  private final Plan plan;
  private final Map<Curve.Side, List<Curve.Point>> points = new EnumMap<>(Curve.Side.class);

  private Curves(Plan plan) {
    this.plan = plan;
  }

  /**
   * Measures all of them.
   *
   * @param plan how long
   * @param progress told what is measured, and why something is not
   * @return those that have a point
   */
  static List<Curve> measure(Plan plan, Consumer<String> progress) {
    Curves curves = new Curves(plan);
    for (int n : COUNTS) {
      progress.accept(Table.format("n = %,d", n));
      for (Curve.Side side : Curve.Side.values()) {
        String obstacle = wanted(side, n) ? obstacle(side, n) : null;
        if (obstacle != null) {
          progress.accept("  without " + side.title + ": " + obstacle);
        }
      }
      curves.measure(n);
    }
    return curves.points.entrySet().stream()
        .map(curve -> new Curve(curve.getKey(), curve.getValue()))
        .toList();
  }

  /** Whether somebody is to have a point at n. */
  static boolean wanted(Curve.Side side, int n) {
    return side != Curve.Side.UNICORN
        || n <= MOST_OF_UNICORN && Integer.toString(n).startsWith("1");
  }

  /** Why somebody has no point at n, though one is wanted; null when he has one. */
  private static @Nullable String obstacle(Curve.Side side, int n) {
    return switch (side) {
      case DENSE, SCATTERED, TREE_MAP -> null;
      case KERNEL -> KernelPages.obstacle(n);
      case UNICORN -> UnicornPages.obstacle();
    };
  }

  private static boolean measured(Curve.Side side, int n) {
    return wanted(side, n) && obstacle(side, n) == null;
  }

  private void measure(int n) {
    Places dense = new Places(Places.Shape.DENSE, n);
    Places scattered = new Places(Places.Shape.SCATTERED, n);
    List<Curve.Side> sides = new ArrayList<>();
    List<Contender> contenders = new ArrayList<>();
    TreePages tree = new TreePages(dense);
    try (EnginePages side = new EnginePages(dense);
        EnginePages wide = new EnginePages(scattered);
        KernelPages kernel = measured(Curve.Side.KERNEL, n) ? KernelPages.make(n) : null;
        UnicornPages unicorn = measured(Curve.Side.UNICORN, n) ? new UnicornPages(n) : null) {
      sides.addAll(List.of(Curve.Side.DENSE, Curve.Side.SCATTERED, Curve.Side.TREE_MAP));
      contenders.addAll(
          List.of(side.contender("dense"), wide.contender("scattered"), tree.contender()));
      if (kernel != null) {
        sides.add(Curve.Side.KERNEL);
        contenders.add(kernel.contender());
      }
      if (unicorn != null) {
        sides.add(Curve.Side.UNICORN);
        contenders.add(unicorn.contender());
      }
      Rounds rounds =
          Rounds.measure(
              contenders,
              plan.rounds(),
              plan.attempts(),
              run -> IntStream.range(0, contenders.size()).mapToObj(run::time).toList());
      side.verify();
      wide.verify();
      tree.verify();
      if (kernel != null) {
        kernel.verify();
      }
      for (int i = 0; i < sides.size(); i++) {
        points
            .computeIfAbsent(sides.get(i), absent -> new ArrayList<>())
            .add(new Curve.Point(n, rounds.time(i)));
      }
    }
  }
}
