package dev.mapwright.proof.windows;

import static dev.mapwright.windows.abi.MdlFlags.MDL_ALLOCATED_FIXED_SIZE;
import static dev.mapwright.windows.abi.MdlFlags.MDL_FREE_EXTRA_PTES;
import static dev.mapwright.windows.abi.MdlFlags.MDL_IO_SPACE;
import static dev.mapwright.windows.abi.MdlFlags.MDL_MAPPED_TO_SYSTEM_VA;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PAGES_LOCKED;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARENT_MAPPED_SYSTEM_VA;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARTIAL;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARTIAL_HAS_BEEN_MAPPED;
import static dev.mapwright.windows.abi.MdlFlags.MDL_SOURCE_IS_NONPAGED_POOL;
import static dev.mapwright.windows.abi.MdlFlags.MDL_WRITE_OPERATION;

import dev.mapwright.core.machine.Frames;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.answer.IoAllocateMdl;
import dev.mapwright.windows.answer.IoFreeMdl;
import dev.mapwright.windows.answer.MemoryAccess;
import dev.mapwright.windows.answer.MmBuildMdlForNonPagedPool;
import dev.mapwright.windows.answer.MmInitializeMdl;
import dev.mapwright.windows.answer.MmProbeAndLockPages;
import dev.mapwright.windows.answer.MmUnlockPages;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** The routines that make MDLs and lock the pages of buffers (wdm.h), as their pages say it. */
final class MdlModel {
  private static final int IN_USE =
      MDL_PAGES_LOCKED | MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL | MDL_PARTIAL;

  private final World world;
  private final Sight sight;

  MdlModel(World world, Sight sight) {
    this.world = world;
    this.sight = sight;
  }

  // ---- headers

  /**
   * IoAllocateMdl, before it is known where the MDL will be; result and effect come later.
   *
   * @param irp the IRP that is told; 0 for none
   */
  Expected allocate(int irql, long va, long bytes, boolean secondary, long irp, boolean starved) {
    if (irql > Irql.DISPATCH_LEVEL) {
      return Expected.failed(IoAllocateMdl.IRQL_TOO_HIGH, irql, Irql.DISPATCH_LEVEL);
    }
    if (bytes > 0xFFFF_F000L) {
      return Expected.failed(IoAllocateMdl.TOO_LONG, bytes, 0xFFFF_F000L);
    }
    if (secondary && irp == 0) {
      return Expected.failed(IoAllocateMdl.SECONDARY_WITHOUT_IRP, va, bytes);
    }
    long pages = ((va & 0xFFF) + bytes + 0xFFF) >>> 12;
    link = irp == 0 ? 0 : irp + 8;
    if (secondary) {
      Expected wrong = endOfChain(irp);
      if (wrong != null) {
        return wrong;
      }
    }
    if (starved || pages > 100_000) {
      return Expected.failed(IoAllocateMdl.NO_MEMORY, 0x30 + 8 * pages);
    }
    if (irp != 0 && irp != world.irp) {
      return Expected.failed(MemoryAccess.INVALID_ADDRESS, Expected.ANY, 2, 0);
    }
    return Expected.done(IoAllocateMdl.DONE, Expected.ANY);
  }

  /** Where the address of the MDL has to be written; 0 for nowhere. */
  private long link;

  /** Finds the end of an IRP's chain; null when there is one. */
  private @Nullable Expected endOfChain(long irp) {
    Set<Long> seen = new HashSet<>();
    for (Long next = word(link); ; next = word(link)) {
      if (next == null) {
        return Expected.unreadable();
      }
      if (next == 0) {
        return null;
      }
      if (!seen.add(next)) {
        return Expected.failed(IoAllocateMdl.ENDLESS_CHAIN, irp, world.irpMdl);
      }
      link = next;
    }
  }

  private @Nullable Long word(long address) {
    if (address == world.irp + 8) {
      return world.irpMdl;
    }
    long[] words = sight.words(address, 1);
    return words == null ? null : (Long) words[0];
  }

