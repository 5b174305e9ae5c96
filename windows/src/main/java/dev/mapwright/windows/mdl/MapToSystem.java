package dev.mapwright.windows.mdl;

import static dev.mapwright.windows.abi.MdlFlags.MDL_IO_SPACE;
import static dev.mapwright.windows.abi.MdlFlags.MDL_MAPPED_TO_SYSTEM_VA;
import static dev.mapwright.windows.abi.MdlFlags.MDL_MAPPING_CAN_FAIL;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PAGES_LOCKED;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARENT_MAPPED_SYSTEM_VA;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARTIAL;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARTIAL_HAS_BEEN_MAPPED;
import static dev.mapwright.windows.abi.MdlFlags.MDL_SOURCE_IS_NONPAGED_POOL;
import static dev.mapwright.windows.abi.PagePriority.HIGH_PAGE_PRIORITY;
import static dev.mapwright.windows.abi.PagePriority.MDL_MAPPING_NO_EXECUTE;
import static dev.mapwright.windows.abi.PagePriority.MDL_MAPPING_NO_WRITE;
import static dev.mapwright.windows.abi.PagePriority.MDL_MAPPING_WITH_GUARD_PTES;
import static dev.mapwright.windows.abi.PagePriority.NORMAL_PAGE_PRIORITY;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.abi.MemoryCachingType;
import dev.mapwright.windows.abi.PagePriority;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.cache.Verdict;
import dev.mapwright.windows.memory.mdl.FrameList;
import dev.mapwright.windows.memory.mdl.MdlFields;
import dev.mapwright.windows.memory.pte.SystemMapping;
import dev.mapwright.windows.memory.pte.SystemPtes;
import org.jspecify.annotations.Nullable;

/**
 * Maps the pages of an MDL to system PTEs: the questions that all routines ask which do that, in
 * the tables of each.
 */
final class MapToSystem {
  private static final int LOCKED = MDL_PAGES_LOCKED | MDL_PARTIAL;
  static final int MAPPED =
      MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL | MDL_PARTIAL_HAS_BEEN_MAPPED;

  /**
   * The answers of one of the routines. Null stands for what can't happen there: a routine that
   * looks at the flags itself, that the verifier stops before, that has no priority, or never
   * demands.
   */
  record Answers(
      Condition done,
      Condition alreadyMapped,
      Condition neverLockedUnderVerifier,
      Condition neverLocked,
      Condition zeroBytes,
      Condition noMemory,
      Condition notMarkedAsIo,
      @Nullable Condition pageNotLockedUnderVerifier,
      Condition pageNotLocked,
      Condition cacheConflict,
      @Nullable Condition lowPriority,
      Condition noSystemPtes,
      @Nullable Condition noMoreSystemPtes) {}

  private MapToSystem() {}

  /** Is the MDL that was read one that can be mapped? If not, that is answered. */
  static boolean ready(NtContext c, Answers answers, int forbidden) {
    MdlFields mdl = c.mdl();
    if (mdl.any(forbidden)) {
      misuse(c, answers.alreadyMapped(), mdl.address(), mdl.flags(), mdl.flags() & forbidden);
      return false;
    }
    // One that was built over nonpaged memory needs no locks.
    if (!mdl.any(LOCKED | MDL_SOURCE_IS_NONPAGED_POOL)) {
      neverLocked(c, answers);
      return false;
    }
    if (mdl.byteCount() == 0) {
      misuse(c, answers.zeroBytes(), mdl.address(), 0, 0);
      return false;
    }
    return true;
  }

  /** Is the MDL that was read one that can be mapped to system space? */
  static boolean ready(NtContext c, Answers answers) {
    return ready(c, answers, MAPPED);
  }

  private static void neverLocked(NtContext c, Answers answers) {
    MdlFields mdl = c.mdl();
    if (c.kernel().verifier().on()) {
      misuse(c, answers.neverLockedUnderVerifier(), mdl.address(), mdl.flags(), LOCKED);
      return;
    }
    long pfn = 0;
    if (mdl.byteCount() != 0 && c.frames().begin(1)) {
      if (!c.readPfns()) {
        return;
      }
      pfn = c.frames().words()[0];
    }
    misuse(c, answers.neverLocked(), pfn, 0, 0);
  }

  private static void misuse(
      NtContext c, Condition condition, long first, long second, long third) {
    c.about(c.mdl().virtualAddress(), c.mdl().pages(), c.mdl().address());
    c.misuse(condition, first, second, third);
  }

  /**
   * Reads the PFNs of an MDL that is {@link #ready}. Does the MDL say what they are?
   *
   * @return false when they can't be mapped; that is answered
   */
  static boolean readPages(NtContext c, Answers answers) {
    MdlFields mdl = c.mdl();
    FrameList list = c.frames();
    if (!list.begin(mdl.pages()) || !c.kernel().provideRoom(mdl.pages())) {
      c.refuse(answers.noMemory(), mdl.pages(), 0);
      return false;
    }
    if (!c.readPfns()) {
      return false;
    }
    for (int i = 0; i < list.count() && !mdl.any(MDL_IO_SPACE); i++) {
      if (list.possible(i) && !c.kernel().machine().frames().isRam(list.words()[i])) {
        long slot = mdl.address() + MdlLayout.PFNS + (long) i * MdlLayout.PFN_BYTES;
        misuse(c, answers.notMarkedAsIo(), mdl.address(), slot, list.words()[i]);
        return false;
      }
    }
    return true;
  }

