package dev.mapwright.sim.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mapwright.core.Access;
import dev.mapwright.core.Fault;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.BusError;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.sim.PagedSpace;
import dev.mapwright.sim.SimulatedMachine;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** A device that fails accesses to its registers from the fifth byte on, and byte orders. */
@ParameterizedClass
@ValueSource(booleans = {false, true})
class BusErrorTest {
  private static final long DEVICE_PFN = 0x8000_0000L;
  private static final long MEMORY = 0x4_F000;
  private static final long REGISTERS = 0x5_0000;

  private static final class Failing implements DeviceHandler {
    private final byte[] bytes = new byte[4];

    @Override
    public long read(long offsetBytes, int width) {
      return require(offsetBytes) + 1L;
    }

    @Override
    public void write(long offsetBytes, int width, long value) {
      bytes[require(offsetBytes)] = (byte) value;
    }

    private static int require(long offsetBytes) {
      if (offsetBytes >= 4) {
        throw new BusError("there is no register at " + offsetBytes);
      }
      return (int) offsetBytes;
    }
  }

  private final boolean bracket;
  private final Failing device = new Failing();
  private final SimulatedMachine machine =
      SimulatedMachine.builder().ram(0, 64).device("device", DEVICE_PFN, 1, device).build();
  private final PagedSpace space = new PagedSpace(machine);
  private final Cpu cpu = machine.newCpu();

  BusErrorTest(boolean bracket) {
    this.bracket = bracket;
  }

  @BeforeEach
  void map() {
    space.map(Pages.of(MEMORY), Permissions.ALL);
    space.map(Pages.of(REGISTERS), DEVICE_PFN, Permissions.ALL);
    cpu.attach(space);
    if (bracket) {
      cpu.enter();
    }
    for (int i = 0; i <= Tlb.MISSES_WITHOUT_ARRAYS; i++) {
      cpu.load(REGISTERS, 1);
      cpu.store(REGISTERS, 1, 0);
      cpu.fetch(REGISTERS, 1);
    }
  }

  @AfterEach
  void close() {
    if (bracket) {
      cpu.exit();
    }
    machine.close();
  }

  private static Fault faultOf(Runnable access) {
    return Objects.requireNonNull(catchThrowableOfType(MemoryFault.class, access::run)).fault();
  }

  private static Fault failed(long address, long bytes, Access access, long at) {
    return new Fault(address, bytes, access, at, FaultReason.BUS_ERROR, null);
  }

  @Test
  void a_failed_register_is_a_fault_of_the_access() {
    long at = REGISTERS + 4;
    assertThat(faultOf(() -> cpu.load(at, 4))).isEqualTo(failed(at, 4, Access.READ, at));
    assertThat(faultOf(() -> cpu.fetch(at, 4))).isEqualTo(failed(at, 4, Access.FETCH, at));
    assertThat(faultOf(() -> cpu.store(at, 4, 1))).isEqualTo(failed(at, 4, Access.WRITE, at));
    assertThat(cpu.load(REGISTERS, 1)).isEqualTo(1);
  }

  @Test
  void a_bulk_access_has_transferred_what_came_before() {
    byte[] bytes = new byte[8];
    MemorySegment buffer = MemorySegment.ofArray(bytes);
    assertThat(cpu.read(REGISTERS, buffer, 0, 8))
        .isEqualTo(failed(REGISTERS, 8, Access.READ, REGISTERS + 4));
    assertThat(bytes).containsExactly(1, 2, 3, 4, 0, 0, 0, 0);
    assertThat(cpu.write(REGISTERS, buffer, 0, 8))
        .isEqualTo(failed(REGISTERS, 8, Access.WRITE, REGISTERS + 4));
    assertThat(device.bytes).containsExactly(1, 2, 3, 4);
    assertThat(cpu.copy(REGISTERS, MEMORY, 8))
        .isEqualTo(failed(REGISTERS, 8, Access.READ, REGISTERS + 4));
    assertThat(cpu.load(MEMORY, 8)).isEqualTo(0x0403_0201);
    assertThat(cpu.copy(MEMORY + 8, REGISTERS, 8))
        .isEqualTo(failed(REGISTERS, 8, Access.WRITE, REGISTERS + 4));
    assertThat(device.bytes).containsExactly(0, 0, 0, 0);
  }

  @Test
  void a_failure_in_the_second_page_names_the_whole_access() {
    assertThat(faultOf(() -> cpu.load(REGISTERS + 0xFFF, 1)).faultAddress())
        .isEqualTo(REGISTERS + 0xFFF);
    space.map(Pages.of(REGISTERS) + 1);
    assertThat(faultOf(() -> cpu.load(REGISTERS + 0xFFC, 8)))
        .isEqualTo(failed(REGISTERS + 0xFFC, 8, Access.READ, REGISTERS + 0xFFC));
    assertThat(faultOf(() -> cpu.store(REGISTERS + 0xFFC, 8, 1)))
        .isEqualTo(failed(REGISTERS + 0xFFC, 8, Access.WRITE, REGISTERS + 0xFFC));
  }

  @Test
  void a_value_is_stored_and_loaded_in_the_order_that_is_named() {
    long value = 0x0102_0304_0506_0708L;
    cpu.store(MEMORY, 8, value, ByteOrder.BIG_ENDIAN);
    assertThat(cpu.load(MEMORY, 1)).isEqualTo(1);
    assertThat(cpu.load(MEMORY, 8)).isEqualTo(Long.reverseBytes(value));
    assertThat(cpu.load(MEMORY + 2, 4, ByteOrder.BIG_ENDIAN)).isEqualTo(0x0304_0506);
    assertThat(cpu.load(MEMORY + 2, 2, ByteOrder.LITTLE_ENDIAN)).isEqualTo(0x0403);
    assertThat(cpu.fetch(MEMORY, 2, ByteOrder.BIG_ENDIAN)).isEqualTo(0x0102);
    assertThat(cpu.compareAndSwap(MEMORY, 4, 0x0102_0304, 0xFFEE_DDCC, ByteOrder.BIG_ENDIAN))
        .isEqualTo(0x0102_0304);
    assertThat(cpu.load(MEMORY, 2, ByteOrder.BIG_ENDIAN)).isEqualTo(0xFFEE);
    cpu.store(MEMORY + 0xFFF - 8, 1, 0x1234, ByteOrder.BIG_ENDIAN);
    assertThat(cpu.load(MEMORY + 0xFFF - 8, 1)).isEqualTo(0x34);
  }

  @Test
  void a_store_across_a_border_has_written_what_came_before_the_error() {
    assertThatThrownBy(() -> cpu.store(REGISTERS - 2, 8, 0x0807_0605_0403_0201L))
        .isInstanceOfSatisfying(
            MemoryFault.class,
            fault -> assertThat(fault.fault().reason()).isEqualTo(FaultReason.BUS_ERROR));
    assertThat(cpu.load(REGISTERS - 2, 2)).isEqualTo(0x0201);
    assertThat(device.bytes).containsExactly(3, 4, 5, 6);
  }
}
