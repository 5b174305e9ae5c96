package dev.mapwright.sim.tables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Translation.WalkStep;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.sim.TableWalkReport;
import dev.mapwright.sim.TableWalkReport.Ending;
import dev.mapwright.sim.format.ContraryFormat;
import dev.mapwright.sim.format.TableFormat;
import dev.mapwright.sim.format.TinyFormat;
import dev.mapwright.sim.format.VtdFirstStage;
import dev.mapwright.sim.format.VtdSecondStage;
import dev.mapwright.sim.format.X86Format;
import dev.mapwright.sim.memory.Ram;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Walks of tables that somebody else has made, in good faith or not. */
class ForeignTablesTest {
  private static final long RAM_PAGES = 4096;
  private static final long NO_RAM = 1L << 30;

  /** A frame of RAM in a block that nobody touches. */
  private static final long UNTOUCHED = RAM_PAGES - 1;

  private final SimulatedMachine machine = SimulatedMachine.builder().ram(0, RAM_PAGES).build();
  private final Ram ram = (Ram) machine.memory();

  @AfterEach
  void close() {
    machine.close();
  }

  static Stream<TableFormat> formats() {
    return Stream.of(
        new X86Format(4),
        new X86Format(5),
        new VtdSecondStage(3, false, 52),
        new VtdSecondStage(5, true, 44),
        new VtdFirstStage(4, 52),
        new TinyFormat(3, 1, 4, 9),
        new ContraryFormat());
  }

  private long frame() {
    return machine.frames().allocate(FrameOwner.OBJECT, 1);
  }

  private void write(long table, int index, long bits) {
    machine.memory().writeLong(Pages.address(table) + 8L * index, bits);
  }

  /** Tables by level that lead to one page; a leaf at the end. */
  private final class Chain {
    final TableFormat format;
    final long page;
    final TableShape shape;
    final long[] tables;

    Chain(TableFormat format, long page) {
      this.format = format;
      this.page = page;
      shape = new TableShape(format);
      tables = new long[format.levels() + 1];
      for (int level = 1; level <= format.levels(); level++) {
        tables[level] = frame();
        put(
            level,
            level == 1
                ? format.leaf(1, 0x123, format.effective(Permissions.READ), CachePolicy.CACHED)
                : format.table(level, tables[level - 1]));
      }
    }

    void put(int level, long bits) {
      write(tables[level], shape.index(shape.key(page), level), bits);
    }

    TableWalkReport walk() {
      return machine.walkTables(format, tables[format.levels()], page);
    }

    /** How going along this one page ended, and at which level. */
    String visit() {
      List<String> told = new ArrayList<>();
      boolean whole =
          TableWalker.of(format, ram)
              .visit(
                  tables[format.levels()],
                  page,
                  page,
                  100,
                  (first, last, level, bits, result) -> {
                    assertThat(first).isEqualTo(page);
                    assertThat(last).isEqualTo(page);
                    told.add(result + " " + level);
                    return true;
                  });
      assertThat(whole).isTrue();
      return String.join(", ", told);
    }
  }

  /** An entry of a level with reserved bits; 0 where the format reserves none. */
  private static long reserved(TableFormat format, int level) {
    if (format instanceof X86Format || format instanceof VtdFirstStage) {
      long leaf = level >= 4 ? 0x81 : 0x2081;
      return level == 1 ? 0 : leaf;
    }
    return format instanceof ContraryFormat
        ? format.table(level, 5) | ContraryFormat.RESERVED
        : format.table(level, 5) | 1L << 62;
  }

  @ParameterizedTest
  @MethodSource("formats")
  void a_walk_ends_at_the_leaf_and_says_what_all_entries_allow(TableFormat format) {
    Chain chain = new Chain(format, 77);
    TableWalkReport report = chain.walk();
    assertThat(report.ending()).isEqualTo(Ending.LEAF);
    assertThat(report.level()).isEqualTo(1);
    assertThat(report.pfn()).isEqualTo(0x123);
    assertThat(report.leafPages()).isEqualTo(1);
    assertThat(report.permissions()).isEqualTo(format.effective(Permissions.READ));
    assertThat(report.steps()).hasSize(format.levels());
    assertThat(chain.visit()).isEqualTo("OK 1");
    long bits = report.steps().getLast().bits();
    assertThat(bits)
        .as("nothing was marked")
        .isEqualTo(format.leaf(1, 0x123, format.effective(Permissions.READ), CachePolicy.CACHED));
  }

