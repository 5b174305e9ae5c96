package dev.mapwright.sim.iommu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.core.machine.DmaPort;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Iommu.TableKind;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.sim.IommuMode;
import dev.mapwright.sim.SimulatedMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs of accesses by a port, and words without a buffer. */
@Timeout(60)
class PortBracketTest {
  private static final int REQUESTER = 3;
  private static final long BASE = 0x5000;

  private SimulatedMachine machine =
      SimulatedMachine.builder().ram(0x100, 1024).iommu(IommuMode.LEGACY, 39).build();
  private SimulatedIommu iommu;
  private Translation tables;
  private DmaPort port;
  private long first;
  private long second;
  private final long[] word = new long[1];

  PortBracketTest() {
    begin();
  }

  private void begin() {
    iommu = (SimulatedIommu) Objects.requireNonNull(machine.iommu());
    tables = Objects.requireNonNull(iommu.newTranslation(39));
    port = machine.newDmaPort(REQUESTER, DmaFault.NO_PASID);
    assertThat(iommu.attach(REQUESTER, tables)).isTrue();
    first = machine.frames().allocate(FrameOwner.OBJECT, 1);
    second = machine.frames().allocate(FrameOwner.OBJECT, 1);
    map(BASE >> 12, first, Permissions.ALL);
  }

  private void singleThreaded() {
    machine.close();
    machine =
        SimulatedMachine.builder()
            .ram(0x100, 1024)
            .iommu(IommuMode.LEGACY, 39)
            .singleThreaded()
            .build();
    begin();
  }

  private void map(long page, long pfn, int permissions) {
    assertThat(tables.installRun(page, pfn, 1, permissions, CachePolicy.CACHED)).isTrue();
  }

  @AfterEach
  void close() {
    machine.close();
  }

  private long load(long address, int bytes) {
    assertThat(port.load(address, bytes, word)).isNull();
    return word[0];
  }

  private void store(long address, int bytes, long value) {
    assertThat(port.store(address, bytes, value)).isNull();
  }

