package dev.mapwright.proof.windows;

import static dev.mapwright.windows.abi.MdlFlags.MDL_ALLOCATED_FIXED_SIZE;
import static dev.mapwright.windows.abi.MdlFlags.MDL_FREE_EXTRA_PTES;
import static dev.mapwright.windows.abi.MdlFlags.MDL_IO_PAGE_READ;
import static dev.mapwright.windows.abi.MdlFlags.MDL_IO_SPACE;
import static dev.mapwright.windows.abi.MdlFlags.MDL_MAPPED_TO_SYSTEM_VA;
import static dev.mapwright.windows.abi.MdlFlags.MDL_MAPPING_CAN_FAIL;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PAGES_LOCKED;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PAGE_CONTENTS_INVARIANT;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARENT_MAPPED_SYSTEM_VA;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARTIAL;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARTIAL_HAS_BEEN_MAPPED;
import static dev.mapwright.windows.abi.MdlFlags.MDL_SOURCE_IS_NONPAGED_POOL;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.IoBuildPartialMdl;
import dev.mapwright.windows.answer.MmGetSystemAddressForMdl;
import dev.mapwright.windows.answer.MmGetSystemAddressForMdlSafe;
import dev.mapwright.windows.answer.MmMapLockedPages;
import dev.mapwright.windows.answer.MmMapLockedPagesSpecifyCache;
import dev.mapwright.windows.answer.MmPrepareMdlForReuse;
import dev.mapwright.windows.answer.MmUnmapLockedPages;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The routines that map MDLs to system space, and those of partial MDLs (wdm.h). */
final class MappingModel {
  private static final int WRONG =
      MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL | MDL_PARTIAL_HAS_BEEN_MAPPED;
  private static final int CLEARED =
      MDL_MAPPED_TO_SYSTEM_VA | MDL_PARTIAL_HAS_BEEN_MAPPED | MDL_FREE_EXTRA_PTES;

  private final World world;
  private final Sight sight;
  private final MdlModel mdls;

  MappingModel(World world, Sight sight, MdlModel mdls) {
    this.world = world;
    this.sight = sight;
    this.mdls = mdls;
  }

  /** The routines that map to system space. */
  enum Way {
    SPECIFY_CACHE,
    OBSOLETE,
    SYSTEM_ADDRESS,
    SAFE;

