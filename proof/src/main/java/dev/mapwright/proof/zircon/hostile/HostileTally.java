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

  void count(Condition answer) {
    calls++;
    if (answer.ordinal() == 0) {
      successes++;
    }
    counts.merge(answer, 1L, Long::sum);
  }

  /** What one step allocated on the heap. */
  void allocated(long bytes) {
    mostBytes = Math.max(mostBytes, bytes);
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

  /** The answers of all routines that never came. */
  List<Condition> missing() {
    List<Condition> missing = new ArrayList<>();
    for (Routine routine : Routine.values()) {
      for (Condition answer : routine.conditions()) {
        if (!counts.containsKey(answer)) {
          missing.add(answer);
        }
      }
    }
    return missing;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(
        "%d calls, %.1f %% succeeded, %d bytes of heap at most in a step"
            .formatted(calls, successPercent(), mostBytes));
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
