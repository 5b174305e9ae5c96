package dev.mapwright.proof.dma;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.dma.Domain;
import dev.mapwright.core.dma.DomainRequest;
import dev.mapwright.core.dma.DomainReservation;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames.RunRequest;
import dev.mapwright.core.machine.Iommu;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.sim.IommuMode;
import dev.mapwright.sim.SimulatedMachine;
import java.util.Objects;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/**
 * What is done in a domain is linearizable: six pages where anything is mapped or reserved, and a
 * reservation of four beside them, in the same table.
 */
@Param(name = "page", gen = IntGen.class, conf = "0:5")
@Param(name = "pages", gen = IntGen.class, conf = "1:3")
@Param(name = "offset", gen = IntGen.class, conf = "0:3")
public class DomainLincheckTest {
  private static final int WIDTH = 39;
  private static final long FIRST = 0x1000;

  /** Never closed: thousands of domains are made on it, each of a few tables. */
  private static final SimulatedMachine MACHINE =
      SimulatedMachine.builder().ram(0x100, 1 << 20).iommu(IommuMode.LEGACY, WIDTH).build();

  private static final Iommu IOMMU = Objects.requireNonNull(MACHINE.iommu());
  private static final long PFN =
      MACHINE.frames().allocateRun(RunRequest.of(8, 0), FrameOwner.POOL, 1);

  private final Domain domain =
      Domain.create(
              MACHINE,
              "tiny",
              Objects.requireNonNull(IOMMU.newTranslation(WIDTH)),
              (1L << WIDTH - Pages.SHIFT) - 1,
              null)
          .get();
  private final DomainReservation reservation =
      domain.reserve(new DomainRequest().pages(4).at(FIRST + 6)).get();

  /** Maps frames. */
  @Operation
  public Outcome map(@Param(name = "page") int page, @Param(name = "pages") int pages) {
    DomainRequest request = new DomainRequest().pages(pages).at(FIRST + page);
    return domain.map(request, index -> PFN + pages + index);
  }

  /** Unmaps a range. */
  @Operation
  public Outcome unmap(@Param(name = "page") int page, @Param(name = "pages") int pages) {
    return domain.unmap(FIRST + page, pages);
  }

  /** Reserves a range, for good. */
  @Operation
  public Outcome reserve(@Param(name = "page") int page, @Param(name = "pages") int pages) {
    return domain.reserve(new DomainRequest().pages(pages).at(FIRST + page)).outcome();
  }

  /** Maps in the reservation. */
  @Operation
  public Outcome mapReserved(@Param(name = "offset") int offset, @Param(name = "pages") int pages) {
    return reservation.map(offset, pages, index -> PFN + index, Permissions.READ);
  }

  /** Unmaps in the reservation. */
  @Operation
  public Outcome unmapReserved(
      @Param(name = "offset") int offset, @Param(name = "pages") int pages) {
    return reservation.unmap(offset, pages);
  }

  /** Gives the reservation back. */
  @Operation
  public Outcome free() {
    return reservation.release();
  }

  /** Counts what nobody has unmapped. */
  @Operation
  public long mappings() {
    return domain.mappings();
  }

  /** Counts what is mapped in the reservation. */
  @Operation
  public long mappedPages() {
    return reservation.mappedPages();
  }

  /** What a device would reach. */
  @Operation
  public String shows(@Param(name = "page") int page) {
    long entry = domain.entry(FIRST + page);
    return TranslationEntry.present(entry)
        ? "frame " + (TranslationEntry.pfn(entry) - PFN)
        : "nothing";
  }

  /** The test itself: real threads, all their answers compared with some order of the calls. */
  @Test
  void what_is_done_in_a_domain_is_linearizable() {
    new StressOptions()
        .iterations(5)
        .invocationsPerIteration(150)
        .threads(2)
        .actorsPerThread(4)
        .actorsBefore(2)
        .actorsAfter(2)
        .check(DomainLincheckTest.class);
  }
}
