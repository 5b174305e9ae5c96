package dev.mapwright.proof.windows;

import static dev.mapwright.windows.abi.MdlFlags.MDL_IO_SPACE;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PAGES_LOCKED;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.MmAllocateMdlForIoSpace;
import dev.mapwright.windows.answer.MmMapIoSpace;
import dev.mapwright.windows.answer.MmMapIoSpaceEx;
import dev.mapwright.windows.answer.MmUnmapIoSpace;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The routines on physical addresses (wdm.h), as their pages say it. */
final class IoSpaceModel {
  /** The five protections that map I/O space, with what they allow. */
  private static final int[][] PROTECTIONS = {
    {0x02, Permissions.READ},
    {0x04, Permissions.READ_WRITE},
    {0x10, Permissions.EXECUTE},
    {0x20, Permissions.READ_EXECUTE},
    {0x40, Permissions.ALL}
  };

  private final World world;
  private final Sight sight;

  IoSpaceModel(World world, Sight sight) {
    this.world = world;
    this.sight = sight;
  }

  /** How a call goes: what is mapped how, and the answers of the routine. */
  private record Answers(
      Condition noPtes, Condition table, Condition notLocked, Condition conflict, Condition none) {}

  private static final Answers PLAIN =
      new Answers(
          MmMapIoSpace.NO_SYSTEM_PTES,
          MmMapIoSpace.PAGE_TABLE,
          MmMapIoSpace.NOT_LOCKED,
          MmMapIoSpace.CACHE_CONFLICT,
          MmMapIoSpace.NO_MEMORY);

  private static final Answers EX =
      new Answers(
          MmMapIoSpaceEx.NO_SYSTEM_PTES,
          MmMapIoSpaceEx.PAGE_TABLE,
          MmMapIoSpaceEx.NOT_LOCKED,
          MmMapIoSpaceEx.CACHE_CONFLICT,
          MmMapIoSpaceEx.NO_MEMORY);

  private static boolean beyond(long address, long bytes) {
    long last = address + bytes - 1;
    return Long.compareUnsigned(last, address) < 0 || last >>> 12 > Frames.LAST_PFN;
  }

  private static long span(long address, long bytes) {
    return (bytes >>> 12) + ((address & 0xFFF) + (bytes & 0xFFF) + 0xFFF >>> 12);
  }

  /** MmMapIoSpace. */
  Expected map(int irql, long address, long bytes, int type, boolean verifier, boolean starved) {
    if (irql > Irql.DISPATCH_LEVEL) {
      return Expected.failed(MmMapIoSpace.IRQL_TOO_HIGH, irql, address, bytes);
    }
    if (bytes == 0) {
      return Expected.failed(MmMapIoSpace.ZERO_BYTES, address);
    }
    if (beyond(address, bytes)) {
      return Expected.failed(MmMapIoSpace.BEYOND_MEMORY, address, bytes);
    }
    CachePolicy asked = Types.policy(type & 0xFF);
    if (asked == null) {
      return Expected.failed(MmMapIoSpace.BAD_CACHE_TYPE, type & 0xFFFF_FFFFL);
    }
    List<Condition> notes = new ArrayList<>();
    return show(
        address, bytes, asked, Permissions.ALL, verifier, starved, notes, PLAIN, MmMapIoSpace.DONE);
  }

  /** MmMapIoSpaceEx. */
  Expected mapEx(
      int irql, long address, long bytes, int protect, boolean verifier, boolean starved) {
    if (irql > Irql.DISPATCH_LEVEL) {
      return Expected.failed(MmMapIoSpaceEx.IRQL_TOO_HIGH, irql, address, bytes);
    }
    if (bytes == 0) {
      return Expected.failed(MmMapIoSpaceEx.ZERO_BYTES, address);
    }
    if (beyond(address, bytes)) {
      return Expected.failed(MmMapIoSpaceEx.BEYOND_MEMORY, address, bytes);
    }
    int allowed = -1;
    for (int[] protection : PROTECTIONS) {
      allowed = (protect & ~0x600) == protection[0] ? protection[1] : allowed;
    }
    if (allowed < 0 || (protect & 0x600) == 0x600) {
      return Expected.failed(MmMapIoSpaceEx.BAD_PROTECTION, protect & 0xFFFF_FFFFL);
    }
    List<Condition> notes = new ArrayList<>();
    if ((allowed & Permissions.EXECUTE) != 0) {
      if (verifier) {
        return Expected.failed(MmMapIoSpaceEx.EXECUTABLE, 0, protect);
      }
      notes.add(MmMapIoSpaceEx.EXECUTABLE);
    }
    CachePolicy asked =
        (protect & 0x200) != 0
            ? CachePolicy.UNCACHED
            : (protect & 0x400) != 0 ? CachePolicy.WRITE_COMBINING : CachePolicy.CACHED;
    return show(address, bytes, asked, allowed, verifier, starved, notes, EX, MmMapIoSpaceEx.DONE);
  }

