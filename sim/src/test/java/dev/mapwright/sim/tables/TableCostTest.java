package dev.mapwright.sim.tables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.sim.format.ContraryFormat;
import dev.mapwright.sim.format.TableFormat;
import dev.mapwright.sim.format.TinyFormat;
import dev.mapwright.sim.format.VtdFirstStage;
import dev.mapwright.sim.format.VtdSecondStage;
import dev.mapwright.sim.format.X86Format;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What operations on enormous ranges cost: what is there, not how large the range is. Counted are
 * the entries that are looked at.
 */
class TableCostTest {
  /** How many entries the largest table of the format has. */
  private int entries;

  /** Entries looked at since this was set to 0: each look asks whether the entry is present. */
  private long looks;

  private TableFormat counting(TableFormat real) {
    entries = 0;
    for (int level = 1; level <= real.levels(); level++) {
      entries = Math.max(entries, 1 << real.indexBits(level));
    }
    return (TableFormat)
        Proxy.newProxyInstance(
            TableFormat.class.getClassLoader(),
            new Class<?>[] {TableFormat.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("present")) {
                looks++;
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** At most every entry of every table that is there, and of some more that come and go. */
  private void assertCheap(PageTables tables, int more, Runnable operation) {
    long before = tables.tables();
    looks = 0;
    operation.run();
    long there = Math.max(before, tables.tables());
    assertThat(looks).isLessThanOrEqualTo((there + more) * entries);
  }

  static Stream<TableFormat> formats() {
    return Stream.of(
        new X86Format(4),
        new X86Format(5),
        new VtdSecondStage(3, false, 52),
        new VtdSecondStage(5, true, 52),
        new VtdFirstStage(4, 52),
        new TinyFormat(1, 4, 1, 9, 2, 9, 9),
        new TinyFormat(5, 5),
        new ContraryFormat());
  }

  @ParameterizedTest
  @MethodSource("formats")
  void what_is_done_to_all_pages_costs_the_tables_that_are_there(TableFormat real) {
    try (Tables machine = new Tables(2000, false)) {
      TableFormat format = counting(real);
      long last = format.highFirstPage() < 0 ? format.lowLastPage() : Pages.LAST_PAGE;
      PageTables tables = machine.translation(format, 0, last);
      long end = format.lowLastPage();
      Random random = new Random(real.levels());
      Set<Long> pages = new TreeSet<>();
      while (pages.size() < 20) {
        long page = random.nextLong(end);
        if (!pages.add(page)) {
          continue;
        }
        assertThat(tables.reach(page)).isEqualTo(TranslationEntry.ABSENT);
        tables.install(page, 7, real.effective(Permissions.READ_WRITE), CachePolicy.CACHED);
      }
      assertCheap(tables, 0, () -> tables.cut(1, Pages.LAST_PAGE - 1));
      assertCheap(tables, 0, () -> tables.dirty(0, Pages.LAST_PAGE, true, (page, count) -> {}));
      List<Long> seen = new ArrayList<>();
      assertCheap(
          tables,
          20,
          () -> tables.forEachLeaf(0, Pages.LAST_PAGE, (page, count, entry) -> seen.add(page)));
      assertThat(seen).containsExactlyElementsOf(pages);
      assertCheap(
          tables, 0, () -> tables.restrict(0, Pages.LAST_PAGE, real.effective(Permissions.READ)));
      assertCheap(tables, 0, () -> tables.remove(0, Pages.LAST_PAGE));
      assertThat(tables.tables()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void what_there_are_no_frames_for_is_refused_before_work_starts(int levels) {
    try (Tables machine = new Tables(2000, false)) {
      TableFormat format = counting(new X86Format(levels));
      PageTables tables = machine.translation(format, 0, Pages.LAST_PAGE);
      long end = format.lowLastPage();
      tables.reach(end / 3);
      long used = machine.used();
      assertCheap(tables, 0, () -> assertThat(tables.prepare(0, end + 1)).isFalse());
      // The frames do not lie as the pages do, so there are no large leaves.
      assertCheap(
          tables,
          0,
          () ->
              assertThat(tables.installRun(0, 1, end + 1, Permissions.READ, CachePolicy.UNCACHED))
                  .isFalse());
      assertThat(machine.used()).isEqualTo(used);
      // Each leaf of 1 GiB is an entry; of 5 levels there are more than can be had.
      boolean enough = levels == 4;
      assertCheap(
          tables,
          2,
          () ->
              assertThat(tables.installRun(0, 0, end + 1, Permissions.READ, CachePolicy.UNCACHED))
                  .isEqualTo(enough));
    }
  }

  @Test
  void a_run_costs_the_entries_that_it_writes() {
    try (Tables machine = new Tables(2000, false)) {
      TableFormat format = counting(new X86Format(4));
      PageTables tables = machine.translation(format, 0, Pages.LAST_PAGE);
      // 16 TiB from a page on that is no multiple of anything.
      long first = 0x1_2345_6789L & ~0x1L;
      long pages = 1L << 32;
      assertCheap(
          tables,
          4,
          () ->
              assertThat(
                      tables.installRun(
                          first, first, pages, Permissions.READ, CachePolicy.UNCACHED))
                  .isTrue());
      long written = tables.tables();
      assertThat(written).isLessThan(40);
      assertCheap(tables, 4, () -> assertThat(tables.cut(first + 1, first + pages - 2)).isTrue());
      assertCheap(tables, 0, () -> tables.restrict(first, first + pages - 1, 0));
      assertThat(tables.tables()).isEqualTo(1);
    }
  }

  @Test
  void a_run_acquires_as_many_tables_as_it_takes() {
    Random random = new Random(11);
    for (TableFormat format :
        List.of(
            new TinyFormat(3, 1, 2),
            new ContraryFormat(),
            new X86Format(4),
            new X86Format(5),
            new VtdSecondStage(3, false, 52))) {
      int reading = format.effective(Permissions.READ);
      long window = Math.min(format.lowLastPage() + 1, 1L << 20);
      int installed = 0;
      for (int round = 0; round < 80; round++) {
        try (Tables machine = new Tables(1 << 14, false)) {
          PageTables tables = machine.translation(format, 0, format.lowLastPage());
          for (int run = 0; run < 6; run++) {
            long first = random.nextLong(window);
            long pages = 1 + random.nextLong(Math.min(window - first, 1L << random.nextInt(19)));
            long pfn = (random.nextBoolean() ? first : 0) + (1L << random.nextInt(20));
            try {
              tables.installRun(first, pfn, pages, reading, CachePolicy.CACHED);
            } catch (IllegalStateException there) {
              assertThat(there).hasMessageContaining("has an entry already");
              break;
            }
            installed++;
            assertThat(machine.used()).isEqualTo(tables.tables());
            tables.reach(random.nextLong(window));
          }
        }
      }
      assertThat(installed).isGreaterThan(100);
    }
  }
}
