package dev.mapwright.sim.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.sim.MachineBuilder;
import dev.mapwright.sim.PagedSpace;
import dev.mapwright.sim.SimulatedMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A machine is closed while its CPUs are used: whoever goes on gets an exception, and nobody
 * reaches memory that was given back, which a CPU with native access would not survive.
 */
@ParameterizedClass
@EnumSource
@Timeout(60)
class MachineEndTest {
  enum Way {
    AS_GRANTED,
    CHECKED
  }

  private static final int PAGES = 64;
  private static final long ADDRESS = 0x5_0000;
  private static final long REGISTERS = 0x9_0000;
  private static final long DEVICE_PFN = 0x8_0000;

  private final Way way;

  MachineEndTest(Way way) {
    this.way = way;
  }

  private SimulatedMachine machine(Consumer<MachineBuilder> more) {
    MachineBuilder builder = SimulatedMachine.builder().ram(0, 1024);
    if (way == Way.CHECKED) {
      builder.checked();
    }
    more.accept(builder);
    return builder.build();
  }

  private SimulatedMachine machine() {
    return machine(builder -> {});
  }

  /** A CPU that has pages mapped, and their translations in its TLB. */
  private static Cpu busy(SimulatedMachine machine, PagedSpace space) {
    for (int page = 0; page < PAGES; page++) {
      space.map(Pages.of(ADDRESS) + page, Permissions.ALL);
    }
    Cpu cpu = machine.newCpu();
    cpu.attach(space);
    touch(cpu);
    return cpu;
  }

  private static void touch(Cpu cpu) {
    for (int page = 0; page < PAGES; page++) {
      cpu.load(ADDRESS + Pages.address(page), 8);
      cpu.store(ADDRESS + Pages.address(page), 8, page);
      cpu.fetch(ADDRESS + Pages.address(page), 4);
    }
  }

