package dev.mapwright.sim.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mapwright.core.Access;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.sim.PagedSpace;
import dev.mapwright.sim.SimulatedMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Registers whose pages are in the TLB: what is cached must never be more than what the tables and
 * the machine's devices say.
 */
@ParameterizedClass
@EnumSource
@Timeout(60)
class DevicePagesTest {
  enum Mode {
    SINGLE_THREADED,
    CONCURRENT,
    CONCURRENT_IN_A_BRACKET,
    LARGE_FIRST_IN_A_BRACKET;

    final boolean inBracket = name().endsWith("IN_A_BRACKET");
  }

  private static final long DEVICE_PFN = 0x8_0000L;
  private static final long REGISTERS = 0x5_0000;
  private static final long MORE_REGISTERS = 0x5_1000;

  /** Registers that read as their offset, with something done in the next call. */
  private static final class Registers implements DeviceHandler {
    final String name;
    final List<String> calls;
    Runnable act = () -> {};

    Registers(String name, List<String> calls) {
      this.name = name;
      this.calls = calls;
    }

    private void called(String call) {
      calls.add(name + " " + call);
      Runnable now = act;
      act = () -> {};
      now.run();
    }

    @Override
    public long read(long offsetBytes, int bytes) {
      called("read " + offsetBytes + " " + bytes);
      return -1 - offsetBytes; // more bits than are asked for
    }

    @Override
    public void write(long offsetBytes, int bytes, long value) {
      called("write " + offsetBytes + " " + bytes + " " + Long.toHexString(value));
    }
  }

  private final Mode mode;
  private final List<String> calls = new ArrayList<>();
  private final Registers device = new Registers("device", calls);
  private final SimulatedMachine machine;
  private final PagedSpace space;
  private final SimulatedCpu cpu;

  DevicePagesTest(Mode mode) {
    this.mode = mode;
    var builder = SimulatedMachine.builder().ram(0, 1024).device("device", DEVICE_PFN, 2, device);
    machine = (mode == Mode.SINGLE_THREADED ? builder.singleThreaded() : builder).build();
    space = new PagedSpace(machine);
    cpu = (SimulatedCpu) machine.newCpu();
    if (mode == Mode.LARGE_FIRST_IN_A_BRACKET) {
      LookOrderTest.begin(cpu, true);
    }
    cpu.attach(space);
    map(REGISTERS, DEVICE_PFN);
    map(MORE_REGISTERS, DEVICE_PFN + 1);
    if (mode.inBracket) {
      cpu.enter();
    }
    warmUp();
  }

  /** Until each page of registers is in each of the arrays. */
  private void warmUp() {
    for (int i = 0; i < 2 * Tlb.MISSES_WITHOUT_ARRAYS; i++) {
      for (long page = REGISTERS; page <= MORE_REGISTERS; page += Pages.BYTES) {
        cpu.load(page, 1);
        cpu.store(page, 1, 0);
        cpu.fetch(page, 1);
      }
    }
    calls.clear();
    assertThat(
            walksOf(() -> {
              cpu.load(REGISTERS, 4);
              cpu.store(MORE_REGISTERS, 4, 1);
              cpu.fetch(REGISTERS, 2);
            }))
        .isZero();
    assertThat(calls).hasSize(3);
    calls.clear();
  }

  @AfterEach
  void the_cpu_is_as_it_was() {
    if (mode.inBracket) {
      cpu.exit();
    }
    assertThatThrownBy(cpu::exit).hasMessageContaining("no bracket");
    machine.close();
  }

  private void map(long address, long pfn) {
    space.map(Pages.of(address), pfn, Permissions.ALL);
  }

  private void unmap(long address) {
    space.translation().remove(Pages.of(address), Pages.of(address));
  }

  private long walksOf(Runnable accesses) {
    long before = cpu.walks();
    accesses.run();
    return cpu.walks() - before;
  }

  private static FaultReason faultOf(Runnable access) {
    return Objects.requireNonNull(catchThrowableOfType(MemoryFault.class, access::run))
        .fault()
        .reason();
  }

