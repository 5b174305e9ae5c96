package dev.mapwright.windows;

import static dev.mapwright.windows.abi.iommu.DmaDomainType.PASS_THROUGH;
import static dev.mapwright.windows.abi.iommu.DmaDomainType.UNMANAGED;
import static dev.mapwright.windows.abi.iommu.MapPhysicalAddressType.CONTIGUOUS_RANGE;
import static dev.mapwright.windows.abi.iommu.MapPhysicalAddressType.MDL;
import static dev.mapwright.windows.abi.iommu.MapPhysicalAddressType.PFN_ARRAY;
import static dev.mapwright.windows.iommu.logical.LogicalCalls.mapIdentityRange;
import static dev.mapwright.windows.iommu.logical.LogicalCalls.mapIdentityRangeEx;
import static dev.mapwright.windows.iommu.logical.LogicalCalls.mapLogicalRange;
import static dev.mapwright.windows.iommu.logical.LogicalCalls.mapLogicalRangeEx;
import static dev.mapwright.windows.iommu.logical.LogicalCalls.unmapIdentityRange;
import static dev.mapwright.windows.iommu.logical.LogicalCalls.unmapIdentityRangeEx;
import static dev.mapwright.windows.iommu.logical.LogicalCalls.unmapLogicalRange;
import static dev.mapwright.windows.iommu.logical.ReservedLogicalCalls.freeReservedLogicalAddressRange;
import static dev.mapwright.windows.iommu.logical.ReservedLogicalCalls.mapReservedLogicalRange;
import static dev.mapwright.windows.iommu.logical.ReservedLogicalCalls.reserveLogicalAddressRange;
import static dev.mapwright.windows.iommu.logical.ReservedLogicalCalls.unmapReservedLogicalRange;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.windows.abi.MdlFlags;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.abi.iommu.MappedSegmentLayout;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.FreeReservedLogicalAddressRange;
import dev.mapwright.windows.answer.MapIdentityRange;
import dev.mapwright.windows.answer.MapIdentityRangeEx;
import dev.mapwright.windows.answer.MapLogicalRange;
import dev.mapwright.windows.answer.MapLogicalRangeEx;
import dev.mapwright.windows.answer.MapReservedLogicalRange;
import dev.mapwright.windows.answer.ReserveLogicalAddressRange;
import dev.mapwright.windows.answer.UnmapIdentityRange;
import dev.mapwright.windows.answer.UnmapIdentityRangeEx;
import dev.mapwright.windows.answer.UnmapLogicalRange;
import dev.mapwright.windows.answer.UnmapReservedLogicalRange;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongToIntFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every answer of the routines that map at logical addresses. */
class EveryDmaLogicalAnswerTest extends IommuTest {
  private static final long A = 0x7000_0000L;
  private static final long LIMIT = 1L << 48;

  private long pfnArray(long count, long... pfns) {
    long array = memory(8L * Math.max(1, pfns.length));
    for (int i = 0; i < pfns.length; i++) {
      c.store(array + 8L * i, 8, pfns[i]);
    }
    return physical(PFN_ARRAY, array, count);
  }

  /** Every MDL that describes nothing that could be mapped. */
  private List<Long> badMdls() {
    List<Long> bad = new ArrayList<>();
    bad.add(0L);
    bad.add(lockedMdl(PAGE, 0x10));
    long empty = lockedMdl(PAGE, 0);
    c.store(empty + MdlLayout.BYTE_COUNT, 4, 0);
    bad.add(empty);
    long partial = lockedMdl(2 * PAGE, 0);
    c.store(partial + MdlLayout.BYTE_COUNT, 4, PAGE + 1);
    bad.add(partial);
    long unlocked = lockedMdl(PAGE, 0);
    setFlags(unlocked, MdlFlags.MDL_MAPPED_TO_SYSTEM_VA);
    bad.add(unlocked);
    long wild = lockedMdl(PAGE, 0);
    c.store(wild + MdlLayout.PFNS, 8, -1);
    bad.add(wild);
    return bad;
  }

