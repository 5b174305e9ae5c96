package dev.mapwright.linux.replay;

import dev.mapwright.linux.LinuxSpace;
import dev.mapwright.linux.maps.MappedRange;
import dev.mapwright.linux.maps.MapsComparison;
import dev.mapwright.linux.maps.MapsEntry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compares a space with the maps that were recorded at its end. Three things are allowed for:
 *
 * <ul>
 *   <li>stacks have grown without a call: what is found directly below an area that grows down is
 *       its growth;
 *   <li>what lies above the address space ({@code [vsyscall]}) is the kernel's and stays as it was
 *       at first;
 *   <li>where a recording does not name files, or nobody knows what a program held at first, only
 *       what is known is compared.
 * </ul>
 */
final class Expectation {

  /** How far below its first extent a stack may be found: the usual RLIMIT_STACK. */
  private static final long STACK_BYTES = 8L << 20;

  private final List<MapsEntry> expected;
  private final List<MappedRange> above = new ArrayList<>();
  private final @Nullable Territory territory;

  /** What threads have touched that may be other processes. */
  private final @Nullable Territory hearsay;

  Expectation(
      List<MapsEntry> expected,
      @Nullable List<MapsEntry> initial,
      @Nullable Territory territory,
      @Nullable Territory hearsay) {
    this.expected = expected;
    this.territory = territory;
    this.hearsay = hearsay;
    for (MapsEntry entry : initial == null || territory != null ? List.<MapsEntry>of() : initial) {
      if (Long.compareUnsigned(entry.first(), LinuxSpace.TASK_BYTES) >= 0) {
        above.add(entry.facts());
      }
    }
  }

  /**
   * Compares what was mapped at the exit, and if that differs what is mapped at the end; the better
   * one counts.
   */
  MapsComparison compare(
      LinuxSpace space,
      List<MappedRange> atEnd,
      @Nullable List<MappedRange> atExit,
      int maxDifferences) {
    if (atExit != null) {
      MapsComparison first = compare(grown(atExit, space), maxDifferences);
      if (first.equal()) {
        return first;
      }
    }
    return compare(grown(atEnd, space), maxDifferences);
  }

  private MapsComparison compare(List<MappedRange> ranges, int maxDifferences) {
    List<MappedRange> actual = new ArrayList<>(ranges.size() + above.size());
    for (MappedRange range : ranges) {
      actual.add(named(range));
    }
    actual.addAll(above);
    List<MappedRange> wanted = new ArrayList<>(expected.size());
    for (MapsEntry entry : expected) {
      wanted.add(entry.facts());
    }
    return MapsComparison.of(known(actual), known(wanted), maxDifferences);
  }

  /**
   * The ranges with stacks grown to where they were found, piece by piece with the permissions
   * found there.
   */
  private List<MappedRange> grown(List<MappedRange> ranges, LinuxSpace space) {
    List<MappedRange> result = new ArrayList<>(ranges.size() + 4);
    long below = -1;
    for (MappedRange range : ranges) {
      if (space.growsDownAt(range.first())) {
        growth(below, range, result);
      }
      result.add(range);
      below = range.last();
    }
    return result;
  }

  /**
   * Adds what was found below a stack, down to the range below it. There may be holes: a program
   * can unmap what its stack has grown over, where nobody knew of anything.
   */
  private void growth(long below, MappedRange stack, List<MappedRange> result) {
    List<MappedRange> pieces = new ArrayList<>();
    long edge = stack.first();
    for (int i = edge == 0 ? -1 : firstBehind(edge - 1) - 1; i >= 0; i--) {
      MapsEntry found = expected.get(i);
      boolean grown =
          found.facts().object().isEmpty()
              && stack.first() - found.last() <= STACK_BYTES
              && (below == -1 || Long.compareUnsigned(found.first(), below) > 0);
      if (!grown) {
        break;
      }
      long last = Math.min(found.last(), edge - 1);
      pieces.add(new MappedRange(found.first(), last, found.protection(), false, "", 0));
      edge = found.first();
    }
    result.addAll(pieces.reversed());
  }

  /** The index of the first expected range that begins behind an address. */
  private int firstBehind(long address) {
    int low = 0;
    int high = expected.size();
    while (low < high) {
      int middle = low + high >>> 1;
      if (Long.compareUnsigned(expected.get(middle).first(), address) > 0) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  private @Nullable MapsEntry entryAt(long address) {
    int low = 0;
    int high = expected.size() - 1;
    while (low <= high) {
      int middle = low + high >>> 1;
      MapsEntry entry = expected.get(middle);
      if (Long.compareUnsigned(entry.last(), address) < 0) {
        low = middle + 1;
      } else if (Long.compareUnsigned(entry.first(), address) > 0) {
        high = middle - 1;
      } else {
        return entry;
      }
    }
    return null;
  }

  /**
   * A file that the recording did not name has the name that is expected there; of what was there
   * before the recording, only the permissions are known.
   */
  private MappedRange named(MappedRange range) {
    if (!range.object().startsWith(CallRunner.UNNAMED)) {
      return range;
    }
    MapsEntry found = entryAt(range.first());
    if (found == null) {
      return range;
    }
    MappedRange facts = found.facts();
    boolean unknown = range.object().equals(CallRunner.UNKNOWN);
    if (facts.object().isEmpty() && !unknown) {
      return range;
    }
    long offset = facts.object().isEmpty() ? 0 : facts.offset() + (range.first() - facts.first());
    return new MappedRange(
        range.first(),
        range.last(),
        range.protection(),
        unknown ? facts.shared() : range.shared(),
        facts.object(),
        unknown ? offset : range.offset());
  }

  /** The parts of ranges that are known. */
  private List<MappedRange> known(List<MappedRange> ranges) {
    Territory known = territory;
    Territory doubtful = hearsay;
    List<MappedRange> parts = ranges;
    if (known != null) {
      parts = parts(parts, known::forEachKnown);
    }
    return doubtful == null ? parts : parts(parts, doubtful::forEachUnknown);
  }

  /** Visits parts of a range. */
  private interface Cutter {
    void cut(long first, long last, Footprint.RangeVisitor visitor);
  }

  private static List<MappedRange> parts(List<MappedRange> ranges, Cutter cutter) {
    List<MappedRange> parts = new ArrayList<>(ranges.size());
    for (MappedRange range : ranges) {
      if (Long.compareUnsigned(range.last(), LinuxSpace.TASK_BYTES) >= 0) {
        continue;
      }
      cutter.cut(
          range.first(),
          range.last(),
          (first, last) ->
              parts.add(
                  new MappedRange(
                      first,
                      last,
                      range.protection(),
                      range.shared(),
                      range.object(),
                      range.object().isEmpty() ? 0 : range.offset() + (first - range.first()))));
    }
    return parts;
  }
}