  @Test
  void what_an_entry_on_the_way_takes_away_is_taken_away() {
    ContraryFormat format = new ContraryFormat();
    Chain chain = new Chain(format, 7);
    chain.put(1, format.leaf(1, 0x123, Permissions.ALL, CachePolicy.CACHED));
    assertThat(chain.walk().permissions()).isEqualTo(Permissions.ALL);
    long leaf = chain.tables[1];
    chain.put(2, format.table(2, leaf) | ContraryFormat.NO_FETCH_BELOW);
    assertThat(chain.walk().permissions()).isEqualTo(Permissions.READ_WRITE);
    chain.put(3, format.table(3, chain.tables[2]) | ContraryFormat.NO_WRITE_BELOW);
    assertThat(chain.walk().permissions()).isEqualTo(Permissions.READ);
    chain.put(3, format.table(3, chain.tables[2]) | ContraryFormat.NO_ACCESS_BELOW);
    assertThat(chain.walk().ending()).isEqualTo(Ending.LEAF);
    assertThat(chain.walk().permissions()).isEqualTo(Permissions.NONE);
  }

  @ParameterizedTest
  @MethodSource("formats")
  void reserved_bits_are_found_at_each_level(TableFormat format) {
    for (int level = 1; level <= format.levels(); level++) {
      long bits = reserved(format, level);
      if (bits != 0) {
        Chain chain = new Chain(format, 77);
        chain.put(level, bits);
        TableWalkReport report = chain.walk();
        assertThat(report.ending()).isEqualTo(Ending.RESERVED);
        assertThat(report.level()).isEqualTo(level);
        assertThat(report.pfn()).isEqualTo(-1);
        assertThat(report.steps()).hasSize(format.levels() - level + 1);
        assertThat(report.steps().getLast().meaning()).isEqualTo("reserved bits are set");
        assertThat(chain.visit()).isEqualTo("RESERVED " + level);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  void a_table_outside_ram_ends_the_walk_and_one_never_touched_is_empty(TableFormat format) {
    for (int level = 2; level <= format.levels(); level++) {
      Chain chain = new Chain(format, 77);
      chain.put(level, format.table(level, NO_RAM));
      TableWalkReport outside = chain.walk();
      assertThat(outside.ending()).isEqualTo(Ending.OUTSIDE_RAM);
      assertThat(outside.level()).isEqualTo(level - 1);
      assertThat(outside.steps()).hasSize(format.levels() - level + 1);
      assertThat(chain.visit()).isEqualTo("OUTSIDE_RAM " + level);
      chain.put(level, format.table(level, UNTOUCHED));
      TableWalkReport untouched = chain.walk();
      assertThat(untouched.ending()).isEqualTo(Ending.ABSENT);
      assertThat(untouched.level()).isEqualTo(level - 1);
      assertThat(chain.visit()).isEmpty();
    }
    assertThat(ram.isMaterialised(UNTOUCHED)).as("looking takes no room").isFalse();
  }

  @ParameterizedTest
  @MethodSource("formats")
  void a_root_may_be_any_number(TableFormat format) {
    for (long root : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, RAM_PAGES, 1L << 40}) {
      TableWalkReport report = machine.walkTables(format, root, 3);
      assertThat(report.ending()).isEqualTo(Ending.OUTSIDE_RAM);
      assertThat(report.level()).isEqualTo(format.levels());
      assertThat(report.steps()).isEmpty();
    }
    assertThat(machine.walkTables(format, UNTOUCHED, 3).ending()).isEqualTo(Ending.ABSENT);
    long beyond = format.lowLastPage() + 1;
    for (long page : new long[] {beyond, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
      TableWalkReport report = machine.walkTables(format, frame(), page);
      assertThat(report.ending()).isEqualTo(Ending.NOT_TRANSLATABLE);
      assertThat(report.level()).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  void tables_that_lead_to_themselves_are_walked_and_not_gone_along(TableFormat format) {
    int root = format.levels();
    for (int level = 2; level <= root; level++) {
      Chain chain = new Chain(format, 0);
      // Round and round: the last entry is read as one of level 1, which leads to the root.
      chain.put(level, format.table(level, chain.tables[root]));
      TableWalkReport report = chain.walk();
      assertThat(report.level()).isEqualTo(1);
      assertThat(report.steps()).hasSize(root);
      assertThat(report.ending()).isIn(Ending.LEAF, Ending.RESERVED);
      assertThat(chain.visit()).isEqualTo("LOOP " + level);
    }
  }

  @Test
  void a_window_onto_the_tables_themselves_shows_them_as_on_the_hardware() {
    X86Format format = new X86Format(4);
    Chain chain = new Chain(format, 0);
    long root = chain.tables[4];
    write(root, 511, format.table(4, root));
    // The highest page of all is the root itself.
    TableWalkReport report = machine.walkTables(format, root, Pages.LAST_PAGE);
    assertThat(report.ending()).isEqualTo(Ending.LEAF);
    assertThat(report.pfn()).isEqualTo(root);
  }

  @Test
  void a_few_tables_that_hold_more_than_anybody_can_look_at_are_left() {
    X86Format format = new X86Format(5);
    long[] tables = new long[6];
    for (int level = 1; level <= 5; level++) {
      tables[level] = frame();
      for (int index = 0; level > 1 && index < 512; index++) {
        write(tables[level], index, format.table(level, tables[level - 1]));
      }
    }
    boolean whole =
        TableWalker.of(format, ram)
            .visit(
                tables[5],
                0,
                Pages.LAST_PAGE,
                100_000,
                (first, last, level, bits, result) -> {
                  throw new AssertionError("nothing is there");
                });
    assertThat(whole).isFalse();
  }

  @ParameterizedTest
  @MethodSource("formats")
  void random_words_are_no_reason_to_fail(TableFormat format) {
    Random random = new Random(format.levels());
    List<Long> frames = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      frames.add(frame());
    }
    Map<Ending, Integer> endings = new EnumMap<>(Ending.class);
    for (int round = 0; round < 40; round++) {
      for (long frame : frames) {
        for (int index = 0; index < 512; index++) {
          long near = frames.get(random.nextInt(frames.size())) << Pages.SHIFT;
          long low = random.nextLong() & 0xFFF;
          long word =
              switch (random.nextInt(4)) {
                case 0 -> random.nextLong();
                case 1 -> near | low | random.nextLong() << 52;
                case 2 -> format.table(2, near >>> Pages.SHIFT);
                default -> near | low;
              };
          write(frame, index, word);
        }
      }
      for (int walk = 0; walk < 200; walk++) {
        long page = random.nextLong(format.lowLastPage() + 1);
        long root = frames.get(random.nextInt(frames.size()));
        TableWalkReport report = machine.walkTables(format, root, page);
        endings.merge(report.ending(), 1, Integer::sum);
        assertThat(report.level()).isBetween(1, format.levels());
        assertThat(report.steps()).hasSizeBetween(1, format.levels());
        for (WalkStep step : report.steps()) {
          assertThat(step.meaning()).isNotEmpty();
        }
      }
      int[] told = {0};
      TableWalker.of(format, ram)
          .visit(
              frames.getFirst(),
              0,
              Pages.LAST_PAGE,
              20_000,
              (first, last, level, bits, result) -> {
                assertThat(first).isLessThanOrEqualTo(last);
                told[0]++;
                return true;
              });
      assertThat(told[0]).isPositive();
    }
    assertThat(endings)
        .containsKeys(Ending.LEAF, Ending.ABSENT, Ending.RESERVED, Ending.OUTSIDE_RAM);
  }

  @ParameterizedTest
  @MethodSource("formats")
  void tables_of_ours_read_the_same_as_those_of_others(TableFormat format) {
    try (SimulatedMachine ours =
        SimulatedMachine.builder().ram(0, RAM_PAGES).format(format).build()) {
      long last = format.highFirstPage() < 0 ? format.lowLastPage() : Pages.LAST_PAGE;
      PageTables tables = (PageTables) Objects.requireNonNull(ours.newTranslation(0, last));
      Random random = new Random(5);
      long window = Math.min(format.lowLastPage() + 1, 1L << 21);
      for (int run = 0; run < 40; run++) {
        long first = random.nextLong(window);
        long pages = 1 + random.nextLong(Math.min(window - first, 1L << random.nextInt(20)));
        int permissions = format.effective(1 + random.nextInt(7));
        CachePolicy cache = CachePolicy.of(random.nextInt(4));
        tables.cut(first, first + pages - 1);
        tables.remove(first, first + pages - 1);
        tables.installRun(first, first + (1L << 21), pages, permissions, cache);
      }
      TableWalker walker = TableWalker.of(format, (Ram) ours.memory());
      List<Long> leaves = new ArrayList<>();
      tables.forEachLeaf(0, last, (page, pages, entry) -> leaves.add(page));
      List<Long> seen = new ArrayList<>();
      boolean whole =
          walker.visit(
              tables.rootPfn(),
              0,
              last,
              Long.MAX_VALUE,
              (first, end, level, bits, result) -> {
                assertThat(result).isEqualTo(TableWalk.Result.OK);
                seen.add(first);
                return true;
              });
      assertThat(whole).isTrue();
      assertThat(seen).isEqualTo(leaves);
      for (int look = 0; look < 2000; look++) {
        long page = random.nextLong(window);
        long entry = tables.entry(page);
        TableWalkReport report = ours.walkTables(format, tables.rootPfn(), page);
        assertThat(report.steps()).isEqualTo(tables.walk(page));
        boolean there = entry != TranslationEntry.ABSENT;
        assertThat(report.ending()).isEqualTo(there ? Ending.LEAF : Ending.ABSENT);
        if (there) {
          assertThat(report.pfn()).isEqualTo(TranslationEntry.pfn(entry));
          assertThat(report.permissions()).isEqualTo(TranslationEntry.permissions(entry));
        }
      }
      tables.close();
    }
  }
}