  /** Every description of nothing that could be mapped. */
  private List<Long> badDescriptions() {
    List<Long> bad = new ArrayList<>();
    bad.add(0L);
    bad.add(physical(3, A, PAGE));
    bad.add(physical(-1, A, PAGE));
    badMdls().forEach(mdl -> bad.add(ofMdl(mdl)));
    bad.add(physical(CONTIGUOUS_RANGE, 0x10_0800, PAGE));
    bad.add(physical(CONTIGUOUS_RANGE, 0x10_0000, 0));
    bad.add(physical(CONTIGUOUS_RANGE, 0x10_0000, PAGE + 8));
    bad.add(physical(CONTIGUOUS_RANGE, -PAGE, 2 * PAGE));
    bad.add(physical(CONTIGUOUS_RANGE, 0x10_0000, -PAGE));
    bad.add(physical(CONTIGUOUS_RANGE, 1L << 52, PAGE));
    bad.add(physical(CONTIGUOUS_RANGE, (1L << 52) - PAGE, 2 * PAGE));
    bad.add(physical(PFN_ARRAY, 0, 1));
    bad.add(pfnArray(0, 0x200));
    bad.add(pfnArray(1L << 52, 0x200));
    bad.add(pfnArray(-1, 0x200));
    bad.add(pfnArray(2, 0x200, 1L << 40));
    return bad;
  }

  private void allBad(Condition why, List<Long> bad, LongToIntFunction call) {
    for (long description : bad) {
      answers(why, () -> call.applyAsInt(description));
    }
  }

  @ParameterizedTest(name = "MapLogicalRange {0}")
  @EnumSource
  void mapLogicalRangeAnswers(MapLogicalRange why) {
    long domain = domain();
    long mdl = lockedMdl(2 * PAGE, 0);
    switch (why) {
      case DONE -> {
        attached(domain);
        succeeds(why, () -> mapLogicalRange(c, domain, BOTH, mdl, A));
        assertThat(deviceWrites(A + PAGE, 77)).isNull();
        assertThat(ram(pfn(mdl, 1))).isEqualTo(77);
      }
      case IRQL_TOO_HIGH -> tooHigh(why, () -> mapLogicalRange(c, domain, BOTH, mdl, A));
      case NO_DOMAIN -> answers(why, () -> mapLogicalRange(c, 0, 4, 0, 1));
      case NOT_TRANSLATED -> {
        long unmanaged = domain(UNMANAGED);
        answers(why, () -> mapLogicalRange(c, unmanaged, 4, 0, 1));
      }
      case UNKNOWN_PERMISSION -> answers(why, () -> mapLogicalRange(c, domain, 4, 0, 1));
      case BAD_PHYSICAL_PAGES ->
          allBad(why, badMdls(), bad -> mapLogicalRange(c, domain, BOTH, bad, 1));
      case BAD_ADDRESS -> {
        long buddy = buddyDomain(40);
        answers(why, () -> mapLogicalRange(c, buddy, BOTH, mdl, A + 1));
        answers(why, () -> mapLogicalRange(c, domain, BOTH, mdl, LIMIT - PAGE));
        answers(why, () -> mapLogicalRange(c, domain, BOTH, mdl, -PAGE));
      }
      case NOT_CHOSEN_BY_DRIVERS -> {
        long buddy = buddyDomain(40);
        answers(why, () -> mapLogicalRange(c, buddy, BOTH, mdl, A));
      }
      case OCCUPIED -> {
        ok(mapLogicalRange(c, domain, BOTH, mdl, A));
        answers(why, () -> mapLogicalRange(c, domain, BOTH, mdl, A + PAGE));
        answers(why, () -> mapLogicalRange(c, domain, BOTH, mdl, 0xFEDF_F000L));
      }
      case NO_MEMORY ->
          answers(why, () -> withoutMemory(() -> mapLogicalRange(c, domain, BOTH, mdl, A)));
    }
  }

