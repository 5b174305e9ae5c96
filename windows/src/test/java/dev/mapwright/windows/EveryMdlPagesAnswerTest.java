package dev.mapwright.windows;

import static dev.mapwright.windows.abi.MdlAllocationFlags.MM_ALLOCATE_AND_HOT_REMOVE;
import static dev.mapwright.windows.abi.MdlAllocationFlags.MM_ALLOCATE_FAST_LARGE_PAGES;
import static dev.mapwright.windows.abi.MdlAllocationFlags.MM_ALLOCATE_FROM_LOCAL_NODE_ONLY;
import static dev.mapwright.windows.abi.MdlAllocationFlags.MM_ALLOCATE_FULLY_REQUIRED;
import static dev.mapwright.windows.abi.MdlAllocationFlags.MM_ALLOCATE_REQUIRE_CONTIGUOUS_CHUNKS;
import static dev.mapwright.windows.abi.MdlFlags.MDL_MAPPED_TO_SYSTEM_VA;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PAGES_LOCKED;
import static dev.mapwright.windows.abi.MemoryCachingType.MM_CACHED;
import static dev.mapwright.windows.mdl.MdlPagesCalls.mmAllocateNodePagesForMdlEx;
import static dev.mapwright.windows.mdl.MdlPagesCalls.mmAllocatePagesForMdl;
import static dev.mapwright.windows.mdl.MdlPagesCalls.mmAllocatePagesForMdlEx;
import static dev.mapwright.windows.mdl.MdlPagesCalls.mmFreePagesFromMdl;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.MmAllocateNodePagesForMdlEx;
import dev.mapwright.windows.answer.MmAllocatePagesForMdl;
import dev.mapwright.windows.answer.MmAllocatePagesForMdlEx;
import dev.mapwright.windows.answer.MmFreePagesFromMdl;
import java.util.function.LongSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every answer of the routines that allocate pages for MDLs. */
class EveryMdlPagesAnswerTest extends MdlTest {
  private static final long ALL = -1;
  private static final int CHUNKS = MM_ALLOCATE_REQUIRE_CONTIGUOUS_CHUNKS;

  /** One of the routines, with all arguments that any of them has. */
  private interface Allocation {
    long call(long low, long high, long skip, long bytes, int flags);
  }

  private void isNull(Condition why, LongSupplier call) {
    refused(why, () -> assertThat(call.getAsLong()).isZero());
  }

  private void common(Condition why, Allocation allocation) {
    switch (why.name()) {
      case "DONE" ->
          carriedOut(why, () -> assertThat(allocation.call(0, ALL, 0, 1, 0)).isNotZero());
      case "IRQL_TOO_HIGH" -> {
        kernel.verifier().setOn(true);
        c.processor().setIrql(Irql.LOWEST_DEVICE_LEVEL);
        isNull(why, () -> allocation.call(0, ALL, 0, 1, 0));
        parameters(0x7E, Irql.LOWEST_DEVICE_LEVEL, Irql.DISPATCH_LEVEL, 0);
      }
      case "INJECTED" -> {
        kernel.verifier().simulateLowResources(10_000, 0);
        isNull(why, () -> allocation.call(0, ALL, 0, 1, 0));
      }
      case "BAD_RANGE" -> isNull(why, () -> allocation.call(ALL, 0, 0, 1, 0));
      case "BAD_SKIP" -> isNull(why, () -> allocation.call(0, ALL, 1, 1, 0));
      case "ZERO_BYTES" -> isNull(why, () -> allocation.call(0, ALL, 0, 0, 0));
      case "TOO_MANY_BYTES" -> {
        isNull(why, () -> allocation.call(0, ALL, 0, 0xFFFF_F001L, 0));
        isNull(why, () -> allocation.call(0, ALL, 0, -1, 0));
      }
      case "UNKNOWN_FLAG" -> isNull(why, () -> allocation.call(0, ALL, 0, 1, 0x80));
      case "BAD_CHUNKS" -> {
        isNull(why, () -> allocation.call(0, ALL, 3 * PAGE, 3 * PAGE, CHUNKS));
        isNull(why, () -> allocation.call(0, ALL, 2 * PAGE, 3 * PAGE, CHUNKS));
      }
      case "BAD_LARGE_PAGES" -> {
        int large = MM_ALLOCATE_FAST_LARGE_PAGES;
        isNull(why, () -> allocation.call(0, ALL, 2L << 20, 2L << 20, large));
        isNull(why, () -> allocation.call(0, ALL, 0, 2L << 20, large | CHUNKS));
        isNull(why, () -> allocation.call(0, ALL, 1L << 20, 2L << 20, large | CHUNKS));
      }
      case "BAD_HOT_REMOVE" -> {
        int hot = MM_ALLOCATE_AND_HOT_REMOVE;
        isNull(why, () -> allocation.call(0, ALL, 0, 1, hot | MM_ALLOCATE_FULLY_REQUIRED));
        c.processor().setIrql(Irql.APC_LEVEL);
        isNull(why, () -> allocation.call(0, ALL, 0, 1, hot));
      }
      case "NO_MEMORY" ->
          isNull(
              why,
              () -> {
                machine.failures().failNth(1);
                return allocation.call(0, ALL, 0, 1, 0);
              });
      case "NO_PAGES" -> {
        isNull(why, () -> allocation.call(0, 0xF_FFFF, 0, PAGE, 0));
        isNull(why, () -> allocation.call(0, 0x10_0FFE, 0, PAGE, 0));
        isNull(why, () -> allocation.call(1L << 40, ALL, PAGE, PAGE, 0));
      }
      case "NOT_ALL_PAGES" ->
          isNull(why, () -> allocation.call(0, ALL, 0, 20_000 * PAGE, MM_ALLOCATE_FULLY_REQUIRED));
      default -> throw new AssertionError(why);
    }
  }

