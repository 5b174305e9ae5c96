package dev.mapwright.windows.mdl;

import static dev.mapwright.windows.abi.MdlAllocationFlags.MM_ALLOCATE_AND_HOT_REMOVE;
import static dev.mapwright.windows.abi.MdlAllocationFlags.MM_ALLOCATE_FAST_LARGE_PAGES;
import static dev.mapwright.windows.abi.MdlAllocationFlags.MM_ALLOCATE_FROM_LOCAL_NODE_ONLY;
import static dev.mapwright.windows.abi.MdlAllocationFlags.MM_ALLOCATE_FULLY_REQUIRED;
import static dev.mapwright.windows.abi.MdlAllocationFlags.MM_ALLOCATE_PREFER_CONTIGUOUS;
import static dev.mapwright.windows.abi.MdlAllocationFlags.MM_ALLOCATE_REQUIRE_CONTIGUOUS_CHUNKS;
import static dev.mapwright.windows.abi.MdlAllocationFlags.MM_DONT_ZERO_ALLOCATION;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PAGES_LOCKED;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Pages;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.abi.MdlAllocationFlags;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.abi.MemoryCachingType;
import dev.mapwright.windows.abi.NodeRequirement;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.MmAllocateNodePagesForMdlEx;
import dev.mapwright.windows.answer.MmAllocatePagesForMdl;
import dev.mapwright.windows.answer.MmAllocatePagesForMdlEx;
import dev.mapwright.windows.context.Kernel;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.lock.MdlPages;
import dev.mapwright.windows.memory.mdl.FrameList;
import dev.mapwright.windows.memory.mdl.MdlFields;
import dev.mapwright.windows.memory.pool.MdlMemory;
import org.jspecify.annotations.Nullable;

/** The routines that allocate pages: the same questions, in tables of their own. */
final class AllocatePagesForMdl {
  private static final long LARGE_PAGE_BYTES = 2L << 20;

  /** The answers of one of the routines. Null stands for what it has no argument for. */
  record Answers(
      Condition done,
      Condition badRange,
      Condition badSkip,
      Condition zeroBytes,
      Condition tooManyBytes,
      Condition noMemory,
      Condition noPages,
      @Nullable Condition badNode,
      @Nullable Condition unknownFlag,
      @Nullable Condition badChunks,
      @Nullable Condition badLargePages,
      @Nullable Condition badHotRemove,
      @Nullable Condition notAllPages) {}

  static final Answers PLAIN =
      new Answers(
          MmAllocatePagesForMdl.DONE,
          MmAllocatePagesForMdl.BAD_RANGE,
          MmAllocatePagesForMdl.BAD_SKIP,
          MmAllocatePagesForMdl.ZERO_BYTES,
          MmAllocatePagesForMdl.TOO_MANY_BYTES,
          MmAllocatePagesForMdl.NO_MEMORY,
          MmAllocatePagesForMdl.NO_PAGES,
          null,
          null,
          null,
          null,
          null,
          null);

  static final Answers EX =
      new Answers(
          MmAllocatePagesForMdlEx.DONE,
          MmAllocatePagesForMdlEx.BAD_RANGE,
          MmAllocatePagesForMdlEx.BAD_SKIP,
          MmAllocatePagesForMdlEx.ZERO_BYTES,
          MmAllocatePagesForMdlEx.TOO_MANY_BYTES,
          MmAllocatePagesForMdlEx.NO_MEMORY,
          MmAllocatePagesForMdlEx.NO_PAGES,
          null,
          MmAllocatePagesForMdlEx.UNKNOWN_FLAG,
          MmAllocatePagesForMdlEx.BAD_CHUNKS,
          MmAllocatePagesForMdlEx.BAD_LARGE_PAGES,
          MmAllocatePagesForMdlEx.BAD_HOT_REMOVE,
          MmAllocatePagesForMdlEx.NOT_ALL_PAGES);