  @ParameterizedTest(name = "MapLogicalRangeEx {0}")
  @EnumSource
  void mapLogicalRangeExAnswers(MapLogicalRangeEx why) {
    long domain = domain();
    long two = pages(2);
    switch (why) {
      case DONE -> {
        attached(domain);
        long first = lockedFrame();
        long third = lockedFrame();
        long array = pfnArray(2, first, third);
        succeeds(why, () -> map(domain, BOTH, array, A));
        long range = physical(CONTIGUOUS_RANGE, first * PAGE, PAGE);
        succeeds(why, () -> map(domain, READ, range, A + 2 * PAGE));
        assertThat(deviceWrites(A, 5)).isNull();
        assertThat(deviceLoads(A + 2 * PAGE)).isEqualTo(5);
        assertThat(deviceWrites(A + PAGE, 6)).isNull();
        assertThat(ram(third)).isEqualTo(6);
        long buddy = buddyDomain(32);
        succeeds(why, () -> mapLogicalRangeEx(c, buddy, 0, two, 0, lowest(A), highest(A * 2), out));
        assertThat(result()).isEqualTo(A);
      }
      case IRQL_TOO_HIGH -> tooHigh(why, () -> map(domain, BOTH, two, A));
      case NO_DOMAIN -> answers(why, () -> mapLogicalRangeEx(c, 0, 4, 0, BAD, 0, 0, 0));
      case NOT_TRANSLATED -> {
        long unmanaged = domain(UNMANAGED);
        answers(why, () -> mapLogicalRangeEx(c, unmanaged, 4, 0, BAD, 0, 0, 0));
        long through = domain(PASS_THROUGH);
        answers(why, () -> mapLogicalRangeEx(c, through, 4, 0, BAD, 0, 0, 0));
      }
      case UNKNOWN_PERMISSION -> {
        answers(why, () -> mapLogicalRangeEx(c, domain, 4, 0, BAD, 0, 0, 0));
        answers(why, () -> mapLogicalRangeEx(c, domain, -1, 0, BAD, 0, 0, 0));
      }
      case BAD_PHYSICAL_PAGES ->
          allBad(
              why, badDescriptions(), bad -> mapLogicalRangeEx(c, domain, BOTH, bad, BAD, 0, 0, 0));
      case BAD_ADDRESS -> {
        long buddy = buddyDomain(32);
        long wrong = at(A + 8);
        answers(why, () -> mapLogicalRangeEx(c, buddy, BOTH, two, wrong, 0, 0, 0));
        at(LIMIT - PAGE);
        answers(why, () -> mapLogicalRangeEx(c, domain, BOTH, two, wrong, 0, 0, 0));
        at(-PAGE);
        answers(why, () -> mapLogicalRangeEx(c, domain, BOTH, two, wrong, 0, 0, 0));
        at((1L << 32) - PAGE);
        answers(why, () -> mapLogicalRangeEx(c, buddy, BOTH, two, wrong, 0, 0, 0));
      }
      case NO_RESULT -> answers(why, () -> mapLogicalRangeEx(c, domain, BOTH, two, 0, 0, 0, 0));
      case WRONG_CHOOSER -> {
        answers(why, () -> mapLogicalRangeEx(c, domain, BOTH, two, 0, 0, 0, out));
        long buddy = buddyDomain(32);
        long low = lowest(2);
        long high = highest(1);
        long chosen = at(A);
        answers(why, () -> mapLogicalRangeEx(c, buddy, BOTH, two, chosen, low, high, out));
      }
      case NO_ROOM_BETWEEN -> {
        long buddy = buddyDomain(32);
        long low = lowest(0x3000);
        long high = highest(0x2FFF);
        answers(why, () -> mapLogicalRangeEx(c, buddy, BOTH, two, 0, low, high, out));
        lowest(0x1000);
        highest(0x3FFE);
        answers(why, () -> mapLogicalRangeEx(c, buddy, BOTH, two, 0, low, high, out));
        highest(0x3FFF);
        ok(mapLogicalRangeEx(c, buddy, BOTH, two, 0, low, high, out));
        answers(why, () -> mapLogicalRangeEx(c, buddy, BOTH, two, 0, low, high, out));
        lowest(1L << 32);
        answers(why, () -> mapLogicalRangeEx(c, buddy, BOTH, two, 0, low, 0, out));
        highest(0);
        answers(why, () -> mapLogicalRangeEx(c, buddy, BOTH, two, 0, 0, high, out));
      }
      case OCCUPIED -> {
        ok(map(domain, BOTH, two, A));
        long taken = at(A + PAGE);
        answers(why, () -> mapLogicalRangeEx(c, domain, BOTH, two, taken, 0, 0, out));
        at(0xFEEF_F000L);
        answers(why, () -> mapLogicalRangeEx(c, domain, BOTH, two, taken, 0, 0, out));
      }
      case NO_ROOM -> {
        long small = buddyDomain(13);
        mapAnywhere(small, two);
        answers(why, () -> mapLogicalRangeEx(c, small, BOTH, two, 0, 0, 0, out));
      }
      case NO_MEMORY -> {
        long chosen = at(A);
        answers(
            why,
            () -> withoutMemory(() -> mapLogicalRangeEx(c, domain, BOTH, two, chosen, 0, 0, out)));
        long many = pages(100);
        answers(
            why,
            () -> withoutMemory(() -> mapLogicalRangeEx(c, domain, BOTH, many, chosen, 0, 0, out)));
        long vast = physical(CONTIGUOUS_RANGE, 0, LIMIT - PAGE);
        at(1L << 33);
        long large = physical(CONTIGUOUS_RANGE, 0, 1L << 46);
        answers(why, () -> mapLogicalRangeEx(c, domain, BOTH, large, chosen, 0, 0, out));
        assertThat(vast).isNotZero();
      }
    }
  }

