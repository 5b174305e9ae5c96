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
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.core.machine.FaultResolver;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.sim.PagedSpace;
import dev.mapwright.sim.SimulatedMachine;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a device's handler does while a CPU is in the middle of an access: it takes away what the
 * rest of the access needs, moves the CPU elsewhere, uses it, or throws.
 */
@ParameterizedClass
@EnumSource
@Timeout(60)
class DeviceAccessTest {
  enum Mode {
    SINGLE_THREADED,
    CONCURRENT,
    CONCURRENT_IN_A_BRACKET,
    /** Changes of the tables are made by another thread while the handler waits for it. */
    CHANGED_BY_ANOTHER_THREAD
  }

  private static final long DEVICE_PFN = 0x8000_0000L;
  private static final long REGISTERS = 0x5_0000;
  private static final long MORE_REGISTERS = 0x5_1000;
  private static final long MEMORY = 0x6_0000;
  private static final long POISON = 0x5A5A_5A5A_5A5A_5A5AL;

  /** Two pages of bytes. Before the nth call of all, something may happen. */
  private static final class Registers implements DeviceHandler {
    final byte[] bytes = new byte[2 * Pages.BYTES];
    final List<String> calls = new ArrayList<>();
    int calledBefore;
    int actAt = -1;
    Runnable act = () -> {};

    void at(int call, Runnable something) {
      calledBefore = 0;
      calls.clear();
      actAt = call;
      act = something;
    }

    private void called(String call) {
      calls.add(call);
      if (calledBefore++ == actAt) {
        act.run();
      }
    }

    @Override
    public long read(long offsetBytes, int width) {
      called("read " + offsetBytes);
      long value = 0;
      for (int i = 0; i < width; i++) {
        value |= Byte.toUnsignedLong(bytes[(int) offsetBytes + i]) << 8 * i;
      }
      return value;
    }

    @Override
    public void write(long offsetBytes, int width, long value) {
      called("write " + offsetBytes);
      for (int i = 0; i < width; i++) {
        bytes[(int) offsetBytes + i] = (byte) (value >>> 8 * i);
      }
    }
  }

  private final Mode mode;
  private final Registers device = new Registers();
  private final SimulatedMachine machine;
  private final PagedSpace space;
  private final Cpu cpu;

  DeviceAccessTest(Mode mode) {
    this.mode = mode;
    var builder = SimulatedMachine.builder().ram(0, 1024).device("device", DEVICE_PFN, 2, device);
    machine = (mode == Mode.SINGLE_THREADED ? builder.singleThreaded() : builder).build();
    space = new PagedSpace(machine);
    cpu = machine.newCpu();
    cpu.attach(space);
    map(REGISTERS, DEVICE_PFN);
    map(MORE_REGISTERS, DEVICE_PFN + 1);
    warmUp();
    for (int i = 0; i < device.bytes.length; i++) {
      device.bytes[i] = (byte) (i * 7 + 1);
    }
    if (bracketed()) {
      cpu.enter();
    }
  }

  private boolean bracketed() {
    return mode == Mode.CONCURRENT_IN_A_BRACKET || mode == Mode.CHANGED_BY_ANOTHER_THREAD;
  }

  /** So that the TLB is in use from the first access of a test on. */
  private void warmUp() {
    memory(0x1000);
    for (int i = 0; i <= Tlb.MISSES_WITHOUT_ARRAYS; i++) {
      cpu.load(0x1000, 8);
      cpu.store(0x1000, 8, 0);
    }
  }

