package dev.mapwright.windows;

import static dev.mapwright.windows.abi.NtStatus.STATUS_SUCCESS;
import static dev.mapwright.windows.iommu.DomainCalls.createDomainEx;
import static dev.mapwright.windows.iommu.DomainCalls.deleteDomain;
import static dev.mapwright.windows.iommu.device.DeviceCalls.detachDevice;
import static dev.mapwright.windows.iommu.logical.LogicalCalls.unmapLogicalRange;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.windows.abi.MdlFlags;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.abi.PoolFlags;
import dev.mapwright.windows.abi.iommu.DmaDomainType;
import dev.mapwright.windows.adapter.AdapterCalls;
import dev.mapwright.windows.adapter.DmaAdapter;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.CreateCommonBufferFromMdl;
import dev.mapwright.windows.answer.DmaOperation;
import dev.mapwright.windows.answer.DmaVerification;
import dev.mapwright.windows.answer.FreeCommonBuffer;
import dev.mapwright.windows.answer.GetDmaDomain;
import dev.mapwright.windows.answer.IoGetDmaAdapter;
import dev.mapwright.windows.answer.JoinDmaDomain;
import dev.mapwright.windows.answer.LeaveDmaDomain;
import dev.mapwright.windows.answer.PutDmaAdapter;
import dev.mapwright.windows.harness.DmaDevices;
import dev.mapwright.windows.memory.iommu.Attachments;
import dev.mapwright.windows.memory.iommu.DeviceTraits;
import dev.mapwright.windows.memory.iommu.PhysicalDevice;
import dev.mapwright.windows.pool.PoolCalls;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every answer of adapters, and what DMA verification says of them. */
class EveryAdapterAnswerTest extends IommuTest {
  private static final int BUFFER = (int) (2 * PAGE);

  private DmaAdapter adapter() {
    return adapterOf(pdo);
  }

  private DmaAdapter adapterOf(long device) {
    return Objects.requireNonNull(AdapterCalls.ioGetDmaAdapter(c, device, 3));
  }

  private DmaAdapter adapterNotRemapped() {
    return adapterOf(DmaDevices.plug(kernel, DeviceTraits.of(0x50).notRemapped()));
  }

  private DmaAdapter released() {
    DmaAdapter adapter = adapter();
    adapter.putDmaAdapter(c);
    return adapter;
  }

  private DmaAdapter otherAdapter() {
    return adapterOf(DmaDevices.plug(kernel, DeviceTraits.of(0x60)));
  }

  /** An MDL over two whole pages of nonpaged pool. */
  private long poolMdl() {
    long block = PoolCalls.exAllocatePool2(c, PoolFlags.POOL_FLAG_NON_PAGED, BUFFER, TAG);
    long mdl = memory(MdlLayout.PFNS + 16);
    long first = kernel.systemSpace().space().translation().entry(block >>> 12);
    long second = kernel.systemSpace().space().translation().entry((block >>> 12) + 1);
    fillMdl(
        mdl,
        MdlFlags.MDL_SOURCE_IS_NONPAGED_POOL,
        block,
        BUFFER,
        0,
        TranslationEntry.pfn(first),
        TranslationEntry.pfn(second));
    c.store(mdl + MdlLayout.MAPPED_SYSTEM_VA, 8, block);
    return mdl;
  }

  private long va(long mdl) {
    return c.load(mdl + MdlLayout.MAPPED_SYSTEM_VA, 8);
  }

  private int create(DmaAdapter adapter, long mdl) {
    return adapter.createCommonBufferFromMdl(c, mdl, 0, 0, out);
  }

  private void changing(boolean now) {
    PhysicalDevice device = Objects.requireNonNull(kernel.iommu().physicalDevice(pdo));
    Attachments.setChanging(kernel.iommu(), device, now);
  }

  private void verified(Condition why, Runnable call) {
    kernel.verifier().setDma(true);
    refused(why, call);
    kernel.verifier().setDma(false);
  }

  private void released(Condition why, Runnable call) {
    refused(why, call);
    verified(DmaVerification.RELEASED_ADAPTER, call);
    assertThat(lastReport().parameters().getFirst()).isEqualTo(0x18);
  }