  @ParameterizedTest(name = "UnmapLogicalRange {0}")
  @EnumSource
  void unmapLogicalRangeAnswers(UnmapLogicalRange why) {
    long domain = domain();
    ok(map(domain, BOTH, pages(4), A));
    switch (why) {
      case DONE -> {
        attached(domain);
        assertThat(deviceWrites(A + PAGE, 1)).isNull();
        succeeds(why, () -> unmapLogicalRange(c, domain, A + PAGE, 1));
        assertThat(deviceWrites(A + PAGE, 1)).isNotNull();
        assertThat(deviceWrites(A + 2 * PAGE, 1)).isNull();
        ok(map(domain, BOTH, pages(1), A + PAGE));
        succeeds(why, () -> unmapLogicalRange(c, domain, A, 4));
      }
      case IRQL_TOO_HIGH -> tooHigh(why, () -> unmapLogicalRange(c, domain, A, 4));
      case NO_DOMAIN -> answers(why, () -> unmapLogicalRange(c, 0, 1, 0));
      case NOT_TRANSLATED -> {
        long through = domain(PASS_THROUGH);
        answers(why, () -> unmapLogicalRange(c, through, 1, 0));
      }
      case BAD_ADDRESS -> answers(why, () -> unmapLogicalRange(c, domain, A + 1, 0));
      case BAD_COUNT -> {
        answers(why, () -> unmapLogicalRange(c, domain, A, 0));
        answers(why, () -> unmapLogicalRange(c, domain, A, -1));
        answers(why, () -> unmapLogicalRange(c, domain, A, 1L << 52));
      }
      case NOT_MAPPED -> {
        answers(why, () -> unmapLogicalRange(c, domain, A + PAGE, 4));
        answers(why, () -> unmapLogicalRange(c, domain, 1L << 60, 1));
        answers(why, () -> unmapLogicalRange(c, domain, 0xFEE0_0000L, 1));
        token(domain, 0, 2);
        answers(why, () -> unmapLogicalRange(c, domain, 0, 1));
        long buddy = buddyDomain(32);
        long there = mapAnywhere(buddy, pages(3));
        answers(why, () -> unmapLogicalRange(c, buddy, there + PAGE, 2));
        answers(why, () -> unmapLogicalRange(c, buddy, there + 3 * PAGE, 1));
      }
      case NOT_AS_MAPPED -> {
        long buddy = buddyDomain(32);
        long there = mapAnywhere(buddy, pages(3));
        answers(why, () -> unmapLogicalRange(c, buddy, there, 2));
        answers(why, () -> unmapLogicalRange(c, buddy, there, 4));
      }
    }
  }

  @ParameterizedTest(name = "MapIdentityRange {0}")
  @EnumSource
  void mapIdentityRangeAnswers(MapIdentityRange why) {
    long domain = domain();
    long mdl = lockedMdl(2 * PAGE, 0);
    switch (why) {
      case DONE -> {
        attached(domain);
        succeeds(why, () -> mapIdentityRange(c, domain, BOTH, mdl));
        assertThat(deviceWrites(pfn(mdl, 1) * PAGE, 3)).isNull();
        assertThat(ram(pfn(mdl, 1))).isEqualTo(3);
      }
      case IRQL_TOO_HIGH -> tooHigh(why, () -> mapIdentityRange(c, domain, BOTH, mdl));
      case NO_DOMAIN -> answers(why, () -> mapIdentityRange(c, 0, 4, 0));
      case WRONG_TYPE -> {
        long unmanaged = domain(UNMANAGED);
        answers(why, () -> mapIdentityRange(c, unmanaged, 4, 0));
      }
      case UNKNOWN_PERMISSION -> answers(why, () -> mapIdentityRange(c, domain, 4, 0));
      case BAD_PHYSICAL_PAGES ->
          allBad(why, badMdls(), bad -> mapIdentityRange(c, domain, BOTH, bad));
      case NOT_CHOSEN_BY_DRIVERS -> {
        long buddy = buddyDomain(40);
        answers(why, () -> mapIdentityRange(c, buddy, BOTH, mdl));
      }
      case OCCUPIED -> {
        ok(mapIdentityRange(c, domain, BOTH, mdl));
        answers(why, () -> mapIdentityRange(c, domain, BOTH, mdl));
      }
      case NO_MEMORY ->
          answers(why, () -> withoutMemory(() -> mapIdentityRange(c, domain, BOTH, mdl)));
    }
  }