  /** The MDL that was allocated. Of fields that are not set, memory says what they are. */
  ModelMdl allocated(long address, long va, long bytes) {
    int pages = (int) (((va & 0xFFF) + bytes + 0xFFF) >>> 12);
    ModelMdl mdl = new ModelMdl(address, pages, true);
    long[] words = sight.words(address, mdl.words.length);
    if (words == null || world.mdlAround(address) != null) {
      throw new Divergence("an MDL is allocated at 0x" + Long.toHexString(address));
    }
    System.arraycopy(words, 0, mdl.words, 0, words.length);
    header(mdl, pages <= 23 ? MDL_ALLOCATED_FIXED_SIZE : 0, va, bytes);
    world.mdls.put(address, mdl);
    ModelMdl before = world.mdlAround(link);
    if (link == world.irp + 8) {
      world.irpMdl = address;
    } else if (link != 0 && before != null) {
      before.words[(int) (link - before.address) / 8] = address;
    }
    return mdl;
  }

  private static void header(ModelMdl mdl, int flags, long va, long bytes) {
    long pages = ((va & 0xFFF) + bytes + 0xFFF) >>> 12;
    mdl.setNext(0);
    mdl.setSize((int) (0x30 + 8 * pages));
    mdl.setFlags(flags);
    mdl.setStartVa(va & -0x1000L);
    mdl.setByteCount(bytes);
    mdl.setByteOffset(va & 0xFFF);
  }

  /** MmInitializeMdl. */
  Expected initialize(ModelMdl mdl, long va, long bytes) {
    if (bytes >>> 32 != 0) {
      return Expected.failed(MmInitializeMdl.TOO_LONG, mdl.address, bytes);
    }
    header(mdl, 0, va, bytes);
    return Expected.done(MmInitializeMdl.DONE, 0);
  }

  /**
   * IoFreeMdl.
   *
   * @param verifier whether it checks
   */
  Expected free(int irql, long address, boolean verifier, int tagOfDrivers) {
    if (irql > Irql.DISPATCH_LEVEL) {
      return Expected.failed(IoFreeMdl.IRQL_TOO_HIGH, irql, Irql.DISPATCH_LEVEL);
    }
    ModelMdl mdl = world.mdls.get(address);
    if (mdl == null || mdl.inRegisters) {
      return world.freed.contains(address)
          ? Expected.failed(IoFreeMdl.FREED_TWICE, 0, 0, address)
          : Expected.failed(IoFreeMdl.NOT_ALLOCATED, address);
    }
    if (!mdl.allocated) {
      return Expected.failed(
          IoFreeMdl.WRONG_TAG, address, ReservedModel.unsigned(tagOfDrivers), Expected.ANY);
    }
    boolean ownMapping = mdl.any(MDL_PARTIAL_HAS_BEEN_MAPPED);
    if (ownMapping && !isMapped(mdl)) {
      return Expected.failed(IoFreeMdl.MAPPING_CHANGED, address, mdl.mappedSystemVa(), mdl.pages());
    }
    Expected expected = Expected.done(IoFreeMdl.DONE, 0);
    long[] pfns = mdl.ofIoSpace ? sight.pfns(mdl) : new long[0];
    if (pfns == null) {
      return Expected.unreadable();
    }
    if (mdl.any(MDL_PAGES_LOCKED) && !mdl.ofIoSpace) {
      expected = expected.after(IoFreeMdl.STILL_LOCKED);
    }
    if (!ownMapping && owns(mdl)) {
      if (verifier) {
        return Expected.failed(IoFreeMdl.STILL_MAPPED, address, mdl.flags());
      }
      expected = expected.after(IoFreeMdl.STILL_MAPPED);
    }
    if (ownMapping) {
      unmap(mdl);
    }
    letGo(pfns);
    world.mdls.remove(address);
    world.freed.add(address);
    return expected;
  }

  /** Pages of I/O space are not referred to any more: all of them, or none. */
  private void letGo(long[] pfns) {
    Map<Long, Integer> left = new HashMap<>();
    for (long pfn : pfns) {
      ModelPage page = world.page(pfn);
      if (page == null) {
        return;
      }
      int now = left.computeIfAbsent(pfn, any -> page.references) - 1;
      left.put(pfn, now);
      if (now < 0 && !page.ram) {
        return;
      }
    }
    for (long pfn : pfns) {
      ModelPage page = world.known(pfn);
      page.references -= page.ram ? 0 : 1; // RAM was written there by the driver
    }
  }

  // ---- system mappings

  /** Whether an MDL says that it has a system mapping of its own. */
  static boolean owns(ModelMdl mdl) {
    return mdl.any(MDL_MAPPED_TO_SYSTEM_VA) && !mdl.any(MDL_PARENT_MAPPED_SYSTEM_VA);
  }

