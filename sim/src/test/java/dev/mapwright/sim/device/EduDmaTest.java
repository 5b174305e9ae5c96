package dev.mapwright.sim.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Clock;
import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.core.machine.Iommu;
import dev.mapwright.sim.device.DmaWorld.Wiring;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The DMA engine of the edu device, by its registers. */
class EduDmaTest {
  private static final long BAR_PFN = 0xFE_B00L;
  private static final long BUFFER = 0x40000;
  private static final int SOURCE = 0x80;
  private static final int DESTINATION = 0x88;
  private static final int COUNT = 0x90;
  private static final int COMMAND = 0x98;
  private static final int RUN = 1;
  private static final int OUT = 2;
  private static final int IRQ = 4;

  private EduDevice edu = new EduDevice("edu", 10, DmaWorld.REQUESTER);
  private @Nullable DmaWorld made;

  @AfterEach
  void close() {
    if (made != null) {
      made.close();
    }
  }

  private DmaWorld plug(Wiring wiring) {
    DmaWorld world = new DmaWorld(wiring, 1);
    made = world;
    world.machine.plug(edu, BAR_PFN);
    return world;
  }

  private Clock clock() {
    return Objects.requireNonNull(made).machine.clock();
  }

  private void begin(long source, long destination, long count, int command) {
    edu.write(SOURCE, 8, source);
    edu.write(DESTINATION, 8, destination);
    edu.write(COUNT, 8, count);
    edu.write(COMMAND, 8, command);
  }

  private void run(long source, long destination, long count, int command) {
    begin(source, destination, count, command | RUN);
    clock().advance(EduDevice.DMA_STEPS);
    assertThat(edu.read(COMMAND, 8) & RUN).isZero();
  }

  /** What is in the device's buffer, got by another transfer. */
  private byte[] buffer(DmaWorld world, int bytes) {
    long at = world.map(1);
    run(BUFFER, at, bytes, OUT);
    return world.get(at, bytes);
  }

  @ParameterizedTest
  @EnumSource
  void a_transfer_goes_in_and_out_of_any_part_of_the_buffer(Wiring wiring) {
    DmaWorld world = plug(wiring);
    long at = world.map(3);
    byte[] bytes = DmaWorld.pattern(4096, 5);
    world.put(at + 100, bytes);
    run(at + 100, BUFFER, 4096, 0);
    run(BUFFER, at + 0x1801, 4096, OUT);
    assertThat(world.get(at + 0x1801, 4096)).isEqualTo(bytes);
    run(at + 0x1801, BUFFER + 4093, 3, 0);
    run(BUFFER + 4092, at, 4, OUT);
    assertThat(world.get(at, 5))
        .isEqualTo(new byte[] {bytes[4092], bytes[0], bytes[1], bytes[2], 0});
    assertThat(edu.lastFault()).isNull();
    assertThat(edu.transfersOutOfRange()).isZero();
  }

  @Test
  void the_registers_read_as_written_at_either_width_and_hold_still_during_a_transfer() {
    DmaWorld world = plug(Wiring.PHYSICAL);
    long at = world.map(1);
    edu.write(SOURCE, 8, -2);
    assertThat(edu.read(SOURCE, 8)).isEqualTo(-2);
    assertThat(edu.read(SOURCE, 4) & 0xFFFF_FFFFL).isEqualTo(0xFFFF_FFFEL);
    edu.write(SOURCE, 4, 7);
    assertThat(edu.read(SOURCE, 8)).as("the upper half is zero then").isEqualTo(7);
    edu.write(SOURCE + 4, 4, 1);
    assertThat(edu.read(SOURCE, 8)).isEqualTo(7);
    assertThat(edu.read(SOURCE + 4, 4)).isEqualTo(-1);
    edu.write(COMMAND, 8, OUT | IRQ);
    assertThat(edu.read(COMMAND, 8)).as("without bit 0 nothing is written").isZero();
    assertThat(clock().next()).isEqualTo(Clock.NEVER);
    begin(at, BUFFER, 8, RUN);
    begin(1, 2, 3, RUN | OUT | IRQ);
    assertThat(edu.read(SOURCE, 8)).isEqualTo(at);
    assertThat(edu.read(DESTINATION, 8)).isEqualTo(BUFFER);
    assertThat(edu.read(COUNT, 8)).isEqualTo(8);
    assertThat(edu.read(COMMAND, 8)).isEqualTo(RUN);
    clock().advance(99);
    assertThat(edu.read(COMMAND, 8)).isEqualTo(RUN);
    clock().advance(1);
    assertThat(edu.read(COMMAND, 8)).isZero();
    assertThat(edu.read(0x24, 4)).as("nobody asked for an interrupt").isZero();
    begin(BUFFER, at, 8, RUN | OUT | IRQ);
    clock().advance(100);
    assertThat(edu.read(COMMAND, 8)).isEqualTo(OUT | IRQ);
  }

