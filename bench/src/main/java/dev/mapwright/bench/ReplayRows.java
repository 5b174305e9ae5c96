package dev.mapwright.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows R: recordings of strace replayed again and again, each in a process of its own with the
 * collector that the command {@code replay} has, as by a program that does nothing else.
 */
final class ReplayRows {
  private static final double TARGET = 600_000;

  /** What {@link ReplayLoop} runs with; other options of the benchmarks are not for it. */
  private static final List<String> OPTIONS =
      List.of("-XX:+UseSerialGC", "-Xms1g", "-Xmx1g", "--enable-native-access=ALL-UNNAMED");

  private ReplayRows() {}

  static List<Row> measure(Plan plan) {
    String root = System.getProperty("mapwright.root");
    List<Row> rows = new ArrayList<>();
    for (String name : List.of("java-g1", "stress-5k")) {
      String row = "R " + name;
      String what = "replay of examples/traces/" + name + ", lines a second of CPU time";
      Path folder = Path.of(root == null ? "" : root, "examples", "traces", name);
      Path calls = folder.resolve("calls.strace");
      try {
        if (!Files.isReadable(calls)) {
          throw new IOException("no " + calls.getFileName());
        }
        rows.add(rate(row, what, lines(calls), time(folder, plan)));
      } catch (IOException failed) {
        rows.add(Row.notMeasurable(row, what, "-", null, String.valueOf(failed.getMessage())));
      }
    }
    return rows;
  }

  private static Row rate(String row, String what, long lines, Quartiles nanos) {
    Quartiles rate =
        new Quartiles(
            lines * 1e9 / nanos.p75(), lines * 1e9 / nanos.median(), lines * 1e9 / nanos.p25());
    return Row.rate(
        row,
        what,
        "lines/s",
        TARGET,
        rate,
        Table.format(
            "%,d lines in %.2f ms, reading the file included", lines, nanos.median() / 1e6));
  }

  /** What one replay takes. */
  private static Quartiles time(Path folder, Plan plan) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(OPTIONS);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(
        List.of(
            ReplayLoop.class.getName(),
            folder.toString(),
            Integer.toString(plan.rounds()),
            Integer.toString(plan.attempts())));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String answer;
    try (InputStream output = process.getInputStream()) {
      answer = new String(output.readAllBytes(), StandardCharsets.UTF_8);
    }
    String[] quartiles = answer.strip().split(" ");
    if (quartiles.length != 3) {
      throw new IOException("the process that replays has failed");
    }
    return new Quartiles(
        Double.parseDouble(quartiles[0]),
        Double.parseDouble(quartiles[1]),
        Double.parseDouble(quartiles[2]));
  }

  private static long lines(Path calls) throws IOException {
    try (var lines = Files.lines(calls)) {
      return lines.count();
    }
  }
}
