package dev.mapwright.windows.mdl;

import static dev.mapwright.windows.abi.MdlFlags.MDL_IO_SPACE;
import static dev.mapwright.windows.abi.MdlFlags.MDL_MAPPED_TO_SYSTEM_VA;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PAGES_LOCKED;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARTIAL;
import static dev.mapwright.windows.abi.MdlFlags.MDL_SOURCE_IS_NONPAGED_POOL;
import static dev.mapwright.windows.abi.MdlFlags.MDL_WRITE_OPERATION;

import dev.mapwright.core.Access;
import dev.mapwright.core.Fault;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Pages;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.MmProbeAndLockPages;
import dev.mapwright.windows.answer.MmProbeAndLockProcessPages;
import dev.mapwright.windows.answer.MmProbeAndLockSelectedPages;
import dev.mapwright.windows.bugcheck.NtStatusException;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.context.NtProcess;
import dev.mapwright.windows.memory.lock.LockRegister;
import dev.mapwright.windows.memory.lock.PageLocks;
import dev.mapwright.windows.memory.lock.PageProbe;
import dev.mapwright.windows.memory.mdl.FrameList;
import dev.mapwright.windows.memory.mdl.MdlFields;
import org.jspecify.annotations.Nullable;

/**
 * The routines that probe and lock pages: the same questions, in tables of their own. They return
 * nothing and raise instead; so they raise a misuse that did not stop the system, too.
 */
final class ProbeAndLock {
  private static final int IN_USE =
      MDL_PAGES_LOCKED
          | MDL_MAPPED_TO_SYSTEM_VA
          | MDL_SOURCE_IS_NONPAGED_POOL
          | MDL_PARTIAL
          | MDL_IO_SPACE;

  /** The answers of one of the routines. */
  record Answers(
      Condition done,
      Condition wrongFlags,
      Condition zeroBytes,
      Condition outsideUserSpace,
      @Nullable Condition pageableAtDispatch,
      Condition notAccessible,
      Condition noFrames,
      Condition noMemory,
      Condition notRam) {}

  static final Answers PAGES =
      new Answers(
          MmProbeAndLockPages.DONE,
          MmProbeAndLockPages.WRONG_FLAGS,
          MmProbeAndLockPages.ZERO_BYTES,
          MmProbeAndLockPages.OUTSIDE_USER_SPACE,
          MmProbeAndLockPages.PAGEABLE_AT_DISPATCH,
          MmProbeAndLockPages.NOT_ACCESSIBLE,
          MmProbeAndLockPages.NO_FRAMES,
          MmProbeAndLockPages.NO_MEMORY,
          MmProbeAndLockPages.NOT_RAM);

  static final Answers PROCESS_PAGES =
      new Answers(
          MmProbeAndLockProcessPages.DONE,
          MmProbeAndLockProcessPages.WRONG_FLAGS,
          MmProbeAndLockProcessPages.ZERO_BYTES,
          MmProbeAndLockProcessPages.OUTSIDE_USER_SPACE,
          MmProbeAndLockProcessPages.PAGEABLE_AT_DISPATCH,
          MmProbeAndLockProcessPages.NOT_ACCESSIBLE,
          MmProbeAndLockProcessPages.NO_FRAMES,
          MmProbeAndLockProcessPages.NO_MEMORY,
          MmProbeAndLockProcessPages.NOT_RAM);

  static final Answers SELECTED_PAGES =
      new Answers(
          MmProbeAndLockSelectedPages.DONE,
          MmProbeAndLockSelectedPages.WRONG_FLAGS,
          MmProbeAndLockSelectedPages.ZERO_BYTES,
          MmProbeAndLockSelectedPages.OUTSIDE_USER_SPACE,
          null,
          MmProbeAndLockSelectedPages.NOT_ACCESSIBLE,
          MmProbeAndLockSelectedPages.NO_FRAMES,
          MmProbeAndLockSelectedPages.NO_MEMORY,
          MmProbeAndLockSelectedPages.NOT_RAM);

  private ProbeAndLock() {}

  /** Locks the buffer of an MDL, of a process's memory where it lies below system space. */
  static void run(
      NtContext c,
      Answers answers,
      long mdlAddress,
      @Nullable NtProcess process,
      boolean user,
      boolean write) {
    requireBlank(c, answers, mdlAddress);
    lockBuffer(c, answers, process, user, write, user ? 1 : 0);
  }

  /** The same in a process that the caller names. */
  static void runIn(NtContext c, long mdlAddress, long eprocess, boolean user, boolean write) {
    requireBlank(c, PROCESS_PAGES, mdlAddress);
    NtProcess process = c.kernel().process(eprocess);
    if (process == null) {
      throw misuse(c, MmProbeAndLockProcessPages.NO_SUCH_PROCESS, mdlAddress, eprocess, 0);
    }
    lockBuffer(c, PROCESS_PAGES, process, user, write, eprocess);
  }

