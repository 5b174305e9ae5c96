package dev.mapwright.linux.replay;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.RefusedException;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.linux.LinuxSpace;
import dev.mapwright.linux.input.HeapRoom;
import org.jspecify.annotations.Nullable;

/**
 * Asks for room in the heap before each step of a replay, for the most that the step may take. What
 * has been taken is not counted: {@link HeapRoom} measures it. So the numbers here bound only what
 * one step adds, and a step that needs less than it asked for costs nothing.
 *
 * <p>The numbers were measured with JDK 25 and compressed references, and rounded up.
 */
final class ReplayRoom {

  /**
   * For each mapping of the space that a call changes. A piece takes 46 bytes in the engine, whose
   * arrays double (the old and the new ones live together for a moment); where a call may have to
   * be taken back, each piece in its range is saved, which takes 64.
   */
  private static final long CALL_BYTES_PER_MAPPING = 200;

  /** For each object that fork copies: the child's snapshot, and what both sides then share. */
  private static final long FORK_BYTES_PER_OBJECT = 1_600;

  /** For each range that is known, when a process is copied. */
  private static final long FORK_BYTES_PER_KNOWN_RANGE = 100;

  /** For each range on either side that the report compares: it is stretched, named and merged. */
  private static final long REPORT_BYTES_PER_RANGE = 200;

  /** For each range that a CPU tries: two pages with their frames, views and checks. */
  private static final long TRIAL_BYTES_PER_RANGE = 900;

  private final HeapRoom heap;

  ReplayRoom(HeapRoom heap) {
    this.heap = heap;
  }

  /** For reading one line: its threads, files, and what is noted of them. */
  void line() {
    need(0);
  }

  /** Whether there is room to read one line. */
  boolean hasLine() {
    return heap.has(0);
  }

  /** For one call on the mappings of a space. */
  void call(LinuxSpace space) {
    need(CALL_BYTES_PER_MAPPING * space.engine().mappings());
  }

  /** For a copy of a process. */
  void fork(TracedProcess parent) {
    Territory known = parent.territory();
    long ranges = known == null ? 0 : known.ranges();
    need(
        CALL_BYTES_PER_MAPPING * parent.space().engine().mappings()
            + FORK_BYTES_PER_OBJECT * objects(parent.space())
            + FORK_BYTES_PER_KNOWN_RANGE * ranges);
  }

  /** For comparing a space with so many expected ranges, and for trying and checking it. */
  void report(LinuxSpace space, int expected) {
    long mappings = space.engine().mappings();
    need(
        REPORT_BYTES_PER_RANGE * (mappings + expected)
            + TRIAL_BYTES_PER_RANGE * Math.min(mappings, AccessTrial.MAX_RANGES));
  }

  /** How many objects a space shows; one that is shown at several places may count again. */
  private static long objects(LinuxSpace space) {
    Changes changes = new Changes();
    space.engine().forEachMapping(mapping -> changes.add(mapping.object()));
    return changes.count;
  }

  private static final class Changes {
    private long count;
    private @Nullable MemoryObject last;

    void add(@Nullable MemoryObject object) {
      count += object == last ? 0 : 1;
      last = object;
    }
  }

  private void need(long bytes) {
    if (!heap.has(bytes)) {
      throw new RefusedException(Outcome.OUT_OF_RECORDS);
    }
  }
}
