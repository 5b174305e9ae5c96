package dev.mapwright.proof.windows;

import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.Effect;
import dev.mapwright.windows.answer.Routine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How often each answer came. */
final class Tally {
  private final Map<Integer, Long> counts = new TreeMap<>();
  private long operations;
  private long successes;

  /** A step without an answer, which is a success. */
  void count() {
    operations++;
    successes++;
  }

  void count(Condition condition, boolean last) {
    counts.merge(condition.number(), 1L, Long::sum);
    if (last) {
      operations++;
      successes += condition.effect() == Effect.DONE ? 1 : 0;
    }
  }

  void add(Tally other) {
    operations += other.operations;
    successes += other.successes;
    other.counts.forEach((number, count) -> counts.merge(number, count, Long::sum));
  }

  long operations() {
    return operations;
  }

  /** How many of 100 operations were carried out. */
  double successPercent() {
    return operations == 0 ? 0 : 100.0 * successes / operations;
  }

  long of(Condition condition) {
    return counts.getOrDefault(condition.number(), 0L);
  }

  /** The answers of all routines that were called at all which never came: routine and name. */
  List<String> missing() {
    List<String> missing = new ArrayList<>();
    for (Routine routine : Routine.values()) {
      if (of(routine) > 0 && routine.callable()) {
        for (Condition condition : routine.conditions()) {
          if (of(condition) == 0) {
            missing.add(routine.documentedName() + " " + condition.name());
          }
        }
      }
    }
    return missing;
  }

  private long of(Routine routine) {
    long sum = 0;
    for (Condition condition : routine.conditions()) {
      sum += of(condition);
    }
    return sum;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append("%d operations, %.1f %% carried out%n".formatted(operations, successPercent()));
    for (Routine routine : Routine.values()) {
      if (of(routine) > 0) {
        text.append("%-36s".formatted(routine.documentedName()));
        for (Condition condition : routine.conditions()) {
          text.append(' ').append(condition.name()).append(' ').append(of(condition));
        }
        text.append('\n');
      }
    }
    return text.toString();
  }
}
