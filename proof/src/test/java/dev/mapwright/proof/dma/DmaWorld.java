package dev.mapwright.proof.dma;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.dma.BuddyAllocator;
import dev.mapwright.core.dma.Domain;
import dev.mapwright.core.dma.DomainOptions;
import dev.mapwright.core.dma.DomainRequest;
import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.core.machine.DmaPort;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames.RunRequest;
import dev.mapwright.core.machine.Iommu;
import dev.mapwright.core.machine.StaleAccess;
import dev.mapwright.sim.IommuMode;
import dev.mapwright.sim.SimulatedMachine;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A machine with an IOMMU, one device behind it, its domain, and frames to be shown to it. */
final class DmaWorld implements AutoCloseable {
  static final int WIDTH = 39;
  static final int REQUESTER = 0x20;

  /** How many frames there are to be shown, from a multiple of 2 MiB on. */
  static final int FRAMES = 4096;

  final SimulatedMachine machine;
  final Iommu iommu;
  final Domain domain;
  final DmaPort port;
  final long firstPfn;
  final List<StaleAccess> stale = new ArrayList<>();
  final MemorySegment buffer = MemorySegment.ofArray(new long[1024]);

  private DmaWorld(boolean chosen, DomainOptions options, int highestLeaf, IommuMode mode) {
    machine =
        SimulatedMachine.builder()
            .ram(0x200, 1 << 15)
            .iommu(mode, WIDTH)
            .iommuLeaves(highestLeaf)
            .build();
    iommu = Objects.requireNonNull(machine.iommu());
    firstPfn = machine.frames().allocateRun(RunRequest.of(FRAMES, 9), FrameOwner.POOL, 1);
    domain =
        Domain.create(
                machine,
                "disk",
                Objects.requireNonNull(iommu.newTranslation(WIDTH)),
                (1L << WIDTH - Pages.SHIFT) - 1,
                chosen ? null : new BuddyAllocator(WIDTH, machine.failures()),
                options)
            .get();
    assertThat(iommu.attach(REQUESTER, domain.translation())).isTrue();
    port = machine.newDmaPort(REQUESTER, DmaFault.NO_PASID);
    iommu.watch(stale::add);
  }

  /** One whose domain has a buddy allocator. */
  static DmaWorld buddy(DomainOptions options) {
    return new DmaWorld(false, options, 3, IommuMode.LEGACY);
  }

  /** One whose addresses are chosen here. */
  static DmaWorld chosen(DomainOptions options) {
    return new DmaWorld(true, options, 3, IommuMode.LEGACY);
  }

  /** One whose addresses are chosen here, with an IOMMU that marks what it uses. */
  static DmaWorld marking(DomainOptions options) {
    return new DmaWorld(true, options, 3, IommuMode.SCALABLE);
  }

  /** One whose IOMMU knows leaves up to a level of tables. */
  static DmaWorld withLeaves(int highestLeaf) {
    return new DmaWorld(true, DomainOptions.USUAL, highestLeaf, IommuMode.LEGACY);
  }

  /** Maps frames from one on where the allocator likes; the first page. */
  long map(long pages, int permissions, long frame, String by) {
    DomainRequest request = new DomainRequest().pages(pages).permissions(permissions).by(by);
    assertThat(domain.map(request, page -> firstPfn + frame + page)).isEqualTo(Outcome.OK);
    return request.page();
  }

  void mapAt(long page, long pages, int permissions, long frame) {
    DomainRequest request = new DomainRequest().pages(pages).permissions(permissions).at(page);
    assertThat(domain.map(request, at -> firstPfn + frame + at)).isEqualTo(Outcome.OK);
  }

  void unmap(long page, long pages) {
    assertThat(domain.unmap(page, pages, "the test")).isEqualTo(Outcome.OK);
  }

  @Nullable DmaFault read(long page) {
    return port.read(Pages.address(page), buffer, 0, 8);
  }

  @Nullable DmaFault write(long page, long value) {
    buffer.setAtIndex(ValueLayout.JAVA_LONG, 0, value);
    return port.write(Pages.address(page), buffer, 0, 8);
  }

  DmaFault refused(@Nullable DmaFault fault) {
    return Objects.requireNonNull(fault, "it was not refused");
  }

  /** The first word of a frame, counted from the first that is shown. */
  long word(long frame) {
    return machine.memory().readLong(Pages.address(firstPfn + frame));
  }

  void setWord(long frame, long value) {
    machine.memory().writeLong(Pages.address(firstPfn + frame), value);
  }

  @Override
  public void close() {
    Invariants.verify(machine);
    iommu.detach(REQUESTER);
    domain.close();
    for (long pfn = firstPfn; pfn < firstPfn + FRAMES; pfn++) {
      assertThat(machine.frames().holds(pfn)).isZero();
    }
    assertThat(machine.census().leaks()).isEmpty();
    machine.close();
  }
}