  @Test
  void a_transfer_raises_its_interrupt_if_asked_and_until_acknowledged() {
    DmaWorld world = plug(Wiring.LEGACY);
    long at = world.map(1);
    begin(at, BUFFER, 8, RUN | IRQ);
    clock().advance(99);
    assertThat(edu.line().raised()).isFalse();
    clock().advance(1);
    assertThat(edu.read(0x24, 4)).isEqualTo(EduDevice.DMA_INTERRUPT);
    assertThat(edu.line().raised()).isTrue();
    edu.write(0x64, 4, 1);
    assertThat(edu.line().raised()).isTrue();
    edu.write(0x64, 4, 0x100);
    assertThat(edu.line().raised()).isFalse();
  }

  @Test
  void an_address_of_memory_loses_the_bits_that_the_mask_lacks() {
    DmaWorld world = plug(Wiring.LEGACY);
    long at = world.map(1);
    byte[] bytes = DmaWorld.pattern(16, 9);
    world.put(at, bytes);
    run(at | 0xABCD_0000_0000L | 1L << 28, BUFFER, 16, 0);
    assertThat(buffer(world, 16)).isEqualTo(bytes);
    run(BUFFER, 1L << 28 | at + 32, 16, OUT);
    assertThat(world.get(at + 32, 16)).isEqualTo(bytes);
    // Only where a transfer begins.
    run(BUFFER, (1L << 28) - 8, 16, OUT);
    assertThat(world.told).extracting(DmaFault::address).containsExactly((1L << 28) - 8, 1L << 28);
    close();
    edu = new EduDevice("wide", 10, DmaWorld.REQUESTER, DmaPolicy.inOrder(100), -1);
    plug(Wiring.LEGACY);
    run(BUFFER, 1L << 28 | 0x400_0000, 16, OUT);
    assertThat(Objects.requireNonNull(edu.lastFault()).address()).isEqualTo(0x1400_0000);
  }

  @Test
  void one_that_does_not_lie_in_the_buffer_transfers_nothing_and_is_counted() {
    DmaWorld world = plug(Wiring.PHYSICAL);
    long at = world.map(2);
    byte[] bytes = DmaWorld.pattern(4096, 2);
    world.put(at, bytes);
    run(at, BUFFER, 4096, 0);
    long[][] bad = {
      {BUFFER - 1, 2},
      {BUFFER + 1, 4096},
      {BUFFER, 4097},
      {BUFFER + 4096, 1},
      {0, 1},
      {BUFFER, -1},
      {BUFFER + 8, Long.MIN_VALUE},
      {-1, 1},
      {BUFFER - 4096, 8192},
      {BUFFER + 4097, 0},
      {Long.MIN_VALUE + BUFFER, 4}
    };
    int count = 0;
    for (long[] one : bad) {
      edu.write(0x64, 4, -1);
      run(at + 4096, one[0], one[1], IRQ);
      assertThat(edu.transfersOutOfRange()).isEqualTo(++count);
      assertThat(edu.read(0x24, 4)).as("it ends as others do").isEqualTo(0x100);
      run(one[0], at + 4096, one[1], OUT);
      assertThat(edu.transfersOutOfRange()).isEqualTo(++count);
    }
    assertThat(world.get(at, 8192)).isEqualTo(Arrays.copyOf(bytes, 8192));
    assertThat(buffer(world, 4096)).isEqualTo(bytes);
    run(at, BUFFER + 4096, 0, IRQ);
    assertThat(edu.transfersOutOfRange()).as("no bytes at the end are in it").isEqualTo(count);
    assertThat(edu.lastFault()).isNull();
  }

