package dev.mapwright.windows;

import static dev.mapwright.windows.abi.MappingAddressFlags.MM_MAPPING_ADDRESS_DIVISIBLE;
import static dev.mapwright.windows.abi.MdlFlags.MDL_MAPPED_TO_SYSTEM_VA;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PAGES_LOCKED;
import static dev.mapwright.windows.abi.MdlFlags.MDL_SOURCE_IS_NONPAGED_POOL;
import static dev.mapwright.windows.abi.MemoryCachingType.MM_CACHED;
import static dev.mapwright.windows.abi.MemoryCachingType.MM_WRITE_COMBINED;
import static dev.mapwright.windows.reserved.ReservedCalls.mmAllocateMappingAddress;
import static dev.mapwright.windows.reserved.ReservedCalls.mmAllocateMappingAddressEx;
import static dev.mapwright.windows.reserved.ReservedCalls.mmFreeMappingAddress;
import static dev.mapwright.windows.reserved.ReservedCalls.mmMapLockedPagesWithReservedMapping;
import static dev.mapwright.windows.reserved.ReservedCalls.mmUnmapReservedMapping;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.MmAllocateMappingAddress;
import dev.mapwright.windows.answer.MmAllocateMappingAddressEx;
import dev.mapwright.windows.answer.MmFreeMappingAddress;
import dev.mapwright.windows.answer.MmMapLockedPagesWithReservedMapping;
import dev.mapwright.windows.answer.MmUnmapReservedMapping;
import java.util.function.LongSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every answer of the routines on reserved mappings. */
class EveryReservedAnswerTest extends WindowsTest {
  /** The call returns NULL, and is answered so. */
  private void isNull(Condition why, LongSupplier call) {
    refused(why, () -> assertThat(call.getAsLong()).isZero());
  }

  private void isAddress(Condition why, LongSupplier call) {
    carriedOut(why, () -> assertThat(call.getAsLong()).isNotZero());
  }

  private long reserved(long bytes) {
    return mmAllocateMappingAddress(c, bytes, TAG);
  }

  private long map(long base, int tag, long mdl, int type) {
    return mmMapLockedPagesWithReservedMapping(c, base, tag, mdl, type);
  }

  private long withoutMemory(LongSupplier call) {
    machine.failures().failAll();
    long answer = call.getAsLong();
    machine.failures().off();
    return answer;
  }

  @ParameterizedTest(name = "MmAllocateMappingAddress {0}")
  @EnumSource
  void mmAllocateMappingAddressAnswers(MmAllocateMappingAddress why) {
    switch (why) {
      case DONE -> isAddress(why, () -> mmAllocateMappingAddress(c, 1, TAG));
      case IRQL_TOO_HIGH -> {
        c.processor().setIrql(Irql.DISPATCH_LEVEL);
        isNull(why, () -> mmAllocateMappingAddress(c, 1, TAG));
      }
      case INJECTED -> {
        kernel.verifier().simulateLowResources(10_000, 0);
        isNull(why, () -> mmAllocateMappingAddress(c, 1, TAG));
      }
      case ZERO_BYTES -> {
        isNull(why, () -> mmAllocateMappingAddress(c, 0, TAG));
        parameters(0x100, 0, TAG, 0);
      }
      case ZERO_TAG -> isNull(why, () -> mmAllocateMappingAddress(c, 1, 0));
      case TOO_LARGE -> isNull(why, () -> mmAllocateMappingAddress(c, 1L << 44, TAG));
      case NO_SYSTEM_PTES -> isNull(why, () -> mmAllocateMappingAddress(c, 1023 * PAGE, TAG));
      case NO_MEMORY -> isNull(why, () -> withoutMemory(() -> mmAllocateMappingAddress(c, 1, TAG)));
    }
  }