  @ParameterizedTest(name = "IoGetDmaAdapter {0}")
  @EnumSource
  void getting(IoGetDmaAdapter why) {
    switch (why) {
      case DONE -> {
        carriedOut(why, () -> assertThat(adapter()).isNotNull());
        carriedOut(why, () -> assertThat(adapterNotRemapped()).isNotNull());
      }
      case IRQL_TOO_HIGH -> tooHigh(why, () -> get(pdo, 3));
      case NO_DEVICE -> refused(why, () -> get(BAD, 9));
      case OTHER_VERSION -> refused(why, () -> get(pdo, 2));
      case ATTACHED -> {
        attached(domain());
        refused(why, () -> get(pdo, 3));
      }
      case NO_MEMORY -> refused(why, () -> withoutMemory(() -> get(pdo, 3)));
    }
  }

  /** A failure as a status, for the helpers of other routines. */
  private int get(long device, int version) {
    return AdapterCalls.ioGetDmaAdapter(c, device, version) == null ? c.failureStatus() : 0;
  }

  @ParameterizedTest(name = "GetDmaDomain {0}")
  @EnumSource
  void domains(GetDmaDomain why) {
    switch (why) {
      case DONE -> {
        DmaAdapter adapter = adapter();
        carriedOut(why, () -> assertThat(adapter.getDmaDomain(c)).isNotZero());
        assertThat(kernel.iommu().domain(adapter.getDmaDomain(c))).isNotNull();
      }
      case IRQL_TOO_HIGH -> {
        DmaAdapter adapter = adapter();
        tooHigh(why, () -> adapter.getDmaDomain(c) == 0 ? c.failureStatus() : 0);
      }
      case RELEASED -> {
        DmaAdapter adapter = released();
        released(why, () -> adapter.getDmaDomain(c));
      }
      case NO_DOMAIN -> {
        DmaAdapter adapter = adapterNotRemapped();
        refused(why, () -> adapter.getDmaDomain(c));
      }
    }
  }

  @ParameterizedTest(name = "JoinDmaDomain {0}")
  @EnumSource
  void joining(JoinDmaDomain why) {
    DmaAdapter adapter = adapter();
    long other = otherAdapter().getDmaDomain(c);
    switch (why) {
      case DONE -> {
        succeeds(why, () -> adapter.joinDmaDomain(c, other));
        assertThat(adapter.getDmaDomain(c)).isEqualTo(other);
      }
      case IRQL_TOO_HIGH -> tooHigh(why, () -> adapter.joinDmaDomain(c, other));
      case RELEASED -> {
        adapter.putDmaAdapter(c);
        released(why, () -> adapter.joinDmaDomain(c, 0));
      }
      case NO_DOMAIN -> answers(why, () -> adapter.joinDmaDomain(c, BAD));
      case NOT_REMAPPED -> {
        DmaAdapter without = adapterNotRemapped();
        answers(why, () -> without.joinDmaDomain(c, other));
      }
      case JOINED -> {
        ok(adapter.joinDmaDomain(c, other));
        answers(why, () -> adapter.joinDmaDomain(c, other));
      }
      case BUFFERS_LEFT -> {
        ok(create(adapter, poolMdl()));
        answers(why, () -> adapter.joinDmaDomain(c, other));
      }
      case CONCURRENT -> {
        changing(true);
        answers(why, () -> adapter.joinDmaDomain(c, other));
        changing(false);
      }
      case DETACHED -> {
        ok(detachDevice(c, adapter.getDmaDomain(c), pdo, 0));
        answers(why, () -> adapter.joinDmaDomain(c, other));
        adapter.putDmaAdapter(c);
        assertThat(c.lastRefusal()).isNull();
      }
      case DENIED -> {
        kernel.iommu().setRemapping(false);
        answers(why, () -> adapter.joinDmaDomain(c, other));
      }
      case NO_MEMORY -> {
        // Who is attached needs no table more; so somebody detaches it behind the system's back.
        Objects.requireNonNull(machine.iommu()).detach(REQUESTER);
        answers(why, () -> withoutMemory(() -> adapter.joinDmaDomain(c, other)));
      }
    }
  }