  @ParameterizedTest
  @EnumSource(names = {"LEGACY", "SCALABLE"})
  void a_page_that_is_refused_reads_as_zeros_and_keeps_no_other_from_being_read(Wiring wiring) {
    DmaWorld world = plug(wiring);
    long at = world.map(2);
    byte[] bytes = DmaWorld.pattern(4096, 2);
    world.put(at + 100, bytes);
    run(at + 100, BUFFER, 4096, 0);
    world.unmap(at, 1);
    run(at + 100, BUFFER, 4096, IRQ);
    byte[] expected = bytes.clone();
    Arrays.fill(expected, 0, 3996, (byte) 0);
    assertThat(buffer(world, 4096)).isEqualTo(expected);
    assertThat(edu.line().raised()).as("it ends as others do").isTrue();
    DmaFault fault = Objects.requireNonNull(edu.lastFault());
    assertThat(fault.address()).isEqualTo(at + 100);
    assertThat(fault.requester()).isEqualTo(DmaWorld.REQUESTER);
    assertThat(world.told).containsExactly(fault);
  }

  @Test
  void what_can_not_be_written_is_dropped_page_by_page() {
    DmaWorld world = plug(Wiring.LEGACY);
    long at = world.map(1);
    byte[] bytes = DmaWorld.pattern(4096, 2);
    world.put(at, bytes);
    run(at, BUFFER, 4096, 0);
    long locked = world.map(1, Permissions.READ);
    world.mapAt((locked >> 12) + 1, 1, Permissions.READ_WRITE);
    run(BUFFER, locked + 96, 4096, OUT | IRQ);
    assertThat(world.get(locked, 4096)).containsOnly(0);
    assertThat(world.get(locked + 4096, 96)).isEqualTo(Arrays.copyOfRange(bytes, 4000, 4096));
    assertThat(edu.line().raised()).isTrue();
    DmaFault fault = Objects.requireNonNull(edu.lastFault());
    assertThat(fault.reason()).isEqualTo(DmaFault.Reason.DENIED);
    assertThat(fault.address()).isEqualTo(locked + 96);
  }

  @Test
  void what_is_tried_again_until_it_is_mapped_arrives() {
    edu =
        new EduDevice(
            "edu",
            10,
            DmaWorld.REQUESTER,
            DmaPolicy.inOrder(5).retrying(2, 10),
            EduDevice.DMA_MASK);
    DmaWorld world = plug(Wiring.LEGACY);
    long at = world.map(1);
    begin(at, BUFFER, 16, RUN);
    clock().advance(5);
    begin(BUFFER, 0x700_0FF8, 16, RUN | OUT | IRQ);
    clock().advance(5);
    world.mapAt(0x7000, 2, Permissions.READ_WRITE);
    world.putLong(0x700_1000, 5);
    assertThat(edu.line().raised()).isFalse();
    clock().advance(10);
    assertThat(edu.line().raised()).isTrue();
    assertThat(edu.lastFault()).isNull();
    assertThat(world.getLong(0x700_1000)).isZero();
  }

  @Test
  void pulled_out_it_transfers_nothing_more_and_plugged_in_again_it_begins_anew() {
    DmaWorld world = plug(Wiring.LEGACY);
    long at = world.map(1);
    world.putLong(at, 99);
    run(at, BUFFER, 8, 0);
    run(0, 0, 0, 0);
    run(BUFFER, 0, 8, OUT);
    assertThat(edu.transfersOutOfRange()).isEqualTo(1);
    assertThat(edu.lastFault()).isNotNull();
    begin(BUFFER, at + 8, 8, RUN | OUT | IRQ);
    clock().advance(50);
    world.machine.unplug(edu);
    assertThat(clock().next()).isEqualTo(Clock.NEVER);
    clock().advance(100);
    edu.write(COMMAND, 4, RUN); // an access that was under way
    assertThat(world.getLong(at + 8)).isZero();
    assertThat(edu.line().raised()).isFalse();
    world.machine.plug(edu, BAR_PFN);
    assertThat(edu.read(COMMAND, 8)).isZero();
    assertThat(edu.read(SOURCE, 8)).isZero();
    assertThat(edu.transfersOutOfRange()).isZero();
    assertThat(edu.lastFault()).isNull();
    world.putLong(at, 1);
    run(BUFFER, at, 8, OUT);
    assertThat(world.getLong(at)).as("the buffer is empty").isZero();
  }