  @Test
  void an_access_reaches_its_register_with_its_width_and_without_a_walk() {
    assertThat(
            walksOf(() -> {
              assertThat(cpu.load(REGISTERS + 8, 8)).isEqualTo(-9L);
              assertThat(cpu.load(REGISTERS + 5, 4)).isEqualTo(0xFFFF_FFFAL);
              assertThat(cpu.load(MORE_REGISTERS + 0xFFE, 2)).isEqualTo(0xE001);
              assertThat(cpu.fetch(MORE_REGISTERS, 1)).isEqualTo(0xFF);
              cpu.store(MORE_REGISTERS + 0x10, 2, 0x12345);
              cpu.store(REGISTERS, 8, -1);
            }))
        .isZero();
    assertThat(calls)
        .containsExactly(
            "device read 8 8",
            "device read 5 4",
            "device read 8190 2",
            "device read 4096 1",
            "device write 4112 2 2345",
            "device write 0 8 ffffffffffffffff");
  }

  @Test
  void an_access_over_a_page_border_and_one_of_no_width_do_not_hit() {
    cpu.load(MORE_REGISTERS - 4, 8);
    assertThat(calls).hasSize(8);
    calls.clear();
    for (int bytes : new int[] {-1, 0, 3, 5, 16, 4097}) {
      assertThatThrownBy(() -> cpu.load(REGISTERS, bytes))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> cpu.store(REGISTERS, bytes, 1))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(faultOf(() -> cpu.compareAndSwap(REGISTERS, 8, 0, 0)))
        .isEqualTo(FaultReason.NOT_ATOMIC);
    assertThat(calls).isEmpty();
  }

  @Test
  void memory_mapped_where_registers_were_is_memory_and_the_other_way_round() {
    unmap(REGISTERS);
    space.map(Pages.of(REGISTERS), Permissions.READ_WRITE);
    cpu.store(REGISTERS, 8, 77);
    assertThat(cpu.load(REGISTERS, 8)).isEqualTo(77);
    assertThat(calls).isEmpty();
    unmap(REGISTERS);
    map(REGISTERS, DEVICE_PFN + 1);
    assertThat(cpu.load(REGISTERS + 8, 4)).isEqualTo(0xFFFF_EFF7L);
    cpu.store(REGISTERS, 4, 5);
    assertThat(calls).containsExactly("device read 4104 4", "device write 4096 4 5");
  }

  @Test
  void a_permission_that_is_taken_away_is_gone_at_once_and_the_others_stay() {
    space.translation().restrict(Pages.of(REGISTERS), Pages.of(REGISTERS), Permissions.READ);
    assertThat(faultOf(() -> cpu.store(REGISTERS, 4, 1))).isEqualTo(FaultReason.DENIED);
    assertThat(faultOf(() -> cpu.fetch(REGISTERS, 4))).isEqualTo(FaultReason.DENIED);
    assertThat(calls).isEmpty();
    assertThat(cpu.load(REGISTERS, 4)).isEqualTo(0xFFFF_FFFFL);
    unmap(REGISTERS);
    assertThat(faultOf(() -> cpu.load(REGISTERS, 4))).isEqualTo(FaultReason.UNMAPPED);
    cpu.store(MORE_REGISTERS, 4, 1);
    assertThat(calls).hasSize(2);
  }

  @Test
  void a_store_after_the_dirty_bit_was_cleared_sets_it_again() {
    for (int round = 0; round < 3; round++) {
      space.translation().dirty(0, Pages.LAST_PAGE, true, (first, pages) -> {});
      cpu.load(REGISTERS, 4);
      assertThat(TranslationEntry.dirty(space.translation().entry(Pages.of(REGISTERS)))).isFalse();
      cpu.store(REGISTERS, 4, 1);
      assertThat(TranslationEntry.dirty(space.translation().entry(Pages.of(REGISTERS)))).isTrue();
    }
  }

  @Test
  void a_space_that_the_cpu_leaves_is_left_with_its_registers() {
    cpu.attach(null);
    assertThat(faultOf(() -> cpu.load(REGISTERS, 4))).isEqualTo(FaultReason.NOT_ATTACHED);
    cpu.attach(space);
    cpu.load(REGISTERS, 4);
    cpu.flush();
    assertThat(walksOf(() -> cpu.load(REGISTERS, 4))).isEqualTo(1);
  }

  @Test
  void a_removed_device_is_a_hole_for_the_next_access() {
    machine.removeDevice(DEVICE_PFN);
    assertThat(cpu.load(REGISTERS, 8)).isEqualTo(-1L);
    assertThat(cpu.load(MORE_REGISTERS, 4)).isEqualTo(0xFFFF_FFFFL);
    assertThat(cpu.fetch(REGISTERS, 1)).isEqualTo(0xFF);
    cpu.store(REGISTERS, 8, 1);
    assertThat(calls).isEmpty();
  }

