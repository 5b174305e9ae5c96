package dev.mapwright.sim.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.sim.PagedSpace;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.sim.tables.PageTables;
import dev.mapwright.sim.tables.TranslationUser;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a CPU and those who take translations away owe each other, in orders that are seldom. */
class QuiescenceTest {
  private static final long LOOKS = 200_000_000L;
  private static final long ADDRESS = 0x5000;

  private final SimulatedMachine machine = SimulatedMachine.create(4L << 20);
  private final PagedSpace space = new PagedSpace(machine);
  private final Cpu cpu = machine.newCpu();

  QuiescenceTest() {
    cpu.attach(space);
    space.map(ADDRESS >>> 12);
  }

  @AfterEach
  void close() {
    machine.close();
  }

  /** A user that is told of the end before the CPU is, and does something then. */
  private record ToldFirst(Runnable action) implements TranslationUser {
    @Override
    public boolean walksByCall() {
      return false;
    }

    @Override
    public void forget(long firstPage, long lastPage) {}

    @Override
    public void detach() {
      action.run();
    }

    @Override
    public void awaitQuiescence() {}
  }

  @Test
  void a_cpu_that_leaves_a_closing_space_for_another_one_learns_that_this_closed_too() {
    PagedSpace first = new PagedSpace(machine);
    PagedSpace second = new PagedSpace(machine);
    Runnable leave =
        () -> {
          cpu.attach(second);
          second.translation().close();
        };
    assertThat(((PageTables) first.translation()).addUser(new ToldFirst(leave))).isTrue();
    cpu.attach(first);
    first.translation().close();
    assertThat(cpu.attached()).isNull();
  }

  @Test
  void a_remover_that_was_interrupted_can_be_seen_waiting_and_stays_interrupted() throws Exception {
    cpu.enter();
    cpu.load(ADDRESS, 8);
    AtomicBoolean stillInterrupted = new AtomicBoolean();
    Thread remover =
        Thread.ofVirtual()
            .start(() -> {
              Thread.currentThread().interrupt();
              space.translation().remove(ADDRESS >>> 12, ADDRESS >>> 12);
              stillInterrupted.set(Thread.currentThread().isInterrupted());
            });
    // Whoever waits for this thread in turn goes by its state.
    boolean seenWaiting = false;
    for (long i = 0; i < LOOKS && !seenWaiting; i++) {
      seenWaiting = remover.getState() == Thread.State.TIMED_WAITING;
    }
    cpu.exit();
    remover.join();
    assertThat(seenWaiting).isTrue();
    assertThat(stillInterrupted).isTrue();
  }

  @Test
  void asking_what_a_cpu_is_attached_to_acknowledges_nothing() throws Exception {
    cpu.enter();
    cpu.load(ADDRESS, 8);
    ((SimulatedCpu) cpu).forget(ADDRESS >>> 12, ADDRESS >>> 12);
    assertThat(thrownBy(() -> assertThat(cpu.attached()).isSameAs(space))).isNull();
    assertThat(((SimulatedCpu) cpu).anythingPending()).isTrue();
    cpu.poll();
    assertThat(((SimulatedCpu) cpu).anythingPending()).isFalse();
    cpu.exit();
  }

  private static @Nullable Throwable thrownBy(Runnable action) throws InterruptedException {
    AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
    Thread thread =
        new Thread(() -> {
          try {
            action.run();
          } catch (Throwable problem) {
            thrown.set(problem);
          }
        });
    thread.start();
    thread.join();
    return thrown.get();
  }

  @Test
  void a_bracket_belongs_to_the_thread_that_began_it_and_anybody_may_end_it() throws Exception {
    cpu.enter();
    for (Runnable use : List.<Runnable>of(() -> cpu.load(ADDRESS, 8), cpu::poll)) {
      assertThat(thrownBy(use))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("another thread");
    }
    cpu.load(ADDRESS, 8);
    assertThat(thrownBy(cpu::exit)).isNull();
    assertThat(thrownBy(() -> cpu.store(ADDRESS, 8, 7))).isNull();
    assertThat(cpu.load(ADDRESS, 8)).isEqualTo(7);
  }

  @Test
  void a_page_whose_dirty_bit_was_cleared_is_dirty_again_although_the_visitor_threw() {
    long second = ADDRESS + 0x2000;
    space.map(second >>> 12);
    for (int i = 0; i <= Tlb.MISSES_WITHOUT_ARRAYS; i++) {
      cpu.flush();
      cpu.store(ADDRESS, 8, 1);
      cpu.store(second, 8, 1);
    }
    assertThatThrownBy(() ->
            space
                .translation()
                .dirty(
                    ADDRESS >>> 12,
                    second >>> 12,
                    true,
                    (page, pages) -> {
                      throw new IllegalArgumentException("a visitor");
                    }))
        .hasMessage("a visitor");
    cpu.store(ADDRESS, 8, 2);
    assertThat(TranslationEntry.dirty(space.translation().entry(ADDRESS >>> 12))).isTrue();
  }
}
