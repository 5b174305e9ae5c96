package dev.mapwright.windows.mdl;

import static dev.mapwright.windows.abi.MdlFlags.MDL_SOURCE_IS_NONPAGED_POOL;
import static dev.mapwright.windows.abi.PagePriority.MDL_MAPPING_NO_WRITE;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.windows.abi.MemoryCachingType;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.context.NtProcess;
import dev.mapwright.windows.memory.cache.Verdict;
import dev.mapwright.windows.memory.lock.PageLocks;
import dev.mapwright.windows.memory.mdl.FrameList;
import dev.mapwright.windows.memory.mdl.MdlFields;
import dev.mapwright.windows.memory.user.UserMappings;

/**
 * Maps the pages of an MDL into the current process. Failures are raised. The MDL is not told: it
 * may be mapped to any number of processes, and more than once.
 *
 * <p>Pages of nonpaged memory need no locks, so the lock that keeps them where they are is held
 * until they are mapped.
 */
final class MapToUser {
  /** The end of user addresses that is nobody's. */
  private static final long LAST_BYTES = 0x1_0000;

  /** The answers of one of the routines, beside those that all mappings have. */
  record Answers(
      MapToSystem.Answers all,
      Condition misaligned,
      Condition outside,
      Condition occupied,
      Condition noAddresses,
      Condition noMemory,
      Condition cacheConflict,
      Condition processEnding) {}

  private MapToUser() {}

  /**
   * Maps an MDL that was read, and is {@link MapToSystem#ready}.
   *
   * @param asked how the caller wants the pages to be accessed
   * @param wanted the address asked for; 0 for any
   * @param priority only whether the mapping can be written
   * @return the address of the MDL's first byte; 0 when a misuse was answered
   */
  static long run(NtContext c, Answers answers, CachePolicy asked, long wanted, int priority) {
    MdlFields mdl = c.mdl();
    // Can it be mapped at the address asked for?
    if (wanted != 0) {
      requireUserAddress(c, answers, wanted);
    }
    NtProcess process = c.process();
    if (process == null || process.ending()) {
      throw c.raise(answers.processEnding(), process == null ? 0 : process.eprocess(), 0);
    }
    if (!c.frames().begin(mdl.pages()) || !c.kernel().provideRoom(mdl.pages())) {
      throw c.raise(answers.noMemory(), mdl.pages(), 0);
    }
    if (!MapToSystem.readPages(c, answers.all())) {
      return 0;
    }
    int permissions =
        (priority & MDL_MAPPING_NO_WRITE) == 0 ? Permissions.READ_WRITE : Permissions.READ;
    UserMappings mappings = process.memory().mappings();
    c.userRequest().begin(mappings, Pages.of(wanted), permissions, mdl.address(), c.maker());
    Verdict verdict =
        mdl.any(MDL_SOURCE_IS_NONPAGED_POOL)
            ? showNonPaged(c, mappings, asked)
            : mappings.show(c.kernel().cacheBook(), c.userRequest(), asked, true);
    return switch (verdict) {
      case FINE -> {
        long va = Pages.address(c.userRequest().firstPage()) + mdl.offsetInPage();
        MapToSystem.noteOverride(c, va, asked);
        c.done(answers.all().done());
        yield va;
      }
      case NOT_LOCKED -> {
        MapToSystem.pageNotLocked(c, answers.all());
        yield 0;
      }
      case CONFLICT -> {
        long pfn = c.frames().pfn(c.frames().problem());
        throw c.raise(answers.cacheConflict(), pfn, MemoryCachingType.of(asked));
      }
      case NO_MEMORY -> throw c.raise(answers.noMemory(), mdl.pages(), 0);
      case REFUSED ->
          throw c.raise(why(answers, c.userRequest().outcome(), wanted), wanted, mdl.pages());
    };
  }

  private static void requireUserAddress(NtContext c, Answers answers, long wanted) {
    if (Pages.offset(wanted) != 0) {
      throw c.raise(answers.misaligned(), wanted, 0);
    }
    long highest = c.kernel().options().layout().highestUserAddress();
    long last = wanted + Pages.address(c.mdl().pages()) - 1;
    if (Long.compareUnsigned(last, wanted) < 0
        || Long.compareUnsigned(last, highest) > 0
        || Long.compareUnsigned(wanted, highest - LAST_BYTES) > 0) {
      throw c.raise(answers.outside(), wanted, c.mdl().pages());
    }
  }

  private static Condition why(Answers answers, Outcome outcome, long wanted) {
    return switch (outcome) {
      case OCCUPIED -> answers.occupied();
      case OUTSIDE -> wanted == 0 ? answers.noAddresses() : answers.outside();
      case NO_ROOM -> answers.noAddresses();
      case DEAD -> answers.processEnding();
      default -> answers.noMemory();
    };
  }

  private static Verdict showNonPaged(NtContext c, UserMappings mappings, CachePolicy asked) {
    PageLocks locks = c.kernel().pageLocks();
    locks.lock().lock();
    try {
      return allocated(c)
          ? mappings.show(c.kernel().cacheBook(), c.userRequest(), asked, false)
          : Verdict.NOT_LOCKED;
    } finally {
      locks.lock().unlock();
    }
  }

  /** Whether each page of RAM belongs to somebody who can have it shown. */
  private static boolean allocated(NtContext c) {
    Frames frames = c.kernel().machine().frames();
    FrameList list = c.frames();
    for (int i = 0; i < list.count(); i++) {
      boolean fine = list.possible(i);
      if (fine && frames.isRam(list.words()[i])) {
        FrameOwner owner = frames.owner(list.words()[i]);
        fine = owner == FrameOwner.POOL || owner == FrameOwner.OBJECT;
      }
      if (!fine) {
        list.setProblem(i);
        return false;
      }
    }
    return true;
  }
}