  @Test
  void pulled_out_by_who_is_told_of_its_fault_it_is_silent() {
    DmaWorld world = plug(Wiring.LEGACY);
    Objects.requireNonNull(world.machine.iommu())
        .listen(fault -> {
          assertThat(Thread.holdsLock(edu)).isFalse();
          if (fault.address() == 0) {
            world.machine.unplug(edu);
            world.machine.plug(edu, BAR_PFN);
            begin(BUFFER, 0x7000, 8, RUN | OUT | IRQ);
          }
        });
    begin(BUFFER, 0, 8, RUN | OUT | IRQ);
    clock().advance(199);
    assertThat(edu.read(COMMAND, 8)).as("what came later is under way").isEqualTo(7);
    assertThat(edu.line().raised()).isFalse();
    assertThat(edu.lastFault()).isNull();
    clock().advance(1);
    assertThat(edu.line().raised()).isTrue();
  }

  @Test
  void plugged_in_again_before_it_was_told_it_makes_nothing_of_what_it_is_told() throws Exception {
    DmaWorld world = plug(Wiring.LEGACY);
    long at = world.map(1);
    begin(at, BUFFER, 8, RUN | IRQ);
    world.overtakeTelling(
        edu,
        EduDevice.DMA_STEPS,
        () -> {
          world.machine.unplug(edu);
          world.machine.plug(edu, BAR_PFN);
          begin(at, BUFFER, 8, RUN | IRQ);
        });
    assertThat(edu.read(COMMAND, 8)).isEqualTo(RUN | IRQ);
    assertThat(edu.line().raised()).isFalse();
    clock().advance(EduDevice.DMA_STEPS);
    assertThat(edu.line().raised()).isTrue();
  }

  @Test
  void a_transfer_of_two_pages_is_over_when_both_are() {
    edu =
        new EduDevice(
            "edu", 10, DmaWorld.REQUESTER, new DmaPolicy(1, 40, 0, 0), EduDevice.DMA_MASK);
    DmaWorld world = plug(Wiring.PHYSICAL);
    long at = world.map(2);
    for (int round = 1; round < 20; round++) {
      world.putLong(at + 4088, -round);
      world.putLong(at + 4096, round);
      begin(at + 4088, BUFFER, 16, RUN);
      world.rest();
      begin(BUFFER, at + 4088, 16, RUN | OUT);
      world.putLong(at + 4088, 0);
      world.putLong(at + 4096, 0);
      while ((edu.read(COMMAND, 8) & RUN) != 0) {
        clock().advance(1);
      }
      assertThat(world.getLong(at + 4088)).isEqualTo(-round);
      assertThat(world.getLong(at + 4096)).isEqualTo(round);
    }
  }

  @Test
  void a_requester_that_is_attached_to_nothing_or_passed_through_is_treated_so() {
    DmaWorld world = plug(Wiring.SCALABLE);
    Iommu iommu = Objects.requireNonNull(world.machine.iommu());
    iommu.passThrough(DmaWorld.REQUESTER);
    world.machine.memory().writeLong(0x80_0000, 42);
    run(0x80_0000, BUFFER, 8, 0);
    run(BUFFER, 0x80_1000, 8, OUT);
    assertThat(world.machine.memory().readLong(0x80_1000)).isEqualTo(42);
    iommu.detach(DmaWorld.REQUESTER);
    run(BUFFER, 0x80_2000, 8, OUT);
    assertThat(Objects.requireNonNull(edu.lastFault()).reason())
        .isEqualTo(DmaFault.Reason.NOT_ATTACHED);
    assertThat(world.machine.memory().readLong(0x80_2000)).isZero();
  }

  @Test
  void random_registers_never_throw() {
    edu = new EduDevice("edu", 1, DmaWorld.REQUESTER, new DmaPolicy(0, 3, 1, 1), -1);
    DmaWorld world = plug(Wiring.LEGACY);
    long at = world.map(4);
    Random random = new Random(3);
    for (int i = 0; i < 3000; i++) {
      long memory = random.nextBoolean() ? random.nextLong() : at + random.nextInt(1 << 14);
      long inside = random.nextInt(9) == 0 ? random.nextLong() : BUFFER + random.nextInt(4100);
      boolean out = random.nextBoolean();
      long count = random.nextInt(9) == 0 ? random.nextLong() : random.nextInt(4200);
      begin(out ? inside : memory, out ? memory : inside, count, RUN | (out ? OUT : 0));
      clock().advance(random.nextInt(9));
    }
    assertThat(edu.transfersOutOfRange()).isGreaterThan(100);
    assertThat(world.told).hasSizeGreaterThan(100);
  }

  @Test
  void a_requester_has_16_bits() {
    for (int requester : new int[] {-1, 0x10000}) {
      assertThatThrownBy(() -> new EduDevice("edu", 1, requester))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
