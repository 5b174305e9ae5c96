package dev.mapwright.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Rows G1, G2 and G4: the java command that the script {@code mapwright} runs to replay a recording
 * of ten calls, against {@code java -jar} of a program that prints one line: its time with the
 * ahead-of-time cache and without, and the most memory that it has.
 */
final class StartRow {
  private static final String BASELINE = "java -jar Hello.jar";

  /** How many pairs of processes the row about memory looks at. */
  private static final int MEMORY_PAIRS = 7;

  private static final int WARM_UPS = 2;

  /** What a run has at least, however slow the machine is. */
  private static final int FEWEST_ROUNDS = 9;

  private static final List<String> TEN_CALLS =
      List.of(
          "100 mmap(NULL, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000002000",
          "100 mmap(NULL, 16384, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000010000",
          "100 mprotect(0x7f0000002000, 4096, PROT_READ) = 0",
          "100 munmap(0x7f0000010000, 4096) = 0",
          "100 mmap(0x7f0000013000, 4096, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = 0x7f0000013000",
          "100 munmap(0x7f0000020000, 4096) = 0",
          "100 mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS, -1, 0) = 0x7f0000030000",
          "100 mprotect(0x7f0000040000, 4096, PROT_READ) = -1 ENOMEM (Cannot allocate memory)",
          "100 madvise(0x7f0000030000, 4096, MADV_DONTNEED) = 0",
          "100 munmap(0x7f0000030000, 4096) = 0");

  /** What is measured. */
  private enum Kind {
    CACHED("G1", "AOT cache", 1.15),
    UNCACHED("G2", "no AOT cache", 1.7),
    MEMORY("G4", "AOT cache, most resident memory", 1.0);

    final String row;
    final String what;
    final double target;

    Kind(String row, String what, double target) {
      this.row = row;
      this.what = "replay of ten recorded calls, launcher's java command, " + what;
      this.target = target;
    }

    List<Row> refused(String why) {
      return List.of(Row.notMeasurable(row, what, BASELINE, target, why));
    }
  }

  /** The two commands. */
  private record Commands(List<String> replay, List<String> hello) {}

  private StartRow() {}

  /** G1. */
  static List<Row> cached(Plan plan) {
    return measure(plan, Kind.CACHED);
  }

  /** G2. */
  static List<Row> uncached(Plan plan) {
    return measure(plan, Kind.UNCACHED);
  }

  /** G4. */
  static List<Row> memory(Plan plan) {
    return measure(plan, Kind.MEMORY);
  }

  private static List<Row> measure(Plan plan, Kind kind) {
    try {
      Path folder = Files.createTempDirectory("mapwright-bench");
      try {
        return measure(plan, kind, folder);
      } finally {
        deleteAll(folder);
      }
    } catch (IOException failed) {
      return kind.refused(String.valueOf(failed.getMessage()));
    }
  }

  /** Pairs of runs, one after the other. */
  private static final class Samples {
    final List<Double> mine = new ArrayList<>();
    final List<Double> theirs = new ArrayList<>();
    private final List<Double> ratios = new ArrayList<>();
    private final List<Double> cpuRatios = new ArrayList<>();

    void add(Spawn.Result run, Spawn.Result hello) {
      mine.add(run.wallNanos() / 1e6);
      theirs.add(hello.wallNanos() / 1e6);
      ratios.add((double) run.wallNanos() / hello.wallNanos());
      cpuRatios.add((double) run.cpuNanos() / hello.cpuNanos());
    }

    boolean full(Plan plan) {
      return ratios.size() == plan.rounds();
    }

    Quartiles wall() {
      return quartiles(ratios);
    }

    Quartiles work() {
      return quartiles(cpuRatios);
    }

    double median(List<Double> values) {
      return quartiles(values).median();
    }

    private static Quartiles quartiles(List<Double> values) {
      return Quartiles.of(values.stream().mapToDouble(Double::doubleValue).toArray());
    }
  }

