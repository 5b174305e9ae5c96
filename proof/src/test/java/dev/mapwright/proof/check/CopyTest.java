package dev.mapwright.proof.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Access;
import dev.mapwright.core.Fault;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.sim.SimulatedMachine;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CopyTest {
  private static final long BASE = Pages.address(0x100);
  private static final int BYTES = 8 * Pages.BYTES;

  private final Machine machine = SimulatedMachine.create(16L << 20);
  private final AddressSpace space = AddressSpace.create(machine, "space", 1, 0xFFFF).get();
  private final Cpu cpu = machine.newCpu();
  private final byte[] model = new byte[BYTES];

  CopyTest() {
    MemoryObject object = MemoryObject.paged(machine, 8).get();
    MapRequest request = new MapRequest().object(object, 0).pages(8);
    request.where().at(0x100);
    space.root().map(request).orThrow();
    cpu.attach(space);
    new Random(1).nextBytes(model);
    assertThat(cpu.write(BASE, MemorySegment.ofArray(model), 0, BYTES)).isNull();
  }

  private byte[] memory() {
    byte[] bytes = new byte[BYTES];
    assertThat(cpu.read(BASE, MemorySegment.ofArray(bytes), 0, BYTES)).isNull();
    return bytes;
  }

  @Test
  void overlapping_ranges_arrive_as_if_all_were_read_first() {
    Random random = new Random(2);
    for (int round = 0; round < 2_000; round++) {
      int from = random.nextInt(BYTES);
      int to = random.nextInt(BYTES);
      int bytes = random.nextInt(BYTES - Math.max(from, to));
      assertThat(cpu.copy(BASE + from, BASE + to, bytes)).isNull();
      System.arraycopy(model, from, model, to, bytes);
      assertThat(memory()).isEqualTo(model);
    }
  }

  @Test
  void a_page_that_cannot_be_written_ends_the_copy_with_its_fault() {
    space.root().protect(0x104, 1, Permissions.READ).orThrow();
    Fault fault =
        Objects.requireNonNull(cpu.copy(BASE, BASE + 3 * Pages.BYTES + 100, 2 * Pages.BYTES));
    assertThat(fault.access()).isEqualTo(Access.WRITE);
    assertThat(Pages.of(fault.faultAddress())).isEqualTo(0x104);
    fault = Objects.requireNonNull(cpu.copy(BASE - 100, BASE, 200));
    assertThat(fault.access()).isEqualTo(Access.READ);
    assertThat(fault.faultAddress()).isEqualTo(BASE - 100);
  }
}