  @ParameterizedTest(name = "MapIdentityRangeEx {0}")
  @EnumSource
  void mapIdentityRangeExAnswers(MapIdentityRangeEx why) {
    long domain = domain();
    long range = physical(CONTIGUOUS_RANGE, 0x20_0000, 2 * PAGE);
    switch (why) {
      case DONE -> {
        succeeds(why, () -> mapIdentityRangeEx(c, domain, BOTH, range));
        long through = domain(PASS_THROUGH);
        succeeds(why, () -> mapIdentityRangeEx(c, through, BOTH, range));
        succeeds(why, () -> mapIdentityRangeEx(c, through, BOTH, range));
      }
      case IRQL_TOO_HIGH -> tooHigh(why, () -> mapIdentityRangeEx(c, domain, BOTH, range));
      case NO_DOMAIN -> answers(why, () -> mapIdentityRangeEx(c, 0, 4, 0));
      case WRONG_TYPE -> {
        long unmanaged = domain(UNMANAGED);
        answers(why, () -> mapIdentityRangeEx(c, unmanaged, 4, 0));
      }
      case UNKNOWN_PERMISSION -> {
        long through = domain(PASS_THROUGH);
        answers(why, () -> mapIdentityRangeEx(c, through, 4, 0));
      }
      case BAD_PHYSICAL_PAGES -> {
        allBad(why, badDescriptions(), bad -> mapIdentityRangeEx(c, domain, BOTH, bad));
        long twice = pfnArray(3, 0x300, 0x301, 0x300);
        for (long where : new long[] {domain, domain(PASS_THROUGH), buddyDomain(40)}) {
          answers(why, () -> mapIdentityRangeEx(c, where, BOTH, twice));
        }
        long beyond = pfnArray(1, LIMIT >>> 12);
        answers(why, () -> mapIdentityRangeEx(c, domain, BOTH, beyond));
      }
      case NOT_CHOSEN_BY_DRIVERS -> {
        long buddy = buddyDomain(40);
        answers(why, () -> mapIdentityRangeEx(c, buddy, BOTH, range));
      }
      case OCCUPIED -> {
        ok(map(domain, BOTH, pages(1), 0x20_1000));
        answers(why, () -> mapIdentityRangeEx(c, domain, BOTH, range));
        long interrupts = physical(CONTIGUOUS_RANGE, 0xFEE0_0000L, PAGE);
        answers(why, () -> mapIdentityRangeEx(c, domain, BOTH, interrupts));
      }
      case NO_MEMORY -> {
        answers(why, () -> withoutMemory(() -> mapIdentityRangeEx(c, domain, BOTH, range)));
        long many = pages(50);
        answers(why, () -> withoutMemory(() -> mapIdentityRangeEx(c, domain, BOTH, many)));
      }
    }
  }

  @ParameterizedTest(name = "UnmapIdentityRange {0}")
  @EnumSource
  void unmapIdentityRangeAnswers(UnmapIdentityRange why) {
    long domain = domain();
    long mdl = lockedMdl(2 * PAGE, 0);
    ok(mapIdentityRange(c, domain, BOTH, mdl));
    switch (why) {
      case DONE -> {
        attached(domain);
        succeeds(why, () -> unmapIdentityRange(c, domain, mdl));
        assertThat(deviceWrites(pfn(mdl, 1) * PAGE, 3)).isNotNull();
      }
      case IRQL_TOO_HIGH -> tooHigh(why, () -> unmapIdentityRange(c, domain, mdl));
      case NO_DOMAIN -> answers(why, () -> unmapIdentityRange(c, 0, 0));
      case WRONG_TYPE -> {
        long unmanaged = domain(UNMANAGED);
        answers(why, () -> unmapIdentityRange(c, unmanaged, 0));
      }
      case BAD_PHYSICAL_PAGES -> allBad(why, badMdls(), bad -> unmapIdentityRange(c, domain, bad));
      case NOT_CHOSEN_BY_DRIVERS -> {
        long buddy = buddyDomain(40);
        answers(why, () -> unmapIdentityRange(c, buddy, mdl));
      }
      case NOT_MAPPED -> {
        long other = lockedMdl(PAGE, 0);
        answers(why, () -> unmapIdentityRange(c, domain, other));
      }
      case NO_MEMORY -> {
        long many = lockedMdl(50 * PAGE, 0);
        answers(why, () -> withoutMemory(() -> unmapIdentityRange(c, domain, many)));
      }
    }
  }