  private static List<Row> measure(Plan plan, Kind kind, Path folder) throws IOException {
    Launcher launcher = Launcher.find();
    if (launcher == null) {
      return kind.refused("no build that the script mapwright has made was found");
    }
    if (kind == Kind.MEMORY && !PeakMemory.available()) {
      return kind.refused("this system does not tell a process's peak memory in /proc");
    }
    Path trace = folder.resolve("ten.strace");
    Files.write(trace, TEN_CALLS);
    Path hello = helloJar(folder.resolve("Hello.jar"));
    List<String> replay =
        new ArrayList<>(kind == Kind.UNCACHED ? launcher.withoutCache() : launcher.command());
    replay.addAll(List.of("replay", trace.toString()));
    Commands commands = new Commands(replay, List.of(launcher.java(), "-jar", hello.toString()));
    String obstacle = tryOnce(commands.hello, folder);
    if (obstacle == null) {
      obstacle = tryOnce(commands.replay, folder);
    }
    if (obstacle != null) {
      return kind.refused(obstacle);
    }
    String note =
        launcher.cached() || kind == Kind.UNCACHED ? "" : "; NO AOT cache was made by the build";
    return kind == Kind.MEMORY ? memory(commands, note) : time(plan, kind, commands, note);
  }

  private static List<Row> memory(Commands commands, String note) throws IOException {
    double[] mine = new double[MEMORY_PAIRS];
    double[] ratios = new double[MEMORY_PAIRS];
    for (int i = 0; i < MEMORY_PAIRS; i++) {
      mine[i] = PeakMemory.bytes(commands.replay);
      ratios[i] = mine[i] / PeakMemory.bytes(commands.hello);
    }
    double median = Quartiles.of(mine).median();
    Quartiles ratio = Quartiles.of(ratios);
    return List.of(
        Row.ratio(
            Kind.MEMORY.row,
            Kind.MEMORY.what,
            BASELINE,
            Kind.MEMORY.target,
            ratio,
            Table.format(
                "%.1f MiB against %.1f MiB%s",
                median / (1 << 20), median / ratio.median() / (1 << 20), note)));
  }

  private static List<Row> time(Plan plan, Kind kind, Commands commands, String note)
      throws IOException {
    Samples best = null;
    long deadline = System.nanoTime() + plan.startNanos();
    for (int attempt = 0; attempt < plan.attempts(); attempt++) {
      Samples run = new Samples();
      for (int i = -WARM_UPS; i < plan.rounds(); i++) {
        boolean late = System.nanoTime() > deadline;
        if (late && (best != null || i >= FEWEST_ROUNDS)) {
          break;
        }
        Spawn.Result bare = Spawn.run(commands.hello);
        Spawn.Result mine = Spawn.run(commands.replay);
        if (i >= 0) {
          run.add(mine, bare);
        }
      }
      if (best == null || run.full(plan) && run.wall().spread() < best.wall().spread()) {
        best = run;
      }
      if (!best.wall().noisy()) {
        break;
      }
    }
    if (best == null) {
      return kind.refused("no attempts");
    }
    return List.of(
        Row.ratio(
            kind.row,
            kind.what,
            BASELINE,
            kind.target,
            best.wall(),
            Table.format(
                "%.1f ms against %.1f ms, %d rounds%s",
                best.median(best.mine), best.median(best.theirs), best.mine.size(), note)),
        Row.ratio(
            kind.row + " CPU",
            "CPU time of the same, all threads",
            BASELINE,
            null,
            best.work(),
            "of " + kind.row + "'s runs"));
  }

  /** Runs a command with its output kept; returns what went wrong, or null. */
  private static @Nullable String tryOnce(List<String> command, Path folder) throws IOException {
    Path said = folder.resolve("said");
    try {
      int status =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start()
              .waitFor();
      if (status == 0) {
        return null;
      }
      try (Stream<String> lines = Files.lines(said)) {
        return command.getLast().endsWith("Hello.jar")
            ? "java -jar Hello.jar ended with " + status
            : "replay ended with " + status + ": " + lines.findFirst().orElse("nothing was said");
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return "interrupted";
    }
  }

  private static Path helloJar(Path jar) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Hello.class.getName());
    String entry = Hello.class.getName().replace('.', '/') + ".class";
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest);
        InputStream in = Hello.class.getResourceAsStream("Hello.class")) {
      if (in == null) {
        throw new IOException("Hello.class is missing");
      }
      out.putNextEntry(new JarEntry(entry));
      in.transferTo(out);
      out.closeEntry();
    }
    return jar;
  }

  private static void deleteAll(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