  @ParameterizedTest(name = "LeaveDmaDomain {0}")
  @EnumSource
  void leaving(LeaveDmaDomain why) {
    DmaAdapter adapter = adapter();
    long own = adapter.getDmaDomain(c);
    ok(adapter.joinDmaDomain(c, otherAdapter().getDmaDomain(c)));
    switch (why) {
      case DONE -> {
        succeeds(why, () -> adapter.leaveDmaDomain(c));
        assertThat(adapter.getDmaDomain(c)).isEqualTo(own);
      }
      case IRQL_TOO_HIGH -> tooHigh(why, () -> adapter.leaveDmaDomain(c));
      case RELEASED -> {
        adapter.putDmaAdapter(c);
        released(why, () -> adapter.leaveDmaDomain(c));
      }
      case NOT_JOINED -> {
        ok(adapter.leaveDmaDomain(c));
        answers(why, () -> adapter.leaveDmaDomain(c));
      }
      case BUFFERS_LEFT -> {
        ok(create(adapter, poolMdl()));
        answers(why, () -> adapter.leaveDmaDomain(c));
      }
      case CONCURRENT -> {
        changing(true);
        answers(why, () -> adapter.leaveDmaDomain(c));
        changing(false);
      }
      case DETACHED -> {
        DmaDevices.unplug(kernel, pdo);
        answers(why, () -> adapter.leaveDmaDomain(c));
      }
      case DENIED -> {
        kernel.iommu().setRemapping(false);
        answers(why, () -> adapter.leaveDmaDomain(c));
      }
      case NO_MEMORY -> {
        ok(adapter.leaveDmaDomain(c));
        ok(adapter.joinDmaDomain(c, domain(DmaDomainType.UNMANAGED)));
        answers(why, () -> withoutMemory(() -> adapter.leaveDmaDomain(c)));
      }
    }
  }

  @ParameterizedTest(name = "CreateCommonBufferFromMdl {0}")
  @EnumSource
  void creating(CreateCommonBufferFromMdl why) {
    DmaAdapter adapter = adapter();
    long mdl = poolMdl();
    switch (why) {
      case DONE -> {
        succeeds(why, () -> create(adapter, mdl));
        assertThat(deviceWrites(result() + PAGE, 99)).isNull();
        assertThat(c.load(va(mdl) + PAGE, 8)).isEqualTo(99);
        DmaAdapter direct = adapterNotRemapped();
        long locked = lockedMdl(PAGE, 0);
        setFlags(locked, MdlFlags.MDL_PAGES_LOCKED | MdlFlags.MDL_MAPPED_TO_SYSTEM_VA);
        succeeds(why, () -> create(direct, locked));
        assertThat(result()).isEqualTo(pfn(locked, 0) * PAGE);
      }
      case IRQL_TOO_HIGH -> tooHigh(why, () -> create(adapter, mdl));
      case RELEASED -> {
        adapter.putDmaAdapter(c);
        released(why, () -> create(adapter, 0));
      }
      case NO_MDL -> answers(why, () -> create(adapter, 0));
      case CHAINED -> {
        c.store(mdl + MdlLayout.NEXT, 8, mdl);
        answers(why, () -> create(adapter, mdl));
      }
      case NOT_WHOLE_PAGES -> {
        c.store(mdl + MdlLayout.BYTE_OFFSET, 4, 8);
        answers(why, () -> create(adapter, mdl));
        c.store(mdl + MdlLayout.BYTE_OFFSET, 4, 0);
        c.store(mdl + MdlLayout.BYTE_COUNT, 4, 100);
        answers(why, () -> create(adapter, mdl));
        c.store(mdl + MdlLayout.BYTE_COUNT, 4, 0);
        answers(why, () -> create(adapter, mdl));
        verified(DmaVerification.ZERO_LENGTH, () -> create(adapter, mdl));
      }
      case NOT_RESIDENT -> {
        setFlags(mdl, MdlFlags.MDL_MAPPED_TO_SYSTEM_VA);
        answers(why, () -> create(adapter, mdl));
        verified(DmaVerification.UNLOCKED_BUFFER, () -> create(adapter, mdl));
      }
      case NOT_MAPPED -> {
        setFlags(mdl, MdlFlags.MDL_PAGES_LOCKED);
        answers(why, () -> create(adapter, mdl));
        verified(DmaVerification.NOT_SYSTEM_MAPPED, () -> create(adapter, mdl));
        parameters(0x22, mdl, 0, 0);
      }
      case BAD_PAGES -> {
        c.store(mdl + MdlLayout.PFNS, 8, -1);
        answers(why, () -> create(adapter, mdl));
      }
      case EXTENDED -> answers(why, () -> adapter.createCommonBufferFromMdl(c, mdl, BAD, 1, out));
      case NO_RESULT -> answers(why, () -> adapter.createCommonBufferFromMdl(c, mdl, 0, 0, 0));
      case NOT_CONTIGUOUS -> {
        DmaAdapter direct = adapterNotRemapped();
        c.store(mdl + MdlLayout.PFNS, 8, pfn(mdl, 1));
        answers(why, () -> create(direct, mdl));
      }
      case NO_ALLOCATOR -> {
        ok(adapter.joinDmaDomain(c, domain()));
        answers(why, () -> create(adapter, mdl));
      }
      case CREATED_TWICE -> {
        ok(create(adapter, mdl));
        answers(why, () -> create(adapter, mdl));
        verified(DmaVerification.MAPPED_ALREADY, () -> create(adapter, mdl));
      }
      case NO_MEMORY -> answers(why, () -> withoutMemory(() -> create(adapter, mdl)));
    }
  }