  /** The mapping of an MDL at an address; null when the MDL is not mapped there. */
  @Nullable ModelMapping mappingAt(ModelMdl mdl, long address) {
    int pte = world.pteOf(address);
    ModelMapping found =
        pte >= 0 && world.ptes[pte].owner instanceof ModelMapping mapping ? mapping : null;
    boolean its = found != null && found.mdl == mdl.address && world.ptes[pte].mapping != 0;
    return its ? found : null;
  }

  /** Whether an MDL is mapped exactly as it says. */
  boolean isMapped(ModelMdl mdl) {
    ModelMapping found = mappingAt(mdl, mdl.mappedSystemVa());
    return found != null
        && world.pteOf(mdl.mappedSystemVa()) == found.first + found.passed
        && mdl.pages() == found.pages - found.passed
        && mdl.byteCount() > 0
        && firstPfn(mdl) == found.firstPfn
        && mdl.startVa() == found.startVa;
  }

  /** The PFN that stands first; something that no mapping has, when there is none. */
  static long firstPfn(ModelMdl mdl) {
    return mdl.room() == 0 ? -1 : mdl.pfn(0);
  }

  void unmap(ModelMdl mdl) {
    ModelMapping found = mappingAt(mdl, mdl.mappedSystemVa());
    if (found != null) {
      world.remove(found);
    }
  }

  // ---- locking

  private static Expected raised(Expected expected) {
    return expected.raising(NtStatus.STATUS_ACCESS_VIOLATION);
  }

  /**
   * MmProbeAndLockPages, until it is known which frames the pages are in.
   *
   * @param user whether the address comes from a user
   */
  Expected probe(int irql, long address, boolean user, boolean write) {
    int mode = user ? 1 : 0;
    if (irql > Irql.DISPATCH_LEVEL) {
      return raised(Expected.failed(MmProbeAndLockPages.IRQL_TOO_HIGH, irql, address, mode));
    }
    ModelMdl mdl = world.mdls.get(address);
    if (mdl == null) {
      return raised(Expected.unreadable());
    }
    int wrong = mdl.flags() & (IN_USE | MDL_IO_SPACE);
    if (wrong != 0) {
      return raised(Expected.failed(MmProbeAndLockPages.WRONG_FLAGS, address, mdl.flags(), wrong));
    }
    if (mdl.byteCount() == 0) {
      return raised(Expected.failed(MmProbeAndLockPages.ZERO_BYTES, address));
    }
    long first = mdl.buffer();
    long last = first + mdl.byteCount() - 1;
    boolean wraps = Long.compareUnsigned(last, first) < 0;
    if (user && (wraps || Long.compareUnsigned(last, world.highestUser) > 0)) {
      blank(mdl);
      return Expected.failed(MmProbeAndLockPages.OUTSIDE_USER_SPACE, first, mdl.byteCount());
    }
    if (irql == Irql.DISPATCH_LEVEL && (world.isUser(first) || world.isPagedPool(first))) {
      return raised(Expected.failed(MmProbeAndLockPages.PAGEABLE_AT_DISPATCH, irql, address, mode));
    }
    boolean accessible = !wraps && world.isUser(first) == world.isUser(last);
    boolean engines = false;
    for (int i = 0; accessible && !engines && i < mdl.pages(); i++) {
      accessible = accessible((first >>> 12) + i, write);
      int pte = world.pteOf(first + 4096L * i);
      // Frames of the engine can be mapped by their physical addresses; they are not locked.
      engines = accessible && pte >= 0 && !lockable(world.ptes[pte].pfn);
    }
    if (!accessible || engines) {
      blank(mdl);
      return Expected.failed(
          engines ? MmProbeAndLockPages.NO_MEMORY : MmProbeAndLockPages.NOT_ACCESSIBLE,
          Expected.ANY,
          Expected.ANY,
          Expected.ANY);
    }
    return Expected.done(MmProbeAndLockPages.DONE, 0);
  }

  /** The buffer of an MDL could not be locked. */
  void blank(ModelMdl mdl) {
    mdl.setPfn(0, MdlLayout.LIST_HEAD);
    mdl.setProcess(0);
  }

  /** Whether a page can be probed: read, and written where a user's page is to be written. */
  private boolean accessible(long page, boolean write) {
    if (world.isUser(page << 12)) {
      ModelBuffer buffer = world.bufferOf(page);
      return buffer != null && (!write || buffer.kind == ModelBuffer.Kind.USER);
    }
    int pte = world.pteOf(page << 12);
    if (pte >= 0) {
      return world.ptes[pte].mapping != 0 && (world.ptes[pte].permissions & 1) != 0;
    }
    ModelBuffer buffer = world.bufferOf(page);
    return buffer != null || sight.words(page << 12, 1) != null;
  }

