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

  /** What any step makes besides, garbage included. */
  private static final long STEP_BYTES = 16 << 10;

  /** A name is decoded, copied and made a string. */
  private static final long BYTES_PER_TEXT_BYTE = 16;

  /**
   * Of the room that the heap has until it is worth collecting garbage, one part in so many is
   * given out without asking it again: asking takes longer than reading a short line.
   */
  private static final long PARTS_KNOWN = 16;

  private final HeapRoom heap;

  /** How much can be given out before the heap is asked again. */
  private long known;

  ReplayRoom(HeapRoom heap) {
    this.heap = heap;
  }

  /**
   * For reading one line: its threads, files, and what is noted of them.
   *
   * @param textBytes how long the line is, with those before it that were skipped
   */
  void line(long textBytes) {
    if (!hasLine(textBytes)) {
      throw new RefusedException(Outcome.OUT_OF_RECORDS);
    }
  }

  /** Whether there is room to read one line. */
  boolean hasLine(long textBytes) {
    return has(0, BYTES_PER_TEXT_BYTE * textBytes);
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
    if (!has(bytes, 0)) {
      throw new RefusedException(Outcome.OUT_OF_RECORDS);
    }
  }

  /**
   * Whether there is room for a step.
   *
   * @param bytes what it makes at most
   * @param besides how much garbage it may leave, beyond what every step does
   */
  private boolean has(long bytes, long besides) {
    long step = bytes + besides + STEP_BYTES;
    if (step <= known) {
      known -= step;
      return true;
    }
    known = 0;
    if (!heap.has(bytes)) {
      return false;
    }
    known = heap.untilCollected() / PARTS_KNOWN;
    return true;
  }
}
