package dev.mapwright.linux.replay;

import dev.mapwright.linux.maps.MapsComparison;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a replay has found.
 *
 * @param lines how many lines the recording has
 * @param calls how often each call was replayed, by name
 * @param skippedCalls how often each call was skipped that has nothing to do with memory
 * @param refusals how many calls the kernel had refused and the engine refused with the same error
 * @param choices how many places and other free choices were taken from the recording, because
 *     nothing shows what the kernel had to choose
 * @param mmapAnswers how many addresses mmap answered
 * @param mmapComputed how many of them were computed and agreed: fixed ones, free hints, and the
 *     places that follow from what is mapped
 * @param unverifiable how many answers depend on what a recording does not show: what a program
 *     held that nobody recorded, resource limits, how a file was opened, an answer that the
 *     recorder injected
 * @param reordered how many calls that overlapped others in time took effect in another order than
 *     they returned
 * @param processes how many address spaces there were
 * @param threads how many threads there were
 * @param stackGrowths how often a stack had grown without a call
 * @param divergenceCount how many calls the engine answered differently
 * @param divergences the first of them
 * @param pid the process whose ranges were compared; 0 if the recording gives no numbers
 * @param comparison how its ranges compare with what was expected; null if nothing was expected
 * @param partial whether only a part of the space could be compared, because nobody recorded what
 *     it held at first
 * @param access what a CPU found when it tried every range
 * @param violations what the engine's invariant checker found after the CPU's tries, in words; the
 *     first hundred
 */
public record ReplayReport(
    long lines,
    Map<String, Long> calls,
    Map<String, Long> skippedCalls,
    long refusals,
    long choices,
    long mmapAnswers,
    long mmapComputed,
    long unverifiable,
    long reordered,
    int processes,
    int threads,
    long stackGrowths,
    long divergenceCount,
    List<Divergence> divergences,
    int pid,
    @Nullable MapsComparison comparison,
    boolean partial,
    AccessTrial access,
    List<String> violations) {

  /**
   * Whether the engine and the kernel agree.
   *
   * @return true if no call diverged, every range matches, every access was answered as permissions
   *     say, and no invariant is violated
   */
  public boolean agrees() {
    return divergenceCount == 0
        && (comparison == null || comparison.equal())
        && access.wrong().isEmpty()
        && violations.isEmpty();
  }

  /**
   * How many calls were replayed.
   *
   * @return the sum over all names
   */
  public long callCount() {
    long count = 0;
    for (long each : calls.values()) {
      count += each;
    }
    return count;
  }
}