    /** The answer of the routine with a name that several have. */
    Condition answer(String name) {
      return switch (this) {
        case SPECIFY_CACHE -> MmMapLockedPagesSpecifyCache.valueOf(name);
        case OBSOLETE -> MmMapLockedPages.valueOf(name);
        case SYSTEM_ADDRESS -> MmGetSystemAddressForMdl.valueOf(name);
        case SAFE -> MmGetSystemAddressForMdlSafe.valueOf(name);
      };
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What a caller asks for.
   *
   * @param way which routine
   * @param mdl the address of the MDL
   * @param type the caching type
   * @param bugCheck whether a failure is to stop the system
   * @param priority the priority with its bits
   */
  record Call(Way way, long mdl, int type, boolean bugCheck, int priority) {}

  /** A mapping to system space. */
  Expected map(int irql, Call call, boolean verifier, boolean starved) {
    Way way = call.way;
    if (irql > Irql.DISPATCH_LEVEL) {
      return Expected.failed(way.answer("IRQL_TOO_HIGH"), irql, call.mdl, 0);
    }
    ModelMdl mdl = world.mdls.get(call.mdl);
    if (mdl == null) {
      return Expected.unreadable();
    }
    boolean macro = way == Way.SYSTEM_ADDRESS || way == Way.SAFE;
    if (macro && mdl.any(MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL)) {
      return Expected.done(way.answer("DONE"), mdl.mappedSystemVa());
    }
    Expected wrong = ready(way, mdl, verifier);
    if (wrong != null) {
      return wrong;
    }
    CachePolicy asked = Types.policy(call.type);
    if (asked == null) {
      return Expected.failed(way.answer("BAD_CACHE_TYPE"), call.type);
    }
    List<Condition> notes = new ArrayList<>();
    Expected discouraged = discouraged(call, mdl, verifier, notes);
    if (discouraged != null) {
      return discouraged;
    }
    Expected decided = show(call, mdl, asked, verifier, starved);
    return decided.after(notes.toArray(new Condition[0]));
  }

  private @Nullable Expected ready(Way way, ModelMdl mdl, boolean verifier) {
    if (mdl.any(WRONG)) {
      int flags = mdl.flags();
      return Expected.failed(way.answer("ALREADY_MAPPED"), mdl.address, flags, flags & WRONG);
    }
    if (!mdl.any(MDL_PAGES_LOCKED | MDL_PARTIAL | MDL_SOURCE_IS_NONPAGED_POOL)) {
      return verifier
          ? Expected.failed(
              way.answer("NEVER_LOCKED_UNDER_VERIFIER"),
              mdl.address,
              mdl.flags(),
              MDL_PAGES_LOCKED | MDL_PARTIAL)
          : Expected.failed(
              way.answer("NEVER_LOCKED"), mdl.byteCount() == 0 ? 0 : MdlModel.firstPfn(mdl));
    }
    return mdl.byteCount() == 0 ? Expected.failed(way.answer("ZERO_BYTES"), mdl.address) : null;
  }

  private static @Nullable Expected discouraged(
      Call call, ModelMdl mdl, boolean verifier, List<Condition> notes) {
    boolean priority = call.way == Way.SPECIFY_CACHE || call.way == Way.SAFE;
    if (call.way == Way.SPECIFY_CACHE && call.bugCheck) {
      Condition condition = MmMapLockedPagesSpecifyCache.BUG_CHECK_ON_FAILURE;
      if (verifier) {
        return Expected.failed(condition, mdl.address, mdl.flags());
      }
      notes.add(condition);
    }
    if (priority && (call.priority & 0x4000_0000) == 0) {
      Condition condition = call.way.answer("EXECUTABLE");
      if (verifier) {
        return Expected.failed(condition, 0, call.priority & 0xFFFF_FFFFL);
      }
      notes.add(condition);
    }
    if (!priority) {
      Condition condition = call.way.answer("OBSOLETE");
      if (verifier) {
        return Expected.failed(condition, mdl.address, mdl.flags());
      }
      notes.add(condition);
    }
    return null;
  }

  private Expected show(
      Call call, ModelMdl mdl, CachePolicy asked, boolean verifier, boolean starved) {
    Way way = call.way;
    boolean priority = way == Way.SPECIFY_CACHE || way == Way.SAFE;
    boolean demand = !priority || way == Way.SPECIFY_CACHE && call.bugCheck;
    demand &= !mdl.any(MDL_MAPPING_CAN_FAIL);
    int pages = mdl.pages();
    long[] pfns = sight.pfns(mdl);
    if (pfns == null) {
      return Expected.unreadable();
    }
    for (int i = 0; i < pages && !mdl.any(MDL_IO_SPACE); i++) {
      ModelPage page = world.page(pfns[i]);
      boolean possible = pfns[i] >= 0 && pfns[i] <= Frames.LAST_PFN;
      if (possible && (page == null || !page.ram)) {
        long slot = mdl.address + 0x30 + 8L * i;
        return Expected.failed(way.answer("NOT_MARKED_AS_IO"), mdl.address, slot, pfns[i]);
      }
    }
    CacheRule rule = CacheRule.decide(world, pfns, asked, true);
    if (rule.verdict == CacheRule.Verdict.NOT_LOCKED) {
      long pfn = pfns[rule.problem];
      return verifier && priority
          ? Expected.failed(way.answer("PAGE_NOT_LOCKED_UNDER_VERIFIER"), mdl.address, pages, pfn)
          : Expected.failed(way.answer("PAGE_NOT_LOCKED"), pfn);
    }
    if (rule.verdict == CacheRule.Verdict.CONFLICT) {
      return Expected.failed(
          way.answer("CACHE_CONFLICT"), pfns[rule.problem], Types.type(asked), Expected.ANY);
    }
    int free = world.freePtes();
    int level = call.priority & 0x1FFF_FFFF;
    int total = world.ptes.length;
    // Low fails below a quarter of free PTEs, Normal below a tenth.
    boolean enough = level >= 32 || (level >= 16 ? free * 10 >= total : free * 4 >= total);
    if (priority && !enough) {
      return shortage(way, demand, way.answer("LOW_PRIORITY"), pages);
    }
    boolean guards = (call.priority & 0x2000_0000) != 0;
    int run = world.lowestRun(pages + (guards ? 2 : 0), 1);
    if (run < 0) {
      return shortage(way, demand, way.answer("NO_SYSTEM_PTES"), pages);
    }
    if (starved) {
      return shortage(way, demand, way.answer("NO_MEMORY"), pages);
    }
    int first = run + (guards ? 1 : 0);
    int permissions = Permissions.ALL;
    permissions &= (call.priority & 0x8000_0000) != 0 ? ~Permissions.WRITE : permissions;
    permissions &= (call.priority & 0x4000_0000) != 0 ? ~Permissions.EXECUTE : permissions;
    ModelMapping mapping = new ModelMapping(first, pages, mdl.address, mdl.startVa(), pfns[0]);
    for (int i = run; i < run + pages + (guards ? 2 : 0); i++) {
      world.ptes[i].take(mapping, i < first || i >= first + pages);
    }
    world.show(first, pfns, rule, permissions);
    long va = world.addressOf(first) + mdl.offsetInPage();
    mdl.setMappedSystemVa(va);
    mdl.setFlags(
        mdl.flags() & ~MDL_PARENT_MAPPED_SYSTEM_VA
            | MDL_MAPPED_TO_SYSTEM_VA
            | (mdl.any(MDL_PARTIAL) ? MDL_PARTIAL_HAS_BEEN_MAPPED : 0));
    return Expected.done(way.answer("DONE"), va);
  }

  private Expected shortage(Way way, boolean demand, Condition condition, int pages) {
    Condition answer = demand ? way.answer("NO_MORE_SYSTEM_PTES") : condition;
    return Expected.failed(answer, pages, world.freePtes(), world.ptes.length);
  }

  /** MmUnmapLockedPages, of an address in system space. */
  Expected unmap(int irql, long address, long mdlAddress, boolean verifier) {
    if (irql > Irql.DISPATCH_LEVEL) {
      return Expected.failed(MmUnmapLockedPages.IRQL_TOO_HIGH, irql, address, mdlAddress);
    }
    if (world.isUser(address)) {
      return irql > Irql.APC_LEVEL
          ? Expected.failed(MmUnmapLockedPages.USER_IRQL_TOO_HIGH, irql, address, mdlAddress)
          : Expected.failed(MmUnmapLockedPages.NOT_IN_THIS_PROCESS, address, mdlAddress);
    }
    ModelMdl mdl = world.mdls.get(mdlAddress);
    if (mdl == null) {
      return Expected.unreadable();
    }
    if (!MdlModel.owns(mdl) && verifier) {
      return mdl.any(MDL_MAPPED_TO_SYSTEM_VA)
          ? Expected.failed(
              MmUnmapLockedPages.SHARED_UNDER_VERIFIER,
              mdlAddress,
              mdl.flags(),
              MDL_PARENT_MAPPED_SYSTEM_VA)
          : Expected.failed(
              MmUnmapLockedPages.NOT_MAPPED_UNDER_VERIFIER,
              mdlAddress,
              mdl.flags(),
              MDL_MAPPED_TO_SYSTEM_VA);
    }
    ModelMapping found = mdls.mappingAt(mdl, address);
    if (found == null && MdlModel.owns(mdl)) {
      found = mdls.mappingAt(mdl, mdl.mappedSystemVa()); // not there, but where the MDL says
    }
    if (!MdlModel.owns(mdl) || found == null) {
      return Expected.failed(MmUnmapLockedPages.NOT_MAPPED, mdlAddress, address, mdl.pages());
    }
    return compare(found, mdl, address);
  }

  private Expected compare(ModelMapping found, ModelMdl mdl, long address) {
    int first = found.first + found.passed;
    if (world.pteOf(address) != first) {
      return Expected.failed(
          MmUnmapLockedPages.WRONG_ADDRESS,
          mdl.address,
          world.addressOf(first),
          address & -0x1000L);
    }
    int pages = found.pages - found.passed;
    if (mdl.pages() != pages) {
      return Expected.failed(MmUnmapLockedPages.WRONG_COUNT, mdl.address, pages, mdl.pages());
    }
    long pfn = mdl.byteCount() == 0 ? 0 : MdlModel.firstPfn(mdl);
    if (pfn != found.firstPfn) {
      return Expected.failed(MmUnmapLockedPages.WRONG_FIRST_PFN, mdl.address, found.firstPfn, pfn);
    }
    if (mdl.startVa() != found.startVa) {
      return Expected.failed(
          MmUnmapLockedPages.WRONG_START, mdl.address, found.startVa, mdl.startVa());
    }
    world.remove(found);
    mdl.setFlags(mdl.flags() & ~CLEARED);
    return Expected.done(MmUnmapLockedPages.DONE, 0);
  }

  // ---- partial MDLs

  /**
   * IoBuildPartialMdl.
   *
   * @param length a ULONG
   */
  Expected build(int irql, long sourceAddress, long targetAddress, long va, long length) {
    if (irql > Irql.DISPATCH_LEVEL) {
      return Expected.failed(IoBuildPartialMdl.IRQL_TOO_HIGH, irql, Irql.DISPATCH_LEVEL);
    }
    if (sourceAddress == targetAddress) {
      return Expected.failed(IoBuildPartialMdl.SAME_MDL, sourceAddress);
    }
    ModelMdl source = world.mdls.get(sourceAddress);
    ModelMdl target = world.mdls.get(targetAddress);
    if (source == null || target == null) {
      return Expected.unreadable();
    }
    if (!source.any(MDL_PAGES_LOCKED | MDL_SOURCE_IS_NONPAGED_POOL | MDL_PARTIAL)) {
      return Expected.failed(IoBuildPartialMdl.SOURCE_NOT_LOCKED, sourceAddress, source.flags());
    }
    long offset = va - source.buffer();
    if (offset < 0 || offset >= source.byteCount()) {
      return Expected.failed(
          IoBuildPartialMdl.BEFORE_SOURCE, va, source.buffer(), source.byteCount());
    }
    long left = source.byteCount() - offset;
    long bytes = length == 0 ? left : length;
    if (bytes > left) {
      return Expected.failed(IoBuildPartialMdl.PAST_SOURCE, va, bytes, left);
    }
    int pages = (int) (((va & 0xFFF) + bytes + 0xFFF) >>> 12);
    // An MDL has room for what its memory can hold; of memory of a driver that is known, too.
    int room = target.allocated ? target.room() : 506;
    room = target.inRegisters ? (target.size() - 0x30) / 8 : room;
    if (pages > room) {
      return Expected.failed(IoBuildPartialMdl.TARGET_TOO_SMALL, targetAddress, pages, room);
    }
    long first = (va >>> 12) - (source.buffer() >>> 12);
    long[] pfns = first < 0 ? null : sight.words(sourceAddress + 0x30 + 8 * first, pages);
    if (pfns == null) {
      return Expected.unreadable(); // a buffer that wraps, or that has pages behind all memory
    }
    Expected expected = Expected.done(IoBuildPartialMdl.DONE, 0);
    if (target.any(MDL_PARTIAL_HAS_BEEN_MAPPED)) {
      expected = expected.after(IoBuildPartialMdl.TARGET_MAPPED);
    }
    for (int i = 0; i < pages; i++) {
      target.setPfn(i, pfns[i]);
    }
    target.setProcess(source.process());
    if (source.any(MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL)) {
      target.setMappedSystemVa(source.mappedSystemVa() + offset);
    }
    target.setStartVa(va & -0x1000L);
    target.setByteOffset(va & 0xFFF);
    target.setByteCount(bytes);
    int inherited =
        MDL_IO_PAGE_READ | MDL_SOURCE_IS_NONPAGED_POOL | MDL_MAPPED_TO_SYSTEM_VA | MDL_IO_SPACE;
    target.setFlags(
        target.flags() & (MDL_ALLOCATED_FIXED_SIZE | MDL_PAGE_CONTENTS_INVARIANT)
            | MDL_PARTIAL
            | source.flags() & inherited
            | (source.any(MDL_MAPPED_TO_SYSTEM_VA) ? MDL_PARENT_MAPPED_SYSTEM_VA : 0));
    return expected;
  }

  /** MmPrepareMdlForReuse. */
  Expected prepare(int irql, long address) {
    if (irql > Irql.DISPATCH_LEVEL) {
      return Expected.failed(MmPrepareMdlForReuse.IRQL_TOO_HIGH, irql, Irql.DISPATCH_LEVEL);
    }
    ModelMdl mdl = world.mdls.get(address);
    if (mdl == null) {
      return Expected.unreadable();
    }
    if (mdl.any(MDL_PARTIAL_HAS_BEEN_MAPPED)) {
      if (!mdls.isMapped(mdl)) {
        return Expected.failed(
            MmPrepareMdlForReuse.MAPPING_CHANGED, address, mdl.mappedSystemVa(), mdl.pages());
      }
      mdls.unmap(mdl);
      mdl.setFlags(mdl.flags() & ~CLEARED);
    }
    return Expected.done(MmPrepareMdlForReuse.DONE, 0);
  }
}