  // ---- words

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void words_of_every_width_are_little_endian_at_any_address(boolean inBracket) {
    map(BASE + 4096 >> 12, second, Permissions.ALL);
    if (inBracket) {
      port.enter();
    }
    for (int round = 0; round < 2; round++) { // the second time everything is remembered
      for (long at = BASE + 4096 - 9; at < BASE + 4096 + 2; at++) {
        for (int bytes = 1; bytes <= 8; bytes *= 2) {
          store(BASE + 4080, 8, 0);
          store(BASE + 4088, 8, 0);
          store(BASE + 4096, 8, 0);
          store(BASE + 4104, 8, 0);
          long value = 0x8877_6655_4433_2211L;
          store(at, bytes, value);
          assertThat(load(at, bytes)).isEqualTo(bytes == 8 ? value : value & (1L << 8 * bytes) - 1);
          for (int i = 0; i < bytes; i++) {
            assertThat(load(at + i, 1)).isEqualTo(0x11L * (i + 1));
          }
          assertThat(load(at - 1, 1)).isZero();
          assertThat(load(at + bytes, 1)).isZero();
        }
      }
    }
    if (inBracket) {
      port.exit();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_word_of_which_a_byte_is_refused_changes_nothing_and_names_that_byte(boolean inBracket) {
    List<DmaFault> told = new ArrayList<>();
    iommu.listen(told::add);
    store(BASE + 4088, 8, 7);
    if (inBracket) {
      port.enter();
    }
    word[0] = 99;
    DmaFault fault = Objects.requireNonNull(port.load(BASE + 4092, 8, word));
    assertThat(fault.address()).isEqualTo(BASE + 4096);
    assertThat(word[0]).isEqualTo(99);
    fault = Objects.requireNonNull(port.store(BASE + 4092, 8, -1));
    assertThat(fault.address()).isEqualTo(BASE + 4096);
    fault = Objects.requireNonNull(port.store(BASE - 1, 2, -1));
    assertThat(fault.address()).isEqualTo(BASE - 1);
    assertThat(told)
        .extracting(DmaFault::address)
        .containsExactly(BASE + 4096, BASE + 4096, BASE - 1);
    assertThat(load(BASE + 4088, 8)).isEqualTo(7);
    assertThat(load(BASE, 8)).isZero();
    if (inBracket) {
      port.exit();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void what_may_only_be_read_is_not_written(boolean inBracket) {
    map(BASE + 4096 >> 12, second, Permissions.READ | Permissions.EXECUTE);
    if (inBracket) {
      port.enter();
    }
    for (int round = 0; round < 2; round++) {
      assertThat(load(BASE + 4096, 8)).isZero();
      assertThat(port.store(BASE + 4096, 8, 1)).isNotNull();
      assertThat(port.store(BASE + 4092, 8, -1)).isNotNull();
      assertThat(load(BASE + 4088, 8)).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 5, 9, 16, -8, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void another_width_is_no_word(int bytes) {
    port.enter();
    store(BASE, 8, 1);
    assertThatThrownBy(() -> port.load(BASE, bytes, word))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> port.store(BASE, bytes, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(load(BASE, 8)).isOne();
    assertThatThrownBy(() -> port.load(BASE, 8, new long[0]))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  // ---- brackets

  @Test
  void brackets_do_not_nest_and_end_once() {
    assertThatThrownBy(port::exit).isInstanceOf(IllegalStateException.class);
    port.poll();
    port.enter();
    assertThatThrownBy(port::enter).isInstanceOf(IllegalStateException.class);
    port.poll();
    port.exit();
    assertThatThrownBy(port::exit).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void a_port_that_is_closed_in_its_bracket_is_waited_for_by_nobody() throws Exception {
    port.enter();
    assertThat(load(BASE, 8)).isZero();
    port.close();
    assertThatThrownBy(() -> port.load(BASE, 8, word)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(port::enter).isInstanceOf(IllegalStateException.class);
    Thread remover = new Thread(() -> tables.remove(BASE >> 12, BASE >> 12));
    remover.start();
    remover.join();
  }

  @Test
  void another_thread_neither_uses_nor_ends_a_bracket() throws Exception {
    port.enter();
    List<Throwable> thrown = new ArrayList<>();
    Thread other =
        new Thread(() -> {
          List<Runnable> uses =
              List.of(port::exit, port::poll, port::close, () -> port.store(BASE, 8, 1));
          for (Runnable use : uses) {
            try {
              use.run();
            } catch (IllegalStateException expected) {
              thrown.add(expected);
            }
          }
        });
    other.start();
    other.join();
    assertThat(thrown).hasSize(4);
    port.exit();
    assertThat(load(BASE, 8)).isZero();
  }

  @Test
  void a_removal_waits_until_the_port_polls() throws Exception {
    port.enter();
    store(BASE, 8, 1);
    AtomicBoolean removed = new AtomicBoolean();
    Thread remover =
        new Thread(() -> {
          tables.remove(BASE >> 12, BASE >> 12);
          removed.set(true);
        });
    remover.start();
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(100);
    while (System.nanoTime() < until) {
      assertThat(removed).isFalse();
    }
    port.poll();
    remover.join();
    assertThat(port.store(BASE, 8, 2)).isNotNull();
    port.exit();
    assertThat(machine.memory().readLong(first << 12)).isOne();
  }

  @Test
  void a_removal_is_answered_by_the_next_word_which_does_not_go_through_what_was_removed()
      throws Exception {
    port.enter();
    store(BASE, 8, 1);
    Thread remover = new Thread(() -> tables.remove(BASE >> 12, BASE >> 12));
    remover.start();
    while (port.store(BASE, 8, 1) == null) {
      Thread.onSpinWait();
    }
    remover.join();
    machine.memory().zeroFrame(first);
    assertThat(port.store(BASE, 8, 2)).isNotNull();
    assertThat(machine.memory().readLong(first << 12)).isZero();
    port.exit();
  }

  @Test
  void removing_on_the_ports_own_thread_waits_for_nothing_and_is_seen() {
    port.enter();
    store(BASE, 8, 1);
    tables.remove(BASE >> 12, BASE >> 12);
    assertThat(port.store(BASE, 8, 2)).isNotNull();
    port.exit();
  }

  @Test
  void a_single_threaded_machine_sees_removals_too() {
    singleThreaded();
    port.enter();
    store(BASE, 8, 1);
    store(BASE, 8, 1);
    tables.remove(BASE >> 12, BASE >> 12);
    assertThat(port.store(BASE, 8, 2)).isNotNull();
    map(BASE >> 12, second, Permissions.ALL);
    assertThat(load(BASE, 8)).isZero();
    iommu.detach(REQUESTER);
    assertThat(port.load(BASE, 8, word)).isNotNull();
    port.exit();
  }

  @Test
  void a_driver_that_blocks_in_its_bracket_is_passed() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    AtomicBoolean refused = new AtomicBoolean();
    Thread driver =
        new Thread(() -> {
          port.enter();
          store(BASE, 8, 1);
          try {
            go.await();
          } catch (InterruptedException never) {
            throw new AssertionError(never);
          }
          refused.set(port.store(BASE, 8, 2) != null);
          port.exit();
        });
    driver.start();
    while (driver.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    tables.remove(BASE >> 12, BASE >> 12);
    go.countDown();
    driver.join();
    assertThat(refused).isTrue();
    assertThat(machine.memory().readLong(first << 12)).isOne();
  }

  // ---- listeners

  @Test
  void nobody_waits_for_a_bracket_while_listeners_are_told_and_they_may_use_the_port() {
    List<String> seen = new ArrayList<>();
    iommu.listen(fault -> {
      Thread remover = new Thread(() -> tables.remove(BASE >> 12, BASE >> 12));
      remover.start();
      try {
        remover.join();
      } catch (InterruptedException never) {
        throw new AssertionError(never);
      }
      map(BASE >> 12, second, Permissions.ALL);
      seen.add("loaded " + load(BASE, 8));
      assertThatThrownBy(port::enter).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(port::exit).isInstanceOf(IllegalStateException.class);
    });
    port.enter();
    store(BASE, 8, 5);
    assertThat(port.load(0x9000, 8, word)).isNotNull();
    assertThat(seen).containsExactly("loaded 0");
    store(BASE, 8, 6); // still in the bracket
    port.exit();
    assertThat(machine.memory().readLong(first << 12)).isEqualTo(5);
    assertThat(machine.memory().readLong(second << 12)).isEqualTo(6);
  }

  @Test
  void a_listener_that_throws_leaves_the_bracket_open_and_one_that_closes_ends_it() {
    boolean[] closes = {false};
    iommu.listen(fault -> {
      if (closes[0]) {
        port.close();
      } else {
        throw new UnsupportedOperationException("told");
      }
    });
    port.enter();
    assertThatThrownBy(() -> port.load(0x9000, 8, word))
        .isInstanceOf(UnsupportedOperationException.class);
    store(BASE, 8, 1);
    port.exit();
    port.enter();
    closes[0] = true;
    assertThat(port.load(0x9000, 8, word)).isNotNull();
    assertThatThrownBy(port::exit).isInstanceOf(IllegalStateException.class);
    assertThat(iommu.unit().ports()).isZero();
  }

  @Test
  void whoever_watches_is_told_of_stale_words_in_a_bracket_that_is_open_already() {
    port.enter();
    store(BASE, 8, 1);
    store(BASE, 8, 2);
    List<Long> stale = new ArrayList<>();
    iommu.watch(access -> stale.add(access.address()));
    long entry = tables.walk(BASE >> 12).getLast().tableAddress();
    int index = tables.walk(BASE >> 12).getLast().index();
    machine.memory().writeLong(entry + 8L * index, 0);
    store(BASE, 8, 3);
    store(BASE, 8, 4);
    assertThat(stale).containsExactly(BASE, BASE);
    port.exit();
  }

  @Test
  void a_large_leaf_around_the_interrupt_window_does_not_lead_into_it() {
    try (SimulatedMachine other =
        SimulatedMachine.builder().ram(0, 2048).iommu(IommuMode.LEGACY, 39).build()) {
      SimulatedIommu unit = (SimulatedIommu) Objects.requireNonNull(other.iommu());
      for (long pfn = 0x200; pfn < 0x400; pfn += 64) {
        other.memory().writeLong(pfn << 12, 0);
      }
      long root = other.frames().allocate(FrameOwner.OBJECT, 1);
      long middle = other.frames().allocate(FrameOwner.OBJECT, 1);
      other.memory().writeLong((root << 12) + 8 * (0xFEE0_0000L >> 30), middle << 12 | 3);
      long large = 0x200L << 12 | 1 << 7 | 3;
      other.memory().writeLong((middle << 12) + 8 * (0xFEE0_0000L >> 21 & 511), large);
      assertThat(
              unit.attach(
                  REQUESTER,
                  Objects.requireNonNull(unit.callerTables(TableKind.SECOND_STAGE, 3, root))))
          .isTrue();
      DmaPort device = other.newDmaPort(REQUESTER, DmaFault.NO_PASID);
      device.enter();
      assertThat(device.store(0xFEF0_0000L, 8, 1)).isNull();
      assertThat(device.store(0xFEE0_0000L, 8, 1)).isNotNull();
      device.exit();
    }
  }

  @Test
  void a_machine_without_an_iommu_has_brackets_and_words_too() {
    try (SimulatedMachine bare = SimulatedMachine.builder().ram(0x100, 512).build()) {
      DmaPort direct = bare.newDmaPort(0, DmaFault.NO_PASID);
      direct.enter();
      assertThat(direct.store(0x10_0FFC, 8, 0x1234_5678_9ABC_DEF0L)).isNull();
      assertThat(direct.load(0x10_0FFC, 8, word)).isNull();
      assertThat(word[0]).isEqualTo(0x1234_5678_9ABC_DEF0L);
      assertThat(direct.load(0x1000, 8, word)).isNotNull();
      direct.exit();
    }
  }
}