  @Test
  void another_device_at_the_same_address_answers_the_next_access() {
    Registers other = new Registers("other", calls);
    for (int round = 0; round < 5; round++) {
      machine.removeDevice(DEVICE_PFN);
      // It begins a page below, so its registers have other offsets.
      machine.addDevice("other", DEVICE_PFN - 1, 3, other);
      cpu.load(REGISTERS + 4, 4);
      cpu.store(MORE_REGISTERS, 2, 3);
      assertThat(calls).containsExactly("other read 4100 4", "other write 8192 2 3");
      machine.removeDevice(DEVICE_PFN - 1);
      machine.addDevice("device", DEVICE_PFN, 2, device);
      calls.clear();
      cpu.load(REGISTERS + 4, 4);
      cpu.store(MORE_REGISTERS, 2, 3);
      assertThat(calls).containsExactly("device read 4 4", "device write 4096 2 3");
      calls.clear();
    }
  }

  @Test
  void a_device_beside_that_comes_or_goes_changes_nothing_for_the_first() {
    Registers below = new Registers("below", calls);
    for (int round = 0; round < 3; round++) {
      machine.addDevice("below", DEVICE_PFN - 0x100, 1, below);
      cpu.load(REGISTERS, 4);
      cpu.store(REGISTERS, 4, 1);
      machine.removeDevice(DEVICE_PFN - 0x100);
      cpu.load(REGISTERS, 4);
      cpu.store(REGISTERS, 4, 1);
    }
    assertThat(calls).hasSize(12).allMatch(call -> call.startsWith("device "));
  }

  @Test
  void memory_that_is_cached_stays_itself_when_devices_change() {
    long pfn = space.map(0x99, Permissions.READ_WRITE);
    cpu.store(0x9_9000, 8, 4);
    machine.removeDevice(DEVICE_PFN);
    machine.addDevice("device", DEVICE_PFN, 2, device);
    cpu.load(REGISTERS, 4);
    assertThat(cpu.load(0x9_9000, 8)).isEqualTo(4);
    cpu.store(0x9_9000, 8, 5);
    assertThat(machine.memory().readLong(Pages.address(pfn))).isEqualTo(5);
  }

  // ---- handlers

  @Test
  void a_handler_that_takes_its_own_page_away_is_called_no_more() {
    device.act = () -> unmap(REGISTERS);
    assertThat(cpu.load(REGISTERS, 4)).isEqualTo(0xFFFF_FFFFL);
    assertThat(faultOf(() -> cpu.load(REGISTERS, 4))).isEqualTo(FaultReason.UNMAPPED);
    device.act = () -> unmap(MORE_REGISTERS);
    cpu.store(MORE_REGISTERS, 4, 1);
    assertThat(faultOf(() -> cpu.store(MORE_REGISTERS, 4, 1))).isEqualTo(FaultReason.UNMAPPED);
    assertThat(calls).hasSize(2);
  }

  @Test
  void a_handler_that_pulls_its_own_device_out_is_called_no_more() {
    device.act = () -> machine.removeDevice(DEVICE_PFN);
    assertThat(cpu.load(REGISTERS, 1)).isEqualTo(0xFF);
    assertThat(cpu.load(REGISTERS + 8, 8)).isEqualTo(-1L);
    cpu.store(REGISTERS, 4, 1);
    assertThat(calls).hasSize(1);
  }

  @Test
  void a_handler_that_throws_leaves_the_cpu_usable() {
    for (Runnable access :
        List.<Runnable>of(
            () -> cpu.load(REGISTERS, 8),
            () -> cpu.fetch(REGISTERS, 8),
            () -> cpu.store(REGISTERS, 8, 1))) {
      device.act =
          () -> {
            throw new UnsupportedOperationException("on purpose");
          };
      assertThatThrownBy(access::run).isInstanceOf(UnsupportedOperationException.class);
      assertThat(cpu.load(REGISTERS, 8)).isEqualTo(-1L);
    }
    // Not in an access any more, so the bracket can be ended.
    boolean bracket = mode.inBracket;
    if (bracket) {
      cpu.exit();
      cpu.enter();
    }
  }

