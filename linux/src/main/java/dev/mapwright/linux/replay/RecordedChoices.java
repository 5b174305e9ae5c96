package dev.mapwright.linux.replay;

import dev.mapwright.linux.Choices;
import dev.mapwright.linux.LinuxSpace;
import dev.mapwright.linux.WantedPlace;
import dev.mapwright.linux.strace.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * Decides what the kernel was free to decide as the recorded kernel did. The engine asks after it
 * has checked everything else, and only then is the recorded answer looked at. A recorded place
 * must be one that could have been chosen: whole pages, inside the address space, free; and where
 * the process's {@link Layout} tells which one it is, that one.
 *
 * <p>Where the kernel refused and the engine would not, a place is chosen as the kernel usually
 * does, so that the difference shows.
 */
final class RecordedChoices implements Choices {

  /** What becomes of the places that are computed. */
  enum Mode {
    /** A recorded place that differs is a wrong answer, and what agrees is learnt. */
    JUDGE,
    /** A recorded place that differs is a wrong answer; nothing is learnt. */
    COMPARE,
    /** The recorded places are taken. */
    TAKE
  }

  private Outcome recorded = Outcome.UNKNOWN;
  private @Nullable Layout layout;
  private Mode mode = Mode.TAKE;
  private @Nullable String objection;

  private boolean differed;

  /** How many choices of the last call were taken from the recording. */
  private int taken;

  /** Prepares for the next call, whose free choices are the recorded ones. */
  void enter(Outcome outcome) {
    enter(outcome, null, Mode.TAKE);
  }

  /** Prepares for the next call, of a process with a layout. */
  void enter(Outcome outcome, @Nullable Layout itsLayout, Mode itsMode) {
    recorded = outcome;
    layout = itsLayout;
    mode = itsMode;
    objection = null;
    differed = false;
    taken = 0;
  }

  /** Why the recorded place was not taken; null if it was. */
  @Nullable String objection() {
    return objection;
  }

  /** How many choices of the last call were taken from the recording. */
  int taken() {
    return taken;
  }

  @Override
  public long place(LinuxSpace space, WantedPlace wanted) {
    if (!recorded.succeeded()) {
      return Choices.topDown().place(space, wanted);
    }
    long place = recorded.value();
    long alignment = wanted.alignment();
    if ((place & alignment - 1) != 0) {
      return object("is not aligned to " + alignment + " bytes", place);
    }
    if (Long.compareUnsigned(place, LinuxSpace.TASK_BYTES - wanted.bytes()) > 0) {
      return object("does not lie inside the address space", place);
    }
    if (!space.isFree(place, wanted.bytes())) {
      return object("is not free", place);
    }
    return switch (verdict(space, wanted, place)) {
      case COMPUTED -> place;
      case TAKEN -> {
        taken++;
        yield place;
      }
      case DIFFERS -> computed();
    };
  }

  /** Whether the last call went to a place that was computed, and not to the recorded one. */
  boolean differed() {
    return differed;
  }

  private Layout.Verdict verdict(LinuxSpace space, WantedPlace wanted, long place) {
    Layout its = layout;
    if (its == null || mode == Mode.TAKE) {
      return Layout.Verdict.TAKEN;
    }
    return mode == Mode.JUDGE ? its.judge(space, wanted, place) : its.compare(space, wanted, place);
  }

  private long computed() {
    Layout its = layout;
    objection = "the highest place that is free";
    differed = true;
    return its == null ? NO_PLACE : its.computed();
  }

  @Override
  public long heapStart(LinuxSpace space) {
    taken++;
    return recorded.succeeded() && recorded.value() > 0 && recorded.value() < LinuxSpace.TASK_BYTES
        ? recorded.value()
        : Choices.topDown().heapStart(space);
  }

  @Override
  public long heapEnd(LinuxSpace space, long pageEnd) {
    boolean inPage = recorded.value() > pageEnd - 4096 && recorded.value() < pageEnd;
    if (!recorded.succeeded() || !inPage) {
      return pageEnd;
    }
    taken++;
    return recorded.value();
  }

  @Override
  public boolean joined(LinuxSpace space, long address) {
    taken++;
    return recorded.succeeded() || !"EFAULT".equals(recorded.error());
  }

  private long object(String what, long place) {
    objection = "the recorded place 0x" + Long.toHexString(place) + " " + what;
    return NO_PLACE;
  }
}