  @AfterEach
  void theCpuIsAsItWasAndHoldsNobodyUp() {
    if (bracketed()) {
      cpu.exit();
    }
    assertThatThrownBy(cpu::exit).hasMessageContaining("no bracket");
    device.at(-1, () -> {});
    cpu.attach(space);
    map(MEMORY, memory(0x2000));
    cpu.enter();
    cpu.store(MEMORY, 8, 3);
    assertThat(cpu.load(MEMORY, 8)).isEqualTo(3);
    cpu.exit();
    // Outside its bracket, this running thread is waited for by nobody.
    Runnable removal = () -> space.translation().remove(0, Pages.LAST_PAGE);
    if (mode == Mode.SINGLE_THREADED) {
      removal.run();
    } else {
      Thread remover = new Thread(removal);
      remover.start();
      while (remover.isAlive()) {
        Thread.onSpinWait();
      }
    }
    assertThat(faultOf(() -> cpu.load(MEMORY, 8)).reason()).isEqualTo(FaultReason.UNMAPPED);
    machine.close();
  }

  private void map(long address, long pfn) {
    space.map(Pages.of(address), pfn, Permissions.ALL);
  }

  /** Maps a frame of zeros and returns its number. */
  private long memory(long address) {
    return space.map(Pages.of(address), Permissions.ALL);
  }

