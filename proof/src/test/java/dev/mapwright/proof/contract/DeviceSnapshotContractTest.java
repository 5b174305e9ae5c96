package dev.mapwright.proof.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.event.EventListener;
import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.core.machine.DeviceState;
import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.Lease;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.core.space.SpaceSnapshot;
import dev.mapwright.proof.contract.Substrate.Device;
import dev.mapwright.proof.contract.Substrate.Hardware;
import dev.mapwright.sim.SimulatedMachine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Devices whose registers are a part of a space's snapshot, and those that are none. */
@OnEverySubstrate
class DeviceSnapshotContractTest extends Contract {
  private static final long UART_PFN = 0x10_0000;
  private static final long TIMER_PFN = 0x10_0010;
  private static final long CONSOLE_PFN = 0x10_0020;

  /** Nobody maps this one. */
  private static final long FAR_PFN = 0x20_0000;

  /** Who was called, in this order. */
  private static final List<String> CALLS = new ArrayList<>();

  /** One register, in every eighth byte of its pages. */
  private static class Register implements DeviceHandler {
    final String name;
    long value;
    Runnable whenSaved = () -> {};
    Runnable whenRestored = () -> {};

    Register(String name) {
      this.name = name;
    }

    @Override
    public long read(long offsetBytes, int bytes) {
      return value;
    }

    @Override
    public void write(long offsetBytes, int bytes, long value) {
      this.value = value;
    }

    @Override
    public @Nullable DeviceState saveState() {
      CALLS.add("save " + name);
      whenSaved.run();
      return DeviceState.of(() -> value, this::goBack);
    }

    private void goBack(long saved) {
      CALLS.add("restore " + name);
      whenRestored.run();
      value = saved;
    }

    /** All are the same, for who asks them. */
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Register;
    }