  @ParameterizedTest(name = "MmAllocateMappingAddressEx {0}")
  @EnumSource
  void mmAllocateMappingAddressExAnswers(MmAllocateMappingAddressEx why) {
    int divisible = MM_MAPPING_ADDRESS_DIVISIBLE;
    switch (why) {
      case DONE -> isAddress(why, () -> mmAllocateMappingAddressEx(c, 1, TAG, divisible));
      case IRQL_TOO_HIGH -> {
        c.processor().setIrql(Irql.DISPATCH_LEVEL);
        isNull(why, () -> mmAllocateMappingAddressEx(c, 1, TAG, 0));
      }
      case INJECTED -> {
        kernel.verifier().simulateLowResources(10_000, 0);
        isNull(why, () -> mmAllocateMappingAddressEx(c, 1, TAG, 0));
      }
      case ZERO_BYTES -> {
        isNull(why, () -> mmAllocateMappingAddressEx(c, 0, TAG, 0));
        parameters(0x100, 0, TAG, 0);
      }
      case ZERO_TAG -> isNull(why, () -> mmAllocateMappingAddressEx(c, 1, 0, 0));
      case TOO_LARGE -> isNull(why, () -> mmAllocateMappingAddressEx(c, -1, TAG, 0));
      case UNKNOWN_FLAG -> isNull(why, () -> mmAllocateMappingAddressEx(c, 1, TAG, 2));
      case NO_SYSTEM_PTES -> isNull(why, () -> mmAllocateMappingAddressEx(c, 1L << 32, TAG, 0));
      case NO_MEMORY ->
          isNull(why, () -> withoutMemory(() -> mmAllocateMappingAddressEx(c, 1, TAG, 0)));
    }
  }

  @ParameterizedTest(name = "MmFreeMappingAddress {0}")
  @EnumSource
  void mmFreeMappingAddressAnswers(MmFreeMappingAddress why) {
    long base = reserved(2 * PAGE);
    switch (why) {
      case DONE -> carriedOut(why, () -> mmFreeMappingAddress(c, base, TAG));
      case IRQL_TOO_HIGH -> {
        c.processor().setIrql(Irql.DISPATCH_LEVEL);
        refused(why, () -> mmFreeMappingAddress(c, base, TAG));
      }
      case NOT_RESERVED -> {
        refused(why, () -> mmFreeMappingAddress(c, base + PAGE, TAG));
        parameters(0x102, base + PAGE, TAG, 0);
      }
      case WRONG_TAG -> {
        refused(why, () -> mmFreeMappingAddress(c, base, OTHER_TAG));
        parameters(0x101, base, OTHER_TAG, TAG);
      }
      case STILL_MAPPED -> {
        map(base, TAG, lockedMdl(1, 0), MM_CACHED);
        refused(why, () -> mmFreeMappingAddress(c, base, TAG));
        parameters(0x103, base, TAG, 2);
      }
    }
  }

  @ParameterizedTest(name = "MmMapLockedPagesWithReservedMapping {0}")
  @EnumSource
  void mmMapLockedPagesWithReservedMappingAnswers(MmMapLockedPagesWithReservedMapping why) {
    long base = reserved(2 * PAGE);
    long mdl = lockedMdl(PAGE, 0);
    switch (why) {
      case DONE -> isAddress(why, () -> map(base, TAG, mdl, MM_CACHED));
      case IRQL_TOO_HIGH -> {
        c.processor().setIrql(Irql.LOWEST_DEVICE_LEVEL);
        isNull(why, () -> map(base, TAG, mdl, MM_CACHED));
      }
      case NOT_RESERVED -> {
        isNull(why, () -> map(base + PAGE, TAG, mdl, MM_CACHED));
        parameters(0x105, base + PAGE, TAG, 0);
      }
      case WRONG_TAG -> {
        isNull(why, () -> map(base, OTHER_TAG, mdl, MM_CACHED));
        parameters(0x104, base, OTHER_TAG, TAG);
      }
      case MDL_NOT_LOCKED -> {
        setFlags(mdl, 0);
        isNull(why, () -> map(base, TAG, mdl, MM_CACHED));
        parameters(0x1233, pfn(mdl, 0), 0, 0);
      }
      case MDL_ALREADY_MAPPED -> {
        kernel.verifier().setOn(true);
        setFlags(mdl, MDL_PAGES_LOCKED | MDL_MAPPED_TO_SYSTEM_VA);
        isNull(why, () -> map(base, TAG, mdl, MM_CACHED));
        parameters(0xB2, mdl, 3, 1);
        setFlags(mdl, MDL_SOURCE_IS_NONPAGED_POOL);
        isNull(why, () -> map(base, TAG, mdl, MM_CACHED));
        parameters(0xB2, mdl, 4, 4);
      }
      case ZERO_BYTES -> {
        c.store(mdl + MdlLayout.BYTE_COUNT, 4, 0);
        isNull(why, () -> map(base, TAG, mdl, MM_CACHED));
      }
      case TOO_LARGE -> {
        long large = lockedMdl(2 * PAGE, 1);
        isNull(why, () -> map(base, TAG, large, MM_CACHED));
      }
      case BAD_CACHE_TYPE -> isNull(why, () -> map(base, TAG, mdl, 6));
      case PAGE_NOT_LOCKED -> {
        machine.frames().addLocks(pfn(mdl, 0), -1);
        isNull(why, () -> map(base, TAG, mdl, MM_CACHED));
        parameters(0x1233, pfn(mdl, 0), 0, 0);
      }
      case CACHE_CONFLICT -> {
        long io = memory(0x40);
        c.store(io + MdlLayout.PFNS, 8, FIRST_DEVICE_PFN);
        fillMdl(io, MDL_PAGES_LOCKED, 0, PAGE, 0, FIRST_DEVICE_PFN);
        c.frames().begin(1);
        c.frames().words()[0] = FIRST_DEVICE_PFN;
        assertThat(kernel.cacheBook().referTo(c.frames())).isTrue();
        assertThat(map(reserved(1), TAG, io, MM_CACHED)).isNotZero();
        setFlags(io, MDL_PAGES_LOCKED);
        isNull(why, () -> map(base, TAG, io, MM_WRITE_COMBINED));
      }
      case OCCUPIED -> {
        map(base, TAG, lockedMdl(1, 0), MM_CACHED);
        isNull(why, () -> map(base, TAG, mdl, MM_CACHED));
        parameters(0x107, base, base, base + PAGE);
      }
    }
  }