  private void change(Runnable ofTheTables) {
    if (mode != Mode.CHANGED_BY_ANOTHER_THREAD) {
      ofTheTables.run();
      return;
    }
    Thread other = new Thread(ofTheTables);
    other.start();
    try {
      other.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Takes a page away and fills its frame with what nobody may see or touch. */
  private void lose(long address, long pfn) {
    change(() -> {
      space.translation().remove(Pages.of(address), Pages.of(address));
      for (int at = 0; at < Pages.BYTES; at += 8) {
        machine.memory().writeLong(Pages.address(pfn) + at, POISON);
      }
    });
  }

  private void assertUntouched(long pfn) {
    for (int at = 0; at < Pages.BYTES; at += 8) {
      assertThat(machine.memory().readLong(Pages.address(pfn) + at)).isEqualTo(POISON);
    }
  }

  private static Fault faultOf(Runnable access) {
    return Objects.requireNonNull(catchThrowableOfType(MemoryFault.class, access::run)).fault();
  }

  private static Fault unmapped(long address, int bytes, Access access, long faultAddress) {
    return new Fault(address, bytes, access, faultAddress, FaultReason.UNMAPPED, null);
  }

  // ---- the other side of a copy goes away

  @Test
  void a_copy_out_of_registers_does_not_reach_a_target_that_the_handler_took_away() {
    for (int call = 0; call < 8; call++) {
      long pfn = memory(MEMORY);
      device.at(call, () -> lose(MEMORY, pfn));
      assertThat(cpu.copy(REGISTERS, MEMORY, 8))
          .isEqualTo(unmapped(MEMORY, 8, Access.WRITE, MEMORY + call));
      assertThat(device.calls).as("no register is read twice").hasSize(call + 1);
      assertUntouched(pfn);
    }
  }

  @Test
  void a_copy_out_of_registers_goes_on_in_the_frame_that_the_handler_mapped_instead() {
    long pfn = memory(MEMORY);
    long other = machine.frames().allocate(FrameOwner.OBJECT, 1);
    device.at(
        3,
        () -> {
          lose(MEMORY, pfn);
          change(() -> map(MEMORY, other));
        });
    assertThat(cpu.copy(REGISTERS, MEMORY, 8)).isNull();
    assertUntouched(pfn);
    assertThat(machine.memory().readLong(Pages.address(other)))
        .isEqualTo(0x322B_241D_0000_0000L | 0x16L << 24);
    assertThat(device.calls).hasSize(8);
  }

  @Test
  void a_copy_into_registers_does_not_read_from_a_source_that_the_handler_took_away() {
    long pfn = memory(MEMORY);
    device.at(2, () -> lose(MEMORY, pfn));
    assertThat(cpu.copy(MEMORY, REGISTERS, 8))
        .isEqualTo(unmapped(MEMORY, 8, Access.READ, MEMORY + 3));
    assertThat(device.calls).containsExactly("write 0", "write 1", "write 2");
    assertThat(device.bytes[2]).isZero();
    assertThat(device.bytes[3]).isEqualTo((byte) 22);
  }

  @Test
  void a_copy_out_of_registers_that_the_handler_took_away_calls_it_no_more() {
    memory(MEMORY);
    device.at(2, () -> change(() -> space.translation().remove(0x50, 0x50)));
    assertThat(cpu.copy(REGISTERS, MEMORY, 8))
        .isEqualTo(unmapped(REGISTERS, 8, Access.READ, REGISTERS + 3));
    assertThat(device.calls).containsExactly("read 0", "read 1", "read 2");
    assertThat(cpu.load(MEMORY, 4)).isEqualTo(0x000F_0801);
  }

  @Test
  void a_copy_from_registers_to_registers_looks_again_after_each_handler() {
    device.at(5, () -> change(() -> space.translation().remove(0x51, 0x51)));
    // The third write takes its own page away; the write itself had begun.
    assertThat(cpu.copy(REGISTERS, MORE_REGISTERS, 8))
        .isEqualTo(unmapped(MORE_REGISTERS, 8, Access.WRITE, MORE_REGISTERS + 3));
    assertThat(device.calls)
        .containsExactly("read 0", "write 4096", "read 1", "write 4097", "read 2", "write 4098");
    map(MORE_REGISTERS, DEVICE_PFN + 1);
    device.at(4, () -> change(() -> space.translation().remove(0x51, 0x51)));
    assertThat(cpu.copy(REGISTERS, MORE_REGISTERS, 8))
        .isEqualTo(unmapped(MORE_REGISTERS, 8, Access.WRITE, MORE_REGISTERS + 2));
    assertThat(device.calls).hasSize(5);
  }

  @Test
  void a_copy_within_registers_moves_them_as_if_all_had_been_read_first() {
    for (int distance : new int[] {-9, -1, 1, 3}) {
      byte[] before = device.bytes.clone();
      assertThat(cpu.copy(REGISTERS + 4090, REGISTERS + 4090 + distance, 20)).isNull();
      System.arraycopy(before, 4090, before, 4090 + distance, 20);
      assertThat(device.bytes).isEqualTo(before);
    }
  }

  @Test
  void an_overlapping_copy_looks_again_after_a_handler_changed_something() {
    // Memory and registers adjacent, so that one range covers both and moves up by one.
    long pfn = memory(REGISTERS - 0x1000);
    device.at(3, () -> lose(REGISTERS - 0x1000, pfn));
    // 4 bytes of memory, then 4 registers: the highest register is written first.
    assertThat(cpu.copy(REGISTERS - 4, REGISTERS - 3, 8))
        .isEqualTo(unmapped(REGISTERS - 4, 8, Access.READ, REGISTERS - 1));
    assertThat(device.calls)
        .containsExactly(
            "read 3", "write 4", "read 2", "write 3", "read 1", "write 2", "read 0", "write 1");
    assertUntouched(pfn);
  }

  // ---- bulk accesses

  @Test
  void a_bulk_read_stops_at_the_register_after_the_one_that_took_its_page_away() {
    MemorySegment into = MemorySegment.ofArray(new byte[16]);
    device.at(2, () -> change(() -> space.translation().remove(0x50, 0x50)));
    assertThat(cpu.read(REGISTERS, into, 0, 16))
        .isEqualTo(unmapped(REGISTERS, 16, Access.READ, REGISTERS + 3));
    assertThat(device.calls).hasSize(3);
    assertThat(into.get(ValueLayout.JAVA_BYTE, 2)).isEqualTo((byte) 15);
  }

  @Test
  void a_bulk_write_stops_at_the_register_after_the_one_that_took_its_page_away() {
    MemorySegment from = MemorySegment.ofArray(new byte[16]);
    device.at(2, () -> change(() -> space.translation().remove(0x50, 0x50)));
    assertThat(cpu.write(REGISTERS, from, 0, 16))
        .isEqualTo(unmapped(REGISTERS, 16, Access.WRITE, REGISTERS + 3));
    assertThat(device.calls).hasSize(3);
  }

  @Test
  void a_bulk_access_goes_on_in_the_memory_that_the_handler_mapped_over_its_registers() {
    long pfn = machine.frames().allocate(FrameOwner.OBJECT, 1);
    machine.memory().writeLong(Pages.address(pfn), -1);
    MemorySegment bytes = MemorySegment.ofArray(new byte[8]);
    device.at(4, () -> change(() -> map(REGISTERS, pfn)));
    assertThat(cpu.read(REGISTERS, bytes, 0, 8)).isNull();
    assertThat(bytes.toArray(ValueLayout.JAVA_BYTE)).containsExactly(1, 8, 15, 22, 29, -1, -1, -1);
    map(REGISTERS, DEVICE_PFN);
    bytes.fill((byte) 9);
    device.at(4, () -> change(() -> map(REGISTERS, pfn)));
    assertThat(cpu.write(REGISTERS, bytes, 0, 8)).isNull();
    assertThat(machine.memory().readLong(Pages.address(pfn))).isEqualTo(0x0909_09FF_FFFF_FFFFL);
    assertThat(device.calls).hasSize(5);
  }

  // ---- scalars over a border

  @Test
  void a_load_over_a_border_does_not_read_a_page_that_the_first_register_took_away() {
    long pfn = memory(REGISTERS + 0x2000);
    long address = REGISTERS + 0x2000 - 4;
    device.at(0, () -> lose(REGISTERS + 0x2000, pfn));
    assertThat(faultOf(() -> cpu.load(address, 8)))
        .isEqualTo(unmapped(address, 8, Access.READ, REGISTERS + 0x2000));
    assertThat(device.calls).hasSize(4);
    map(REGISTERS + 0x2000, pfn);
    device.at(3, () -> lose(REGISTERS + 0x2000, pfn));
    assertThat(faultOf(() -> cpu.fetch(address, 8)))
        .isEqualTo(unmapped(address, 8, Access.FETCH, REGISTERS + 0x2000));
    assertThat(device.calls).hasSize(4);
  }

  @Test
  void a_store_over_a_border_does_not_call_a_device_that_the_first_register_took_away() {
    device.at(1, () -> change(() -> space.translation().remove(0x51, 0x51)));
    assertThat(faultOf(() -> cpu.store(MORE_REGISTERS - 4, 8, -1)))
        .isEqualTo(unmapped(MORE_REGISTERS - 4, 8, Access.WRITE, MORE_REGISTERS));
    assertThat(device.calls)
        .containsExactly("write 4092", "write 4093", "write 4094", "write 4095");
  }

  @Test
  void a_store_over_a_border_writes_its_memory_before_it_calls_a_device() {
    long pfn = memory(REGISTERS + 0x2000);
    device.at(0, () -> lose(REGISTERS + 0x2000, pfn));
    cpu.store(REGISTERS + 0x2000 - 4, 8, -1);
    assertThat(device.calls).hasSize(4);
    assertUntouched(pfn);
    // Registers that become memory half-way are stored to as memory.
    long instead = machine.frames().allocate(FrameOwner.OBJECT, 1);
    device.at(1, () -> change(() -> map(MORE_REGISTERS, instead)));
    cpu.store(MORE_REGISTERS - 2, 8, -1);
    assertThat(device.calls).containsExactly("write 4094", "write 4095");
    assertThat(machine.memory().readLong(Pages.address(instead))).isEqualTo(0xFFFF_FFFF_FFFFL);
  }

  @Test
  void no_register_is_touched_by_an_access_that_faults_anyway() {
    long beyond = REGISTERS + 0x2000;
    assertThat(faultOf(() -> cpu.load(beyond - 4, 8)).faultAddress()).isEqualTo(beyond);
    assertThat(faultOf(() -> cpu.store(beyond - 4, 8, 1)).faultAddress()).isEqualTo(beyond);
    assertThat(faultOf(() -> cpu.fetch(beyond - 4, 8)).faultAddress()).isEqualTo(beyond);
    assertThat(cpu.copy(REGISTERS, beyond, 8)).isNotNull();
    assertThat(faultOf(() -> cpu.compareAndSwap(REGISTERS, 8, 0, 1)).reason())
        .isEqualTo(FaultReason.NOT_ATOMIC);
    assertThat(device.calls).isEmpty();
  }

  // ---- the CPU itself

  @Test
  void a_handler_may_move_the_cpu_to_another_space_and_the_rest_goes_through_that_one() {
    PagedSpace other = new PagedSpace(machine);
    long pfn = memory(MEMORY);
    long there = other.map(Pages.of(MEMORY));
    other.map(Pages.of(REGISTERS), DEVICE_PFN + 1, Permissions.ALL);
    device.at(3, () -> cpu.attach(other));
    assertThat(cpu.copy(REGISTERS, MEMORY, 8)).isNull();
    assertThat(machine.memory().readLong(Pages.address(pfn))).isEqualTo(0x000F_0801);
    assertThat(device.calls).contains("read 3", "read 4100").doesNotContain("read 4", "read 4099");
    assertThat(machine.memory().readLong(Pages.address(there)) & 0xFFFF_FFFFL)
        .isEqualTo(0x16L << 24);
    cpu.attach(space);
    device.at(0, () -> cpu.attach(null));
    assertThat(Objects.requireNonNull(cpu.copy(REGISTERS, MEMORY, 8)).reason())
        .isEqualTo(FaultReason.NOT_ATTACHED);
    cpu.attach(space);
    device.at(0, () -> cpu.attach(null));
    assertThat(cpu.load(REGISTERS, 8)).isNotZero();
    assertThat(faultOf(() -> cpu.load(MEMORY, 8)).reason()).isEqualTo(FaultReason.NOT_ATTACHED);
  }

  @Test
  void a_translation_that_a_handler_closes_is_gone_for_the_rest_of_the_access() {
    PagedSpace other = new PagedSpace(machine);
    other.map(Pages.of(REGISTERS), DEVICE_PFN, Permissions.ALL);
    long pfn = other.map(Pages.of(MEMORY));
    cpu.attach(other);
    device.at(1, () -> change(other.translation()::close));
    assertThat(Objects.requireNonNull(cpu.copy(REGISTERS, MEMORY, 8)).reason())
        .isEqualTo(FaultReason.NOT_ATTACHED);
    assertThat(machine.memory().readLong(Pages.address(pfn))).isEqualTo(1);
    assertThat(cpu.attached()).isNull();
  }

  @Test
  void a_handler_may_use_the_cpu_that_called_it_for_anything() {
    memory(MEMORY);
    memory(MEMORY + 0x1000);
    memory(0x9000);
    Runnable everything =
        () -> {
          cpu.store(0x9000, 8, 0x1111);
          cpu.store(MEMORY + 0xFFC, 8, 0x2222_0000_0000L);
          assertThat(cpu.load(MEMORY + 0xFFC, 8)).isEqualTo(0x2222_0000_0000L);
          assertThat(cpu.copy(0x9000, 0x9800, 64)).isNull();
          assertThat(cpu.load(0x9800, 8)).isEqualTo(0x1111);
          assertThat(cpu.compareAndSwap(0x9000, 8, 0x1111, 0x3333)).isEqualTo(0x1111);
          assertThat(cpu.probe(0xA_0000, 1, Access.READ)).isNotNull();
          assertThat(cpu.write(0x9000, MemorySegment.ofArray(new byte[8]), 0, 8)).isNull();
          cpu.flush();
          cpu.poll();
          assertThat(cpu.attached()).isSameAs(space);
          // Registers within registers.
          assertThat(cpu.load(MORE_REGISTERS, 1)).isEqualTo(1);
        };
    for (int call = 0; call < 8; call++) {
      device.at(call, everything);
      assertThat(cpu.copy(REGISTERS, MEMORY, 8)).isNull();
      assertThat(cpu.load(MEMORY, 8)).isEqualTo(0x322B_241D_160F_0801L);
    }
    device.at(1, everything);
    cpu.store(MEMORY + 0x800, 8, 5);
    assertThat(cpu.copy(MEMORY + 0x800, MORE_REGISTERS + 8, 8)).isNull();
    assertThat(device.bytes[4096 + 8]).isEqualTo((byte) 5);
    device.at(0, everything);
    assertThat(cpu.load(REGISTERS, 8)).isEqualTo(0x322B_241D_160F_0801L);
    device.at(2, everything);
    assertThat(cpu.load(MORE_REGISTERS - 4, 8)).isEqualTo(0x160F_0801_FAF3_ECE5L);
    device.at(2, everything);
    cpu.store(MORE_REGISTERS - 4, 8, -1);
    assertThat(device.bytes[4095]).isEqualTo((byte) -1);
  }

  @Test
  void neither_a_handler_nor_a_resolver_can_begin_or_end_a_bracket_of_its_cpu() {
    List<Throwable> refusals = new ArrayList<>();
    Runnable attempts =
        () -> {
          for (Runnable attempt : List.<Runnable>of(cpu::enter, cpu::exit)) {
            refusals.add(catchThrowableOfType(IllegalStateException.class, attempt::run));
          }
        };
    device.at(0, attempts);
    cpu.load(REGISTERS, 8);
    FaultResolver resolver =
        new FaultResolver() {
          @Override
          public Translation translation() {
            return space.translation();
          }

          @Override
          public @Nullable Fault resolve(long address, Access access) {
            attempts.run();
            assertThat(cpu.load(REGISTERS, 1)).isEqualTo(1);
            attempts.run();
            memory(address);
            return null;
          }
        };
    cpu.attach(resolver);
    cpu.load(0x9000, 8);
    assertThat(refusals).hasSize(6).allSatisfy(e -> assertThat(e).hasMessageContaining("resolver"));
  }

  @Test
  void an_exception_of_a_handler_passes_and_leaves_the_cpu_usable() {
    memory(MEMORY);
    List<Runnable> accesses =
        List.of(
            () -> cpu.load(REGISTERS, 8),
            () -> cpu.fetch(REGISTERS, 8),
            () -> cpu.store(REGISTERS, 8, 1),
            () -> cpu.load(MORE_REGISTERS - 1, 2),
            () -> cpu.store(MORE_REGISTERS - 1, 2, 1),
            () -> cpu.copy(REGISTERS, MEMORY, 8),
            () -> cpu.copy(MEMORY, REGISTERS, 8),
            () -> cpu.copy(REGISTERS, REGISTERS + 1, 8),
            () -> cpu.read(REGISTERS, MemorySegment.ofArray(new byte[8]), 0, 8),
            () -> cpu.write(REGISTERS, MemorySegment.ofArray(new byte[8]), 0, 8));
    for (Runnable access : accesses) {
      device.at(
          0,
          () -> {
            throw new UnsupportedOperationException("on purpose");
          });
      assertThatThrownBy(access::run).isInstanceOf(UnsupportedOperationException.class);
      device.at(-1, () -> {});
      cpu.store(MEMORY, 8, 7);
      assertThat(cpu.load(MEMORY, 8)).isEqualTo(7);
    }
  }

  @Test
  void a_register_that_reads_itself_for_ever_overflows_the_stack_and_no_more() {
    machine.addDevice(
        "mirror",
        DEVICE_PFN + 2,
        1,
        new DeviceHandler() {
          @Override
          public long read(long offsetBytes, int bytes) {
            return cpu.load(MEMORY, 8);
          }

          @Override
          public void write(long offsetBytes, int bytes, long value) {
            cpu.attach(space);
            cpu.store(MEMORY, 8, value);
          }
        });
    map(MEMORY, DEVICE_PFN + 2);
    assertThatThrownBy(() -> cpu.load(MEMORY, 8)).isInstanceOf(StackOverflowError.class);
    assertThatThrownBy(() -> cpu.store(MEMORY, 8, 1)).isInstanceOf(StackOverflowError.class);
    assertThat(cpu.load(REGISTERS, 1)).isEqualTo(1);
  }
}
