package dev.mapwright.sim.memory;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.failure.FailurePoints;
import dev.mapwright.core.machine.Frames.CachePolicyVisitor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The cache attributes of pages outside RAM, as runs: disjoint, and adjacent ones differ. Pages are
 * numbered as if there were no RAM ({@link PhysicalMap#outsideBelow}), so that a range of pages is
 * one run, whatever RAM lies in it, and a call changes one range.
 *
 * <p>Guarded by its own monitor, under which nothing else is locked.
 */
final class CachePolicyRuns {
  /** Pages with the same attribute; both numbers are inclusive. */
  private record Run(long first, long last, CachePolicy policy) {}

  private final PhysicalMap map;
  private final FailurePoints failures;

  /** By first page. */
  @GuardedBy("this")
  private final NavigableMap<Long, Run> runs = new TreeMap<>();

  CachePolicyRuns(PhysicalMap map, FailurePoints failures) {
    this.map = map;
    this.failures = failures;
  }

  /** The attribute of a page outside RAM; null when it has none. */
  synchronized @Nullable CachePolicy at(long pfn) {
    Run run = covering(map.outsideBelow(pfn));
    return run == null ? null : run.policy;
  }

  @GuardedBy("this")
  private @Nullable Run covering(long number) {
    Map.Entry<Long, Run> below = runs.floorEntry(number);
    return below != null && below.getValue().last >= number ? below.getValue() : null;
  }

  /**
   * Gives the pages of a range that are no RAM an attribute, or takes it when {@code policy} is
   * null.
   *
   * @return false, and nothing has changed, when a run more is needed and refused
   */
  boolean set(long firstPfn, long lastPfn, @Nullable CachePolicy policy) {
    long first = map.outsideBelow(firstPfn);
    long last = map.outsideBelow(lastPfn + 1) - 1;
    return first > last || setRun(first, last, policy);
  }

  private synchronized boolean setRun(long first, long last, @Nullable CachePolicy policy) {
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

  /** Tells a visitor of all runs, in ascending order and without the monitor. */
  void forEach(CachePolicyVisitor visitor) {
    List<Run> all;
    synchronized (this) {
      all = new ArrayList<>(runs.values());
    }
    for (Run run : all) {
      long number = run.first;
      while (number <= run.last) {
        long pfn = map.outsidePage(number);
        long pages = Math.min(run.last + 1 - number, map.pagesToRam(pfn));
        visitor.visit(pfn, pages, run.policy);
        number += pages;
      }
    }
  }
}