  /**
   * The pages were locked: which they are stands in the MDL now.
   *
   * @param pfns what the MDL says
   */
  void locked(ModelMdl mdl, long[] pfns, boolean write) {
    boolean outside = false;
    for (int i = 0; i < pfns.length; i++) {
      long page = (mdl.buffer() >>> 12) + i;
      ModelPage frame = world.known(pfns[i]);
      require(frame, page);
      mdl.setPfn(i, pfns[i]);
      frame.lock();
      frame.virtual = world.bufferOf(page) != null ? page : frame.virtual;
      outside |= !frame.ram;
    }
    mdl.setProcess(world.isUser(mdl.buffer()) ? world.process : 0);
    mdl.setFlags(
        mdl.flags() & ~MDL_WRITE_OPERATION
            | MDL_PAGES_LOCKED
            | (write ? MDL_WRITE_OPERATION : 0)
            | (outside ? MDL_IO_SPACE : 0));
  }

  /** A page that is locked already stays where it is; a nonpaged one always does. */
  private void require(ModelPage frame, long page) {
    long[] words = sight.words(page << 12, 1);
    int pte = world.pteOf(page << 12);
    boolean right;
    if (pte >= 0) {
      right = world.ptes[pte].pfn == frame.pfn;
    } else if (world.bufferOf(page) != null) {
      ModelPage before = world.frameOf(page);
      right = before == null || before == frame;
    } else {
      right = words != null;
    }
    if (!right) {
      throw new Divergence("page 0x%x was locked in frame 0x%x".formatted(page, frame.pfn));
    }
  }

  /**
   * Which page of some is not locked as often as they name it: -1 for none. The last lock of a page
   * that was allocated for an MDL does not count.
   */
  int notLocked(long[] pfns) {
    // Pages without an attribute come first, since the book of caches has to let go of them; then
    // those that nobody has locked.
    int wrong = namedTooOften(pfns, page -> page.floats() ? page.references : pfns.length);
    wrong =
        wrong >= 0 ? wrong : namedTooOften(pfns, page -> page.lockedTimes() == 0 ? 0 : pfns.length);
    return wrong >= 0
        ? wrong
        : namedTooOften(pfns, page -> page.ofMdl ? page.lockedTimes() - 1 : page.lockedTimes());
  }

  private int namedTooOften(long[] pfns, ToIntFunction<ModelPage> allowed) {
    Map<Long, Integer> left = new HashMap<>();
    for (int i = 0; i < pfns.length; i++) {
      ModelPage page = world.page(pfns[i]);
      if (page == null) {
        return i;
      }
      int now = left.computeIfAbsent(pfns[i], any -> allowed.applyAsInt(page)) - 1;
      left.put(pfns[i], now);
      if (now < 0) {
        return i;
      }
    }
    return -1;
  }

  /**
   * MmUnlockPages.
   *
   * @param verifier whether it checks
   */
  Expected unlock(int irql, long address, boolean verifier) {
    if (irql > Irql.DISPATCH_LEVEL) {
      return Expected.failed(MmUnlockPages.IRQL_TOO_HIGH, irql, address);
    }
    ModelMdl mdl = world.mdls.get(address);
    if (mdl == null) {
      return Expected.unreadable();
    }
    boolean nonpaged = mdl.any(MDL_SOURCE_IS_NONPAGED_POOL);
    if (verifier && mdl.any(MDL_PARTIAL)) {
      return Expected.failed(
          MmUnlockPages.PARTIAL_UNDER_VERIFIER, address, mdl.flags(), MDL_PARTIAL);
    }
    if (verifier && nonpaged) {
      return Expected.failed(MmUnlockPages.NONPAGED_UNDER_VERIFIER, address, mdl.flags());
    }
    if (verifier && !mdl.any(MDL_PAGES_LOCKED)) {
      return Expected.failed(MmUnlockPages.NEVER_LOCKED_UNDER_VERIFIER, address, mdl.flags());
    }
    if (mdl.any(MDL_PARTIAL) || nonpaged || !mdl.any(MDL_PAGES_LOCKED)) {
      return tooOften(mdl, mdl.byteCount() == 0 || mdl.room() == 0 ? -1 : mdl.pfn(0));
    }
    if (mdl.ofIoSpace && mdl.any(MDL_IO_SPACE)) {
      return Expected.failed(MmUnlockPages.IO_SPACE_MDL, address, mdl.flags());
    }
    if (mdl.byteCount() == 0) {
      return Expected.failed(MmUnlockPages.ZERO_BYTES, address);
    }
    long[] pfns = sight.pfns(mdl);
    if (pfns == null) {
      return Expected.unreadable();
    }
    if (owns(mdl) && !isMapped(mdl)) {
      return Expected.failed(
          MmUnlockPages.MAPPING_CHANGED, address, mdl.mappedSystemVa(), mdl.pages());
    }
    int wrong = notLocked(pfns);
    if (wrong >= 0) {
      ModelPage page = world.page(pfns[wrong]);
      return page != null && page.ofMdl && page.locks != 0
          ? Expected.failed(MmUnlockPages.ALLOCATED_PAGES, address, Expected.ANY)
          : tooOften(mdl, Expected.ANY);
    }
    if (owns(mdl)) {
      unmap(mdl);
    }
    for (long pfn : pfns) {
      world.known(pfn).unlock();
    }
    mdl.setFlags(
        mdl.flags()
            & ~(MDL_PAGES_LOCKED
                | MDL_IO_SPACE
                | MDL_MAPPED_TO_SYSTEM_VA
                | MDL_PARTIAL_HAS_BEEN_MAPPED
                | MDL_FREE_EXTRA_PTES));
    return Expected.done(MmUnlockPages.DONE, 0);
  }

