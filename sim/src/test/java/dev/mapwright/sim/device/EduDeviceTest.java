package dev.mapwright.sim.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Clock;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.InterruptLine;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.sim.PagedSpace;
import dev.mapwright.sim.SimulatedMachine;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The edu device as a driver sees it: through a CPU and a mapped BAR. */
@Timeout(60)
class EduDeviceTest {
  private static final long BAR_PFN = 0xFE_B00L;
  private static final long AT = 0x100_0000;
  private static final long ONES = 0xFFFF_FFFFL;

  private final SimulatedMachine machine = SimulatedMachine.create(4 << 20);
  private final EduDevice edu = new EduDevice("edu", 10);
  private final Cpu cpu = machine.newCpu();
  private final List<Boolean> levels = new ArrayList<>();

  EduDeviceTest() {
    machine.plug(edu, BAR_PFN);
    PagedSpace space = new PagedSpace(machine);
    for (int page = 0; page < edu.bars().getFirst().pages(); page++) {
      space.map(Pages.of(AT) + page, BAR_PFN + page, 3);
    }
    cpu.attach(space);
    edu.line().listen(line -> levels.add(line.raised()));
  }

  @AfterEach
  void close() {
    machine.close();
  }

  private long read(int register) {
    return cpu.load(AT + register, 4);
  }

  private void write(int register, long value) {
    cpu.store(AT + register, 4, value);
  }

  @Test
  void it_identifies_itself_and_lives() {
    assertThat(edu.bars()).hasSize(1);
    assertThat(edu.bars().getFirst().bytes()).isEqualTo(1 << 20);
    assertThat(edu.bars().getFirst().prefetchable()).isFalse();
    assertThat(read(0x00)).isEqualTo(0x010000ED);
    assertThat(read(0x04)).isEqualTo(ONES);
    write(0x04, 0x1234_5678);
    assertThat(read(0x04)).isEqualTo(0xEDCB_A987L);
    write(0x00, 7);
    assertThat(read(0x00)).isEqualTo(0x010000ED);
  }

  @Test
  void a_factorial_is_there_when_its_time_has_come_and_not_before() {
    write(0x08, 10);
    assertThat(read(0x20)).isEqualTo(1);
    machine.clock().advance(9);
    assertThat(read(0x20)).isEqualTo(1);
    assertThat(read(0x08)).isEqualTo(10);
    write(0x08, 3);
    machine.clock().advance(1);
    assertThat(read(0x20)).isZero();
    assertThat(read(0x08)).isEqualTo(3_628_800);
    assertThat(levels).as("nobody asked for an interrupt").isEmpty();
  }

  @Test
  void factorials_are_modulo_two_to_the_32() {
    long[] numbers = {0, 1, 12, 13, 33, 34, ONES};
    long[] factorials = {1, 1, 479_001_600, 1_932_053_504, 0x8000_0000L, 0, 0};
    for (int i = 0; i < numbers.length; i++) {
      write(0x08, numbers[i]);
      machine.clock().advance(10);
      assertThat(read(0x08)).as("factorial of " + numbers[i]).isEqualTo(factorials[i]);
    }
  }

  @Test
  void a_factorial_raises_its_line_if_asked_and_until_acknowledged() {
    write(0x20, 0xFF);
    assertThat(read(0x20)).as("only one bit can be written").isEqualTo(0x80);
    write(0x08, 4);
    assertThat(read(0x20)).isEqualTo(0x81);
    write(0x20, 0x80);
    assertThat(read(0x20)).as("writing does not stop it").isEqualTo(0x81);
    machine.clock().advance(10);
    assertThat(read(0x24)).isEqualTo(1);
    assertThat(edu.line().raised()).isTrue();
    write(0x64, 2);
    assertThat(edu.line().raised()).as("another bit was acknowledged").isTrue();
    write(0x64, 1);
    assertThat(read(0x24)).isZero();
    assertThat(levels).containsExactly(true, false);
    write(0x20, 0);
    write(0x08, 5);
    machine.clock().advance(10);
    assertThat(levels).hasSize(2);
  }

  @Test
  void raised_bits_are_collected_until_each_is_acknowledged() {
    write(0x60, 0x10);
    write(0x60, 0x8000_0001L);
    assertThat(read(0x24)).isEqualTo(0x8000_0011L);
    assertThat(levels).containsExactly(true);
    write(0x64, 0x11);
    assertThat(edu.line().raised()).isTrue();
    write(0x64, ONES);
    assertThat(levels).containsExactly(true, false);
    assertThat(read(0x60)).isEqualTo(ONES);
    assertThat(read(0x64)).isEqualTo(ONES);
    write(0x24, 5);
    assertThat(read(0x24)).isZero();
  }

