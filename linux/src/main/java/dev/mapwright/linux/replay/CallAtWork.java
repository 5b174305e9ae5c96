package dev.mapwright.linux.replay;

import dev.mapwright.linux.abi.MapFlag;
import dev.mapwright.linux.abi.RemapFlag;
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

  /** Whether the kernel chose a place for it, which depends on what is mapped then. */
  boolean asksForPlace() {
    Call call = call();
    if (!outcome().succeeded()) {
      return false;
    }
    if (call instanceof Call.Mmap c) {
      return (c.flags() & (MapFlag.MAP_FIXED | MapFlag.MAP_FIXED_NOREPLACE)) == 0;
    }
    return call instanceof Call.Mremap c
            && (c.flags() & RemapFlag.MREMAP_FIXED) == 0
            && outcome().value() != c.oldAddress()
        || call instanceof Call.Shmat s && s.address() == 0;
  }

  /** Whether it may change what is mapped, and so the places of others. */
  boolean changesPlaces() {
    Call call = call();
    return outcome().succeeded()
        && (call instanceof Call.Mmap
            || call instanceof Call.Munmap
            || call instanceof Call.Mremap
            || call instanceof Call.Brk
            || call instanceof Call.Shmat
            || call instanceof Call.Shmdt);
  }
}
