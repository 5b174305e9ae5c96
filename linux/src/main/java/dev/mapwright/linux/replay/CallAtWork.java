package dev.mapwright.linux.replay;

import dev.mapwright.linux.strace.Call;
import dev.mapwright.linux.strace.Outcome;
import dev.mapwright.linux.strace.TraceEvent;

/**
 * A recorded call on mappings, with the process that made it: bound when the call was read, because
 * its thread may be gone when calls that overlap in time are sorted.
 *
 * @param event what was recorded
 * @param process whose space it changes
 * @param footprint which addresses it may touch
 */
record CallAtWork(TraceEvent.Finished event, TracedProcess process, Footprint footprint) {

  Call call() {
    return event.call();
  }

  Outcome outcome() {
    return event.outcome();
  }

  int pid() {
    return event.pid();
  }

  long line() {
    return event.line();
  }

  /** Whether it had returned before the other began. */
  boolean before(CallAtWork other) {
    return event.line() < other.event.startLine();
  }

  /** Whether the order of the two may matter. */
  boolean conflictsWith(CallAtWork other) {
    return process == other.process && footprint.touches(other.footprint);
  }
}