  static final Answers OF_NODE =
      new Answers(
          MmAllocateNodePagesForMdlEx.DONE,
          MmAllocateNodePagesForMdlEx.BAD_RANGE,
          MmAllocateNodePagesForMdlEx.BAD_SKIP,
          MmAllocateNodePagesForMdlEx.ZERO_BYTES,
          MmAllocateNodePagesForMdlEx.TOO_MANY_BYTES,
          MmAllocateNodePagesForMdlEx.NO_MEMORY,
          MmAllocateNodePagesForMdlEx.NO_PAGES,
          MmAllocateNodePagesForMdlEx.BAD_NODE,
          MmAllocateNodePagesForMdlEx.UNKNOWN_FLAG,
          MmAllocateNodePagesForMdlEx.BAD_CHUNKS,
          MmAllocateNodePagesForMdlEx.BAD_LARGE_PAGES,
          MmAllocateNodePagesForMdlEx.BAD_HOT_REMOVE,
          MmAllocateNodePagesForMdlEx.NOT_ALL_PAGES);

  private AllocatePagesForMdl() {}

  /**
   * Allocates pages and an MDL that describes them.
   *
   * @param policy the cache attribute that the pages get; null for none
   * @param node whose pages are preferred, an unsigned number; MM_ANY_NODE_OK for any
   */
  static long run(
      NtContext c,
      Answers answers,
      long low,
      long high,
      long skip,
      long totalBytes,
      @Nullable CachePolicy policy,
      int node,
      int flags) {
    // Is something asked for that can be had at all?
    if (refusesArguments(c, answers, low, high, skip, totalBytes)
        || refusesNode(c, answers, node)
        || refusesFlags(c, answers, skip, totalBytes, flags)) {
      return 0;
    }
    // Is there an MDL, and how many pages are there?
    Kernel kernel = c.kernel();
    int pages = (int) (totalBytes + Pages.BYTES - 1 >>> Pages.SHIFT);
    int maker = c.maker();
    long mdl =
        kernel.provideRoom(pages) && c.frames().begin(pages)
            ? MdlMemory.allocate(kernel.pools(), pages, MdlMemory.TAG, maker)
            : 0;
    if (mdl == 0) {
      c.refuse(answers.noMemory(), pages, 0);
      return 0;
    }
    int from = node == NodeRequirement.MM_ANY_NODE_OK ? Frames.ANY_NODE : node;
    int found = search(c, low, high, skip, from, flags);
    FrameList list = c.frames();
    list.shorten(found);
    Condition missing =
        found == 0
            ? answers.noPages()
            : found < pages && (flags & MM_ALLOCATE_FULLY_REQUIRED) != 0
                ? answers.notAllPages()
                : null;
    if (missing != null) {
      giveBack(c, mdl);
      c.refuse(missing, pages, found == 0 ? kernel.machine().frames().free() : found);
      return 0;
    }
    if (!write(c, mdl, pages)) {
      return 0;
    }
    if (!MdlPages.lock(
        kernel.pageLocks(),
        kernel.cacheBook(),
        kernel.machine().frames(),
        list,
        policy,
        mdl,
        maker)) {
      giveBack(c, mdl);
      c.refuse(answers.noMemory(), pages, 0);
      return 0;
    }
    kernel.journal().record(EventKind.LOCKED, 0, found, mdl, list.pfn(0));
    c.done(answers.done());
    return mdl;
  }

  private static boolean refusesArguments(
      NtContext c, Answers answers, long low, long high, long skip, long totalBytes) {
    if (Long.compareUnsigned(low, high) > 0) {
      c.refuse(answers.badRange(), low, high);
    } else if (Pages.offset(skip) != 0) {
      c.refuse(answers.badSkip(), skip, 0);
    } else if (totalBytes == 0) {
      c.refuse(answers.zeroBytes(), 0, 0);
    } else if (Long.compareUnsigned(totalBytes, MdlLayout.MOST_BYTES) > 0) {
      c.refuse(answers.tooManyBytes(), totalBytes, MdlLayout.MOST_BYTES);
    } else {
      return false;
    }
    return true;
  }

  private static boolean refusesNode(NtContext c, Answers answers, int node) {
    int nodes = c.kernel().machine().frames().nodes();
    return node != NodeRequirement.MM_ANY_NODE_OK
        && Integer.compareUnsigned(node, nodes) >= 0
        && refuses(c, answers.badNode(), node & 0xFFFF_FFFFL, 0);
  }

