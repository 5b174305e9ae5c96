package dev.mapwright.sim.memory;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.failure.FailurePoints;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The cache attributes of pages outside RAM, as runs: disjoint, and adjacent ones differ. A run may
 * pass over RAM between two holes; what it says there means nothing.
 *
 * <p>Guarded by its own monitor, under which nothing else is locked.
 */
final class CachePolicyRuns {
  /** Pages with the same attribute; a run that has been told to somebody does not change. */
  static final class Run {
    final long first;

    /** Inclusive. */
    final long last;

    final CachePolicy policy;

    Run(long first, long last, CachePolicy policy) {
      this.first = first;
      this.last = last;
      this.policy = policy;
    }
  }

  private final FailurePoints failures;

  /** By first page. */
  @GuardedBy("this")
  private final NavigableMap<Long, Run> runs = new TreeMap<>();

  CachePolicyRuns(FailurePoints failures) {
    this.failures = failures;
  }

  /** The attribute of a page; null when it has none. */
  synchronized @Nullable CachePolicy at(long pfn) {
    Run run = covering(pfn);
    return run == null ? null : run.policy;
  }

  @GuardedBy("this")
  private @Nullable Run covering(long pfn) {
    Map.Entry<Long, Run> below = runs.floorEntry(pfn);
    return below != null && below.getValue().last >= pfn ? below.getValue() : null;
  }

  /**
   * Gives pages an attribute, or takes it when {@code policy} is null.
   *
   * @return false, and nothing has changed, when a run more is needed and refused
   */
  synchronized boolean set(long first, long last, @Nullable CachePolicy policy) {
    Run inside = covering(first);
    if (policy != null && inside != null && inside.policy == policy && inside.last >= last) {
      return true;
    }
    Run before = covering(first - 1);
    Run behind = covering(last + 1);
    boolean cutsOut = before != null && before == behind;
    if ((policy != null || cutsOut) && failures.refuses(AllocationPoint.FRAME_RECORD)) {
      return false;
    }
    long newFirst = before != null && before.policy == policy ? before.first : first;
    long newLast = behind != null && behind.policy == policy ? behind.last : last;
    runs.subMap(first, true, newLast, true).clear();
    if (before != null && before.last >= first) {
      enter(before.first, first - 1, before.policy);
    }
    if (behind != null && behind.first <= last && newLast == last) {
      enter(last + 1, behind.last, behind.policy);
    }
    if (policy != null) {
      enter(newFirst, newLast, policy);
    }
    return true;
  }

  @GuardedBy("this")
  private void enter(long first, long last, CachePolicy policy) {
    runs.put(first, new Run(first, last, policy));
  }

  /** All runs, in ascending order. */
  synchronized List<Run> all() {
    return new ArrayList<>(runs.values());
  }
}
