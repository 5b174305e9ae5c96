package dev.mapwright.linux.replay;

import dev.mapwright.linux.Choices;
import dev.mapwright.linux.LinuxSpace;
import dev.mapwright.linux.strace.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * Decides what the kernel was free to decide as the recorded kernel did. The engine asks after it
 * has checked everything else, and only then is the recorded answer looked at. A recorded place
 * must be one that could have been chosen: whole pages, inside the address space, free.
 *
 * <p>Where the kernel refused and the engine would not, a place is chosen as the kernel usually
 * does, so that the difference shows.
 */
final class RecordedChoices implements Choices {

  private Outcome recorded = Outcome.UNKNOWN;
  private @Nullable String objection;
  private long heapHint = -1;
  private long taken;

  /** Prepares for the next call. */
  void enter(Outcome outcome) {
    recorded = outcome;
    objection = null;
  }

  /**
   * Where the heap of the next program that asks is known to begin, if its first call does not show
   * it.
   */
  void heapBegins(long address) {
    heapHint = address;
  }

  /** Why the recorded place was not taken; null if it was. */
  @Nullable String objection() {
    return objection;
  }

  /** How many choices were taken so far. */
  long taken() {
    return taken;
  }

  @Override
  public long place(LinuxSpace space, long hint, long bytes, long alignment) {
    if (!recorded.succeeded()) {
      return Choices.topDown().place(space, hint, bytes, alignment);
    }
    long place = recorded.value();
    if ((place & alignment - 1) != 0) {
      return object("is not aligned to " + alignment + " bytes", place);
    }
    if (Long.compareUnsigned(place, LinuxSpace.TASK_BYTES - bytes) > 0) {
      return object("does not lie inside the address space", place);
    }
    if (!space.isFree(place, bytes)) {
      return object("is not free", place);
    }
    taken++;
    return place;
  }

  @Override
  public long heapStart(LinuxSpace space) {
    if (heapHint != -1) {
      return heapHint;
    }
    taken++;
    return recorded.succeeded() && recorded.value() > 0 && recorded.value() < LinuxSpace.TASK_BYTES
        ? recorded.value()
        : Choices.topDown().heapStart(space);
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
