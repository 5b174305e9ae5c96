package dev.mapwright.proof.zircon;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** How often each routine gave each answer. */
final class Tally {
  private final Map<String, Map<Integer, Long>> counts = new TreeMap<>();
  private long operations;
  private long successes;

  void count(String routine, int status) {
    operations++;
    if (status >= 0) {
      successes++;
    }
    counts.computeIfAbsent(routine, any -> new TreeMap<>()).merge(status, 1L, Long::sum);
  }

  void add(Tally other) {
    operations += other.operations;
    successes += other.successes;
    other.counts.forEach((routine, answers) ->
        answers.forEach((status, count) ->
            counts
                .computeIfAbsent(routine, any -> new TreeMap<>())
                .merge(status, count, Long::sum)));
  }

  long operations() {
    return operations;
  }

  /** How many of 100 operations succeeded. */
  double successPercent() {
    return operations == 0 ? 0 : 100.0 * successes / operations;
  }

  long of(String routine, int status) {
    return counts.getOrDefault(routine, Map.of()).getOrDefault(status, 0L);
  }

  @Override
  public String toString() {
    String lines =
        counts.entrySet().stream()
            .map(entry ->
                "%-32s %s"
                    .formatted(
                        entry.getKey(),
                        entry.getValue().entrySet().stream()
                            .map(one -> Status.name(one.getKey()) + " " + one.getValue())
                            .collect(Collectors.joining(", "))))
            .collect(Collectors.joining("\n"));
    return "%d operations, %.1f %% succeeded%n%s".formatted(operations, successPercent(), lines);
  }
}
