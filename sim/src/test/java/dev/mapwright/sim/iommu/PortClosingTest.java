package dev.mapwright.sim.iommu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.core.machine.DmaPort;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.sim.IommuMode;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.sim.device.DmaEngine;
import dev.mapwright.sim.device.DmaPolicy;
import dev.mapwright.sim.device.DmaRequest;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A port that is closed is nobody's any more. */
class PortClosingTest {
  private final SimulatedMachine machine =
      SimulatedMachine.builder().ram(0x100, 512).iommu(IommuMode.LEGACY, 39).build();
  private final SimulatedIommu iommu = (SimulatedIommu) Objects.requireNonNull(machine.iommu());
  private final MemorySegment buffer = MemorySegment.ofArray(new long[8]);

  @AfterEach
  void close() {
    machine.close();
  }

  @Test
  void it_leaves_the_unit_and_makes_no_access_any_more() {
    DmaPort port = machine.newDmaPort(1, DmaFault.NO_PASID);
    DmaPort other = machine.newDmaPort(2, DmaFault.NO_PASID);
    assertThat(iommu.unit().ports()).isEqualTo(2);
    port.close();
    port.close();
    assertThat(iommu.unit().ports()).isEqualTo(1);
    assertThatThrownBy(() -> port.read(0, buffer, 0, 8)).isInstanceOf(IllegalStateException.class);
    assertThat(other.read(0, buffer, 0, 8)).isNotNull();
  }

  @Test
  void whoever_removes_translations_does_not_wait_for_it() throws InterruptedException {
    Translation tables = Objects.requireNonNull(iommu.newTranslation(39));
    assertThat(iommu.attach(1, tables)).isTrue();
    AtomicBoolean stop = new AtomicBoolean();
    Thread devices =
        new Thread(() -> {
          while (!stop.get()) {
            DmaPort port = machine.newDmaPort(1, DmaFault.NO_PASID);
            Objects.requireNonNull(port.read(0x1000, buffer, 0, 8));
            port.close();
          }
        });
    devices.start();
    for (int round = 0; round < 2000; round++) {
      tables.forget(0, 16);
      iommu.unit().forgetPages();
    }
    stop.set(true);
    devices.join();
    assertThat(iommu.unit().ports()).isZero();
    tables.close();
  }

  @Test
  void an_engine_that_is_closed_gives_its_port_back_and_forgets_what_comes() {
    int[] told = {0};
    DmaEngine engine =
        new DmaEngine(
            machine, 1, DmaFault.NO_PASID, DmaPolicy.inOrder(1), (request, done) -> told[0]++);
    engine.submit(DmaRequest.read(0, new byte[8], 0, 8, 0));
    engine.close();
    engine.close();
    assertThat(iommu.unit().ports()).isZero();
    DmaRequest late = DmaRequest.read(0, new byte[8], 0, 8, 0);
    engine.submit(late);
    assertThat(late.forgotten()).isTrue();
    machine.clock().advance(1000);
    assertThat(told[0]).isZero();
  }

  @Test
  void an_engine_that_is_closed_by_a_listener_of_its_own_fault_ends_after_the_access() {
    DmaEngine[] engine = new DmaEngine[1];
    engine[0] =
        new DmaEngine(machine, 1, DmaFault.NO_PASID, DmaPolicy.inOrder(1), (request, done) -> {});
    iommu.listen(fault -> engine[0].close());
    engine[0].submit(DmaRequest.read(0, new byte[8], 0, 8, 0));
    machine.clock().advance(1000);
    assertThat(iommu.unit().ports()).isZero();
    assertThat(engine[0].inFlight()).isZero();
  }
}
