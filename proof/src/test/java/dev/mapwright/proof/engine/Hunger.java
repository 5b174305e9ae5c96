package dev.mapwright.proof.engine;

import dev.mapwright.core.FaultReason;
import dev.mapwright.core.Made;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.failure.FailurePoints;
import java.util.function.Supplier;

/** Lets the nth acquisition of each change fail, and stops the step when the change was refused. */
final class Hunger {
  private final FailurePoints points;
  private long nth;
  private boolean everStarved;

  Hunger(FailurePoints points) {
    this.points = points;
  }

  /** Whether anything ever failed here. */
  boolean everStarved() {
    return everStarved;
  }

  /** Which acquisition of each change fails, from 1; 0 for none. */
  void failNth(long which) {
    nth = which;
  }

  Outcome call(Supplier<Outcome> change) {
    return make(() -> new Made<>(change.get(), null)).outcome();
  }

  <T> Made<T> make(Supplier<Made<T>> change) {
    if (nth == 0) {
      return change.get();
    }
    points.failNth(nth);
    Made<T> made;
    boolean failed;
    try {
      made = change.get();
    } finally {
      failed = points.refused() > 0;
      everStarved |= failed;
      points.off();
    }
    if (failed
        && (made.outcome() == Outcome.OUT_OF_RECORDS || made.outcome() == Outcome.OUT_OF_FRAMES)) {
      throw new Refused();
    }
    return made;
  }

  /** The same for an access by a CPU. */
  void access(Runnable access) {
    if (nth == 0) {
      access.run();
      return;
    }
    points.failNth(nth);
    try {
      access.run();
    } catch (MemoryFault fault) {
      FaultReason reason = fault.fault().reason();
      boolean hungry = reason == FaultReason.OUT_OF_RECORDS || reason == FaultReason.OUT_OF_FRAMES;
      if (points.refused() > 0 && hungry) {
        throw new Refused();
      }
      throw fault;
    } finally {
      everStarved |= points.refused() > 0;
      points.off();
    }
  }

  /** A change was refused for want of memory; the model has not followed it. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
