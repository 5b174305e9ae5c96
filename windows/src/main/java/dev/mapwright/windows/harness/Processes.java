package dev.mapwright.windows.harness;

import dev.mapwright.windows.answer.ProcessExit;
import dev.mapwright.windows.answer.Routine;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.context.NtProcess;
import dev.mapwright.windows.context.ProcessEnding;
import dev.mapwright.windows.memory.lock.LockRegister;

/** The end of a process. */
public final class Processes {
  private Processes() {}

  /**
   * Ends a process: its memory is freed, and mappings of MDLs that drivers have left in it go with
   * it and are reported. A process with locked pages does not end; that is a bug check. Ending it
   * again does nothing.
   *
   * @param c who ends it, at PASSIVE_LEVEL
   * @param process the process; no thread is in it any more
   * @throws dev.mapwright.windows.bugcheck.BugCheck as {@link ProcessExit} says
   */
  public static void end(NtContext c, NtProcess process) {
    if (!c.enter(Routine.PROCESS_EXIT)) {
      return;
    }
    // From now on nobody locks or maps anything in it.
    if (!ProcessEnding.begin(c.kernel(), process)) {
      return;
    }
    Locked locked = new Locked(process.eprocess());
    c.kernel().pageLocks().lock().lock();
    try {
      c.kernel().pageLocks().register().forEach(locked);
    } finally {
      c.kernel().pageLocks().lock().unlock();
    }
    if (locked.pages != 0) {
      ProcessEnding.takeBack(process);
      c.about(locked.address, 1, locked.mdl);
      if (c.kernel().verifier().on()) {
        c.misuse(
            ProcessExit.LOCKED_PAGES_TRACKED, locked.maker, 0, locked.mdl, locked.pagesOfFirst);
      } else {
        c.misuse(ProcessExit.LOCKED_PAGES, process.eprocess(), locked.pages, 0);
      }
      return;
    }
    int mappings = ProcessEnding.end(c.kernel(), process, c.scratch());
    if (mappings != 0) {
      c.note(ProcessExit.MAPPINGS_LEFT, process.eprocess(), mappings, 0);
      return;
    }
    c.done(ProcessExit.DONE);
  }

  /** Collects what is locked of a process. */
  private static final class Locked implements LockRegister.Visitor {
    private final long eprocess;
    private long pages;
    private long mdl;
    private long address;
    private int pagesOfFirst;
    private int maker;

    Locked(long eprocess) {
      this.eprocess = eprocess;
    }

    @Override
    public void locked(
        long itsMdl, long itsAddress, int count, long process, int itsMaker, LockRegister.Kind k) {
      if (process == eprocess) {
        if (pages == 0) {
          mdl = itsMdl;
          address = itsAddress;
          pagesOfFirst = count;
          maker = itsMaker;
        }
        pages += count;
      }
    }
  }
}
