package dev.mapwright.bench;

import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the figures depend on: they mean nothing without it.
 *
 * @param facts in the order in which they are printed
 */
record Surroundings(List<Fact> facts) {
  /**
   * One thing to know.
   *
   * @param name a short word
   * @param value one line
   */
  record Fact(String name, String value) {}

  static Surroundings now(boolean quick) {
    return new Surroundings(
        List.of(
            new Fact(
                "time",
                Clock.CPU_TIME
                    ? "CPU time of the measuring thread, program and kernel; F1 to F6, G and H4 wall time"
                    : "wall time"),
            new Fact("events", "level RING (the default) unless a row says otherwise"),
            new Fact(
                "rounds",
                quick ? "31 interleaved, batches of 3 ms" : "101 interleaved, batches of 3 ms"),
            new Fact(
                "java",
                Runtime.version()
                    + ", "
                    + System.getProperty("java.vm.name")
                    + ", "
                    + collectors()),
            new Fact(
                "peers",
                "unidbg-unicorn2 0.9.8; C baselines "
                    + (CCompiler.available()
                        ? "compiled by gcc"
                        : "called through FFM, no gcc found")),
            new Fact(
                "machine", cpu() + ", " + Runtime.getRuntime().availableProcessors() + " CPUs"),
            new Fact(
                "system", System.getProperty("os.name") + " " + System.getProperty("os.version")),
            new Fact("load", load())));
  }

  /** What has to stand below a picture. */
  List<String> underPicture() {
    return List.of(
        value("machine") + "; " + value("system") + "; Java " + value("java").split(",", 2)[0],
        value("time").split(";", 2)[0] + "; events at " + value("events").split(" unless", 2)[0]);
  }

  private String value(String name) {
    return facts.stream()
        .filter(fact -> fact.name().equals(name))
        .findFirst()
        .map(Fact::value)
        .orElse("unknown");
  }

  private static String collectors() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .map(GarbageCollectorMXBean::getName)
        .collect(Collectors.joining(" + "));
  }

  private static String cpu() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
        if (line.startsWith("model name")) {
          return line.substring(line.indexOf(':') + 1).strip();
        }
      }
    } catch (IOException unreadable) {
      // Not Linux, or hidden: the architecture has to do.
    }
    return System.getProperty("os.arch");
  }

  /** The load before the run: above the number of CPUs the figures were taken beside other work. */
  private static String load() {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    return load < 0 ? "unknown" : Table.format("%.2f in the last minute, before the run", load);
  }
}
