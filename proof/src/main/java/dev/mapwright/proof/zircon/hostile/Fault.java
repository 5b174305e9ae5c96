package dev.mapwright.proof.zircon.hostile;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A sequence that made the machine misbehave in its last step.
 *
 * @param seed of the sequence
 * @param steps those of its steps that are needed
 * @param cause what went wrong
 * @param trace the calls that the steps made, one a line
 */
record Fault(long seed, List<Integer> steps, Throwable cause, List<String> trace) {
  @Override
  public String toString() {
    return "%s%nseed %d, %d steps:%n%s%nto run again: -Dmapwright.hostile=%d:%s"
        .formatted(
            cause,
            seed,
            steps.size(),
            String.join("\n", trace),
            seed,
            steps.stream().map(String::valueOf).collect(Collectors.joining(",")));
  }
}