  @ParameterizedTest(name = "MmAllocatePagesForMdl {0}")
  @EnumSource
  void mmAllocatePagesForMdlAnswers(MmAllocatePagesForMdl why) {
    common(
        why, (low, high, skip, bytes, flags) -> mmAllocatePagesForMdl(c, low, high, skip, bytes));
  }

  @ParameterizedTest(name = "MmAllocatePagesForMdlEx {0}")
  @EnumSource
  void mmAllocatePagesForMdlExAnswers(MmAllocatePagesForMdlEx why) {
    common(
        why,
        (low, high, skip, bytes, flags) ->
            mmAllocatePagesForMdlEx(c, low, high, skip, bytes, MM_CACHED, flags));
  }

  @ParameterizedTest(name = "MmAllocateNodePagesForMdlEx {0}")
  @EnumSource
  void mmAllocateNodePagesForMdlExAnswers(MmAllocateNodePagesForMdlEx why) {
    if (why == MmAllocateNodePagesForMdlEx.BAD_NODE) {
      for (int node : new int[] {1, -1, Integer.MIN_VALUE + 1}) {
        isNull(why, () -> mmAllocateNodePagesForMdlEx(c, 0, ALL, 0, 1, MM_CACHED, node, 1 << 20));
        assertThat(requireNonNull(c.lastRefusal()).numbers()).startsWith(node & 0xFFFF_FFFFL);
      }
      return;
    }
    if (why == MmAllocateNodePagesForMdlEx.NO_PAGES) {
      int local = MM_ALLOCATE_FROM_LOCAL_NODE_ONLY;
      isNull(why, () -> mmAllocateNodePagesForMdlEx(c, 0, 0xF_FFFF, 0, 1, MM_CACHED, 0, local));
      return;
    }
    common(
        why,
        (low, high, skip, bytes, flags) ->
            mmAllocateNodePagesForMdlEx(c, low, high, skip, bytes, MM_CACHED, 0, flags));
  }

  @ParameterizedTest(name = "MmFreePagesFromMdl {0}")
  @EnumSource
  void mmFreePagesFromMdlAnswers(MmFreePagesFromMdl why) {
    long mdl = mmAllocatePagesForMdl(c, 0, ALL, 0, 3 * PAGE);
    long first = pfn(mdl, 0);
    switch (why) {
      case DONE -> {
        carriedOut(why, () -> mmFreePagesFromMdl(c, mdl));
        assertThat(machine.frames().owner(first)).isEqualTo(FrameOwner.FREE);
        assertThat(flags(mdl) & MDL_PAGES_LOCKED).isZero();
        assertThat(pfn(mdl, 2)).isEqualTo(MdlLayout.LIST_HEAD);
      }
      case IRQL_TOO_HIGH -> {
        kernel.verifier().setOn(true);
        c.processor().setIrql(Irql.LOWEST_DEVICE_LEVEL);
        refused(why, () -> mmFreePagesFromMdl(c, mdl));
        parameters(0x7E, Irql.LOWEST_DEVICE_LEVEL, Irql.DISPATCH_LEVEL, 0);
      }
      case ZERO_BYTES -> {
        c.store(mdl + MdlLayout.BYTE_COUNT, 4, 0);
        refused(why, () -> mmFreePagesFromMdl(c, mdl));
      }
      case NO_MEMORY -> {
        c.store(mdl + MdlLayout.BYTE_COUNT, 4, 4000 * PAGE);
        machine.failures().failAll();
        refused(why, () -> mmFreePagesFromMdl(c, mdl));
      }
      case NOT_ALLOCATED -> {
        c.store(mdl + MdlLayout.PFNS + 8, 8, first); // named twice
        refused(why, () -> mmFreePagesFromMdl(c, mdl));
        parameters(0x1236, mdl, mdl + MdlLayout.PFNS + 8, first);
        long foreign = lockedMdl(PAGE, 0);
        refused(why, () -> mmFreePagesFromMdl(c, foreign));
        long other = mmAllocatePagesForMdl(c, 0, ALL, 0, PAGE);
        long unlocked = pfn(other, 0);
        machine.frames().addLocks(unlocked, -1); // MmUnlockPages would not do it
        refused(why, () -> mmFreePagesFromMdl(c, other));
        parameters(0x1236, other, other + MdlLayout.PFNS, unlocked);
        long freed = mmAllocatePagesForMdl(c, 0, ALL, 0, PAGE);
        mmFreePagesFromMdl(c, freed);
        refused(why, () -> mmFreePagesFromMdl(c, freed));
        parameters(0x1236, freed, freed + MdlLayout.PFNS, -1);
      }
      case STILL_LOCKED -> {
        machine.frames().addLocks(first, 1);
        refused(why, () -> mmFreePagesFromMdl(c, mdl));
        parameters(0x9A, first, 0, 2);
      }
      case MAPPING_CHANGED -> {
        setFlags(mdl, MDL_PAGES_LOCKED | MDL_MAPPED_TO_SYSTEM_VA);
        c.store(mdl + MdlLayout.MAPPED_SYSTEM_VA, 8, 0x1000);
        refused(why, () -> mmFreePagesFromMdl(c, mdl));
        parameters(0x06, mdl, 0x1000, 3);
      }
    }
  }
}
