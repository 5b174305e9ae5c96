package dev.mapwright.windows.iospace;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.abi.MemoryCachingType;
import dev.mapwright.windows.abi.PageProtection;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.MmMapIoSpace;
import dev.mapwright.windows.answer.MmMapIoSpaceEx;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.context.NtProcess;
import dev.mapwright.windows.memory.cache.Verdict;
import dev.mapwright.windows.memory.contiguous.ShownRam;
import dev.mapwright.windows.memory.mdl.FrameList;
import dev.mapwright.windows.memory.pte.SystemMapping;

/** MmMapIoSpace and MmMapIoSpaceEx: nearly the same questions, in two tables. */
final class MapIoSpace {
  /** More pages than this are in no list: 4 TiB. */
  private static final long MOST_PAGES = 1 << 30;

  /** The answers that both routines have. */
  private record Answers(
      Condition done,
      Condition zeroBytes,
      Condition beyondMemory,
      Condition noPtes,
      Condition pageTable,
      Condition notLocked,
      Condition cacheConflict,
      Condition noMemory) {}

  private static final Answers PLAIN =
      new Answers(
          MmMapIoSpace.DONE,
          MmMapIoSpace.ZERO_BYTES,
          MmMapIoSpace.BEYOND_MEMORY,
          MmMapIoSpace.NO_SYSTEM_PTES,
          MmMapIoSpace.PAGE_TABLE,
          MmMapIoSpace.NOT_LOCKED,
          MmMapIoSpace.CACHE_CONFLICT,
          MmMapIoSpace.NO_MEMORY);

  private static final Answers EX =
      new Answers(
          MmMapIoSpaceEx.DONE,
          MmMapIoSpaceEx.ZERO_BYTES,
          MmMapIoSpaceEx.BEYOND_MEMORY,
          MmMapIoSpaceEx.NO_SYSTEM_PTES,
          MmMapIoSpaceEx.PAGE_TABLE,
          MmMapIoSpaceEx.NOT_LOCKED,
          MmMapIoSpaceEx.CACHE_CONFLICT,
          MmMapIoSpaceEx.NO_MEMORY);

  private MapIoSpace() {}

  static long run(NtContext c, long address, long bytes, int cacheType) {
    if (!isRange(c, address, bytes, PLAIN)) {
      return 0;
    }
    // Is it known how? Only the low byte of the caching type is looked at.
    int type = cacheType & 0xFF;
    if (!MemoryCachingType.valid(type)) {
      c.refuse(MmMapIoSpace.BAD_CACHE_TYPE, cacheType & 0xFFFF_FFFFL, 0);
      return 0;
    }
    return map(c, address, bytes, MemoryCachingType.policy(type), Permissions.ALL, PLAIN);
  }

  static long runEx(NtContext c, long address, long bytes, int protect) {
    if (!isRange(c, address, bytes, EX)) {
      return 0;
    }
    // Is it known how, and should it be?
    if (!PageProtection.modified(protect, PageProtection.IO_SPACE_BASES)) {
      c.refuse(MmMapIoSpaceEx.BAD_PROTECTION, protect & 0xFFFF_FFFFL, 0);
      return 0;
    }
    if (PageProtection.executable(protect) && !c.note(MmMapIoSpaceEx.EXECUTABLE, 0, protect, 0)) {
      return 0;
    }
    return map(
        c,
        address,
        bytes,
        PageProtection.cachePolicy(protect),
        PageProtection.permissions(protect),
        EX);
  }

  /** Is anything asked for, and does it exist? */
  private static boolean isRange(NtContext c, long address, long bytes, Answers answers) {
    if (bytes == 0) {
      c.misuse(answers.zeroBytes, address, 0, 0);
      return false;
    }
    long last = address + bytes - 1;
    if (Long.compareUnsigned(last, address) < 0 || Pages.of(last) > Frames.LAST_PFN) {
      c.misuse(answers.beyondMemory, address, bytes, 0);
      return false;
    }
    return true;
  }