  @ParameterizedTest(name = "UnmapIdentityRangeEx {0}")
  @EnumSource
  void unmapIdentityRangeExAnswers(UnmapIdentityRangeEx why) {
    long domain = domain();
    long range = physical(CONTIGUOUS_RANGE, 0x20_0000, 2 * PAGE);
    ok(mapIdentityRangeEx(c, domain, BOTH, range));
    switch (why) {
      case DONE -> {
        // Another form of the same pages, in another order.
        long array = pfnArray(2, 0x201, 0x200);
        succeeds(why, () -> unmapIdentityRangeEx(c, domain, array));
        long through = domain(PASS_THROUGH);
        succeeds(why, () -> unmapIdentityRangeEx(c, through, range));
      }
      case IRQL_TOO_HIGH -> tooHigh(why, () -> unmapIdentityRangeEx(c, domain, range));
      case NO_DOMAIN -> answers(why, () -> unmapIdentityRangeEx(c, 0, 0));
      case WRONG_TYPE -> {
        long unmanaged = domain(UNMANAGED);
        answers(why, () -> unmapIdentityRangeEx(c, unmanaged, 0));
      }
      case BAD_PHYSICAL_PAGES -> {
        allBad(why, badDescriptions(), bad -> unmapIdentityRangeEx(c, domain, bad));
        long twice = pfnArray(3, 0x200, 0x201, 0x200);
        for (long where : new long[] {domain, domain(PASS_THROUGH), buddyDomain(40)}) {
          answers(why, () -> unmapIdentityRangeEx(c, where, twice));
        }
      }
      case NOT_CHOSEN_BY_DRIVERS -> {
        long buddy = buddyDomain(40);
        answers(why, () -> unmapIdentityRangeEx(c, buddy, range));
      }
      case NOT_MAPPED -> {
        long more = physical(CONTIGUOUS_RANGE, 0x20_0000, 3 * PAGE);
        answers(why, () -> unmapIdentityRangeEx(c, domain, more));
        ok(map(domain, BOTH, pages(1), 0x30_0000));
        long elsewhere = physical(CONTIGUOUS_RANGE, 0x30_0000, PAGE);
        answers(why, () -> unmapIdentityRangeEx(c, domain, elsewhere));
      }
      case NO_MEMORY -> {
        long many = pages(50);
        answers(why, () -> withoutMemory(() -> unmapIdentityRangeEx(c, domain, many)));
      }
    }
  }

