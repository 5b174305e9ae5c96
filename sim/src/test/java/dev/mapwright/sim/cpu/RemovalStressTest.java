package dev.mapwright.sim.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Access;
import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.sim.PagedSpace;
import dev.mapwright.sim.SimulatedMachine;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CPUs on threads of their own against threads that take their translations away. */
@Timeout(120)
class RemovalStressTest {
  private static final long POISON = 0xDEAD_BEEF_DEAD_BEEFL;
  private static final int PLACES = 24;
  private static final long MILLIS = 1500;

  final SimulatedMachine machine = SimulatedMachine.create(8L << 20);
  final PagedSpace space = new PagedSpace(machine);
  final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicBoolean stop = new AtomicBoolean();
  private final AtomicLong accesses = new AtomicLong();
  private final List<Future<?>> running = new ArrayList<>();

  @AfterEach
  void close() {
    threads.shutdownNow();
    machine.close();
  }

  /** Far apart, so that each page's tables come and go with it. */
  long page(int place) {
    return 0x1234L + ((long) place << 18) + place;
  }

  /** The upper half names the place; the lower half is what CPUs count up. */
  private static long stamp(int place) {
    return (long) (place + 1) << 48;
  }

  private void join() throws Exception {
    for (Future<?> thread : running) {
      thread.get(60, TimeUnit.SECONDS);
    }
  }

  private void runFor(long millis) throws InterruptedException {
    Thread.sleep(millis);
    stop.set(true);
  }

  private interface Work {
    void once(Cpu cpu, Random random);
  }

  private void drive(int seed, boolean bracket, Work work) {
    Cpu cpu = machine.newCpu();
    cpu.attach(space);
    running.add(
        threads.submit(() -> {
          Random random = new Random(seed);
          long done = 0;
          while (!stop.get()) {
            LookOrderTest.begin(cpu, random.nextBoolean());
            if (bracket) {
              cpu.enter();
            }
            try {
              for (int i = 0; i < 500; i++) {
                try {
                  work.once(cpu, random);
                  done++;
                } catch (MemoryFault nothingThere) {
                  assertThat(nothingThere.fault().access()).isNotNull();
                }
              }
            } finally {
              if (bracket) {
                cpu.exit();
              }
            }
          }
          accesses.addAndGet(done);
        }));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void no_access_reaches_a_frame_after_its_removal_has_returned(boolean bracket) throws Exception {
    for (int seed = 1; seed <= 2; seed++) {
      drive(
          seed,
          bracket,
          (cpu, random) -> {
            int place = random.nextInt(PLACES);
            long address = Pages.address(page(place)) + 8L * random.nextInt(512);
            long seen = cpu.load(address, 8);
            assertThat(seen >>> 48).as("%x", seen).isEqualTo(stamp(place) >>> 48);
            cpu.store(address, 8, seen + 1);
          });
    }
    running.add(threads.submit(() -> mapAndUnmap(7)));
    runFor(MILLIS);
    join();
    assertThat(accesses.get()).isGreaterThan(1000);
    assertThat(machine.frames().total() - machine.frames().free()).isEqualTo(1);
  }

  private void mapAndUnmap(int seed) {
    Random random = new Random(seed);
    Frames frames = machine.frames();
    Translation tables = space.translation();
    long[] mapped = new long[PLACES];
    java.util.Arrays.fill(mapped, Frames.NONE);
    List<Long> removed = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment poison = arena.allocate(Pages.BYTES, 8);
      fill(poison, POISON);
      MemorySegment stamps = arena.allocate(Pages.BYTES, 8);
      while (!stop.get()) {
        int place = random.nextInt(PLACES);
        if (mapped[place] == Frames.NONE) {
          long pfn = frames.allocateUncleared(FrameOwner.OBJECT, place);
          fill(stamps, stamp(place));
          machine.memory().write(pfn, 0, stamps, 0, Pages.BYTES);
          space.map(page(place), pfn, Permissions.READ_WRITE);
          mapped[place] = pfn;
        } else if (random.nextInt(3) == 0) {
          // Replaced in place: the old frame is nobody's afterwards, too.
          long pfn = frames.allocateUncleared(FrameOwner.OBJECT, place);
          fill(stamps, stamp(place));
          machine.memory().write(pfn, 0, stamps, 0, Pages.BYTES);
          space.map(page(place), pfn, Permissions.READ_WRITE);
          poison(mapped[place], poison, removed);
          mapped[place] = pfn;
        } else {
          tables.remove(page(place) - random.nextInt(3), page(place) + random.nextInt(3));
          poison(mapped[place], poison, removed);
          mapped[place] = Frames.NONE;
        }
        if (removed.size() > 3) {
          requirePoison(removed.removeFirst());
        }
      }
      tables.remove(0, Pages.LAST_PAGE);
      for (long pfn : mapped) {
        if (pfn != Frames.NONE) {
          poison(pfn, poison, removed);
        }
      }
      for (long pfn : removed) {
        requirePoison(pfn);
      }
    }
  }

