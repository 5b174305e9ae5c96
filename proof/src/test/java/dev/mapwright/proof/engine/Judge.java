package dev.mapwright.proof.engine;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.failure.FailurePoints;
import java.util.Map;
import java.util.TreeMap;

/** Compares outcomes and counts them; lets changes fail for want of memory. */
final class Judge {
  final Hunger hunger;
  final Map<String, Integer> tally = new TreeMap<>();

  Judge(FailurePoints points) {
    hunger = new Hunger(points);
  }

  void judge(String what, Outcome expected, Outcome seen) {
    count(what + " " + seen);
    if (expected != seen) {
      throw new AssertionError(what + " answered " + seen + ", expected " + expected);
    }
  }

  void count(String what) {
    tally.merge(what, 1, Integer::sum);
  }
}