  @Test
  void accesses_of_a_wrong_width_or_alignment_read_all_ones_and_write_nothing() {
    write(0x04, 0);
    for (int bytes : new int[] {1, 2, 8}) {
      long ones = -1L >>> 64 - 8 * bytes;
      assertThat(cpu.load(AT, bytes)).isEqualTo(ones);
      cpu.store(AT + 0x04 - (bytes == 8 ? 4 : 0), bytes, 5);
      cpu.store(AT + 0x60, bytes, 1);
    }
    assertThat(cpu.load(AT + 2, 4)).isEqualTo(ONES);
    cpu.store(AT + 0x62, 4, -1);
    assertThat(read(0x04)).isEqualTo(ONES);
    assertThat(read(0x24)).isZero();
    assertThat(read(0x10)).isEqualTo(ONES);
    assertThat(cpu.load(AT + 0xF_FFFC, 4)).isEqualTo(ONES);
    assertThat(levels).isEmpty();
  }

  @Test
  void the_registers_of_the_dma_engine_read_as_zero_and_ignore_writes() {
    for (int register = 0x80; register < 0xA0; register += 8) {
      cpu.store(AT + register, 8, -1);
      write(register, 1);
      assertThat(cpu.load(AT + register, 8)).isZero();
      assertThat(read(register)).isZero();
      assertThat(cpu.load(AT + register, 2)).isEqualTo(0xFFFF);
    }
    assertThat(cpu.load(AT + 0xA0, 8)).isEqualTo(-1L);
  }

  @Test
  void a_listener_may_acknowledge_what_it_is_told_of() {
    List<Long> served = new ArrayList<>();
    InterruptLine.Listener handler =
        line -> {
          if (line.raised()) {
            long why = read(0x24);
            served.add(why);
            write(0x64, why);
          }
        };
    edu.line().listen(handler);
    write(0x60, 6);
    assertThat(served).containsExactly(6L);
    assertThat(edu.line().raised()).isFalse();
  }

  @Test
  void pulled_out_it_is_silent_and_plugged_in_again_it_begins_anew() {
    write(0x04, 1);
    write(0x60, 1);
    write(0x20, 0x80);
    write(0x08, 5);
    machine.unplug(edu);
    assertThat(levels).containsExactly(true, false);
    assertThat(read(0x00)).isEqualTo(ONES);
    assertThat(machine.clock().next()).isEqualTo(Long.MAX_VALUE);
    machine.clock().advance(20);
    // Accesses that were under way.
    edu.write(0x60, 4, 1);
    edu.write(0x08, 4, 1);
    assertThat(edu.line().raised()).isFalse();
    machine.plug(edu, BAR_PFN);
    assertThat(read(0x04)).isEqualTo(ONES);
    assertThat(read(0x08)).isZero();
    assertThat(read(0x20)).isZero();
    assertThat(read(0x24)).isZero();
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  @Test
  void an_alarm_that_goes_off_while_it_is_replugged_does_not_finish_what_came_later() {
    EduDevice late = new EduDevice("late", 5);
    List<Runnable> actions = new ArrayList<>();
    Clock clock =
        proxy(
            Clock.class,
            (proxy, method, arguments) -> {
              if (method.getName().equals("alarm")) {
                actions.add((Runnable) arguments[0]);
              }
              return method.invoke(machine.clock(), arguments);
            });
    Machine recording = proxy(Machine.class, (proxy, method, arguments) -> clock);
    late.plugged(recording);
    late.write(0x08, 4, 3);
    late.unplugged();
    late.plugged(recording);
    late.write(0x08, 4, 4);
    actions.getFirst().run(); // of the first alarm, as on a thread that had just begun it
    assertThat(late.read(0x20, 4)).isEqualTo(1);
    assertThat(late.read(0x08, 4)).isEqualTo(4);
    machine.clock().advance(5);
    assertThat(late.read(0x08, 4)).isEqualTo(24);
  }

  @Test
  void its_line_follows_its_status_whoever_raises_and_acknowledges_at_once() throws Exception {
    EduDevice shared = new EduDevice("shared");
    machine.plug(shared, 2 * BAR_PFN);
    List<Boolean> stuck = new CopyOnWriteArrayList<>();
    AtomicInteger arrivals = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int bit = 1; bit <= 2; bit++) {
      int mine = bit;
      threads.add(
          new Thread(() -> {
            for (int i = 0; i < 50_000; i++) {
              meet(arrivals);
              shared.write(0x60, 4, mine);
              shared.write(0x64, 4, mine);
              meet(arrivals);
              if (shared.line().raised()) {
                stuck.add(true);
              }
            }
          }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(shared.read(0x24, 4)).isZero();
    assertThat(stuck).isEmpty();
  }

  /** Both threads go on at the same time. */
  @SuppressWarnings("ThreadPriorityCheck") // yields only pass the time
  private static void meet(AtomicInteger arrivals) {
    int both = (arrivals.getAndIncrement() | 1) + 1;
    while (arrivals.get() < both) {
      Thread.yield();
    }
  }

  @Test
  void a_factorial_takes_at_least_a_step() {
    assertThatThrownBy(() -> new EduDevice("edu", 0)).isInstanceOf(IllegalArgumentException.class);
    assertThat(new EduDevice("edu").name()).isEqualTo("edu");
  }
}
