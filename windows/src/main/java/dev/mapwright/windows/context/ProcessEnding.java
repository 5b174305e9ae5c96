package dev.mapwright.windows.context;

import dev.mapwright.core.Pages;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.windows.answer.ProcessExit;
import dev.mapwright.windows.memory.mdl.FrameList;
import java.util.ArrayList;
import java.util.List;

/** How a process ends: first nobody locks or maps anything in it any more, then all of it goes. */
public final class ProcessEnding {
  private ProcessEnding() {}

  /**
   * Marks a process as ending: nobody locks or maps anything in it any more.
   *
   * @param kernel the system
   * @param process the process
   * @return false when it is ending already, or has ended
   */
  public static boolean begin(Kernel kernel, NtProcess process) {
    kernel.pageLocks().lock().lock();
    try {
      if (process.ending()) {
        return false;
      }
      process.setEnding(true);
      return true;
    } finally {
      kernel.pageLocks().lock().unlock();
    }
  }

  /**
   * Takes back that a process is ending.
   *
   * @param process a process that began to end
   */
  public static void takeBack(NtProcess process) {
    process.setEnding(false);
  }

  /**
   * Ends a process that began to end: everything in it goes. Mappings of MDLs are told to the
   * journal, each with its maker.
   *
   * @param kernel the system
   * @param process the process
   * @param scratch room for the pages of such a mapping
   * @return how many mappings of MDLs went with it
   */
  public static int end(Kernel kernel, NtProcess process, FrameList scratch) {
    List<long[]> gone = new ArrayList<>();
    process
        .memory()
        .mappings()
        .close(
            kernel.cacheBook(),
            scratch,
            mapping ->
                gone.add(new long[] {mapping.firstPage(), mapping.pages(), mapping.maker()}));
    int left = ProcessExit.MAPPINGS_LEFT.number();
    for (long[] mapping : gone) {
      long address = Pages.address(mapping[0]);
      kernel.journal().record(EventKind.MISUSE, address, mapping[1], left, mapping[2]);
    }
    kernel.forget(process);
    return gone.size();
  }
}