  private static void assertClosed(Runnable access) {
    assertThatThrownBy(access::run)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  private interface Work {
    void once(Cpu cpu, long address);
  }

  @Test
  void threads_that_go_on_while_the_machine_is_closed_get_an_exception() throws Exception {
    List<Work> works =
        List.of(
            (cpu, address) -> cpu.load(address, 8),
            (cpu, address) -> cpu.store(address, 4, 1),
            (cpu, address) -> cpu.fetch(address, 2));
    for (int round = 0; round < 60; round++) {
      SimulatedMachine machine = machine();
      CountDownLatch running = new CountDownLatch(works.size());
      List<Thread> threads = new ArrayList<>();
      List<AtomicReference<Throwable>> ends = new ArrayList<>();
      for (Work work : works) {
        boolean bracket = round % 3 != 0;
        AtomicReference<Throwable> end = new AtomicReference<>();
        Cpu cpu = busy(machine, new PagedSpace(machine));
        threads.add(Thread.ofPlatform().start(() -> goOn(cpu, bracket, work, running, end)));
        ends.add(end);
      }
      running.await();
      machine.close();
      for (Thread thread : threads) {
        thread.join();
      }
      for (AtomicReference<Throwable> end : ends) {
        assertThat(end.get())
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("closed");
      }
    }
  }

  private static void goOn(
      Cpu cpu, boolean bracket, Work work, CountDownLatch running, AtomicReference<Throwable> end) {
    try {
      if (bracket) {
        cpu.enter();
      }
      for (int i = 0; ; i++) {
        work.once(cpu, ADDRESS + Pages.address(i % PAGES) + 8);
        if (i == 1000) {
          running.countDown();
        }
      }
    } catch (Throwable problem) {
      end.set(problem);
      running.countDown();
    }
  }

  @Test
  @SuppressWarnings("ThreadPriorityCheck") // yields only pass the time
  void closing_waits_for_a_cpu_that_may_still_use_what_it_knows() throws Exception {
    SimulatedMachine machine = machine();
    Cpu cpu = busy(machine, new PagedSpace(machine));
    AtomicBoolean inside = new AtomicBoolean();
    AtomicBoolean goOn = new AtomicBoolean();
    Thread driver =
        Thread.ofPlatform()
            .start(() -> {
              cpu.enter();
              inside.set(true);
              while (!goOn.get()) {
                Thread.onSpinWait(); // no access and no poll
              }
              cpu.poll();
            });
    while (!inside.get()) {
      Thread.yield();
    }
    AtomicBoolean closed = new AtomicBoolean();
    Thread closer =
        Thread.ofPlatform()
            .start(() -> {
              machine.close();
              closed.set(true);
            });
    Thread.sleep(100);
    assertThat(closed).isFalse();
    goOn.set(true);
    closer.join();
    driver.join();
    assertThat(closed).isTrue();
  }

  @Test
  void who_closes_the_machine_in_a_bracket_of_his_own_finds_nothing_afterwards() {
    for (boolean single : new boolean[] {false, true}) {
      SimulatedMachine machine = single ? machine(MachineBuilder::singleThreaded) : machine();
      Cpu cpu = busy(machine, new PagedSpace(machine));
      cpu.enter();
      touch(cpu);
      machine.close();
      assertClosed(() -> cpu.load(ADDRESS, 8));
      assertClosed(() -> cpu.store(ADDRESS, 8, 1));
      assertClosed(() -> cpu.fetch(ADDRESS, 8));
      assertClosed(() -> cpu.copy(ADDRESS, ADDRESS + Pages.BYTES, 8));
      cpu.exit();
      assertClosed(() -> cpu.load(ADDRESS, 8));
    }
  }

  @Test
  void a_handler_that_closes_the_machine_ends_the_access_that_called_it() {
    AtomicReference<Runnable> act = new AtomicReference<>(() -> {});
    DeviceHandler handler =
        new DeviceHandler() {
          @Override
          public long read(long offsetBytes, int bytes) {
            act.get().run();
            return 7;
          }

          @Override
          public void write(long offsetBytes, int bytes, long value) {}
        };
    for (boolean single : new boolean[] {false, true}) {
      SimulatedMachine machine =
          machine(b -> {
            b.device("closer", DEVICE_PFN, 1, handler);
            if (single) {
              b.singleThreaded();
            }
          });
      PagedSpace space = new PagedSpace(machine);
      act.set(() -> {});
      Cpu cpu = busy(machine, space);
      space.map(Pages.of(REGISTERS), DEVICE_PFN, Permissions.READ_WRITE);
      cpu.enter();
      assertThat(cpu.load(REGISTERS, 8)).isEqualTo(7);
      act.set(machine::close);
      assertClosed(() -> cpu.copy(REGISTERS, ADDRESS, 16));
      assertClosed(() -> cpu.load(ADDRESS, 8));
    }
  }

  @Test
  void a_cpu_that_is_made_after_the_end_translates_nothing() {
    SimulatedMachine machine = machine();
    PagedSpace space = new PagedSpace(machine);
    busy(machine, space);
    machine.close();
    Cpu late = machine.newCpu();
    late.attach(space);
    assertClosed(() -> late.load(ADDRESS, 8));
  }

  @Test
  void a_single_threaded_machine_is_closed_by_its_thread_or_after_it() throws Exception {
    SimulatedMachine machine = machine(MachineBuilder::singleThreaded);
    CountDownLatch used = new CountDownLatch(1);
    CountDownLatch tried = new CountDownLatch(1);
    Thread owner =
        Thread.ofPlatform()
            .start(() -> {
              Cpu cpu = busy(machine, new PagedSpace(machine));
              used.countDown();
              try {
                tried.await();
              } catch (InterruptedException impossible) {
                throw new IllegalStateException(impossible);
              }
              cpu.load(ADDRESS, 8);
            });
    used.await();
    assertThatThrownBy(machine::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("single-threaded");
    tried.countDown();
    owner.join();
    machine.close();
  }
}
