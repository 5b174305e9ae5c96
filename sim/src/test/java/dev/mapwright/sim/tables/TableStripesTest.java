package dev.mapwright.sim.tables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.sim.format.X86Format;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Threads that change lowest tables of their own, side by side below the same upper tables. */
@Timeout(120)
class TableStripesTest {
  private static final int THREADS = 4;
  private static final int STEPS = 20_000;
  private static final int TABLE = 512;

  /** Far apart, so that upper tables come and go; and one where a large leaf may be. */
  private static final long[] AREAS = {0, 1L << 18, 1L << 27, (1L << 27) + (1L << 18)};

  private final Tables machine = new Tables(30_000, true);
  private final PageTables tables = machine.translation(new X86Format(4), 0, Pages.LAST_PAGE);

  /** One thread's pages: each lowest table whose number is its own, of a few in each area. */
  private final class Changer {
    private final Random random;
    private final int number;
    private final long[][] model = new long[AREAS.length * 2][TABLE];

    Changer(int number) {
      this.number = number;
      random = new Random(number);
    }

    long first(int table) {
      return AREAS[table / 2] + (long) (table % 2 * THREADS + number) * TABLE;
    }

    Void run() {
      for (int i = 0; i < STEPS; i++) {
        step(random.nextInt(model.length));
      }
      for (int table = 0; table < model.length; table++) {
        tables.remove(first(table), first(table) + TABLE - 1);
      }
      return null;
    }

    private void step(int table) {
      long[] pages = model[table];
      int at = random.nextInt(TABLE);
      int count = random.nextInt(4) == 0 ? TABLE - at : 1 + random.nextInt(Math.min(4, TABLE - at));
      long page = first(table) + at;
      switch (random.nextInt(6)) {
        case 0, 1 -> {
          assertThat(tables.reach(page)).isNotEqualTo(Translation.NO_TABLES);
          tables.install(page, page & 0xFFFF, Permissions.READ_WRITE, CachePolicy.CACHED);
          pages[at] = entry(page & 0xFFFF, Permissions.READ_WRITE);
        }
        case 2 -> {
          tables.remove(first(table), first(table) + TABLE - 1);
          java.util.Arrays.fill(pages, 0);
          boolean large = random.nextBoolean();
          int run = large ? TABLE : 1 + random.nextInt(TABLE);
          assertThat(
                  tables.installRun(
                      first(table), 1L << 20, run, Permissions.READ, CachePolicy.CACHED))
              .isTrue();
          for (int i = 0; i < run; i++) {
            pages[i] = entry((1L << 20) + i, Permissions.READ);
          }
        }
        case 3 -> {
          tables.restrict(page, page + count - 1, Permissions.READ);
          for (int i = at; i < at + count; i++) {
            pages[i] = pages[i] == 0 ? 0 : entry(TranslationEntry.pfn(pages[i]), Permissions.READ);
          }
        }
        case 4 -> {
          assertThat(tables.prepare(page, count)).isTrue();
          tables.unprepare(page, count);
        }
        default -> {
          tables.remove(page, page + count - 1);
          java.util.Arrays.fill(pages, at, at + count, 0);
        }
      }
      int look = random.nextInt(TABLE);
      assertThat(tables.entry(first(table) + look)).isEqualTo(pages[look]);
      assertThat(tables.entry(page)).isEqualTo(pages[at]);
    }

    private long entry(long pfn, int permissions) {
      return TranslationEntry.of(pfn, permissions, CachePolicy.CACHED, false, false);
    }
  }

  private interface Work {
    void of(int thread) throws Exception;
  }