  private Expected show(
      long address,
      long bytes,
      CachePolicy asked,
      int permissions,
      boolean verifier,
      boolean starved,
      List<Condition> notes,
      Answers answers,
      Condition done) {
    Expected decided = decide(address, bytes, asked, verifier, starved, notes, answers);
    if (decided != null) {
      return decided.after(notes.toArray(new Condition[0]));
    }
    int count = (int) span(address, bytes);
    long[] pfns = pfns(address, count);
    CacheRule rule = CacheRule.decide(world, pfns, asked, false);
    int first = world.lowestRun(count, 1);
    boolean table = firstTable(pfns, -1) >= 0 || holds(pfns, sight.zeroFrame());
    ModelMapping mapping = new ModelMapping(first, count, 0, 0, pfns[0]);
    for (int i = first; i < first + count; i++) {
      world.ptes[i].take(mapping, false);
    }
    world.show(first, pfns, rule, table ? permissions & ~Permissions.WRITE : permissions);
    return Expected.done(done, world.addressOf(first) + (address & 0xFFF))
        .after(notes.toArray(new Condition[0]));
  }

  private static boolean holds(long[] pfns, long wanted) {
    boolean holds = false;
    for (long pfn : pfns) {
      holds |= pfn == wanted;
    }
    return holds;
  }

  private static long[] pfns(long address, int count) {
    long[] pfns = new long[count];
    for (int i = 0; i < count; i++) {
      pfns[i] = (address >>> 12) + i;
    }
    return pfns;
  }

  /** Why a range can't be shown; null when it can. */
  private @Nullable Expected decide(
      long address,
      long bytes,
      CachePolicy asked,
      boolean verifier,
      boolean starved,
      List<Condition> notes,
      Answers answers) {
    long pages = span(address, bytes);
    if (pages > world.freePtes()) {
      return Expected.failed(answers.noPtes, pages, world.freePtes());
    }
    long[] pfns = pfns(address, (int) pages);
    long table = firstTable(pfns, sight.topTable());
    if (table >= 0) {
      return Expected.failed(answers.table, table);
    }
    for (long pfn : pfns) {
      ModelPage page = world.page(pfn);
      if (page != null && page.ram && page.locks == 0 && !page.ofDriver) {
        if (verifier) {
          return Expected.failed(answers.notLocked, address, bytes, pfn);
        }
        notes.add(answers.notLocked);
        break;
      }
    }
    CacheRule rule = CacheRule.decide(world, pfns, asked, false);
    if (rule.verdict == CacheRule.Verdict.CONFLICT) {
      ModelPage page = world.known(pfns[rule.problem]);
      int type = Types.type(asked);
      return Expected.failed(answers.conflict, page.pfn, Types.type(page), type);
    }
    if (world.lowestRun((int) pages, 1) < 0) {
      return Expected.failed(answers.noPtes, pages, world.freePtes());
    }
    return starved ? Expected.failed(answers.none, pages) : null;
  }

  private long firstTable(long[] pfns, long but) {
    for (long pfn : pfns) {
      if (pfn != but && sight.isTable(pfn)) {
        return pfn;
      }
    }
    return -1;
  }

