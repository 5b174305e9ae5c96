package dev.mapwright.windows.adapter;

import static dev.mapwright.windows.abi.MdlFlags.MDL_MAPPED_TO_SYSTEM_VA;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PAGES_LOCKED;
import static dev.mapwright.windows.abi.MdlFlags.MDL_SOURCE_IS_NONPAGED_POOL;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.dma.Domain;
import dev.mapwright.core.dma.DomainRequest;
import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.abi.iommu.DmaPermissions;
import dev.mapwright.windows.answer.CreateCommonBufferFromMdl;
import dev.mapwright.windows.answer.DmaVerification;
import dev.mapwright.windows.context.DmaChecks;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.iommu.CommonBuffer;
import dev.mapwright.windows.memory.iommu.DmaDomain;
import dev.mapwright.windows.memory.mdl.FrameList;
import dev.mapwright.windows.memory.mdl.MdlFields;
import org.jspecify.annotations.Nullable;

/** CreateCommonBufferFromMdl. The monitor of the adapter is held. */
final class CommonBufferCreation {
  private CommonBufferCreation() {}

  static int run(NtContext c, DmaAdapter adapter, long mdlAddress, int configs, long out) {
    if (adapter.wasReleased(c, CreateCommonBufferFromMdl.RELEASED)) {
      return c.failureStatus();
    }
    // Is it an MDL of whole pages, resident and mapped?
    if (mdlAddress == 0) {
      return c.refuse(CreateCommonBufferFromMdl.NO_MDL, 0, 0);
    }
    MdlFields mdl = c.mdl();
    mdl.read(c.cpu(), mdlAddress);
    if (mdl.next() != 0) {
      return c.refuse(CreateCommonBufferFromMdl.CHAINED, mdlAddress, mdl.next());
    }
    if (DmaChecks.nothing(c, mdl.byteCount())) {
      return c.failureStatus();
    }
    if (mdl.byteCount() == 0 || Pages.offset(mdl.byteOffset() | mdl.byteCount()) != 0) {
      return c.refuse(
          CreateCommonBufferFromMdl.NOT_WHOLE_PAGES, mdlAddress, mdl.byteOffset(), mdl.byteCount());
    }
    boolean resident = mdl.any(MDL_PAGES_LOCKED | MDL_SOURCE_IS_NONPAGED_POOL);
    if (DmaChecks.unlocked(c, mdlAddress, resident)) {
      return c.failureStatus();
    }
    if (!resident) {
      return c.refuse(CreateCommonBufferFromMdl.NOT_RESIDENT, mdlAddress, mdl.flags());
    }
    if (!mdl.any(MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL)) {
      return notMapped(c, mdlAddress);
    }
    FrameList list = c.frames();
    boolean room = list.begin(mdl.pages());
    if (room && !readPages(c, list)) {
      return c.refuse(CreateCommonBufferFromMdl.BAD_PAGES, mdlAddress, 0);
    }
    // Is anything asked for that there is not?
    if (configs != 0) {
      return c.refuse(CreateCommonBufferFromMdl.EXTENDED, configs & 0xFFFF_FFFFL, 0);
    }
    if (out == 0) {
      return c.refuse(CreateCommonBufferFromMdl.NO_RESULT, 0, 0);
    }
    return room ? make(c, adapter, out) : c.refuse(CreateCommonBufferFromMdl.NO_MEMORY, 0, 0);
  }

  /** Whether all pages of the MDL can be some. */
  private static boolean readPages(NtContext c, FrameList list) {
    c.mdl().readPfns(c.cpu(), list);
    for (int i = 0; i < list.count(); i++) {
      if (!list.possible(i)) {
        return false;
      }
    }
    return true;
  }

  private static int notMapped(NtContext c, long mdl) {
    if (c.kernel().verifier().dma()) {
      c.misuse(DmaVerification.NOT_SYSTEM_MAPPED, mdl, 0, 0);
      return c.failureStatus();
    }
    return c.refuse(CreateCommonBufferFromMdl.NOT_MAPPED, mdl, c.mdl().flags());
  }

  private static int make(NtContext c, DmaAdapter adapter, long out) {
    MdlFields mdl = c.mdl();
    DmaDomain domain = adapter.current();
    Domain engine = domain == null ? null : domain.engine();
    // Can the device reach the pages side by side?
    if (engine == null && !sideBySide(c.frames())) {
      return c.refuse(CreateCommonBufferFromMdl.NOT_CONTIGUOUS, mdl.address(), 0);
    }
    if (domain != null && engine != null && engine.allocator() == null) {
      return c.refuse(CreateCommonBufferFromMdl.NO_ALLOCATOR, domain.address(), 0);
    }
    long va = mdl.mappedSystemVa();
    if (adapter.buffers().containsKey(va)) {
      return twice(c, va, mdl.pages());
    }
    c.requireWritable(out, Long.BYTES);
    CommonBuffer made = map(c, engine);
    if (made == null) {
      return c.refuse(CreateCommonBufferFromMdl.NO_MEMORY, 0, 0);
    }
    try {
      c.cpu().store(out, 8, made.logicalAddress());
      adapter.buffers().put(va, made);
    } catch (MemoryFault fault) {
      if (engine != null) {
        engine.unmap(Pages.of(made.logicalAddress()), made.pages(), c.label());
      }
      throw fault;
    }
    c.done(CreateCommonBufferFromMdl.DONE);
    return NtStatus.STATUS_SUCCESS;
  }

  private static boolean sideBySide(FrameList list) {
    for (int i = 1; i < list.count(); i++) {
      if (list.pfn(i) != list.pfn(0) + i) {
        return false;
      }
    }
    return true;
  }

  private static int twice(NtContext c, long va, long pages) {
    if (c.kernel().verifier().dma()) {
      c.misuse(DmaVerification.MAPPED_ALREADY, va, va + Pages.address(pages), va);
      return c.failureStatus();
    }
    return c.refuse(CreateCommonBufferFromMdl.CREATED_TWICE, va, 0);
  }

  /** Maps the pages where DMA is remapped; null when memory or addresses are short. */
  private static @Nullable CommonBuffer map(NtContext c, @Nullable Domain engine) {
    MdlFields mdl = c.mdl();
    FrameList list = c.frames();
    long va = mdl.mappedSystemVa();
    if (engine == null) {
      long physical = Pages.address(list.pfn(0));
      return new CommonBuffer(va, mdl.address(), mdl.pages(), physical, null, c.maker());
    }
    c.physicalPages().list();
    DomainRequest request =
        c.domainRequest()
            .clear()
            .pages(mdl.pages())
            .permissions(DmaPermissions.KNOWN)
            .by(c.label());
    if (engine.map(request, c.physicalPages()) != Outcome.OK) {
      return null;
    }
    long logical = Pages.address(request.page());
    return new CommonBuffer(va, mdl.address(), mdl.pages(), logical, engine, c.maker());
  }
}