    @Override
    public int hashCode() {
      return 1;
    }
  }

  /** One that takes no part. */
  private static final class Console extends Register {
    Console() {
      super("console");
    }

    @Override
    public @Nullable DeviceState saveState() {
      CALLS.add("save console");
      return null;
    }
  }

  private static final Register UART = new Register("uart");
  private static final Register TIMER = new Register("timer");
  private static final Register CONSOLE = new Console();
  private static final Register FAR = new Register("far");

  private final MemoryObject ram = object(4);
  private final MemoryObject uart = physical(UART_PFN, 4);
  private final MemoryObject timer = physical(TIMER_PFN, 1);
  private final MemoryObject console = physical(CONSOLE_PFN, 1);
  private final long ramAt = map(ram, 4, 0x2000);
  private final long uartAt = map(uart, 4, 0x3000);
  private final long timerAt = map(timer, 1, 0x3010);
  private final long consoleAt = map(console, 1, 0x3020);

  DeviceSnapshotContractTest(Substrate substrate) {
    super(
        substrate,
        Hardware.of(RAM_PAGES)
            .with(new Device("uart", UART_PFN, 4, UART))
            .with(new Device("timer", TIMER_PFN, 1, TIMER))
            .with(new Device("console", CONSOLE_PFN, 1, CONSOLE))
            .with(new Device("far", FAR_PFN, 1, FAR)));
  }

  @BeforeEach
  void begin_anew() {
    CALLS.clear();
    for (Register each : List.of(UART, TIMER, CONSOLE, FAR)) {
      each.whenSaved = () -> {};
      each.whenRestored = () -> {};
    }
    storeAll(1);
    FAR.value = 1;
  }

  private MemoryObject physical(long pfn, long pages) {
    return keep(MemoryObject.physical(machine, pfn, pages, CachePolicy.UNCACHED).get());
  }

  private void storeAll(long value) {
    for (long at : List.of(ramAt, uartAt, timerAt, consoleAt)) {
      store(at, value);
    }
  }

  /** What RAM, the uart, the timer and the console hold. */
  private List<Long> loadAll() {
    return List.of(load(ramAt), load(uartAt), load(timerAt), load(consoleAt));
  }

  private SimulatedMachine hotPlug() {
    return (SimulatedMachine) machine;
  }

  @Test
  void registers_go_back_with_memory_as_often_as_wanted_and_who_takes_no_part_is_named() {
    try (SpaceSnapshot snapshot = space.snapshot().get()) {
      assertThat(snapshot.devicesLeftOut()).containsExactly("console");
      assertThat(snapshot.toString()).contains("2 devices, without console");
      for (int round = 2; round < 5; round++) {
        assertThat(snapshot.differences()).isEmpty();
        storeAll(round);
        FAR.value = round;
        assertThat(snapshot.differences())
            .hasSize(3)
            .endsWith("device uart has another state", "device timer has another state");
        assertThat(snapshot.restore()).isEqualTo(Outcome.OK);
        assertThat(loadAll()).containsExactly(1L, 1L, 1L, (long) round);
        assertThat(FAR.value).as("that of a device which is not mapped").isEqualTo(round);
      }
    }
  }

  @Test
  void each_device_is_asked_once_by_ascending_addresses_whatever_shows_it() {
    map(physical(0, 1L << 38), 1L << 20, 0x10_0000); // all of them
    map(uart, 2, 2, 0x3030);
    map(uart, 3, 9, 0x3040); // also where it ends
    map(timer, 1, 0x3050);
    root().unmap(0x3001, 1).orThrow();
    space.snapshot().get().close();
    assertThat(CALLS).containsExactly("save uart", "save timer", "save console");
    CALLS.clear();
    root().unmap(0x3000, 0x100).orThrow();
    map(uart, 3, 1, 0x3001);
    root().unmap(0x10_0000, 1L << 20).orThrow();
    try (SpaceSnapshot snapshot = space.snapshot().get()) {
      assertThat(CALLS).as("one page of four is mapped").containsExactly("save uart");
      assertThat(snapshot.restore()).isEqualTo(Outcome.OK);
      assertThat(CALLS).containsExactly("save uart", "restore uart");
    }
  }

  @Test
  void what_lies_beside_a_device_or_beyond_an_objects_end_shows_none() {
    root().unmap(0x3000, 0x100).orThrow();
    map(physical(UART_PFN - 4, 4), 4, 0x3000);
    map(physical(UART_PFN + 4, 12), 12, 0x3010);
    map(physical(UART_PFN, 8), 4, 4, 0x3040);
    MemoryObject shorter = physical(TIMER_PFN - 1, 1);
    map(shorter, 0, 2, 0x3030);
    try (SpaceSnapshot snapshot = space.snapshot().get()) {
      assertThat(CALLS).isEmpty();
      assertThat(snapshot.devicesLeftOut()).isEmpty();
      assertThat(snapshot.toString()).doesNotContain("device").doesNotContain("without");
    }
  }

  @Test
  void several_snapshots_are_gone_back_to_in_any_order() {
    SpaceSnapshot first = space.snapshot().get();
    storeAll(2);
    SpaceSnapshot second = space.snapshot().get();
    storeAll(3);
    for (int round = 0; round < 2; round++) {
      assertThat(first.restore()).isEqualTo(Outcome.OK);
      assertThat(loadAll()).containsExactly(1L, 1L, 1L, 3L);
      assertThat(second.differences()).hasSize(3);
      assertThat(second.restore()).isEqualTo(Outcome.OK);
      assertThat(loadAll()).containsExactly(2L, 2L, 2L, 3L);
      assertThat(second.differences()).isEmpty();
    }
    first.close();
    CALLS.clear();
    assertThat(first.restore()).isEqualTo(Outcome.DEAD);
    assertThat(first.differences()).isEmpty();
    assertThat(CALLS).isEmpty();
    assertThat(first.devicesLeftOut()).containsExactly("console");
    assertThat(second.restore()).isEqualTo(Outcome.OK);
    second.close();
  }

  @Test
  void a_device_goes_back_for_every_space_that_maps_it() {
    AddressSpace other = AddressSpace.create(machine, "other", 0x10, 0xFFFF).get();
    other.root().mapPhysical(0x20, UART_PFN, 1).orThrow();
    try (SpaceSnapshot snapshot = other.snapshot().get()) {
      storeAll(2);
      assertThat(snapshot.restore()).isEqualTo(Outcome.OK);
      assertThat(loadAll()).containsExactly(2L, 1L, 2L, 2L);
    }
    other.close();
  }

  @Test
  void a_device_that_throws_when_it_is_asked_prevents_the_snapshot_and_changes_nothing() {
    MemoryObject view = keep(ram.child(ChildKind.LIVE_VIEW, 0, 2).get());
    map(view, 2, 0x4000);
    put(ram, 3, 33);
    IllegalStateException broken = new IllegalStateException("broken");
    TIMER.whenSaved =
        () -> {
          throw broken;
        };
    assertRefused(
        Outcome.INVALID,
        () -> {
          assertThat(catchThrowable(space::snapshot)).isSameAs(broken);
          return Outcome.INVALID;
        });
    view.resize(4).orThrow();
    assertThat(get(view, 3)).as("no mark is left on a live view").isEqualTo(33);
    TIMER.whenSaved = () -> {};
    space.snapshot().get().close();
  }

  @Test
  void a_device_that_throws_when_it_goes_back_keeps_nothing_else_from_going_back() {
    try (SpaceSnapshot snapshot = space.snapshot().get()) {
      storeAll(2);
      IllegalStateException first = new IllegalStateException("first");
      AssertionError second = new AssertionError("second");
      UART.whenRestored =
          () -> {
            space.mappings(); // may call the engine, which throws nothing of others
            throw first;
          };
      TIMER.whenRestored =
          () -> {
            space.mappings();
            throw second;
          };
      assertThatThrownBy(snapshot::restore).isSameAs(first).hasSuppressedException(second);
      assertThat(loadAll()).containsExactly(1L, 2L, 2L, 2L);
      TIMER.whenRestored = () -> {};
      assertThatThrownBy(snapshot::restore).isSameAs(first);
      assertThat(loadAll()).containsExactly(1L, 2L, 1L, 2L);
      assertThat(snapshot.differences()).containsExactly("device uart has another state");
      UART.whenRestored = () -> {};
      assertThat(snapshot.restore()).isEqualTo(Outcome.OK);
      assertThat(snapshot.differences()).isEmpty();
    }
  }

  @Test
  void what_listeners_throw_keeps_no_device_from_going_back() {
    try (SpaceSnapshot snapshot = space.snapshot().get()) {
      storeAll(2);
      IllegalStateException listener = new IllegalStateException("listener");
      IllegalStateException device = new IllegalStateException("device");
      UART.whenRestored =
          () -> {
            space.mappings();
            throw device;
          };
      EventListener thrower =
          event -> {
            throw listener;
          };
      machine.events().listen(thrower);
      assertThatThrownBy(snapshot::restore).isSameAs(listener).hasSuppressedException(device);
      machine.events().ignore(thrower);
      assertThat(loadAll()).containsExactly(1L, 2L, 1L, 2L);
    }
  }

  @Test
  void nothing_goes_back_when_memory_is_refused() {
    SpaceSnapshot snapshot = space.snapshot().get();
    storeAll(2);
    CALLS.clear();
    try (Lease lease = space.lease(0x2000, 1, true).get()) {
      assertThat(lease.firstPage()).isEqualTo(0x2000);
      assertRefused(Outcome.LEASED, snapshot::restore);
    }
    ram.pin(0, 1).orThrow();
    assertRefused(Outcome.PINNED, snapshot::restore);
    ram.unpin(0, 1);
    machine.failures().failNth(1);
    assertRefused(Outcome.OUT_OF_RECORDS, snapshot::restore);
    machine.failures().off();
    assertThat(CALLS).isEmpty();
    assertThat(loadAll()).containsExactly(2L, 2L, 2L, 2L);
    snapshot.close();
    var reservation = root().reserve(new RegionRequest().pages(4), 1).get();
    assertThat(space.snapshot().outcome()).isEqualTo(Outcome.IN_USE);
    assertThat(CALLS).as("nobody is asked for what is refused anyway").isEmpty();
    reservation.release().orThrow();
  }

  @Test
  void a_device_that_was_pulled_out_is_missed_and_the_same_one_is_welcome_again() {
    try (SpaceSnapshot snapshot = space.snapshot().get()) {
      storeAll(2);
      hotPlug().removeDevice(CONSOLE_PFN);
      assertThat(snapshot.restore()).as("it took no part").isEqualTo(Outcome.OK);
      storeAll(2);
      hotPlug().removeDevice(TIMER_PFN);
      assertThat(snapshot.differences())
          .hasSize(3)
          .endsWith("device uart has another state", "device gone: timer");
      assertRefused(Outcome.NOT_PRESENT, snapshot::restore);
      hotPlug().addDevice("timer", TIMER_PFN, 1, new Register("another"));
      assertThat(snapshot.differences()).endsWith("device gone: timer");
      assertRefused(Outcome.NOT_PRESENT, snapshot::restore);
      assertThat(UART.value).isEqualTo(2);
      hotPlug().removeDevice(TIMER_PFN);
      hotPlug().addDevice("timer", TIMER_PFN, 2, TIMER);
      assertRefused(Outcome.NOT_PRESENT, snapshot::restore);
      hotPlug().removeDevice(TIMER_PFN);
      hotPlug().addDevice("elsewhere", TIMER_PFN + 1, 1, TIMER);
      assertRefused(Outcome.NOT_PRESENT, snapshot::restore);
      hotPlug().removeDevice(TIMER_PFN + 1);
      hotPlug().addDevice("again", TIMER_PFN, 1, TIMER);
      hotPlug().removeDevice(UART_PFN);
      hotPlug().addDevice("uart", UART_PFN - 1, 4, UART);
      assertRefused(Outcome.NOT_PRESENT, snapshot::restore);
      hotPlug().removeDevice(UART_PFN - 1);
      hotPlug().addDevice("uart", UART_PFN, 4, UART);
      assertThat(snapshot.restore()).isEqualTo(Outcome.OK);
      assertThat(List.of(load(ramAt), load(uartAt), load(timerAt))).containsExactly(1L, 1L, 1L);
    }
  }

  @Test
  void a_device_that_comes_while_others_are_asked_is_asked_too() {
    UART.whenSaved = () -> space.root().mapPhysical(0x5000, FAR_PFN, 1).orThrow();
    TIMER.whenSaved = () -> root().unmap(0x3020, 1).orThrow();
    try (SpaceSnapshot snapshot = space.snapshot().get()) {
      assertThat(CALLS).containsExactly("save uart", "save timer", "save console", "save far");
      assertThat(snapshot.devicesLeftOut()).as("it went meanwhile").isEmpty();
      FAR.value = 2;
      assertThat(snapshot.restore()).isEqualTo(Outcome.OK);
      assertThat(FAR.value).isEqualTo(1);
    }
  }

  @Test
  void a_handler_with_several_ranges_is_asked_once_and_goes_back_once() {
    hotPlug().addDevice("second uart", UART_PFN + 0x100, 1, UART);
    map(physical(UART_PFN + 0x100, 1), 1, 0x5000);
    try (SpaceSnapshot snapshot = space.snapshot().get()) {
      storeAll(2);
      assertThat(snapshot.differences())
          .endsWith("device uart has another state", "device timer has another state");
      assertThat(snapshot.restore()).isEqualTo(Outcome.OK);
      assertThat(CALLS)
          .containsExactly(
              "save uart", "save timer", "save console", "restore uart", "restore timer");
      hotPlug().removeDevice(UART_PFN + 0x100);
      assertRefused(Outcome.NOT_PRESENT, snapshot::restore);
      assertThat(snapshot.differences()).containsExactly("device gone: second uart");
    }
  }

  @Test
  void no_lock_is_held_where_a_device_is_called() throws Exception {
    if (!machine.concurrent()) {
      return;
    }
    CountDownLatch called = new CountDownLatch(2);
    Runnable waits =
        () -> {
          called.countDown();
          // Another thread maps and unmaps in the same space, and asks it, to the end.
          CompletableFuture.runAsync(
                  () -> {
                    MapRequest other = new MapRequest().object(ram, 0).pages(1);
                    other.where().at(0x6000);
                    root().map(other).orThrow();
                    root().unmap(0x6000, 1).orThrow();
                    assertThat(space.events()).isNotEmpty();
                  })
              .orTimeout(60, TimeUnit.SECONDS)
              .join();
        };
    UART.whenSaved = waits;
    UART.whenRestored = waits;
    try (SpaceSnapshot snapshot = space.snapshot().get()) {
      storeAll(2);
      assertThat(snapshot.restore()).isEqualTo(Outcome.OK);
    }
    assertThat(called.getCount()).isZero();
    assertThat(loadAll()).containsExactly(1L, 1L, 1L, 2L);
  }

  @Test
  void a_device_may_take_and_go_back_to_snapshots_itself() {
    List<SpaceSnapshot> inner = new ArrayList<>();
    UART.whenSaved =
        () -> {
          UART.whenSaved = () -> {};
          inner.add(space.snapshot().get());
        };
    try (SpaceSnapshot snapshot = space.snapshot().get()) {
      storeAll(2);
      UART.whenRestored =
          () -> {
            UART.whenRestored = () -> {};
            inner.getFirst().restore().orThrow();
          };
      assertThat(snapshot.restore()).isEqualTo(Outcome.OK);
      assertThat(loadAll()).containsExactly(1L, 1L, 1L, 2L);
    }
    inner.getFirst().close();
  }

  @Test
  void arrays_are_compared_by_what_is_in_them() {
    long[] registers = {1, 2};
    DeviceState state =
        DeviceState.of(
            registers::clone, saved -> System.arraycopy(saved, 0, registers, 0, registers.length));
    assertThat(state.differs()).isFalse();
    Arrays.fill(registers, 7);
    assertThat(state.differs()).isTrue();
    state.restore();
    assertThat(registers).containsExactly(1, 2);
    assertThat(DeviceState.NONE.differs()).isFalse();
    DeviceState.NONE.restore();
  }
}