  @Test
  void a_handler_is_in_the_middle_of_an_access_and_may_use_its_cpu_but_no_bracket() {
    long pfn = space.map(0x99, Permissions.READ_WRITE);
    List<Throwable> refusals = new ArrayList<>();
    Runnable everything =
        () -> {
          refusals.add(catchThrowableOfType(IllegalStateException.class, cpu::enter));
          refusals.add(catchThrowableOfType(IllegalStateException.class, cpu::exit));
          cpu.store(0x9_9000, 8, 4);
          assertThat(cpu.load(MORE_REGISTERS, 1)).isEqualTo(0xFF);
          refusals.add(catchThrowableOfType(IllegalStateException.class, cpu::exit));
          assertThat(faultOf(() -> cpu.load(0x77_0000, 1))).isEqualTo(FaultReason.UNMAPPED);
          cpu.flush();
          cpu.poll();
          cpu.attach(space);
        };
    device.act = everything;
    assertThat(cpu.load(REGISTERS, 8)).isEqualTo(-1L);
    cpu.load(REGISTERS, 8);
    cpu.store(REGISTERS, 8, 0);
    device.act = everything;
    cpu.store(REGISTERS, 8, 1);
    assertThat(machine.memory().readLong(Pages.address(pfn))).isEqualTo(4);
    assertThat(refusals).hasSize(6).doesNotContainNull();
  }

  @Test
  void registers_that_read_each_other_for_ever_overflow_the_stack_and_no_more() {
    DeviceHandler mirror =
        new DeviceHandler() {
          @Override
          public long read(long offsetBytes, int bytes) {
            return cpu.load(REGISTERS + 0x2000, 8);
          }

          @Override
          public void write(long offsetBytes, int bytes, long value) {
            cpu.store(REGISTERS + 0x2000, 8, value);
          }
        };
    machine.addDevice("mirror", DEVICE_PFN + 2, 1, mirror);
    map(REGISTERS + 0x2000, DEVICE_PFN + 2);
    for (int round = 0; round < 3; round++) {
      assertThatThrownBy(() -> cpu.load(REGISTERS + 0x2000, 8))
          .isInstanceOf(StackOverflowError.class);
      assertThatThrownBy(() -> cpu.store(REGISTERS + 0x2000, 8, 1))
          .isInstanceOf(StackOverflowError.class);
      assertThat(cpu.load(REGISTERS, 1)).isEqualTo(0xFF);
    }
  }

  @Test
  void a_bracket_of_another_thread_is_not_for_this_one() throws Exception {
    if (!mode.inBracket) {
      return;
    }
    List<Throwable> refusals = new ArrayList<>();
    Thread other =
        new Thread(() -> {
          refusals.add(
              catchThrowableOfType(IllegalStateException.class, () -> cpu.load(REGISTERS, 4)));
          refusals.add(
              catchThrowableOfType(IllegalStateException.class, () -> cpu.store(REGISTERS, 4, 1)));
        });
    other.start();
    other.join();
    assertThat(refusals).hasSize(2).doesNotContainNull();
    assertThat(calls).isEmpty();
  }

  /** The steps of a load, with a removal between finding the register and calling its handler. */
  @Test
  void a_removal_that_comes_between_finding_a_register_and_calling_it_waits_for_the_call()
      throws Exception {
    if (!mode.inBracket) {
      return;
    }
    long word = cpu.tlb.findDevice(Access.READ.ordinal(), REGISTERS);
    assertThat(word).isNotNegative();
    AtomicBoolean removed = new AtomicBoolean();
    Thread remover =
        new Thread(() -> {
          unmap(REGISTERS);
          removed.set(true);
        });
    remover.start();
    while (!cpu.anythingPending()) {
      Thread.onSpinWait();
    }
    List<Boolean> removedDuringTheCall = new ArrayList<>();
    device.act =
        () -> {
          // Computes for a while: one that waited would be passed.
          long end = System.nanoTime() + 20_000_000;
          while (System.nanoTime() < end && !removed.get()) {
            Thread.onSpinWait();
          }
          removedDuringTheCall.add(removed.get());
        };
    assertThat(cpu.loadRegister(word, REGISTERS, 4, Access.READ)).isEqualTo(0xFFFF_FFFFL);
    assertThat(removedDuringTheCall).containsExactly(false);
    assertThat(faultOf(() -> cpu.load(REGISTERS, 4))).isEqualTo(FaultReason.UNMAPPED);
    remover.join();
    assertThat(calls).hasSize(1);
  }
}
