package dev.mapwright.windows.adapter;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Pages;
import dev.mapwright.core.dma.Domain;
import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.DmaOperation;
import dev.mapwright.windows.answer.DmaVerification;
import dev.mapwright.windows.answer.FreeCommonBuffer;
import dev.mapwright.windows.answer.GetDmaDomain;
import dev.mapwright.windows.answer.JoinDmaDomain;
import dev.mapwright.windows.answer.LeaveDmaDomain;
import dev.mapwright.windows.answer.PutDmaAdapter;
import dev.mapwright.windows.answer.Routine;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.iommu.Adapters;
import dev.mapwright.windows.memory.iommu.Attachments;
import dev.mapwright.windows.memory.iommu.CommonBuffer;
import dev.mapwright.windows.memory.iommu.DmaDomain;
import dev.mapwright.windows.memory.iommu.IommuState;
import dev.mapwright.windows.memory.iommu.KnownAdapter;
import dev.mapwright.windows.memory.iommu.PhysicalDevice;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@link AdapterCalls#ioGetDmaAdapter} returns: the adapter of a device, in version 3. Its
 * operations are methods; there is no DMA_ADAPTER and no table of operations in memory. A device
 * whose DMA is remapped is in a domain of the adapter's own, with an allocator, until it joins
 * another's.
 *
 * <p>Only these operations are modelled; {@link #operation} answers for all others. Sources: wdm.h,
 * nc-wdm-pget_dma_domain, nc-wdm-pjoin_dma_domain, nc-wdm-pleave_dma_domain,
 * nc-wdm-pcreate-common-buffer-from-mdl; what they leave open is this library's, and the answers of
 * each operation, in the order of its checks, are the constants of the enum of its name in {@link
 * dev.mapwright.windows.answer}.
 *
 * <p><b>Threads.</b> Any thread may call, each with a context of its own; calls are carried out one
 * after the other. The monitor guards all fields that change; under it the locks of the system are
 * taken, and no routine of a driver is called.
 */
public final class DmaAdapter {
  private final KnownAdapter known;
  private final long address;
  private final PhysicalDevice device;

  /** In which domain the device is unless it has joined one; null when DMA is not remapped. */
  private final @Nullable DmaDomain own;

  /** Which domain the device has joined; null for none. */
  private @Nullable DmaDomain joined;

  /** By the system address where each begins. */
  private final NavigableMap<Long, CommonBuffer> buffers;

  private boolean released;

  DmaAdapter(KnownAdapter known) {
    this.known = known;
    address = known.address();
    device = known.device();
    own = known.own();
    buffers = known.buffers();
  }

  /** {@return a number that names it in reports: the address of a block that has no other use} */
  public long address() {
    return address;
  }

  @Nullable DmaDomain current() {
    return joined != null ? joined : own;
  }

  NavigableMap<Long, CommonBuffer> buffers() {
    return buffers;
  }

  /** Whether it was released; then that is answered. */
  boolean wasReleased(NtContext c, Condition without) {
    if (released) {
      boolean verified = c.kernel().verifier().dma();
      c.misuse(verified ? DmaVerification.RELEASED_ADAPTER : without, address, 0, 0);
    }
    return released;
  }

  // ---- domains

  /**
   * GetDmaDomain: the handle of the domain in which the device is.
   *
   * @param c who calls, at PASSIVE_LEVEL
   * @return the handle; 0 as {@link GetDmaDomain} says
   */
  public synchronized long getDmaDomain(NtContext c) {
    if (!c.enterDma(Routine.GET_DMA_DOMAIN) || wasReleased(c, GetDmaDomain.RELEASED)) {
      return 0;
    }
    DmaDomain domain = current();
    if (domain == null) {
      c.refuse(GetDmaDomain.NO_DOMAIN, device.pdo(), 0);
      return 0;
    }
    c.done(GetDmaDomain.DONE);
    return domain.address();
  }

  /**
   * JoinDmaDomain: moves the device from its own domain to another. The handler of its faults is
   * taken back, as by detaching.
   *
   * @param c who calls, at PASSIVE_LEVEL
   * @param domainHandle what {@link #getDmaDomain} of another adapter has returned
   * @return STATUS_SUCCESS, or a status as {@link JoinDmaDomain} says
   */
  public synchronized int joinDmaDomain(NtContext c, long domainHandle) {
    if (!c.enterDma(Routine.JOIN_DMA_DOMAIN) || wasReleased(c, JoinDmaDomain.RELEASED)) {
      return c.failureStatus();
    }
    IommuState state = c.kernel().iommu();
    DmaDomain domain = state.domain(domainHandle);
    if (domain == null) {
      return c.refuse(JoinDmaDomain.NO_DOMAIN, domainHandle, 0);
    }
    if (own == null) {
      return c.refuse(JoinDmaDomain.NOT_REMAPPED, device.pdo(), 0);
    }
    if (joined != null) {
      return c.refuse(JoinDmaDomain.JOINED, joined.address(), 0);
    }
    if (!buffers.isEmpty()) {
      return c.refuse(JoinDmaDomain.BUFFERS_LEFT, address, buffers.size());
    }
    return switch (Attachments.move(state, own, domain, device)) {
      case DONE -> {
        joined = domain;
        c.done(JoinDmaDomain.DONE);
        yield NtStatus.STATUS_SUCCESS;
      }
      case DOMAIN_DEAD -> c.refuse(JoinDmaDomain.NO_DOMAIN, domainHandle, 0);
      case NOT_ATTACHED -> c.refuse(JoinDmaDomain.DETACHED, device.pdo(), 0);
      case DENIED -> c.refuse(JoinDmaDomain.DENIED, device.pdo(), domain.type());
      case NO_MEMORY -> c.refuse(JoinDmaDomain.NO_MEMORY, 0, 0);
      default -> {
        c.misuse(JoinDmaDomain.CONCURRENT, device.pdo(), 0, 0);
        yield c.failureStatus();
      }
    };
  }

  /**
   * LeaveDmaDomain: moves the device back to its own domain.
   *
   * @param c who calls, at PASSIVE_LEVEL
   * @return STATUS_SUCCESS, or a status as {@link LeaveDmaDomain} says
   */
  public synchronized int leaveDmaDomain(NtContext c) {
    if (!c.enterDma(Routine.LEAVE_DMA_DOMAIN) || wasReleased(c, LeaveDmaDomain.RELEASED)) {
      return c.failureStatus();
    }
    DmaDomain from = joined;
    if (from == null || own == null) {
      return c.refuse(LeaveDmaDomain.NOT_JOINED, address, 0);
    }
    if (!buffers.isEmpty()) {
      return c.refuse(LeaveDmaDomain.BUFFERS_LEFT, address, buffers.size());
    }
    return switch (Attachments.move(c.kernel().iommu(), from, own, device)) {
      case DONE -> {
        joined = null;
        c.done(LeaveDmaDomain.DONE);
        yield NtStatus.STATUS_SUCCESS;
      }
      case NOT_ATTACHED -> c.refuse(LeaveDmaDomain.DETACHED, device.pdo(), 0);
      case DENIED -> c.refuse(LeaveDmaDomain.DENIED, device.pdo(), own.type());
      case NO_MEMORY -> c.refuse(LeaveDmaDomain.NO_MEMORY, 0, 0);
      default -> {
        c.misuse(LeaveDmaDomain.CONCURRENT, device.pdo(), 0, 0);
        yield c.failureStatus();
      }
    };
  }

  // ---- common buffers

  /**
   * CreateCommonBufferFromMdl: makes the pages of an MDL a common buffer, at logical addresses side
   * by side. It may fail for want of memory at any time: there is no guarantee of progress.
   *
   * @param c who calls, at PASSIVE_LEVEL
   * @param mdl the MDL: whole pages, resident, mapped to system space, not chained; physically side
   *     by side where DMA is not remapped
   * @param extendedConfigs DMA_COMMON_BUFFER_EXTENDED_CONFIGURATIONs, of which none is known
   * @param extendedConfigsCount how many
   * @param logicalAddress where the logical address is put
   * @return STATUS_SUCCESS, or a status as {@link
   *     dev.mapwright.windows.answer.CreateCommonBufferFromMdl} says
   */
  public synchronized int createCommonBufferFromMdl(
      NtContext c, long mdl, long extendedConfigs, int extendedConfigsCount, long logicalAddress) {
    if (!c.enterDma(Routine.CREATE_COMMON_BUFFER_FROM_MDL)) {
      return c.failureStatus();
    }
    try {
      return CommonBufferCreation.run(c, this, mdl, extendedConfigsCount, logicalAddress);
    } catch (MemoryFault fault) {
      return c.misusedPointer(fault);
    }
  }

  /**
   * FreeCommonBuffer: ends a common buffer. The MDL and its pages stay the driver's.
   *
   * @param c who calls, at PASSIVE_LEVEL
   * @param length its bytes
   * @param logicalAddress its logical address
   * @param virtualAddress its system address
   * @param cacheEnabled ignored
   */
  public synchronized void freeCommonBuffer(
      NtContext c, int length, long logicalAddress, long virtualAddress, boolean cacheEnabled) {
    if (!c.enterDma(Routine.FREE_COMMON_BUFFER) || wasReleased(c, FreeCommonBuffer.RELEASED)) {
      return;
    }
    CommonBuffer buffer = buffers.get(virtualAddress);
    if (buffer == null) {
      noBuffer(c, virtualAddress);
      return;
    }
    long bytes = length & 0xFFFF_FFFFL;
    if (bytes != Pages.address(buffer.pages()) || logicalAddress != buffer.logicalAddress()) {
      c.misuse(FreeCommonBuffer.OTHER_BUFFER, virtualAddress, bytes, logicalAddress);
      return;
    }
    end(c, buffer);
    buffers.remove(virtualAddress);
    c.done(FreeCommonBuffer.DONE);
  }

  private void noBuffer(NtContext c, long virtualAddress) {
    if (!c.kernel().verifier().dma()) {
      c.misuse(FreeCommonBuffer.FOREIGN, virtualAddress, 0, 0);
      return;
    }
    Map.Entry<Long, CommonBuffer> below = buffers.floorEntry(virtualAddress);
    CommonBuffer around = below == null ? null : below.getValue();
    boolean inside =
        around != null && virtualAddress - around.virtualAddress() < Pages.address(around.pages());
    if (around != null && inside) {
      c.misuse(DmaVerification.OUTSIDE_MDL, virtualAddress, around.mdl(), 0);
    } else {
      c.misuse(DmaVerification.COMMON_BUFFER_FREED_TWICE, 1, 0, 0);
    }
  }

  private static void end(NtContext c, CommonBuffer buffer) {
    Domain engine = buffer.engine();
    if (engine != null) {
      engine.unmap(Pages.of(buffer.logicalAddress()), buffer.pages(), c.label());
    }
  }

  // ---- its end, and what there is not

  /**
   * PutDmaAdapter: releases the adapter. The device is in no domain any more.
   *
   * @param c who calls, at PASSIVE_LEVEL
   */
  public synchronized void putDmaAdapter(NtContext c) {
    if (!c.enterDma(Routine.PUT_DMA_ADAPTER) || wasReleased(c, PutDmaAdapter.RELEASED)) {
      return;
    }
    int left = buffers.size();
    if (left != 0 && c.kernel().verifier().dma()) {
      c.misuse(DmaVerification.COMMON_BUFFERS_LEFT, address, left, 0);
      return;
    }
    IommuState state = c.kernel().iommu();
    if (own != null && !leaveForGood(c, state, own.address())) {
      return;
    }
    buffers.values().forEach(buffer -> end(c, buffer));
    buffers.clear();
    Adapters.end(state, known);
    released = true;
    if (left != 0) {
      c.note(PutDmaAdapter.BUFFERS_LEFT, address, left, 0);
    } else {
      c.done(PutDmaAdapter.DONE);
    }
  }

  /** Detaches the device; false when that is not possible now, which is answered. */
  private boolean leaveForGood(NtContext c, IommuState state, long domain) {
    if (!Adapters.beginToEnd(state, known)) {
      c.misuse(PutDmaAdapter.DOMAIN_IN_USE, address, domain, 0);
      return false;
    }
    if (isDetached(state, own) && (joined == null || isDetached(state, joined))) {
      joined = null;
      return true;
    }
    Adapters.doNotEnd(state, known);
    c.misuse(PutDmaAdapter.CONCURRENT, device.pdo(), 0, 0);
    return false;
  }

  /** Whether the device is not attached to a domain any more, as far as nobody changes it now. */
  private boolean isDetached(IommuState state, @Nullable DmaDomain from) {
    return Attachments.detach(state, from, device) != Attachments.Result.CONCURRENT;
  }

  /**
   * Any other operation of DMA_OPERATIONS: not modelled, so that calling it is misuse that has a
   * name.
   *
   * @param c who calls
   * @param name the operation's name in DMA_OPERATIONS, for who reads the program
   */
  public synchronized void operation(NtContext c, String name) {
    c.enterDma(Routine.DMA_OPERATION);
    if (!wasReleased(c, DmaOperation.RELEASED)) {
      c.misuse(DmaOperation.NOT_MODELLED, address, 0, 0);
    }
  }
}
