package dev.mapwright.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Rows R: recordings of strace replayed again and again, by classes of their own that have become
 * warm, as in a process that does nothing else.
 */
final class ReplayRows {
  private static final double TARGET = 600_000;

  private static final long SECOND_NANOS = 1_000_000_000L;

  /** A replay is of so much code that compiling it takes many seconds. */
  private static final int MOST_SECONDS = 40;

  /** It is warm when so many seconds have brought nothing. */
  private static final int SECONDS_WITHOUT_GAIN = 4;

  private ReplayRows() {}

  static List<Row> measure(Plan plan) {
    String root = System.getProperty("mapwright.root");
    List<Row> rows = new ArrayList<>();
    for (String name : List.of("java-g1", "stress-5k")) {
      String what = "replay of examples/traces/" + name + ", lines a second of CPU time";
      Path folder = Path.of(root == null ? "" : root, "examples", "traces", name);
      Path calls = folder.resolve("calls.strace");
      if (!Files.isReadable(calls)) {
        rows.add(Row.notMeasurable("R " + name, what, "-", null, "no " + calls.getFileName()));
        continue;
      }
      long lines = lines(calls);
      Consumer<Path> loop = new FreshEngine().replays();
      warmUp(loop, folder);
      Contender replays =
          new Contender(
              "replay",
              operations -> {
                for (int k = 0; k < operations; k++) {
                  loop.accept(folder);
                }
              });
      Rounds rounds =
          Rounds.measure(List.of(replays), plan.rounds(), 1, run -> List.of(run.ratio(0, 0)));
      rows.add(
          Row.rate(
              "R " + name,
              what,
              "lines/s",
              TARGET,
              lines * 1e9 / rounds.nanos(0),
              Table.format(
                  "%,d lines in %.2f ms, reading the file included",
                  lines, rounds.nanos(0) / 1e6)));
    }
    return rows;
  }

  /**
   * Replays until it gets no faster: everything is compiled, and the heap's pages have all been
   * used, which each cost the kernel's time once.
   */
  private static void warmUp(Consumer<Path> loop, Path folder) {
    int most = 0;
    int withoutGain = 0;
    for (int second = 0; second < MOST_SECONDS && withoutGain < SECONDS_WITHOUT_GAIN; second++) {
      int replays = 0;
      for (long began = Clock.nanos(); Clock.nanos() - began < SECOND_NANOS; replays++) {
        loop.accept(folder);
      }
      withoutGain = replays > most ? 0 : withoutGain + 1;
      most = Math.max(most, replays);
    }
  }

  private static long lines(Path calls) {
    try (var lines = Files.lines(calls)) {
      return lines.count();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