  private static long map(
      NtContext c, long address, long bytes, CachePolicy policy, int permissions, Answers answers) {
    // Can there be as many PTEs? Asked first, since everything below looks at each page.
    long pages = MdlLayout.spanPages(address, bytes);
    if (pages > c.kernel().systemPtes().free()) {
      return noPtes(c, pages, answers);
    }
    FrameList list = c.frames();
    ShownRam ram = c.shownRam();
    if (pages > MOST_PAGES || !list.begin((int) pages) || !ram.begin(Pages.of(address), pages)) {
      c.refuse(answers.noMemory, pages, 0);
      return 0;
    }
    try {
      long mapped =
          ram.any() && !isFit(c, address, bytes, answers)
              ? 0
              : show(c, Pages.of(address), policy, permissions, answers);
      return mapped == 0 ? 0 : mapped + Pages.offset(address);
    } finally {
      ram.end();
    }
  }

  /** Is the RAM in the range such as drivers may map? */
  private static boolean isFit(NtContext c, long address, long bytes, Answers answers) {
    ShownRam ram = c.shownRam();
    long table = ram.table(topTable(c));
    if (table != Frames.NONE) {
      c.refuse(answers.pageTable, table, 0);
      return false;
    }
    long unlocked = ram.unlocked(c.driver().driverObject());
    if (unlocked != Frames.NONE && !c.note(answers.notLocked, address, bytes, unlocked)) {
      return false;
    }
    if (!ram.takeFree()) {
      c.refuse(answers.noMemory, MdlLayout.spanPages(address, bytes), 0);
      return false;
    }
    return true;
  }

  /** The frame of the top table of the current process; {@link Frames#NONE} without a process. */
  private static long topTable(NtContext c) {
    NtProcess process = c.process();
    if (process == null) {
      return Frames.NONE;
    }
    AddressSpace space = process.space();
    return Pages.of(space.translation().walk(space.firstPage()).getFirst().tableAddress());
  }

  private static long show(
      NtContext c, long firstPfn, CachePolicy policy, int permissions, Answers answers) {
    FrameList list = c.frames();
    for (int i = 0; i < list.count(); i++) {
      list.words()[i] = firstPfn + i;
    }
    // Page tables, and the zeros of all, can be looked at and not written: they are the engine's.
    int allowed = c.shownRam().readOnly() ? permissions & ~Permissions.WRITE : permissions;
    c.pteRequest().begin(SystemMapping.Kind.IO_SPACE, allowed, false, 0, 0, c.maker());
    Verdict verdict =
        c.kernel().systemPtes().show(c.kernel().cacheBook(), c.pteRequest(), policy, false);
    if (verdict != Verdict.FINE) {
      return refuse(c, verdict, policy, answers);
    }
    long base = Pages.address(c.pteRequest().firstPage());
    if (list.overridden() != 0) {
      int theirs = list.cache(0, policy).ordinal();
      c.kernel()
          .journal()
          .record(EventKind.CACHE_OVERRIDDEN, base, list.count(), theirs, list.overridden());
    }
    c.done(answers.done);
    return base;
  }

  private static long refuse(NtContext c, Verdict verdict, CachePolicy policy, Answers answers) {
    FrameList list = c.frames();
    if (verdict == Verdict.CONFLICT) {
      long pfn = list.pfn(list.problem());
      long theirs = MemoryCachingType.of(c.kernel().cacheBook().policy(pfn));
      c.refuse(answers.cacheConflict, pfn, theirs, MemoryCachingType.of(policy));
      return 0;
    }
    if (verdict == Verdict.REFUSED && c.pteRequest().outcome() == Outcome.NO_ROOM) {
      return noPtes(c, list.count(), answers);
    }
    c.refuse(answers.noMemory, list.count(), 0);
    return 0;
  }

  private static long noPtes(NtContext c, long pages, Answers answers) {
    c.refuse(answers.noPtes, pages, c.kernel().systemPtes().free());
    return 0;
  }
}
