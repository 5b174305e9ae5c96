package dev.mapwright.sim.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.event.EventListener;
import dev.mapwright.core.machine.Clock;
import dev.mapwright.core.machine.Clock.Alarm;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.sim.SimulatedMachine;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SimulatedClockTest {
  private final SimulatedMachine machine = SimulatedMachine.create(1 << 20);
  private final Clock clock = machine.clock();
  private final List<String> done = new ArrayList<>();

  @AfterEach
  void close() {
    machine.close();
  }

  private Alarm at(long step, String name) {
    return clock.at(step, () -> done.add(name + "@" + clock.now()));
  }

  @Test
  void what_is_due_is_done_in_order_of_steps_and_then_of_requests() {
    at(7, "late");
    at(3, "first");
    at(3, "second");
    at(0, "now");
    assertThat(clock.next()).isZero();
    clock.advance(0);
    assertThat(done).containsExactly("now@0");
    clock.advance(2);
    assertThat(clock.now()).isEqualTo(2);
    assertThat(clock.next()).isEqualTo(3);
    clock.advance(10);
    assertThat(done).containsExactly("now@0", "first@3", "second@3", "late@7");
    assertThat(clock.now()).isEqualTo(12);
    assertThat(clock.next()).isEqualTo(Clock.NEVER);
    assertThat(machine.clock()).isSameAs(clock);
  }

  @Test
  void only_the_thread_that_advances_is_told_that_it_does() {
    List<Boolean> told = new ArrayList<>();
    clock.at(
        1,
        () -> {
          told.add(clock.advancing());
          Thread other = Thread.ofPlatform().start(() -> told.add(clock.advancing()));
          joinQuietly(other);
        });
    assertThat(clock.advancing()).isFalse();
    clock.advance(1);
    assertThat(told).containsExactly(true, false);
    assertThat(clock.advancing()).isFalse();
  }

  private static void joinQuietly(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  @Test
  void an_action_may_set_what_is_done_in_the_same_advance() {
    clock.at(
        5,
        () -> {
          at(5, "at once");
          at(6, "next");
          at(11, "not yet");
        });
    clock.advance(10);
    assertThat(done).containsExactly("at once@5", "next@6");
  }

  @Test
  void an_alarm_that_is_set_anew_is_moved_and_counts_as_asked_for_now() {
    Alarm moved = at(3, "moved");
    at(5, "other");
    moved.setAt(5);
    assertThat(moved.step()).isEqualTo(5);
    clock.advance(5);
    assertThat(done).containsExactly("other@5", "moved@5");
    assertThat(moved.step()).isEqualTo(Clock.NEVER);
    moved.setAfter(2);
    clock.advance(2);
    assertThat(done).last().isEqualTo("moved@7");
  }

  @Test
  void a_cancelled_alarm_is_not_done_and_says_whether_it_was_set() {
    Alarm alarm = at(3, "never");
    assertThat(alarm.cancel()).isTrue();
    assertThat(alarm.cancel()).isFalse();
    List<Boolean> inAction = new ArrayList<>();
    AtomicReference<Alarm> self = new AtomicReference<>();
    self.set(clock.at(4, () -> inAction.add(self.get().cancel())));
    Alarm victim = at(4, "cancelled by the one before");
    clock.at(2, () -> inAction.add(victim.cancel()));
    clock.advance(10);
    assertThat(done).isEmpty();
    assertThat(inAction).containsExactly(true, false);
  }

  @Test
  void an_action_may_advance_the_clock_beyond_the_end_of_the_advance_that_called_it() {
    clock.at(
        2,
        () -> {
          done.add("begins@" + clock.now());
          clock.advance(20);
          done.add("ends@" + clock.now());
        });
    at(4, "within");
    at(30, "after");
    clock.advance(5);
    assertThat(done).containsExactly("begins@2", "within@4", "ends@22");
    assertThat(clock.now()).isEqualTo(22);
    clock.advance(8);
    assertThat(done).last().isEqualTo("after@30");
  }

  @Test
  void what_an_action_throws_ends_the_advance_and_the_rest_is_done_by_the_next() {
    clock.at(
        3,
        () -> {
          throw new UnsupportedOperationException("on purpose");
        });
    at(3, "beside");
    assertThatThrownBy(() -> clock.advance(10)).isInstanceOf(UnsupportedOperationException.class);
    assertThat(clock.now()).isEqualTo(3);
    assertThat(done).isEmpty();
    clock.advance(1);
    assertThat(done).containsExactly("beside@3");
    assertThat(clock.now()).isEqualTo(4);
  }

  @Test
  void times_that_have_passed_or_never_come_are_refused() {
    clock.advance(10);
    Alarm alarm = at(12, "kept");
    for (long step : new long[] {9, -1, Long.MIN_VALUE, Clock.NEVER}) {
      assertThatThrownBy(() -> alarm.setAt(step)).isInstanceOf(IllegalArgumentException.class);
    }
    for (long steps : new long[] {-1, Long.MIN_VALUE, Clock.NEVER, Clock.NEVER - 10}) {
      assertThatThrownBy(() -> alarm.setAfter(steps)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> clock.advance(steps)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(alarm.step()).isEqualTo(12);
    assertThat(clock.now()).isEqualTo(10);
    clock.advance(Clock.NEVER - 11);
    assertThat(done).containsExactly("kept@12");
    assertThat(clock.now()).isEqualTo(Clock.NEVER - 1);
  }

  @Test
  void a_second_thread_that_advances_is_refused_and_may_set_and_cancel() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    clock.at(
        1,
        () -> {
          inside.countDown();
          await(go);
        });
    Alarm taken = at(2, "taken back");
    Thread driver = new Thread(() -> clock.advance(5));
    driver.start();
    await(inside);
    assertThatThrownBy(() -> clock.advance(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(driver.getName());
    at(3, "set meanwhile");
    assertThat(taken.cancel()).isTrue();
    go.countDown();
    driver.join();
    assertThat(done).containsExactly("set meanwhile@3");
    clock.advance(1);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void advancing_is_refused_inside_a_callback_that_holds_locks() {
    List<Throwable> refusals = new ArrayList<>();
    at(1, "late");
    EventListener listener =
        event -> {
          try {
            clock.advance(1);
          } catch (IllegalStateException refusal) {
            refusals.add(refusal);
          }
        };
    machine.events().listen(listener);
    MemoryObject object = MemoryObject.paged(machine, 1).get();
    object.commit(0, 1).orThrow();
    machine.events().ignore(listener);
    assertThat(refusals).isNotEmpty();
    assertThat(clock.now()).isZero();
    object.release();
    clock.advance(1);
    assertThat(done).containsExactly("late@1");
  }

  @Test
  void a_machine_of_one_thread_has_a_clock_of_one_thread() throws Exception {
    try (SimulatedMachine single = SimulatedMachine.builder().ram(0, 16).singleThreaded().build()) {
      single.clock().advance(1);
      List<Throwable> refusals = new ArrayList<>();
      Thread other =
          new Thread(() -> {
            try {
              single.clock().advance(1);
            } catch (IllegalStateException refusal) {
              refusals.add(refusal);
            }
          });
      other.start();
      other.join();
      assertThat(refusals).hasSize(1);
    }
  }

  /** What is set, in a list that is sorted whenever somebody looks. */
  private record Planned(long step, long request, int alarm) {}

  @Test
  void random_alarms_are_done_as_a_sorted_list_of_them_says() {
    Random random = new Random(7);
    List<Integer> seen = new ArrayList<>();
    List<Alarm> alarms = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      int number = i;
      alarms.add(clock.alarm(() -> seen.add(number)));
    }
    List<Planned> planned = new ArrayList<>();
    long requests = 0;
    for (int round = 0; round < 100_000; round++) {
      int number = random.nextInt(alarms.size());
      Alarm alarm = alarms.get(number);
      switch (random.nextInt(8)) {
        case 0 -> {
          long end = clock.now() + random.nextInt(6);
          planned.sort(Comparator.comparingLong(Planned::step).thenComparingLong(Planned::request));
          List<Integer> due =
              planned.stream().filter(one -> one.step <= end).map(Planned::alarm).toList();
          planned.removeIf(one -> one.step <= end);
          clock.advance(end - clock.now());
          assertThat(seen).isEqualTo(due);
          seen.clear();
        }
        case 1, 2 ->
            assertThat(alarm.cancel()).isEqualTo(planned.removeIf(one -> one.alarm == number));
        default -> {
          long step = clock.now() + random.nextInt(20);
          planned.removeIf(one -> one.alarm == number);
          planned.add(new Planned(step, requests++, number));
          alarm.setAt(step);
        }
      }
    }
  }
}
