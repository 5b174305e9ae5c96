package dev.mapwright.proof.zircon.hostile;

import dev.mapwright.zircon.abi.MxStatus;
import dev.mapwright.zircon.answer.Condition;
import dev.mapwright.zircon.answer.Routine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How often each documented answer came. */
final class HostileTally {
  private final Map<Condition, Long> counts = new HashMap<>();
  private long calls;
  private long successes;
  private long mostBytes;
  private long mostAcquisitions;

  void count(Condition answer) {
    calls++;
    if (answer.ordinal() == 0) {
      successes++;
    }
    counts.merge(answer, 1L, Long::sum);
  }

  /** What one step allocated on the heap, and how often it acquired something of the machine's. */
  void spent(long bytes, long acquisitions) {
    mostBytes = Math.max(mostBytes, bytes);
    mostAcquisitions = Math.max(mostAcquisitions, acquisitions);
  }

  long calls() {
    return calls;
  }

  double successPercent() {
    return calls == 0 ? 0 : 100.0 * successes / calls;
  }

  long of(Condition answer) {
    return counts.getOrDefault(answer, 0L);
  }

  /** How often each answer came. */
  Map<Condition, Long> answers() {
    return Map.copyOf(counts);
  }

  /** The answers of all routines that never came. */
  List<String> missing() {
    List<String> missing = new ArrayList<>();
    for (Routine routine : Routine.values()) {
      for (Condition answer : routine.conditions()) {
        if (!counts.containsKey(answer)) {
          missing.add(routine.documentedName() + " " + answer.name());
        }
      }
    }
    return missing;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(
        "%d calls, %.1f %% succeeded; one took %d bytes of heap and %d acquisitions at most"
            .formatted(calls, successPercent(), mostBytes, mostAcquisitions));
    for (Routine routine : Routine.values()) {
      text.append("\n%-40s".formatted(routine.documentedName()));
      for (Condition answer : routine.conditions()) {
        text.append(' ').append(answer.name());
        text.append(' ').append(MxStatus.name(answer.status()).substring(3));
        text.append(' ').append(of(answer)).append(';');
      }
    }
    return text.toString();
  }
}
