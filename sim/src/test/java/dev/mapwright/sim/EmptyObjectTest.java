package dev.mapwright.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mapwright.core.Access;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Objects without pages, and mappings of what an object does not have yet. */
class EmptyObjectTest {
  private final SimulatedMachine machine = SimulatedMachine.create(1 << 20);
  private final AddressSpace space = AddressSpace.create(machine, "test", 0, 0xFFFF).get();
  private final Cpu cpu = machine.newCpu();

  @AfterEach
  void theMachineGoes() {
    Invariants.verify(machine);
    space.close();
    machine.close();
  }

  private void map(MemoryObject object, long objectPage, long page) {
    cpu.attach(space);
    MapRequest request = new MapRequest().object(object, objectPage).pages(2);
    request.where().at(page);
    assertThat(space.root().map(request)).isEqualTo(Outcome.OK);
    object.release();
  }

  private void beyond(long address) {
    assertThatExceptionOfType(MemoryFault.class)
        .isThrownBy(() -> cpu.load(address, 8))
        .satisfies(e -> assertThat(e.fault().reason()).isEqualTo(FaultReason.BEYOND_OBJECT));
    assertThat(space.translate(address, Access.READ).reason()).isEqualTo(FaultReason.BEYOND_OBJECT);
  }

  @Test
  void an_object_without_pages_is_mapped_and_found_when_it_has_grown() {
    MemoryObject object = MemoryObject.paged(machine, 0).get();
    assertThat(object.pages()).isZero();
    map(object, 0, 0x400);
    beyond(0x400_000);
    assertThat(object.committedPages()).isZero();
    assertThat(object.resize(1)).isEqualTo(Outcome.OK);
    cpu.store(0x400_000, 8, 42);
    assertThat(cpu.load(0x400_000, 8)).isEqualTo(42);
    beyond(0x401_000);
    assertThat(object.resize(0)).isEqualTo(Outcome.OK);
    beyond(0x400_000);
  }

  @Test
  void a_mapping_that_lies_beyond_its_object_altogether_waits_for_it() {
    MemoryObject object = MemoryObject.paged(machine, 1).get();
    map(object, 8, 0x400);
    beyond(0x400_000);
    assertThat(space.lease(0x400, 1, false).outcome()).isEqualTo(Outcome.BEYOND_OBJECT);
    assertThat(object.resize(9)).isEqualTo(Outcome.OK);
    cpu.store(0x400_000, 8, 7);
    assertThat(object.committedPages()).isOne();
    beyond(0x401_000);
  }
}