  /** The same for pages whose addresses stand in an array: one for each page of the MDL. */
  static void runSelected(
      NtContext c, long mdlAddress, long segments, boolean user, boolean write) {
    requireBlank(c, SELECTED_PAGES, mdlAddress);
    MdlFields mdl = c.mdl();
    FrameList selected = c.scratch();
    if (!selected.begin(mdl.pages())) {
      throw fail(c, SELECTED_PAGES.noMemory(), segments, mdl.pages());
    }
    Fault fault = c.cpu().read(segments, selected.segment(), 0, 8L * selected.count());
    if (fault != null) {
      c.misuse(fault);
      throw c.afterMisuse();
    }
    // Is each segment a page, and where its sender may have one?
    long highest = c.kernel().options().layout().highestUserAddress();
    boolean ofUser = c.user(selected.words()[0]);
    long elsewhere = -1;
    for (int i = 0; i < selected.count(); i++) {
      long segment = selected.words()[i];
      if (Pages.offset(segment) != 0) {
        Condition condition = MmProbeAndLockSelectedPages.MISALIGNED_SEGMENT;
        throw misuse(c, condition, mdlAddress, i, segment);
      }
      if (user && Long.compareUnsigned(segment, highest) > 0) {
        throw fail(c, SELECTED_PAGES.outsideUserSpace(), segment, Pages.BYTES);
      }
      elsewhere = c.user(segment) == ofUser || elsewhere >= 0 ? elsewhere : i;
    }
    NtProcess process = c.process();
    AddressSpace space =
        ofUser ? process == null ? null : process.space() : c.kernel().systemSpace().space();
    if (space == null || elsewhere >= 0) {
      long segment = selected.words()[(int) Math.max(elsewhere, 0)];
      throw fail(c, SELECTED_PAGES.notAccessible(), segment, Access.READ.ordinal());
    }
    lock(c, SELECTED_PAGES, space, ofUser ? process : null, selected, write && ofUser, write);
  }

  /**
   * Locks the buffer of the MDL that was read.
   *
   * @param whose what a report of a wrong IRQL says: the access mode, or the process
   */
  private static void lockBuffer(
      NtContext c,
      Answers answers,
      @Nullable NtProcess process,
      boolean user,
      boolean write,
      long whose) {
    MdlFields mdl = c.mdl();
    long mdlAddress = mdl.address();
    long address = mdl.virtualAddress();
    long last = address + mdl.byteCount() - 1;
    // Does the buffer lie where its sender may have one?
    boolean wraps = Long.compareUnsigned(last, address) < 0;
    long highest = c.kernel().options().layout().highestUserAddress();
    if (user && (wraps || Long.compareUnsigned(last, highest) > 0)) {
      throw fail(c, answers.outsideUserSpace(), address, mdl.byteCount());
    }
    // Are the addresses such that can be probed at this IRQL?
    if (c.irql() >= Irql.DISPATCH_LEVEL && pageable(c, address)) {
      throw misuse(c, answers.pageableAtDispatch(), c.irql(), mdlAddress, whose);
    }
    boolean ofUser = c.user(address);
    AddressSpace space =
        ofUser ? process == null ? null : process.space() : c.kernel().systemSpace().space();
    if (space == null || wraps || ofUser != c.user(last)) {
      throw fail(c, answers.notAccessible(), address, Access.READ.ordinal());
    }
    lock(c, answers, space, ofUser ? process : null, null, write && ofUser, write);
  }

  private static boolean pageable(NtContext c, long address) {
    return c.user(address) || c.kernel().pools().paged().covers(address);
  }

  /** Reads the MDL. Is it one whose pages can be locked, and does it describe anything? */
  private static void requireBlank(NtContext c, Answers answers, long mdlAddress) {
    if (!c.readMdl(mdlAddress)) {
      throw c.afterMisuse();
    }
    MdlFields mdl = c.mdl();
    if (mdl.any(IN_USE)) {
      throw misuse(c, answers.wrongFlags(), mdlAddress, mdl.flags(), mdl.flags() & IN_USE);
    }
    if (mdl.byteCount() == 0) {
      throw misuse(c, answers.zeroBytes(), mdlAddress, 0, 0);
    }
  }

  private static NtStatusException misuse(
      NtContext c, @Nullable Condition condition, long first, long second, long third) {
    if (condition == null) {
      throw new IllegalStateException("the routine has no such answer");
    }
    c.about(c.mdl().virtualAddress(), c.mdl().pages(), c.mdl().address());
    c.misuse(condition, first, second, third);
    return c.afterMisuse();
  }

  /** What to raise for a status; the MDL says that it has no page. */
  private static NtStatusException fail(NtContext c, Condition condition, long first, long second) {
    try {
      c.cpu().store(c.mdl().address() + MdlLayout.PFNS, 8, MdlLayout.LIST_HEAD);
      MdlFields.writeProcess(c.cpu(), c.mdl().address(), 0);
    } catch (MemoryFault fault) {
      c.misuse(fault.fault());
      return c.afterMisuse();
    }
    return c.raise(condition, first, second);
  }

