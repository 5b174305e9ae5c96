package dev.mapwright.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.FaultReason;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.FrameOwner;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulatedMachineTest {
  private static SimulatedMachine machine(boolean single) {
    MachineBuilder builder = SimulatedMachine.builder().ram(0, 4096);
    return single ? builder.singleThreaded().build() : builder.build();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void what_is_stored_is_loaded_at_every_width_and_across_pages(boolean single) {
    try (SimulatedMachine machine = machine(single)) {
      PagedSpace space = new PagedSpace(machine);
      Cpu cpu = machine.newCpu();
      cpu.attach(space);
      space.map(5);
      machine.frames().allocate(FrameOwner.POOL, 9);
      space.map(6);
      for (boolean bracket : new boolean[] {false, true}) {
        if (bracket) {
          cpu.enter();
        }
        for (int bytes = 1; bytes <= 8; bytes *= 2) {
          long mask = bytes == 8 ? -1L : (1L << 8 * bytes) - 1;
          for (long address = Pages.address(6) - 16; address < Pages.address(6) + 16; address++) {
            long value = address * 0x9E3779B97F4A7C15L;
            cpu.store(address, bytes, value);
            assertThat(cpu.load(address, bytes)).isEqualTo(value & mask);
            assertThat(cpu.load(address, 1)).isEqualTo(value & 0xFF);
          }
        }
        if (bracket) {
          cpu.exit();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void after_a_removal_nothing_gets_through(boolean single) {
    try (SimulatedMachine machine = machine(single)) {
      PagedSpace space = new PagedSpace(machine);
      Cpu cpu = machine.newCpu();
      cpu.attach(space);
      space.map(5);
      cpu.enter();
      cpu.store(0x5000, 8, 1);
      assertThat(cpu.load(0x5000, 8)).isEqualTo(1);
      space.translation().remove(0, Pages.LAST_PAGE);
      assertThatThrownBy(() -> cpu.load(0x5000, 8))
          .isInstanceOfSatisfying(
              MemoryFault.class,
              fault -> assertThat(fault.fault().reason()).isEqualTo(FaultReason.UNMAPPED));
      space.map(5, Permissions.READ);
      assertThat(cpu.load(0x5000, 8)).isZero();
      assertThatThrownBy(() -> cpu.store(0x5000, 8, 1)).isInstanceOf(MemoryFault.class);
      cpu.exit();
      space.translation().close();
      assertThat(cpu.attached()).isNull();
      assertThatThrownBy(() -> cpu.load(0x5000, 8))
          .isInstanceOfSatisfying(
              MemoryFault.class,
              fault -> assertThat(fault.fault().reason()).isEqualTo(FaultReason.NOT_ATTACHED));
      assertThat(machine.frames().total() - machine.frames().free()).isEqualTo(2);
    }
  }
}