  private static void fill(MemorySegment page, long value) {
    for (int at = 0; at < Pages.BYTES; at += 8) {
      page.set(java.lang.foreign.ValueLayout.JAVA_LONG, at, value);
    }
  }

  private void poison(long pfn, MemorySegment poison, List<Long> removed) {
    machine.memory().write(pfn, 0, poison, 0, Pages.BYTES);
    removed.add(pfn);
  }

  /** Nobody wrote to the frame since it was poisoned; now it may be used again. */
  private void requirePoison(long pfn) {
    for (int at = 0; at < Pages.BYTES; at += 8) {
      assertThat(machine.memory().readLong(Pages.address(pfn) + at)).isEqualTo(POISON);
    }
    machine.frames().free(pfn);
  }

  @Test
  void no_store_is_made_after_writing_was_forbidden() throws Exception {
    for (int place = 0; place < PLACES; place++) {
      space.map(page(place));
    }
    for (int seed = 1; seed <= 2; seed++) {
      drive(
          seed,
          seed == 1,
          (cpu, random) ->
              cpu.store(Pages.address(page(random.nextInt(PLACES))), 8, random.nextLong()));
    }
    running.add(
        threads.submit(() -> {
          Random random = new Random(3);
          Translation tables = space.translation();
          while (!stop.get()) {
            long page = page(random.nextInt(PLACES));
            tables.restrict(page, page, Permissions.READ);
            long pfn = TranslationEntry.pfn(tables.entry(page));
            long value = machine.memory().readLong(Pages.address(pfn));
            for (int i = 0; i < 200; i++) {
              Thread.onSpinWait();
            }
            assertThat(machine.memory().readLong(Pages.address(pfn))).isEqualTo(value);
            space.map(page, pfn, Permissions.READ_WRITE);
          }
        }));
    runFor(MILLIS);
    join();
    assertThat(accesses.get()).isGreaterThan(1000);
  }

  @Test
  void no_store_escapes_the_dirty_bits() throws Exception {
    for (int place = 0; place < PLACES; place++) {
      space.map(page(place));
    }
    for (int seed = 1; seed <= 2; seed++) {
      drive(
          seed,
          true,
          (cpu, random) ->
              cpu.store(Pages.address(page(random.nextInt(PLACES))), 8, random.nextLong()));
    }
    running.add(
        threads.submit(() -> {
          Random random = new Random(3);
          Translation tables = space.translation();
          int found = 0;
          // However busy the host is, some stores fall between clearing and looking.
          while (found < 60) {
            long page = page(random.nextInt(PLACES));
            long pfn = TranslationEntry.pfn(tables.entry(page));
            tables.dirty(page, page, true, (first, pages) -> {});
            long clean = machine.memory().readLong(Pages.address(pfn));
            LockSupport.parkNanos(random.nextInt(100_000));
            long now = machine.memory().readLong(Pages.address(pfn));
            if (now != clean) {
              found++;
              assertThat(TranslationEntry.dirty(tables.entry(page))).isTrue();
            }
          }
        }));
    running.getLast().get(60, TimeUnit.SECONDS);
    stop.set(true);
    join();
  }

