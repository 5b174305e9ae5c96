package dev.mapwright.cli.explain;

import java.util.ArrayList;
import java.util.List;

/**
 * What is known about a code.
 *
 * @param meaning what it says, in whole sentences
 * @param causes the conditions in which routines give it: those of one routine together, in the
 *     order of its checks. Empty if no routine that we have does
 * @param parts more exact codes that begin with this one; mostly empty
 * @param advice what to do, each piece in whole sentences; never empty
 */
public record Explanation(
    String meaning, List<Cause> causes, List<Part> parts, List<String> advice) {

  /** {@return whether a routine gives the code} */
  public boolean given() {
    return !causes.isEmpty() || !parts.isEmpty();
  }

  /**
   * {@return the same with the causes and the parts of one routine only}
   *
   * @param routine as {@link Cause#routine} has it
   */
  public Explanation of(String routine) {
    List<Cause> its = new ArrayList<>();
    for (Cause cause : causes) {
      if (cause.routine().equals(routine)) {
        its.add(cause);
      }
    }
    List<Part> itsParts = new ArrayList<>();
    for (Part part : parts) {
      if (part.routines().contains(routine)) {
        itsParts.add(part);
      }
    }
    return new Explanation(meaning, its, itsParts, advice);
  }

  /** {@return the routines that give the code, each once, in order} */
  public List<String> routines() {
    List<String> routines = new ArrayList<>();
    for (Cause cause : causes) {
      if (!routines.contains(cause.routine())) {
        routines.add(cause.routine());
      }
    }
    return routines;
  }
}