  @ParameterizedTest(name = "FreeCommonBuffer {0}")
  @EnumSource
  void freeing(FreeCommonBuffer why) {
    DmaAdapter adapter = adapter();
    long mdl = poolMdl();
    long va = va(mdl);
    ok(create(adapter, mdl));
    long logical = result();
    Runnable free = () -> adapter.freeCommonBuffer(c, BUFFER, logical, va, true);
    switch (why) {
      case DONE -> {
        assertThat(deviceWrites(logical, 1)).isNull();
        carriedOut(why, free);
        assertThat(deviceWrites(logical, 1)).isNotNull();
      }
      case IRQL_TOO_HIGH ->
          tooHigh(
              why,
              () -> {
                free.run();
                return c.failureStatus();
              });
      case RELEASED -> {
        free.run();
        adapter.putDmaAdapter(c);
        released(why, free);
      }
      case FOREIGN -> {
        refused(why, () -> adapter.freeCommonBuffer(c, BUFFER, logical, va + PAGE, true));
        free.run();
        refused(why, free);
      }
      case OTHER_BUFFER -> {
        refused(why, () -> adapter.freeCommonBuffer(c, (int) PAGE, logical, va, true));
        refused(why, () -> adapter.freeCommonBuffer(c, BUFFER, logical + PAGE, va, true));
      }
    }
  }

  @ParameterizedTest(name = "PutDmaAdapter {0}")
  @EnumSource
  void releasing(PutDmaAdapter why) {
    DmaAdapter adapter = adapter();
    switch (why) {
      case DONE -> {
        long domain = adapter.getDmaDomain(c);
        carriedOut(why, () -> adapter.putDmaAdapter(c));
        assertThat(kernel.iommu().domain(domain)).isNull();
        carriedOut(IoGetDmaAdapter.DONE, () -> assertThat(adapter()).isNotNull());
      }
      case IRQL_TOO_HIGH ->
          tooHigh(
              why,
              () -> {
                adapter.putDmaAdapter(c);
                return c.failureStatus();
              });
      case RELEASED -> {
        adapter.putDmaAdapter(c);
        released(why, () -> adapter.putDmaAdapter(c));
      }
      case DOMAIN_IN_USE -> {
        DmaAdapter other = otherAdapter();
        ok(other.joinDmaDomain(c, adapter.getDmaDomain(c)));
        refused(why, () -> adapter.putDmaAdapter(c));
        ok(other.leaveDmaDomain(c));
        carriedOut(PutDmaAdapter.DONE, () -> adapter.putDmaAdapter(c));
      }
      case CONCURRENT -> {
        changing(true);
        refused(why, () -> adapter.putDmaAdapter(c));
        changing(false);
      }
      case BUFFERS_LEFT -> {
        long mdl = poolMdl();
        int holds = machine.frames().holds(pfn(mdl, 0));
        ok(create(adapter, mdl));
        assertThat(machine.frames().holds(pfn(mdl, 0))).isEqualTo(holds + 1);
        verified(DmaVerification.COMMON_BUFFERS_LEFT, () -> adapter.putDmaAdapter(c));
        parameters(0x07, adapter.address(), 1, 0);
        carriedOut(why, () -> adapter.putDmaAdapter(c));
        assertThat(machine.frames().holds(pfn(mdl, 0))).isEqualTo(holds);
      }
    }
  }