  @ParameterizedTest(name = "ReserveLogicalAddressRange {0}")
  @EnumSource
  void reserveLogicalAddressRangeAnswers(ReserveLogicalAddressRange why) {
    long domain = domain();
    long two = 2 * PAGE;
    long chosen = at(A);
    switch (why) {
      case DONE -> {
        succeeds(why, () -> reserveLogicalAddressRange(c, domain, two, chosen, 0, 0, out));
        assertThat(c.load(result(), 8)).isEqualTo(A);
        assertThat(c.load(result() + 8, 8)).isEqualTo(two);
        long buddy = buddyDomain(32);
        long low = lowest(0x8000);
        succeeds(why, () -> reserveLogicalAddressRange(c, buddy, two, 0, low, 0, out));
        assertThat(c.load(result(), 8)).isEqualTo(0x8000);
      }
      case IRQL_TOO_HIGH ->
          tooHigh(why, () -> reserveLogicalAddressRange(c, domain, two, chosen, 0, 0, out));
      case NO_DOMAIN -> answers(why, () -> reserveLogicalAddressRange(c, 0, 0, BAD, 0, 0, 0));
      case NOT_TRANSLATED -> {
        long unmanaged = domain(UNMANAGED);
        answers(why, () -> reserveLogicalAddressRange(c, unmanaged, 0, BAD, 0, 0, 0));
      }
      case BAD_SIZE -> {
        answers(why, () -> reserveLogicalAddressRange(c, domain, 0, BAD, 0, 0, 0));
        answers(why, () -> reserveLogicalAddressRange(c, domain, 100, BAD, 0, 0, 0));
      }
      case BAD_ADDRESS -> {
        at(A + 1);
        answers(why, () -> reserveLogicalAddressRange(c, domain, two, chosen, 0, 0, 0));
        at(LIMIT - PAGE);
        answers(why, () -> reserveLogicalAddressRange(c, domain, two, chosen, 0, 0, 0));
        at(A);
        answers(why, () -> reserveLogicalAddressRange(c, domain, -PAGE, chosen, 0, 0, 0));
      }
      case NO_RESULT -> answers(why, () -> reserveLogicalAddressRange(c, domain, two, 0, 0, 0, 0));
      case WRONG_CHOOSER -> {
        answers(why, () -> reserveLogicalAddressRange(c, domain, two, 0, 0, 0, out));
        long buddy = buddyDomain(32);
        long low = lowest(2);
        long high = highest(1);
        answers(why, () -> reserveLogicalAddressRange(c, buddy, two, chosen, low, high, out));
      }
      case NO_ROOM_BETWEEN -> {
        long buddy = buddyDomain(32);
        long low = lowest(2);
        long high = highest(1);
        answers(why, () -> reserveLogicalAddressRange(c, buddy, two, 0, low, high, out));
        lowest(0x1000);
        highest(0x2FFE);
        answers(why, () -> reserveLogicalAddressRange(c, buddy, two, 0, low, high, out));
      }
      case OCCUPIED -> {
        ok(map(domain, BOTH, pages(1), A + PAGE));
        at(A);
        answers(why, () -> reserveLogicalAddressRange(c, domain, two, chosen, 0, 0, out));
        at(0xFEE0_0000L);
        answers(why, () -> reserveLogicalAddressRange(c, domain, two, chosen, 0, 0, out));
        token(domain, 0x5000, 2);
        at(0x4000);
        answers(why, () -> reserveLogicalAddressRange(c, domain, two, chosen, 0, 0, out));
      }
      case NO_ROOM -> {
        long small = buddyDomain(13);
        answers(why, () -> reserveLogicalAddressRange(c, small, 2 * two, 0, 0, 0, out));
      }
      case NO_MEMORY -> {
        answers(
            why,
            () ->
                withoutMemory(() -> reserveLogicalAddressRange(c, domain, two, chosen, 0, 0, out)));
        at(1L << 33);
        answers(why, () -> reserveLogicalAddressRange(c, domain, 1L << 46, chosen, 0, 0, out));
      }
    }
  }

  @ParameterizedTest(name = "FreeReservedLogicalAddressRange {0}")
  @EnumSource
  void freeReservedLogicalAddressRangeAnswers(FreeReservedLogicalAddressRange why) {
    long domain = domain();
    long token = token(domain, A, 2);
    switch (why) {
      case DONE -> {
        succeeds(why, () -> freeReservedLogicalAddressRange(c, token));
        ok(map(domain, BOTH, pages(2), A));
      }
      case IRQL_TOO_HIGH -> tooHigh(why, () -> freeReservedLogicalAddressRange(c, token));
      case NO_TOKEN -> {
        answers(why, () -> freeReservedLogicalAddressRange(c, 0));
        answers(why, () -> freeReservedLogicalAddressRange(c, domain));
        ok(freeReservedLogicalAddressRange(c, token));
        answers(why, () -> freeReservedLogicalAddressRange(c, token));
      }
      case MAPPED -> {
        mapped(token, 1, pages(1));
        answers(why, () -> freeReservedLogicalAddressRange(c, token));
      }
    }
  }

