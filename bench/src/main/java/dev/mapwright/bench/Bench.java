package dev.mapwright.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The command {@code mapwright bench}: prints one table of ratios beside their targets. It ends
 * with 0 whether or not targets are held: figures are for reading, and a busy machine is no defect.
 */
public final class Bench {
  private static final String HELP =
      """
      usage: mapwright bench [--quick] [--format text|json] [--rows PREFIX[,PREFIX...]]
             mapwright bench --plot FILE.svg [--quick]
             mapwright bench --jmh [JMH-ARGUMENT...]

        --quick    31 rounds a row instead of 101, and the most telling rows, in a minute
        --format   text (the default; also Markdown) or json
        --rows     only the rows whose names begin so, for example A1,B
        --plot     draws what a pair of unmap and map costs over the number of mappings
        --jmh      the JMH benchmarks; what follows goes to JMH, for example a pattern of names
      """;

  private Bench() {}

  private static final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UsageException(String message) {
      super(message);
    }
  }

  /**
   * Runs the command.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) throws Exception {
    if (args.length > 0 && args[0].equals("--jmh")) {
      org.openjdk.jmh.Main.main(Arrays.copyOfRange(args, 1, args.length));
      return;
    }
    try {
      run(args);
    } catch (UsageException wrong) {
      System.err.println("mapwright bench: " + wrong.getMessage());
      System.err.print(HELP);
      System.exit(2);
    }
  }

  private static void run(String[] args) throws IOException {
    boolean quick = false;
    boolean json = false;
    @Nullable Selection wanted = null;
    @Nullable String plot = null;
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--quick" -> quick = true;
        case "--format" -> json = format(value(args, ++i));
        case "--plot" -> plot = value(args, ++i);
        case "--rows" -> wanted = Selection.beginningWith(value(args, ++i));
        case "--help", "-h" -> {
          System.out.print(HELP);
          return;
        }
        default -> throw new UsageException("unknown argument " + args[i]);
      }
    }
    Plan plan = quick ? Plan.QUICK : Plan.FULL;
    Surroundings surroundings = Surroundings.now(quick);
    if (plot != null) {
      draw(plot, plan, surroundings);
      return;
    }
    if (wanted == null) {
      wanted = quick ? Selection.QUICK : Selection.ALL;
    }
    List<Row> rows = Group.measure(groups(plan), wanted);
    if (json) {
      System.out.print(Table.json(surroundings, rows));
      return;
    }
    for (Surroundings.Fact fact : surroundings.facts()) {
      System.out.println(fact.name() + ": " + fact.value());
    }
    System.out.println();
    System.out.print(Table.text(rows));
    System.out.println();
    System.out.println(
        "Ratios are the median of the rounds' ratios, time over the baseline's time.");
  }

  private static void draw(String name, Plan plan, Surroundings surroundings) throws IOException {
    Path file = Path.of(name);
    // Before minutes of measuring rather than after.
    if (!Files.isDirectory(file.toAbsolutePath().resolveSibling(".")) || Files.isDirectory(file)) {
      throw new UsageException("no file can be written at " + name);
    }
    List<Curve> curves = Curves.measure(plan, System.err::println);
    Files.writeString(file, CurvePicture.svg(curves, surroundings.underPicture()));
    System.out.print(Table.curves(curves));
  }

  private static boolean format(String name) {
    return switch (name) {
      case "text" -> false;
      case "json" -> true;
      default -> throw new UsageException("no format " + name + ": text or json");
    };
  }

  private static String value(String[] args, int at) {
    if (at >= args.length) {
      throw new UsageException(args[at - 1] + " needs a value");
    }
    return args[at];
  }

  /** All rows there are. */
  static List<Group> groups(Plan plan) {
    MapRows maps = new MapRows(plan);
    List<String> dense = List.of("A2 dense", "A3 dense", "D1 dense", "D5");
    List<String> scattered = List.of("A2 scattered", "A3 scattered", "D1 scattered");
    return List.of(
        Group.of("A1 n=10", () -> maps.againstTheKernel(10)),
        Group.of("A1 n=10,000", () -> maps.againstTheKernel(10_000)),
        Group.of("A1 n=60,000", () -> maps.againstTheKernel(60_000)),
        new Group(dense, () -> maps.million(Places.Shape.DENSE)),
        new Group(scattered, () -> maps.million(Places.Shape.SCATTERED)),
        Group.of("A2k", () -> MapleRows.measure(plan)),
        Group.of("A1 n=100,000", () -> TreeMapRow.measure(plan)),
        Group.of("A4", () -> LookupRows.measure(plan)),
        Group.of("A5", () -> new RangeRows(plan).manyPages()),
        Group.of("A6", () -> new RangeRows(plan).terabyte()),
        Group.of("A7", () -> new RangeRows(plan).protect()),
        Group.of("A8", () -> List.of(UnicornRow.measure(plan))),
        Group.of("A9", () -> CommitRow.measure(plan)),
        new Group(List.of("B1", "B2", "B4"), () -> new AccessRows(plan).measure()),
        Group.of("B3", () -> new AccessRows(plan).wide()),
        new Group(List.of("B5", "B6", "B7", "B9"), () -> new PathRows(plan).measure()),
        Group.of("B8", () -> List.of(UnicornRow.reads(plan))),
        // First what else would be compiled as others have used it before.
        Group.of("C6", () -> new DomainRows(plan).reads()),
        new Group(List.of("K1", "K2", "K3", "K4", "K5"), () -> new DomainRows(plan).reservations()),
        new Group(List.of("C1", "C2", "C3", "C4", "C8", "D4"), () -> new BuddyRows(plan).measure()),
        new Group(List.of("C1", "C2", "C5", "C7", "C8", "D4"), () -> new DomainRows(plan).maps()),
        new Group(List.of("D2", "D3"), TableRows::measure),
        Group.of("F0", () -> FaultRow.measure(plan)),
        Group.of("F1 regions", () -> new ThreadRows(plan).regions(false)),
        Group.of("F1 regions, one object", () -> new ThreadRows(plan).regions(true)),
        Group.of("F3", () -> new ThreadRows(plan).readers()),
        Group.of("F5", () -> new ThreadRows(plan).sameTable()),
        Group.of("F6", () -> new LoadRows(plan).measure()),
        new Group(
            List.of("H0", "H1", "H2", "H3", "H4", "H5", "H6"),
            () -> new ReservedRows(plan).measure()),
        new Group(List.of("I1", "I2"), () -> RegisterRows.measure(plan)),
        new Group(List.of("J1", "J2", "J3", "J4", "J5", "J6"), () -> new MdlRows(plan).measure()),
        Group.of("R", () -> ReplayRows.measure(plan)),
        Group.of("G1", () -> StartRow.cached(plan)),
        Group.of("G2", () -> StartRow.uncached(plan)),
        Group.of("G4", () -> StartRow.memory(plan)));
  }
}