  private static boolean refusesFlags(
      NtContext c, Answers answers, long skip, long totalBytes, int flags) {
    long unsigned = flags & 0xFFFF_FFFFL;
    if ((flags & ~MdlAllocationFlags.ALL) != 0) {
      return refuses(c, answers.unknownFlag(), unsigned, 0);
    }
    boolean chunks = (flags & MM_ALLOCATE_REQUIRE_CONTIGUOUS_CHUNKS) != 0;
    if (chunks
        && skip != 0
        && (Long.bitCount(skip) != 1 || Long.remainderUnsigned(totalBytes, skip) != 0)) {
      return refuses(c, answers.badChunks(), skip, totalBytes);
    }
    if ((flags & MM_ALLOCATE_FAST_LARGE_PAGES) != 0
        && (!chunks || skip == 0 || skip % LARGE_PAGE_BYTES != 0)) {
      return refuses(c, answers.badLargePages(), unsigned, skip);
    }
    boolean hotRemove = (flags & MM_ALLOCATE_AND_HOT_REMOVE) != 0;
    return hotRemove
        && ((flags & MM_ALLOCATE_FULLY_REQUIRED) != 0 || c.irql() > Irql.PASSIVE_LEVEL)
        && refuses(c, answers.badHotRemove(), unsigned, c.irql());
  }

  private static boolean refuses(
      NtContext c, @Nullable Condition condition, long first, long second) {
    if (condition == null) {
      throw new IllegalStateException("the routine has no flags");
    }
    c.refuse(condition, first, second);
    return true;
  }

  /** Takes pages into the list of the context: how many. */
  private static int search(NtContext c, long low, long high, long skip, int node, int flags) {
    boolean nodeOnly = (flags & MM_ALLOCATE_FROM_LOCAL_NODE_ONLY) != 0;
    int found = node == Frames.ANY_NODE ? 0 : search(c, 0, low, high, skip, node, flags);
    return found == c.frames().count() || nodeOnly && node != Frames.ANY_NODE
        ? found
        : search(c, found, low, high, skip, Frames.ANY_NODE, flags);
  }

  private static int search(
      NtContext c, int already, long low, long high, long skip, int node, int flags) {
    Frames frames = c.kernel().machine().frames();
    PageSearch search = new PageSearch(frames, c.frames(), already, low, high, skip, node);
    if ((flags & MM_ALLOCATE_REQUIRE_CONTIGUOUS_CHUNKS) != 0) {
      if (skip != 0) {
        search.chunks((int) (skip >>> Pages.SHIFT), Long.numberOfTrailingZeros(skip) - 12);
      } else if (already == 0) {
        search.chunks(c.frames().count(), 0);
      }
      return search.found();
    }
    if (already == 0 && (flags & MM_ALLOCATE_PREFER_CONTIGUOUS) != 0) {
      search.chunks(c.frames().count(), 0);
    }
    search.single((flags & MM_DONT_ZERO_ALLOCATION) == 0);
    return search.found();
  }

  /** Writes the MDL, which nobody else knows of yet. */
  private static boolean write(NtContext c, long mdl, int room) {
    try {
      int found = c.frames().count();
      Headers.write(c.cpu(), mdl, MDL_PAGES_LOCKED, 0, Pages.address(found));
      MdlFields.writeProcess(c.cpu(), mdl, 0);
      MdlFields.writeMappedSystemVa(c.cpu(), mdl, 0);
      MdlFields.writePfns(c.cpu(), mdl, c.frames());
      if (found < room) {
        long slot = mdl + MdlLayout.PFNS + (long) found * MdlLayout.PFN_BYTES;
        c.cpu().store(slot, 8, MdlLayout.LIST_HEAD);
      }
      return true;
    } catch (MemoryFault fault) {
      giveBack(c, mdl);
      c.misuse(fault.fault());
      return false;
    }
  }

  private static void giveBack(NtContext c, long mdl) {
    MdlPages.give(c.kernel().machine().frames(), c.frames());
    MdlMemory.free(c.kernel().pools(), c.kernel().pageLocks(), mdl, MdlMemory.TAG);
  }

  /** The cache attribute that a caching type gives to pages; null for none. */
  static @Nullable CachePolicy policy(int cacheType) {
    return MemoryCachingType.forDrivers(cacheType) ? MemoryCachingType.policy(cacheType) : null;
  }
}