  @ParameterizedTest(name = "MapReservedLogicalRange {0}")
  @EnumSource
  void mapReservedLogicalRangeAnswers(MapReservedLogicalRange why) {
    long domain = domain();
    attached(domain);
    long token = token(domain, A, 4);
    long two = pages(2);
    long segment = segment();
    switch (why) {
      case DONE -> {
        assertThat(deviceWrites(A + PAGE, 1)).isNotNull();
        succeeds(why, () -> mapReservedLogicalRange(c, token, PAGE, BOTH, two, segment));
        assertThat(c.load(segment + MappedSegmentLayout.OWNING_TOKEN, 8)).isEqualTo(token);
        assertThat(c.load(segment + MappedSegmentLayout.OFFSET, 8)).isEqualTo(PAGE);
        assertThat(c.load(segment + MappedSegmentLayout.SIZE, 8)).isEqualTo(2 * PAGE);
        assertThat(deviceWrites(A + 2 * PAGE, 1)).isNull();
        assertThat(deviceWrites(A, 1)).isNotNull();
      }
      case IRQL_TOO_HIGH ->
          tooHigh(why, () -> mapReservedLogicalRange(c, token, 0, BOTH, two, segment));
      case NULL_TOKEN -> answers(why, () -> mapReservedLogicalRange(c, 0, 1, 4, 0, 0));
      case NO_TOKEN -> {
        answers(why, () -> mapReservedLogicalRange(c, BAD, 1, 4, 0, 0));
        ok(freeReservedLogicalAddressRange(c, token));
        answers(why, () -> mapReservedLogicalRange(c, token, 1, 4, 0, 0));
      }
      case BAD_OFFSET -> {
        for (long offset : new long[] {1, 4 * PAGE, -PAGE, Long.MIN_VALUE}) {
          answers(why, () -> mapReservedLogicalRange(c, token, offset, 4, 0, 0));
        }
      }
      case UNKNOWN_PERMISSION -> answers(why, () -> mapReservedLogicalRange(c, token, 0, 4, 0, 0));
      case BAD_PHYSICAL_PAGES -> {
        allBad(why, badDescriptions(), bad -> mapReservedLogicalRange(c, token, 0, 3, bad, 0));
        answers(why, () -> mapReservedLogicalRange(c, token, 3 * PAGE, BOTH, two, 0));
        long five = physical(CONTIGUOUS_RANGE, 0x20_0000, 5 * PAGE);
        answers(why, () -> mapReservedLogicalRange(c, token, 0, BOTH, five, 0));
        long fives = pfnArray(5, 1, 2, 3, 4, 5);
        answers(why, () -> mapReservedLogicalRange(c, token, 0, BOTH, fives, 0));
        long mdl = physical(MDL, lockedMdl(5 * PAGE, 0), 0);
        answers(why, () -> mapReservedLogicalRange(c, token, 0, BOTH, mdl, 0));
      }
      case NO_SEGMENT -> {
        mapped(token, 0, two);
        answers(why, () -> mapReservedLogicalRange(c, token, 0, BOTH, two, 0));
      }
      case OCCUPIED -> {
        mapped(token, 1, two);
        answers(why, () -> mapReservedLogicalRange(c, token, 0, BOTH, two, segment));
        answers(why, () -> mapReservedLogicalRange(c, token, 2 * PAGE, BOTH, two, segment));
      }
    }
  }

  @ParameterizedTest(name = "UnmapReservedLogicalRange {0}")
  @EnumSource
  void unmapReservedLogicalRangeAnswers(UnmapReservedLogicalRange why) {
    long domain = domain();
    attached(domain);
    long token = token(domain, A, 4);
    long segment = mapped(token, 1, pages(2));
    switch (why) {
      case DONE -> {
        assertThat(deviceWrites(A + PAGE, 1)).isNull();
        succeeds(why, () -> unmapReservedLogicalRange(c, segment));
        assertThat(deviceWrites(A + PAGE, 1)).isNotNull();
        assertThat(c.load(segment, 8) | c.load(segment + 8, 8) | c.load(segment + 16, 8)).isZero();
      }
      case IRQL_TOO_HIGH -> tooHigh(why, () -> unmapReservedLogicalRange(c, segment));
      case NO_SEGMENT -> answers(why, () -> unmapReservedLogicalRange(c, 0));
      case NOT_MAPPED -> {
        long empty = segment();
        answers(why, () -> unmapReservedLogicalRange(c, empty));
        long[][] wrong = {
          {0, PAGE, 2 * PAGE},
          {BAD, PAGE, 2 * PAGE},
          {token, 0, 2 * PAGE},
          {token, PAGE, PAGE},
          {token, PAGE, 3 * PAGE},
          {token, 2 * PAGE, PAGE},
          {token, PAGE + 1, 2 * PAGE},
          {token, PAGE, 2 * PAGE + 1},
          {token, PAGE, 0},
          {token, -PAGE, 2 * PAGE},
          {token, PAGE, -PAGE}
        };
        for (long[] triple : wrong) {
          for (int i = 0; i < 3; i++) {
            c.store(empty + 8L * i, 8, triple[i]);
          }
          answers(why, () -> unmapReservedLogicalRange(c, empty));
        }
        ok(unmapReservedLogicalRange(c, segment));
        answers(why, () -> unmapReservedLogicalRange(c, segment));
      }
    }
  }
}
