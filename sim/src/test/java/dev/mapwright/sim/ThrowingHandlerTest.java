package dev.mapwright.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import org.junit.jupiter.api.Test;

/** What a device's handler throws, whoever made the access gets. */
class ThrowingHandlerTest {
  private static final class Broken implements DeviceHandler {
    private final IllegalStateException thrown = new IllegalStateException("no such register");

    @Override
    public long read(long offsetBytes, int bytes) {
      if (offsetBytes == 0) {
        throw thrown;
      }
      return 5;
    }

    @Override
    public void write(long offsetBytes, int bytes, long value) {
      throw thrown;
    }
  }

  @Test
  void it_comes_out_of_the_access_as_it_is_and_the_cpu_goes_on() {
    Broken broken = new Broken();
    try (SimulatedMachine machine =
            SimulatedMachine.builder().ram(0, 256).device("broken", 0xFE000, 1, broken).build();
        AddressSpace space = AddressSpace.create(machine, "test", 0, 0xFFFFF).get()) {
      Cpu cpu = machine.newCpu();
      cpu.attach(space);
      MemoryObject registers =
          MemoryObject.physical(machine, 0xFE000, 1, CachePolicy.UNCACHED).get();
      MapRequest request = new MapRequest().object(registers, 0).pages(1);
      request.where().at(0x500);
      space.root().map(request).orThrow();
      registers.release();

      assertThatThrownBy(() -> cpu.load(0x500_000, 4)).isSameAs(broken.thrown);
      assertThatThrownBy(() -> cpu.store(0x500_008, 4, 1)).isSameAs(broken.thrown);
      assertThat(cpu.load(0x500_008, 4)).isEqualTo(5);

      cpu.enter();
      assertThatThrownBy(() -> cpu.load(0x500_000, 4)).isSameAs(broken.thrown);
      assertThat(cpu.load(0x500_008, 4)).isEqualTo(5);
      cpu.exit();
      space.root().unmap(0x500, 1).orThrow(); // nobody waits for a bracket that was left open
    }
  }
}
