package dev.mapwright.proof.dma;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.dma.CallerDomain;
import dev.mapwright.core.dma.DomainFault;
import dev.mapwright.core.dma.DomainFault.Cause;
import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.core.machine.DmaPort;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames.RunRequest;
import dev.mapwright.core.machine.Iommu;
import dev.mapwright.core.machine.Iommu.TableKind;
import dev.mapwright.sim.IommuMode;
import dev.mapwright.sim.SimulatedMachine;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tables that the caller owns: what a forgotten flush does, and that it is told. */
class CallerDomainTest {
  private static final int REQUESTER = 5;
  private static final long READ_WRITE = 3;

  private final SimulatedMachine machine =
      SimulatedMachine.builder().ram(0x100, 1024).iommu(IommuMode.LEGACY, 39).build();
  private final Iommu iommu = Objects.requireNonNull(machine.iommu());
  private final long root = machine.frames().allocateRun(RunRequest.of(8, 0), FrameOwner.POOL, 1);
  private final CallerDomain domain =
      CallerDomain.of(iommu, "mine", TableKind.SECOND_STAGE, 3, root).get();
  private final DmaPort port = machine.newDmaPort(REQUESTER, DmaFault.NO_PASID);
  private final MemorySegment buffer = MemorySegment.ofArray(new long[1024]);
  private final List<DomainFault> faults = new ArrayList<>();

  private void entry(int table, int index, long bits) {
    machine.memory().writeLong(Pages.address(root + table) + 8L * index, bits);
  }

  /** Three levels: page n of the first 2 MiB shows frame root + 3 + n. */
  private void begin() {
    entry(0, 0, Pages.address(root + 1) | READ_WRITE);
    entry(1, 0, Pages.address(root + 2) | READ_WRITE);
    for (int page = 0; page < 4; page++) {
      entry(2, page, Pages.address(root + 3 + page) | READ_WRITE);
    }
    domain.report(faults::add);
    assertThat(domain.attach(REQUESTER)).isEqualTo(Outcome.OK);
  }

  private boolean reads(long page) {
    return port.read(Pages.address(page), buffer, 0, 8) == null;
  }

  @AfterEach
  void nothing_is_left() {
    domain.close();
    assertThat(machine.census().leaks()).isEmpty();
    machine.close();
  }

  @Test
  void a_forgotten_flush_lets_a_device_through_and_is_told() {
    begin();
    assertThat(reads(1)).isTrue();
    entry(2, 1, 0);
    assertThat(faults).isEmpty();
    assertThat(reads(1)).isTrue();
    DomainFault fault = faults.getFirst();
    assertThat(fault.cause()).isEqualTo(Cause.STALE_TRANSLATION);
    assertThat(fault.usedStaleTranslation()).isTrue();
    assertThat(fault.address()).isEqualTo(0x1000);
    assertThat(Objects.requireNonNull(fault.stale()).pfn()).isEqualTo(root + 4);
    assertThat(fault.report())
        .startsWith("device 0x5 read from 0x1000 in domain mine: the access went through by a")
        .contains("now nothing is mapped there; nobody has flushed the range");
    domain.flush(1, 1, true);
    assertThat(reads(1)).isFalse();
    assertThat(faults.getLast().cause()).isEqualTo(Cause.NOT_IN_TABLES);
    assertThat(faults.getLast().usedStaleTranslation()).isFalse();
    assertThat(faults).hasSize(2);
  }

  @Test
  void a_page_that_leads_elsewhere_and_one_that_allows_less_are_stale_too() {
    begin();
    assertThat(reads(1)).isTrue();
    assertThat(port.write(0x2000, buffer, 0, 8)).isNull();
    entry(2, 1, Pages.address(root + 7) | READ_WRITE);
    entry(2, 2, Pages.address(root + 5) | 1);
    assertThat(reads(1)).isTrue();
    assertThat(faults.getLast().report()).contains("the tables lead to another frame now");
    assertThat(port.write(0x2000, buffer, 0, 8)).isNull();
    assertThat(faults.getLast().report()).contains("now the mapping does not allow it");
    assertThat(faults).hasSize(2);
    assertThat(reads(2)).isTrue();
    assertThat(faults).hasSize(2);
    domain.flush();
    assertThat(port.write(0x2000, buffer, 0, 8)).isNotNull();
    assertThat(faults.getLast().cause()).isEqualTo(Cause.NO_PERMISSION);
  }

  @Test
  void an_access_that_is_refused_further_on_tells_both() {
    begin();
    assertThat(reads(1)).isTrue();
    entry(2, 1, 0);
    entry(2, 2, 0);
    assertThat(port.read(0x1FF8, buffer, 0, 16)).isNotNull();
    assertThat(faults.stream().map(DomainFault::cause))
        .containsExactly(Cause.STALE_TRANSLATION, Cause.NOT_IN_TABLES);
  }

  @Test
  void devices_of_others_are_not_told_here_and_after_detaching_none_is() {
    begin();
    DmaPort other = machine.newDmaPort(9, DmaFault.NO_PASID);
    assertThat(other.read(0x1000, buffer, 0, 8)).isNotNull();
    assertThat(faults).isEmpty();
    domain.detach(9);
    domain.detach(REQUESTER);
    assertThat(reads(1)).isFalse();
    assertThat(faults).isEmpty();
    other.close();
  }

  @Test
  void tables_that_the_iommu_cannot_walk_are_not_taken() {
    assertThat(CallerDomain.of(iommu, "deep", TableKind.SECOND_STAGE, 4, root).outcome())
        .isEqualTo(Outcome.UNSUPPORTED);
    assertThat(CallerDomain.of(iommu, "first", TableKind.FIRST_STAGE, 4, root).outcome())
        .isEqualTo(Outcome.UNSUPPORTED);
  }
}
