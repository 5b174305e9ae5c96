package dev.mapwright.windows.context;

import dev.mapwright.core.dma.DomainRequest;
import dev.mapwright.windows.memory.contiguous.ContiguousRelease;
import dev.mapwright.windows.memory.contiguous.IoSpaceRelease;
import dev.mapwright.windows.memory.contiguous.ShownRam;
import dev.mapwright.windows.memory.iommu.PhysicalPages;
import dev.mapwright.windows.memory.lock.PageProbe;
import dev.mapwright.windows.memory.mdl.FrameList;
import dev.mapwright.windows.memory.mdl.MdlFields;
import dev.mapwright.windows.memory.pool.PoolRelease;
import dev.mapwright.windows.memory.pte.MdlUnmapping;
import dev.mapwright.windows.memory.pte.PteRequest;
import dev.mapwright.windows.memory.pte.ReservedRequest;
import dev.mapwright.windows.memory.user.UserRequest;

/**
 * What a call needs for a moment: the lists and requests that its decision fills and its action
 * reads. A context has one and uses it again, so that a call allocates nothing. What is in it means
 * nothing before a call has written it. Used by one thread at a time.
 */
abstract class Workspace {
  private final FrameList frames;
  private final FrameList scratch;
  private final MdlFields mdl = new MdlFields();
  private final MdlFields otherMdl = new MdlFields();
  private final MdlUnmapping mdlUnmapping = new MdlUnmapping();
  private final PageProbe pageProbe;
  private final PteRequest pteRequest;
  private final ShownRam shownRam;
  private final IoSpaceRelease ioSpaceRelease = new IoSpaceRelease();
  private final ContiguousRelease contiguousRelease = new ContiguousRelease();
  private final PoolRelease poolRelease = new PoolRelease();
  private final ReservedRequest reservedRequest;
  private final UserRequest userRequest;
  private final PhysicalPages physicalPages;
  private final DomainRequest domainRequest = new DomainRequest();

  Workspace(Kernel kernel) {
    frames = new FrameList(kernel.machine().failures());
    scratch = new FrameList(kernel.machine().failures());
    reservedRequest = new ReservedRequest(frames);
    userRequest = new UserRequest(frames);
    physicalPages = new PhysicalPages(frames);
    pteRequest = new PteRequest(kernel.systemPtes(), frames);
    pageProbe = new PageProbe(kernel.machine().frames(), kernel.pageLocks(), kernel.cacheBook());
    shownRam = new ShownRam(kernel.machine());
  }

  /** {@return the pages that the call is about} */
  public FrameList frames() {
    return frames;
  }

  /** {@return another list of pages} */
  public FrameList scratch() {
    return scratch;
  }

  /** {@return what the MDL of the call says} */
  public MdlFields mdl() {
    return mdl;
  }

  /** {@return what another MDL of the call says} */
  public MdlFields otherMdl() {
    return otherMdl;
  }

  /** {@return what decides whether the mapping of an MDL may be unmapped} */
  public MdlUnmapping mdlUnmapping() {
    return mdlUnmapping;
  }

  /** {@return what finds and locks pages} */
  public PageProbe pageProbe() {
    return pageProbe;
  }

  /** {@return what is to be mapped in system PTEs: the pages of {@code frames}} */
  public PteRequest pteRequest() {
    return pteRequest;
  }

  /** {@return what is to be mapped or unmapped in a reservation: the pages of {@code frames}} */
  public ReservedRequest reservedRequest() {
    return reservedRequest;
  }

  /** {@return RAM that is about to be shown by its physical address} */
  public ShownRam shownRam() {
    return shownRam;
  }

  /** {@return what is told about a mapping of I/O space that is removed} */
  public IoSpaceRelease ioSpaceRelease() {
    return ioSpaceRelease;
  }

  /** {@return what is told about contiguous or non-cached memory that is freed} */
  public ContiguousRelease contiguousRelease() {
    return contiguousRelease;
  }

  /** {@return what is told about a block of pool that is freed} */
  public PoolRelease poolRelease() {
    return poolRelease;
  }

  /** {@return what is to be mapped into a process: the pages of {@code frames}} */
  public UserRequest userRequest() {
    return userRequest;
  }

  /** {@return the pages that a call maps for devices: those of {@code frames}, or others} */
  public PhysicalPages physicalPages() {
    return physicalPages;
  }

  /** {@return what is to be mapped or reserved in a domain} */
  public DomainRequest domainRequest() {
    return domainRequest;
  }

  /** Makes room for a call about so many pages; false when there is no memory. */
  boolean provideRoom(int pages) {
    return frames.offerRoom(pages) && scratch.offerRoom(pages);
  }
}