  @ParameterizedTest(name = "MmUnmapReservedMapping {0}")
  @EnumSource
  void mmUnmapReservedMappingAnswers(MmUnmapReservedMapping why) {
    long base = reserved(2 * PAGE);
    long mdl = lockedMdl(2 * PAGE, 0);
    long mapped = map(base, TAG, mdl, MM_CACHED);
    assertThat(mapped).isEqualTo(base);
    switch (why) {
      case DONE -> carriedOut(why, () -> mmUnmapReservedMapping(c, base, TAG, mdl));
      case IRQL_TOO_HIGH -> {
        c.processor().setIrql(Irql.LOWEST_DEVICE_LEVEL);
        refused(why, () -> mmUnmapReservedMapping(c, base, TAG, mdl));
      }
      case NOT_RESERVED -> {
        refused(why, () -> mmUnmapReservedMapping(c, base + PAGE, TAG, mdl));
        parameters(0x109, base + PAGE, TAG, 0);
      }
      case WRONG_TAG -> {
        refused(why, () -> mmUnmapReservedMapping(c, base, OTHER_TAG, mdl));
        parameters(0x108, base, OTHER_TAG, TAG);
      }
      case TOO_MANY_PAGES -> {
        long longer = lockedMdl(2 * PAGE, 1);
        refused(why, () -> mmUnmapReservedMapping(c, base, TAG, longer));
        parameters(0x10A, base, 2, 3);
      }
      case NOT_MAPPED -> {
        mmUnmapReservedMapping(c, base, TAG, mdl);
        refused(why, () -> mmUnmapReservedMapping(c, base, TAG, mdl));
        parameters(0x10B, base, TAG, 2);
      }
      case TOO_FEW_PAGES -> {
        long shorter = lockedMdl(PAGE, 0);
        refused(why, () -> mmUnmapReservedMapping(c, base, TAG, shorter));
        parameters(0x10C, base, TAG, 1);
        long parts = mmAllocateMappingAddressEx(c, 8 * PAGE, TAG, MM_MAPPING_ADDRESS_DIVISIBLE);
        map(parts, TAG, lockedMdl(3 * PAGE, 0), MM_CACHED);
        map(parts + 3 * PAGE, TAG, lockedMdl(PAGE, 0), MM_CACHED);
        // From the middle of a mapping to its end, and two mappings at once.
        refused(why, () -> mmUnmapReservedMapping(c, parts + 2 * PAGE, TAG, shorter));
        parameters(0x10C, parts + 2 * PAGE, TAG, 1);
        long four = lockedMdl(4 * PAGE, 0);
        refused(why, () -> mmUnmapReservedMapping(c, parts, TAG, four));
        parameters(0x10C, parts, TAG, 4);
        // Where not all is mapped, that is said instead.
        var notMapped = MmUnmapReservedMapping.NOT_MAPPED;
        refused(notMapped, () -> mmUnmapReservedMapping(c, parts + PAGE, TAG, four));
        refused(notMapped, () -> mmUnmapReservedMapping(c, parts + 6 * PAGE, TAG, four));
      }
    }
  }
}
