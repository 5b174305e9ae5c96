package dev.mapwright.sim.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.event.EventStream;
import dev.mapwright.core.failure.FailurePoints;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Free frames that lie ready beside threads are as free as others. */
@Timeout(60)
class FrameMagazinesTest {
  private static final int PAGES = 1000;

  private final PhysicalMap map = new PhysicalMap(List.of(new RamRange(0, PAGES, 0)));
  private final Ram ram = new Ram(map, (Path) null);
  private final FrameTable frames =
      new FrameTable(map, ram, new FailurePoints(), new EventStream(), new ThreadGuard(true));
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void close() {
    threads.shutdownNow();
    ram.close();
  }

  /** A thread that has another magazine than the current one. */
  private static Thread apart(Runnable work) {
    Thread made = new Thread(work);
    while ((made.threadId() - Thread.currentThread().threadId()) % FrameMagazines.COUNT == 0) {
      made = new Thread(work);
    }
    return made;
  }

  private <T> T elsewhere(Callable<T> work) throws Exception {
    try (ExecutorService other = Executors.newSingleThreadExecutor(FrameMagazinesTest::apart)) {
      return other.submit(work).get(30, TimeUnit.SECONDS);
    }
  }

  private List<Long> takeAll() {
    List<Long> taken = new ArrayList<>();
    for (long pfn = allocate(); pfn != Frames.NONE; pfn = allocate()) {
      taken.add(pfn);
    }
    return taken;
  }

  private long allocate() {
    return frames.allocate(FrameOwner.OBJECT, 0);
  }

  @Test
  void nothing_is_refused_that_lies_beside_another_thread() throws Exception {
    frames.useMagazines();
    for (int i = 0; i < 5; i++) {
      elsewhere(() -> {
        long pfn = allocate();
        assertThat(frames.free(pfn)).isTrue();
        return pfn;
      });
    }
    assertThat(frames.free()).isEqualTo(PAGES - 1);
    List<Long> all = takeAll();
    assertThat(all).hasSize(PAGES - 1).doesNotHaveDuplicates().doesNotContain(0L);
    assertThat(frames.free()).isZero();
    elsewhere(() -> {
      all.forEach(frames::free);
      return 0;
    });
    assertThat(frames.free()).isEqualTo(PAGES - 1);
    assertThat(takeAll()).hasSize(PAGES - 1);
  }

  @Test
  void nothing_is_handed_out_of_a_closed_machine_that_lay_ready() {
    frames.useMagazines();
    long used = allocate();
    frames.free(used);
    ram.close();
    for (ThrowingCallable taking :
        List.<ThrowingCallable>of(
            this::allocate, () -> frames.allocateUncleared(FrameOwner.TABLE, 0))) {
      assertThatThrownBy(taking)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("closed");
    }
  }

  @Test
  void a_run_is_found_among_frames_that_lie_beside_other_threads() throws Exception {
    frames.useMagazines();
    elsewhere(() -> frames.free(allocate()));
    frames.free(allocate());
    long first = frames.allocateRun(Frames.RunRequest.of(PAGES - 1, 0), FrameOwner.OBJECT, 0);
    assertThat(first).isNotEqualTo(Frames.NONE);
    assertThat(frames.free()).isLessThanOrEqualTo(1);
    assertThat(takeAll().size()).isLessThanOrEqualTo(1);
  }

  @Test
  void a_frame_comes_to_the_thread_that_frees_it_and_comes_back_to_it_first() throws Exception {
    frames.useMagazines();
    long pfn = elsewhere(this::allocate);
    frames.free(pfn);
    assertThat(allocate()).isEqualTo(pfn);
  }

  @Test
  void threads_get_frames_of_different_words() throws Exception {
    frames.useMagazines();
    Set<Long> here = new HashSet<>();
    Set<Long> there = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      here.add(allocate() >>> 6);
    }
    elsewhere(() -> {
      for (int i = 0; i < 100; i++) {
        there.add(allocate() >>> 6);
      }
      return 0;
    });
    assertThat(here).doesNotContainAnyElementsOf(there);
  }

  @Test
  void no_frame_is_handed_out_twice_and_as_many_are_free_as_were_not_taken() throws Exception {
    AtomicIntegerArray owners = new AtomicIntegerArray(PAGES);
    List<Future<Integer>> running = new ArrayList<>();
    int most = PAGES / 4 - 1;
    for (int thread = 0; thread < 4; thread++) {
      Random random = new Random(thread);
      running.add(
          threads.submit(() -> {
            List<Long> mine = new ArrayList<>();
            for (int step = 0; step < 100_000; step++) {
              if (mine.size() < most && random.nextInt(100) < 52) {
                long pfn = allocate();
                // All together never want more than there are.
                assertThat(pfn).isNotEqualTo(Frames.NONE);
                assertThat(owners.getAndIncrement((int) pfn)).isZero();
                mine.add(pfn);
              } else if (!mine.isEmpty()) {
                long pfn = mine.remove(random.nextInt(mine.size()));
                owners.getAndDecrement((int) pfn);
                frames.free(pfn);
              }
              if (step % 1000 == 0) {
                assertThat(frames.free()).isBetween(0L, PAGES - 1L);
              }
            }
            return mine.size();
          }));
    }
    long taken = 0;
    for (Future<Integer> thread : running) {
      taken += thread.get(50, TimeUnit.SECONDS);
    }
    assertThat(frames.free()).isEqualTo(PAGES - 1 - taken);
  }
}