  private Expected tooOften(ModelMdl mdl, long pfn) {
    if (!mdl.any(MDL_SOURCE_IS_NONPAGED_POOL) && mdl.process() == world.process) {
      return Expected.failed(MmUnlockPages.PROCESS_NOT_LOCKED, mdl.address, Expected.ANY);
    }
    ModelPage page = pfn >= 0 && pfn <= Frames.LAST_PFN ? world.page(pfn) : null;
    long locks = pfn == Expected.ANY ? Expected.ANY : page == null ? 0 : page.locks;
    return Expected.failed(MmUnlockPages.NOT_LOCKED, pfn, locks);
  }

  // ---- nonpaged memory

  /** MmBuildMdlForNonPagedPool. */
  Expected build(int irql, long address) {
    if (irql > Irql.DISPATCH_LEVEL) {
      return Expected.failed(MmBuildMdlForNonPagedPool.IRQL_TOO_HIGH, irql, Irql.DISPATCH_LEVEL);
    }
    ModelMdl mdl = world.mdls.get(address);
    if (mdl == null) {
      return Expected.unreadable();
    }
    if (mdl.any(IN_USE)) {
      return Expected.failed(
          MmBuildMdlForNonPagedPool.WRONG_FLAGS, address, mdl.flags(), mdl.flags() & IN_USE);
    }
    if (mdl.byteCount() == 0) {
      return Expected.failed(MmBuildMdlForNonPagedPool.ZERO_BYTES, address);
    }
    long va = mdl.buffer();
    if (world.isPagedPool(va)) {
      return Expected.failed(MmBuildMdlForNonPagedPool.PAGED_POOL, irql, address, mdl.flags());
    }
    if (world.isUser(va)) {
      return Expected.failed(MmBuildMdlForNonPagedPool.PAGEABLE, irql, address, va);
    }
    long[] pfns = new long[Math.min(mdl.pages(), 1000)];
    boolean outside = false;
    for (int i = 0; i < pfns.length; i++) {
      long page = (va >>> 12) + i;
      pfns[i] = world.isPagedPool(page << 12) ? -1 : sight.frame(page);
      if (pfns[i] < 0 || pfns.length > mdl.room()) {
        return Expected.failed(
            MmBuildMdlForNonPagedPool.NOT_RESIDENT, address, Expected.ANY, Expected.ANY);
      }
      outside |= !world.known(pfns[i]).ram;
    }
    for (int i = 0; i < pfns.length; i++) {
      mdl.setPfn(i, pfns[i]);
    }
    mdl.setProcess(0);
    mdl.setMappedSystemVa(va);
    mdl.setFlags(mdl.flags() | MDL_SOURCE_IS_NONPAGED_POOL | (outside ? MDL_IO_SPACE : 0));
    return Expected.done(MmBuildMdlForNonPagedPool.DONE, 0);
  }

  /** Pages of an MDL that has let them go are about to be freed. */
  private boolean lockable(long pfn) {
    ModelPage page = world.page(pfn);
    return sight.lockable(pfn) && (page == null || !page.ofMdl || page.locks != 0);
  }
}