  /**
   * Locks the pages, all or none, and writes them into the MDL.
   *
   * @param process whose they are; null for system memory
   * @param selected the pages' addresses one by one; null for adjacent ones
   * @param probeWrite whether each page has to be writable
   * @param write whether the operation writes
   */
  private static void lock(
      NtContext c,
      Answers answers,
      AddressSpace space,
      @Nullable NtProcess process,
      @Nullable FrameList selected,
      boolean probeWrite,
      boolean write) {
    MdlFields mdl = c.mdl();
    FrameList list = c.frames();
    long address = mdl.virtualAddress();
    if (!list.begin(mdl.pages())) {
      throw fail(c, answers.noMemory(), address, mdl.pages());
    }
    PageProbe.Result result = lock(c, space, process, selected, probeWrite);
    if (result != PageProbe.Result.LOCKED) {
      throw refuse(c, answers, result);
    }
    finish(c, answers, process == null ? 0 : process.eprocess(), write);
  }

  private static PageProbe.Result lock(
      NtContext c,
      AddressSpace space,
      @Nullable NtProcess process,
      @Nullable FrameList selected,
      boolean write) {
    MdlFields mdl = c.mdl();
    long address = mdl.virtualAddress();
    int maker = c.maker();
    PageLocks locks = c.kernel().pageLocks();
    locks.lock().lock();
    try {
      // Whoever ends a process says so before it looks here who has locked its pages.
      if (process != null && process.ending()) {
        return c.pageProbe().notThere(address);
      }
      if (!locks.register().prepare()) {
        return PageProbe.Result.NO_MEMORY;
      }
      PageProbe.Result result = c.pageProbe().lock(space, address, selected, write, c.frames());
      if (result == PageProbe.Result.LOCKED) {
        long eprocess = process == null ? 0 : process.eprocess();
        int pages = c.frames().count();
        locks
            .register()
            .put(mdl.address(), address, pages, eprocess, maker, LockRegister.Kind.PROBED);
      }
      return result;
    } finally {
      locks.lock().unlock();
    }
  }

  private static NtStatusException refuse(NtContext c, Answers answers, PageProbe.Result result) {
    long where = c.pageProbe().problemAddress();
    return switch (result) {
      case NOT_ACCESSIBLE ->
          fail(c, answers.notAccessible(), where, c.pageProbe().problemAccess().ordinal());
      case NO_FRAMES -> fail(c, answers.noFrames(), where, c.kernel().machine().frames().free());
      default -> fail(c, answers.noMemory(), c.mdl().virtualAddress(), c.mdl().pages());
    };
  }

  /** Tells the MDL. Whoever took it away meanwhile gets the locks taken back. */
  private static void finish(NtContext c, Answers answers, long eprocess, boolean write) {
    MdlFields mdl = c.mdl();
    long outside = c.pageProbe().outsideRam();
    int flags = mdl.flags() & ~MDL_WRITE_OPERATION | MDL_PAGES_LOCKED;
    flags |= (write ? MDL_WRITE_OPERATION : 0) | (outside < 0 ? 0 : MDL_IO_SPACE);
    if (outside >= 0) {
      discourage(c, answers, outside);
    }
    try {
      MdlFields.writePfns(c.cpu(), mdl.address(), c.frames());
      MdlFields.writeProcess(c.cpu(), mdl.address(), eprocess);
      MdlFields.writeFlags(c.cpu(), mdl.address(), flags);
    } catch (MemoryFault fault) {
      takeBack(c);
      c.misuse(fault.fault());
      throw c.afterMisuse();
    }
    c.kernel()
        .journal()
        .record(
            EventKind.LOCKED,
            mdl.virtualAddress() & -Pages.BYTES,
            mdl.pages(),
            mdl.address(),
            c.frames().pfn(0));
    c.done(answers.done());
  }

  /** Says that a page is no RAM. Where that ends in a bug check, the locks are taken back. */
  private static void discourage(NtContext c, Answers answers, long pfn) {
    boolean goesOn = false;
    try {
      goesOn = c.note(answers.notRam(), c.mdl().address(), pfn, Frames.LAST_PFN);
    } finally {
      if (!goesOn) {
        takeBack(c);
      }
    }
    if (!goesOn) {
      throw c.afterMisuse();
    }
  }

  private static void takeBack(NtContext c) {
    PageLocks locks = c.kernel().pageLocks();
    locks.lock().lock();
    try {
      locks.unlockAll(c.frames(), c.kernel().cacheBook());
      locks.register().remove(c.mdl().address(), c.mdl().virtualAddress());
    } finally {
      locks.lock().unlock();
    }
  }
}