  @Test
  void swaps_of_two_cpus_never_lose_an_increment() throws Exception {
    space.map(5);
    for (int seed = 1; seed <= 2; seed++) {
      drive(
          seed,
          seed == 1,
          (cpu, random) -> {
            long seen;
            do {
              seen = cpu.load(0x5002, 2);
            } while (cpu.compareAndSwap(0x5002, 2, seen, seen + 1) != seen);
          });
    }
    runFor(500);
    join();
    Cpu cpu = machine.newCpu();
    cpu.attach(space);
    assertThat(cpu.load(0x5002, 2)).isEqualTo(accesses.get() & 0xFFFF);
    assertThat(cpu.load(0x5000, 2)).isZero();
    assertThat(cpu.load(0x5004, 4)).isZero();
  }

  @Test
  void a_remover_does_not_wait_for_a_cpu_whose_thread_waits_for_the_remover() throws Exception {
    space.map(5);
    CountDownLatch removed = new CountDownLatch(1);
    CountDownLatch inside = new CountDownLatch(1);
    Cpu cpu = machine.newCpu();
    cpu.attach(space);
    Future<Boolean> driver =
        threads.submit(() -> {
          cpu.enter();
          cpu.store(0x5000, 8, 1);
          inside.countDown();
          removed.await();
          try {
            cpu.load(0x5000, 8);
            return false;
          } catch (MemoryFault gone) {
            return true;
          } finally {
            cpu.exit();
          }
        });
    inside.await();
    space.translation().remove(5, 5);
    removed.countDown();
    assertThat(driver.get(30, TimeUnit.SECONDS)).as("the page was gone").isTrue();
  }

  @Test
  void a_tight_loop_in_a_bracket_notices_a_removal_without_polling() throws Exception {
    for (int round = 0; round < 3; round++) {
      space.map(5);
      Cpu cpu = machine.newCpu();
      cpu.attach(space);
      Future<Long> driver =
          threads.submit(() -> {
            cpu.enter();
            try {
              return sumUntilFault(cpu);
            } finally {
              cpu.exit();
            }
          });
      Thread.sleep(300);
      Future<?> remover = threads.submit(() -> space.translation().remove(5, 5));
      remover.get(30, TimeUnit.SECONDS);
      assertThat(driver.get(30, TimeUnit.SECONDS)).isZero();
    }
  }

  private static long sumUntilFault(Cpu cpu) {
    long sum = 0;
    try {
      while (true) {
        sum += cpu.load(0x5000, 8);
      }
    } catch (MemoryFault gone) {
      return sum;
    }
  }

  @Test
  void a_thread_may_unmap_inside_the_bracket_of_its_own_cpu() {
    Cpu cpu = machine.newCpu();
    cpu.attach(space);
    cpu.enter();
    for (int i = 0; i < 100; i++) {
      long pfn = space.map(5);
      cpu.store(0x5000, 8, i);
      space.translation().remove(5, 5);
      machine.frames().free(pfn);
      assertThat(cpu.probe(0x5000, 1, Access.READ)).isNotNull();
    }
    cpu.exit();
  }

  @Test
  void readers_without_a_lock_never_see_what_is_not_a_table_any_more() throws Exception {
    for (int seed = 1; seed <= 2; seed++) {
      int number = seed;
      running.add(
          threads.submit(() -> {
            Random random = new Random(number);
            while (!stop.get()) {
              int place = random.nextInt(PLACES);
              long entry = space.translation().entry(page(place));
              if (entry != 0) {
                assertThat(TranslationEntry.pfn(entry)).isEqualTo(1000 + place);
              }
              for (Translation.WalkStep step : space.translation().walk(page(place))) {
                assertThat(step.bits()).isNotEqualTo(POISON | 1);
              }
            }
          }));
    }
    Random random = new Random(9);
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(MILLIS);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment junk = arena.allocate(Pages.BYTES, 8);
      fill(junk, POISON | 1);
      while (System.nanoTime() < end) {
        int place = random.nextInt(PLACES);
        assertThat(
                space
                    .translation()
                    .installRun(page(place), 1000 + place, 1, Permissions.READ, CachePolicy.CACHED))
            .isTrue();
        space.translation().remove(page(place), page(place));
        for (int i = 0; i < 3; i++) {
          long pfn = machine.frames().allocateUncleared(FrameOwner.POOL, 0);
          machine.memory().write(pfn, 0, junk, 0, Pages.BYTES);
          machine.frames().free(pfn);
        }
      }
    }
    stop.set(true);
    join();
  }
}