  @ParameterizedTest(name = "an operation of an adapter {0}")
  @EnumSource
  void others(DmaOperation why) {
    DmaAdapter adapter = adapter();
    switch (why) {
      case NOT_MODELLED -> refused(why, () -> adapter.operation(c, "GetScatterGatherList"));
      case RELEASED -> {
        adapter.putDmaAdapter(c);
        released(why, () -> adapter.operation(c, "MapTransfer"));
      }
    }
  }

  @ParameterizedTest(name = "DMA verification {0}")
  @EnumSource
  void verifying(DmaVerification why) {
    DmaAdapter adapter = adapter();
    long mdl = poolMdl();
    long va = va(mdl);
    kernel.verifier().setDma(true);
    switch (why) {
      case COMMON_BUFFER_FREED_TWICE -> {
        refused(why, () -> adapter.freeCommonBuffer(c, BUFFER, 0, va, true));
        parameters(0x03, 1, 0, 0);
      }
      case TOO_MUCH_UNMAPPED -> {
        long domain = adapter.getDmaDomain(c);
        refused(why, () -> unmap(domain, 0, 1));
      }
      case COMMON_BUFFERS_LEFT -> {
        ok(create(adapter, mdl));
        refused(why, () -> adapter.putDmaAdapter(c));
      }
      case MAPPINGS_LEFT -> {
        long domain = buddyDomain(32);
        mapAnywhere(domain, ofMdl(mdl));
        refused(why, () -> deleteDomain(c, domain));
      }
      case UNLOCKED_BUFFER -> {
        setFlags(mdl, 0);
        refused(why, () -> create(adapter, mdl));
        parameters(0x0E, mdl, 0, 0);
      }
      case STILL_MAPPED -> {
        ok(create(adapter, mdl));
        refused(why, () -> PoolCalls.exFreePool(c, va));
        parameters(0x10, 2, 0, 0);
      }
      case RELEASED_ADAPTER -> {
        adapter.putDmaAdapter(c);
        refused(why, () -> adapter.putDmaAdapter(c));
        parameters(0x18, adapter.address(), 0, 0);
      }
      case OUTSIDE_MDL -> {
        ok(create(adapter, mdl));
        refused(why, () -> adapter.freeCommonBuffer(c, BUFFER, result(), va + PAGE, true));
        parameters(0x1B, va + PAGE, mdl, 0);
      }
      case MAPPED_ALREADY -> {
        ok(create(adapter, mdl));
        refused(why, () -> create(adapter, mdl));
        parameters(0x1D, va, va + BUFFER, va);
      }
      case ZERO_LENGTH -> {
        c.store(mdl + MdlLayout.BYTE_COUNT, 4, 0);
        refused(why, () -> create(adapter, mdl));
      }
      case NOT_SYSTEM_MAPPED -> {
        setFlags(mdl, MdlFlags.MDL_PAGES_LOCKED);
        refused(why, () -> create(adapter, mdl));
      }
    }
  }

  private void unmap(long domain, long address, long pages) {
    unmapLogicalRange(c, domain, address, pages);
  }

  @Test
  void a_device_moves_with_its_adapter_between_domains() {
    DmaAdapter adapter = adapter();
    ok(createDomainEx(c, DmaDomainType.TRANSLATE, 0, buddy(32), 0, out));
    long shared = result();
    long there = mapAnywhere(shared, pages(1));
    assertThat(deviceWrites(there, 1)).isNotNull();
    assertThat(adapter.joinDmaDomain(c, shared)).isEqualTo(STATUS_SUCCESS);
    assertThat(deviceWrites(there, 1)).isNull();
    ok(adapter.leaveDmaDomain(c));
    assertThat(deviceWrites(there, 1)).isNotNull();
    assertThat(deleteDomain(c, shared)).isEqualTo(STATUS_SUCCESS);
  }

  @Test
  void where_dma_may_only_pass_through_the_adapter_has_a_domain_that_does() {
    kernel.iommu().setRemapping(false);
    DmaAdapter adapter = adapter();
    long mdl = lockedMdl(PAGE, 0);
    setFlags(mdl, MdlFlags.MDL_PAGES_LOCKED | MdlFlags.MDL_MAPPED_TO_SYSTEM_VA);
    ok(create(adapter, mdl));
    assertThat(deviceWrites(result(), 7)).isNull();
    assertThat(ram(pfn(mdl, 0))).isEqualTo(7);
  }
}