  /** MmUnmapIoSpace. */
  Expected unmap(int irql, long address, long bytes) {
    if (irql > Irql.DISPATCH_LEVEL) {
      return Expected.failed(MmUnmapIoSpace.IRQL_TOO_HIGH, irql, address, bytes);
    }
    long pages = span(address, bytes);
    int pte = world.pteOf(address);
    ModelMapping found =
        pte >= 0 && world.ptes[pte].owner instanceof ModelMapping mapping ? mapping : null;
    if (found == null || found.mdl != 0 || found.first != pte) {
      return Expected.failed(MmUnmapIoSpace.NOT_MAPPED, address, pages);
    }
    if (found.pages != pages) {
      return Expected.failed(MmUnmapIoSpace.WRONG_SIZE, address, pages, found.pages);
    }
    world.remove(found);
    return Expected.done(MmUnmapIoSpace.DONE, 0);
  }

  /**
   * MmAllocateMdlForIoSpace, before it is known where the MDL will be.
   *
   * @param ranges an address and a size each
   */
  Expected allocateMdl(int irql, long list, List<long[]> ranges, long newMdl, boolean starved) {
    if (irql > Irql.DISPATCH_LEVEL) {
      return Expected.failed(MmAllocateMdlForIoSpace.IRQL_TOO_HIGH, irql, Irql.DISPATCH_LEVEL)
          .returning(NtStatus.STATUS_UNSUCCESSFUL);
    }
    long total = 0;
    for (int i = 0; i < ranges.size(); i++) {
      long address = ranges.get(i)[0];
      long bytes = ranges.get(i)[1];
      if ((address & 0xFFF) != 0) {
        return Expected.failed(MmAllocateMdlForIoSpace.MISALIGNED, i, address);
      }
      if (bytes == 0 || (bytes & 0xFFF) != 0) {
        return Expected.failed(MmAllocateMdlForIoSpace.BAD_SIZE, i, bytes);
      }
      if (beyond(address, bytes)) {
        return Expected.failed(MmAllocateMdlForIoSpace.BEYOND_MEMORY, i, address, bytes);
      }
      if (bytes > 0xFFFF_FFFFL) {
        return Expected.failed(MmAllocateMdlForIoSpace.TOO_LARGE, i);
      }
      for (ModelPage page : world.pages.values()) {
        if (page.ram && page.pfn >= address >>> 12 && page.pfn < (address + bytes) >>> 12) {
          return Expected.failed(MmAllocateMdlForIoSpace.IS_RAM, i, page.pfn);
        }
      }
      total += bytes;
      if (total > 0xFFFF_FFFFL) {
        return Expected.failed(MmAllocateMdlForIoSpace.TOO_LARGE, i);
      }
    }
    if (ranges.isEmpty()) {
      return Expected.failed(MmAllocateMdlForIoSpace.NO_ENTRIES, list);
    }
    if (newMdl == 0) {
      return Expected.failed(MmAllocateMdlForIoSpace.NO_RESULT, list);
    }
    if (starved || total >>> 12 > 100_000) {
      return Expected.failed(MmAllocateMdlForIoSpace.NO_MEMORY, total >>> 12);
    }
    return Expected.done(MmAllocateMdlForIoSpace.DONE, 0);
  }

  /** The MDL that was allocated. */
  ModelMdl allocated(long address, List<long[]> ranges) {
    List<Long> pfns = new ArrayList<>();
    for (long[] range : ranges) {
      for (long pfn = range[0] >>> 12; pfn < range[0] + range[1] >>> 12; pfn++) {
        pfns.add(pfn);
      }
    }
    ModelMdl mdl = new ModelMdl(address, pfns.size(), true);
    long[] words = sight.words(address, mdl.words.length);
    if (words == null || world.mdlAround(address) != null) {
      throw new Divergence("an MDL is allocated at 0x" + Long.toHexString(address));
    }
    System.arraycopy(words, 0, mdl.words, 0, words.length);
    mdl.ofIoSpace = true;
    mdl.setNext(0);
    mdl.setSize(0x30 + 8 * pfns.size());
    mdl.setFlags(MDL_IO_SPACE | MDL_PAGES_LOCKED);
    mdl.setStartVa(0);
    mdl.setByteOffset(0);
    mdl.setByteCount(4096L * pfns.size());
    for (int i = 0; i < pfns.size(); i++) {
      mdl.setPfn(i, pfns.get(i));
      world.known(pfns.get(i)).lock();
    }
    world.mdls.put(address, mdl);
    return mdl;
  }
}