  private static void inTwoThreads(Work work) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      int thread = i;
      running.add(
          threads.submit(() -> {
            work.of(thread);
            return null;
          }));
    }
    for (Future<?> thread : running) {
      thread.get(100, TimeUnit.SECONDS);
    }
    threads.shutdown();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, TableStripes.MOST})
  void each_thread_finds_its_own_entries_and_all_tables_come_back(int stripes) throws Exception {
    long before = machine.used();
    tables.divide(stripes);
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      Changer changer = new Changer(i);
      running.add(threads.submit(changer::run));
    }
    // Somebody who looks at everything, and takes all stripes.
    for (int i = 0; i < 200; i++) {
      tables.forEachLeaf(0, Pages.LAST_PAGE, (page, pages, entry) -> {});
      tables.remove(1L << 30, Pages.LAST_PAGE);
    }
    for (Future<?> thread : running) {
      thread.get(100, TimeUnit.SECONDS);
    }
    threads.shutdown();
    assertThat(tables.tables()).isEqualTo(1);
    assertThat(machine.used()).isEqualTo(before);
    tables.close();
    assertThat(machine.used()).isEqualTo(before - 1);
    machine.close();
  }

  @Test
  void tables_above_come_and_go_below_nobody_who_is_on_his_way_down() throws Exception {
    tables.divide(TableStripes.MOST);
    long before = machine.used();
    inTwoThreads(i -> {
      long page = AREAS[1] + (long) i * TABLE;
      for (int round = 0; round < STEPS; round++) {
        assertThat(tables.reach(page)).isEqualTo(TranslationEntry.ABSENT);
        tables.install(page, page, Permissions.READ, CachePolicy.CACHED);
        assertThat(TranslationEntry.pfn(tables.entry(page))).isEqualTo(page);
        tables.remove(page, page);
      }
    });
    assertThat(tables.tables()).isEqualTo(1);
    assertThat(machine.used()).isEqualTo(before);
    machine.close();
  }

  @Test
  void of_two_who_need_the_same_upper_tables_one_makes_them() throws Exception {
    tables.divide(TableStripes.MOST);
    long before = machine.used();
    CyclicBarrier together = new CyclicBarrier(2);
    inTwoThreads(i -> {
      long page = AREAS[2] + (long) i * TABLE;
      for (int round = 0; round < STEPS / 4; round++) {
        together.await(20, TimeUnit.SECONDS);
        assertThat(tables.reach(page)).isEqualTo(TranslationEntry.ABSENT);
        tables.install(page, page, Permissions.READ, CachePolicy.CACHED);
        together.await(20, TimeUnit.SECONDS);
        assertThat(TranslationEntry.pfn(tables.entry(page))).isEqualTo(page);
        assertThat(tables.tables()).isEqualTo(5);
        together.await(20, TimeUnit.SECONDS);
        tables.remove(page, page);
      }
    });
    assertThat(tables.tables()).isEqualTo(1);
    assertThat(machine.used()).isEqualTo(before);
    machine.close();
  }

  @Test
  void a_leaf_that_several_stripes_would_have_is_split_and_removed_whole() {
    tables.divide(TableStripes.MOST);
    long first = 1L << 27;
    long pages = 1L << 18;
    assertThat(tables.installRun(first, 1L << 20, pages, Permissions.READ, CachePolicy.CACHED))
        .isTrue();
    tables.remove(first + 700, first + 700);
    assertThat(tables.entry(first + 700)).isEqualTo(TranslationEntry.ABSENT);
    assertThat(TranslationEntry.pfn(tables.entry(first + 701))).isEqualTo((1L << 20) + 701);
    machine.failures.failAll();
    tables.remove(first + 5, first + 5); // no frame to split 2 MiB: they go whole, and no more
    assertThat(tables.entry(first)).isEqualTo(TranslationEntry.ABSENT);
    assertThat(tables.entry(first + 512)).isNotEqualTo(TranslationEntry.ABSENT);
    machine.failures.off();
    tables.remove(first, first + pages - 1);
    assertThat(tables.tables()).isEqualTo(1);
    machine.close();
  }

  @Test
  void threads_that_meet_make_stripes() throws Exception {
    inTwoThreads(i -> {
      long page = i * 512L;
      while (tables.stripes() == 1) {
        assertThat(tables.reach(page)).isNotEqualTo(Translation.NO_TABLES);
        tables.install(page, 7, Permissions.READ, CachePolicy.CACHED);
        tables.remove(page, page);
      }
    });
    assertThat(tables.stripes()).isGreaterThan(1);
    assertThat(tables.tables()).isEqualTo(1);
    machine.close();
  }

  /** A CPU that notes what it is to forget, and the first time does not say that it has. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one at a time tells it
  private static final class Slow implements TranslationUser {
    /** The first pages of what it was to forget. */
    final List<Long> told = new CopyOnWriteArrayList<>();

    /** Those that name no page included. */
    volatile int messages;

    final CountDownLatch asked = new CountDownLatch(1);
    final CountDownLatch quiet = new CountDownLatch(1);

    @Override
    public void forget(long firstPage, long lastPage) {
      messages++;
      if (firstPage <= lastPage) {
        told.add(firstPage);
      }
    }

    @Override
    public void detach() {
      // nothing is told of it
    }

    @Override
    public void awaitQuiescence() {
      if (asked.getCount() != 0) {
        asked.countDown();
        try {
          assertThat(quiet.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      }
    }

    @Override
    public boolean walksByCall() {
      return true;
    }
  }

  @Test
  void whoever_walked_before_there_were_stripes_is_told_until_he_has_forgotten_that() {
    Slow user = new Slow();
    assertThat(tables.addUser(user)).isTrue();
    for (long page = 5; page <= 6; page++) {
      assertThat(tables.reach(page)).isEqualTo(TranslationEntry.ABSENT);
      tables.install(page, page, Permissions.READ, CachePolicy.CACHED);
      tables.walkFor(user, page, Permissions.READ, new TableWalk());
    }
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      Future<?> divider = threads.submit(() -> tables.divide(8));
      user.asked.await();
      user.told.clear();
      threads.submit(() -> tables.remove(5, 5)).get(30, TimeUnit.SECONDS);
      assertThat(user.told).containsExactly(5L);
      user.quiet.countDown();
      divider.get(30, TimeUnit.SECONDS);
      // He has forgotten everything and has walked nowhere since.
      tables.remove(6, 6);
      assertThat(user.told).containsExactly(5L);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    } finally {
      user.quiet.countDown();
    }
    tables.removeUser(user);
    machine.close();
  }

  /** A CPU that forgets at once. */
  private Slow quick() {
    Slow user = new Slow();
    user.quiet.countDown();
    assertThat(tables.addUser(user)).isTrue();
    return user;
  }

  private void install(long page) {
    assertThat(tables.reach(page)).isEqualTo(TranslationEntry.ABSENT);
    tables.install(page, page, Permissions.READ, CachePolicy.CACHED);
  }

  @Test
  void changes_that_several_are_told_make_stripes_and_then_only_who_walks_there_is_told() {
    Slow mapper = quick();
    Slow reader = quick();
    long read = 3 * TABLE;
    for (int round = 0; round < 10_000 && tables.stripes() < TableStripes.MOST; round++) {
      for (long page : new long[] {5, read}) {
        install(page);
        tables.walkFor(mapper, page, Permissions.READ, new TableWalk());
        tables.walkFor(reader, page, Permissions.READ, new TableWalk());
        tables.remove(page, page);
      }
    }
    assertThat(tables.stripes()).isEqualTo(TableStripes.MOST);
    install(read);
    tables.walkFor(reader, read, Permissions.READ, new TableWalk());
    reader.told.clear();
    for (int round = 0; round < 10; round++) {
      install(6 * TABLE);
      tables.walkFor(mapper, 6 * TABLE, Permissions.READ, new TableWalk());
      tables.remove(6 * TABLE, 6 * TABLE);
    }
    assertThat(reader.told).isEmpty();
    machine.close();
  }

  @Test
  void changes_that_one_is_told_make_no_stripes() {
    Slow user = quick();
    for (int round = 0; round < 1000; round++) {
      install(5);
      tables.walkFor(user, 5, Permissions.READ, new TableWalk());
      tables.remove(5, 5);
    }
    assertThat(tables.stripes()).isEqualTo(1);
    machine.close();
  }

  @Test
  void whoever_may_be_on_his_way_through_a_table_above_is_waited_for_before_it_goes() {
    tables.divide(TableStripes.MOST);
    Slow elsewhere = quick();
    Slow here = quick();
    install(5);
    tables.walkFor(here, 5, Permissions.READ, new TableWalk());
    // The tables above are the same; he has found nothing below them, or is about to.
    tables.walkFor(elsewhere, 3 * TABLE, Permissions.READ, new TableWalk());
    int before = elsewhere.messages;
    tables.remove(5, 5);
    assertThat(tables.tables()).isEqualTo(1);
    assertThat(elsewhere.messages).isEqualTo(before + 1);
    assertThat(elsewhere.told).isEmpty();
    machine.close();
  }

  /** A CPU that has nothing under way. */
  private Slow walker(long page) {
    Slow user = new Slow();
    user.quiet.countDown();
    assertThat(tables.addUser(user)).isTrue();
    assertThat(tables.reach(page)).isEqualTo(TranslationEntry.ABSENT);
    tables.install(page, page & 0xFFFF, Permissions.READ, CachePolicy.CACHED);
    tables.walkFor(user, page, Permissions.READ, new TableWalk());
    return user;
  }

  @Test
  void who_walks_far_from_each_other_in_one_stripe_is_not_told_of_the_other() {
    tables.divide(TableStripes.MOST);
    long near = 39L * TABLE;
    long far = 64L * TABLE; // the same stripe has it, by another turn
    Slow one = walker(near);
    Slow other = walker(far);
    Slow both = walker(near + 1);
    tables.walkFor(both, far, Permissions.READ, new TableWalk());
    tables.remove(near, near);
    assertThat(one.told).containsExactly(near);
    assertThat(other.told).isEmpty();
    assertThat(both.told).containsExactly(near);
    tables.remove(far, far);
    assertThat(one.told).containsExactly(near);
    assertThat(other.told).containsExactly(far);
    assertThat(both.told).containsExactly(near, far);
    tables.removeUser(both);
    tables.remove(near + 1, near + 1);
    assertThat(both.told).hasSize(2);
    machine.close();
  }
}