  /** Answers a page that is not locked. */
  static void pageNotLocked(NtContext c, Answers answers) {
    long pfn = c.frames().words()[c.frames().problem()];
    Condition condition = answers.pageNotLockedUnderVerifier();
    if (condition != null && c.kernel().verifier().on()) {
      misuse(c, condition, c.mdl().address(), c.mdl().pages(), pfn);
    } else {
      misuse(c, answers.pageNotLocked(), pfn, 0, 0);
    }
  }

  /**
   * Maps an MDL that is {@link #ready}.
   *
   * @param asked how the caller wants the pages to be accessed
   * @param priority MM_PAGE_PRIORITY with its bits
   * @param demand whether a shortage is a bug check
   * @return the address of the MDL's first byte; 0 when that is answered
   */
  static long run(NtContext c, Answers answers, CachePolicy asked, int priority, boolean demand) {
    int permissions = Permissions.ALL;
    permissions &= (priority & MDL_MAPPING_NO_WRITE) == 0 ? permissions : ~Permissions.WRITE;
    permissions &= (priority & MDL_MAPPING_NO_EXECUTE) == 0 ? permissions : ~Permissions.EXECUTE;
    return run(c, answers, asked, permissions, priority, demand);
  }

  /** The same with permissions that do not come from the priority. */
  static long run(
      NtContext c,
      Answers answers,
      CachePolicy asked,
      int permissions,
      int priority,
      boolean demand) {
    if (!readPages(c, answers)) {
      return 0;
    }
    MdlFields mdl = c.mdl();
    SystemPtes ptes = c.kernel().systemPtes();
    Condition lowPriority = answers.lowPriority();
    long leastFree = lowPriority == null ? 0 : leastFree(PagePriority.level(priority), ptes);
    c.pteRequest()
        .begin(
            SystemMapping.Kind.MDL,
            permissions,
            (priority & MDL_MAPPING_WITH_GUARD_PTES) != 0,
            mdl.address(),
            mdl.startVa(),
            c.maker())
        .ifFree(leastFree);
    Verdict verdict = ptes.show(c.kernel().cacheBook(), c.pteRequest(), asked, true);
    switch (verdict) {
      case FINE -> {
        return finish(c, answers, asked);
      }
      case NOT_LOCKED -> pageNotLocked(c, answers);
      case CONFLICT -> {
        long pfn = c.frames().pfn(c.frames().problem());
        c.refuse(answers.cacheConflict(), pfn, MemoryCachingType.of(asked));
      }
      default -> {
        if (lowPriority != null && c.pteRequest().tooFewFree()) {
          return shortage(c, answers, lowPriority, demand);
        }
        boolean room = c.pteRequest().outcome() == Outcome.NO_ROOM;
        return shortage(c, answers, room ? answers.noSystemPtes() : answers.noMemory(), demand);
      }
    }
    return 0;
  }

  /** How many PTEs have to be free: a tenth of all for normal priority, a quarter for low. */
  private static long leastFree(int level, SystemPtes ptes) {
    if (level >= HIGH_PAGE_PRIORITY) {
      return 0;
    }
    return level >= NORMAL_PAGE_PRIORITY ? (ptes.total() + 9) / 10 : (ptes.total() + 3) / 4;
  }

  private static long shortage(NtContext c, Answers answers, Condition condition, boolean demand) {
    SystemPtes ptes = c.kernel().systemPtes();
    Condition stop = answers.noMoreSystemPtes();
    if (stop != null && demand && !c.mdl().any(MDL_MAPPING_CAN_FAIL)) {
      misuse(c, stop, c.mdl().pages(), ptes.free(), ptes.total());
    } else {
      c.refuse(condition, c.mdl().pages(), ptes.free(), ptes.total());
    }
    return 0;
  }

  /** Tells the MDL. Whoever took it away meanwhile gets the mapping taken back. */
  private static long finish(NtContext c, Answers answers, CachePolicy asked) {
    MdlFields mdl = c.mdl();
    long first = c.pteRequest().firstPage();
    long va = Pages.address(first) + mdl.offsetInPage();
    int partial = mdl.any(MDL_PARTIAL) ? MDL_PARTIAL_HAS_BEEN_MAPPED : 0;
    int flags = mdl.flags() & ~MDL_PARENT_MAPPED_SYSTEM_VA | MDL_MAPPED_TO_SYSTEM_VA | partial;
    try {
      MdlFields.writeMappedSystemVa(c.cpu(), mdl.address(), va);
      MdlFields.writeFlags(c.cpu(), mdl.address(), flags);
    } catch (MemoryFault fault) {
      SystemMappings.takeBack(c, mdl.address(), first);
      c.misuse(fault.fault());
      return 0;
    }
    noteOverride(c, va, asked);
    c.done(answers.done());
    return va;
  }

  /** Says when pages are accessed otherwise than was asked for. */
  static void noteOverride(NtContext c, long va, CachePolicy asked) {
    FrameList list = c.frames();
    if (list.overridden() != 0) {
      int theirs = list.cache(0, asked).ordinal();
      c.kernel()
          .journal()
          .record(EventKind.CACHE_OVERRIDDEN, va, c.mdl().pages(), theirs, list.overridden());
    }
  }
}
