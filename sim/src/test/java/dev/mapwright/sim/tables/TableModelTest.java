package dev.mapwright.sim.tables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.BareEntries;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.sim.format.ContraryFormat;
import dev.mapwright.sim.format.TableFormat;
import dev.mapwright.sim.format.TinyFormat;
import dev.mapwright.sim.format.VtdFirstStage;
import dev.mapwright.sim.format.VtdSecondStage;
import dev.mapwright.sim.format.X86Format;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Page tables against a model with one array element for each page of a window. The pages of the
 * window are spread over a few places of the address space, so that every level has edges inside.
 */
class TableModelTest {
  /** A place of the window: pages from {@code first} on. */
  record Place(long first, int pages) {}

  /** A range that is prepared, and its entries. */
  record Prepared(long first, int pages, BareEntries entries) {}

  /** More bare entries would leave no room for large leaves. */
  private static final int MOST_BARE = 12;

  private static final int[] ROUND_LOG2 = {3, 9, 18};

  static Stream<Arguments> shapes() {
    long half = 1L << 35;
    long top = Pages.LAST_PAGE;
    List<Place> x86 =
        List.of(
            new Place(0x1F0, 1100),
            new Place((1L << 18) - 600, 1200),
            new Place((1L << 27) - 520, 1040),
            new Place(half - 1024, 1024),
            new Place(top - 1535, 1536));
    List<Place> huge = List.of(new Place(3 * (1L << 18) - 5, (1 << 18) + 700));
    List<Place> deep = List.of(new Place((1L << 36) - 700, 1400), new Place(top - 1023, 1024));
    List<Place> vtd3 =
        List.of(
            new Place(0x1F0, 1100),
            new Place((1L << 18) - 600, 1200),
            new Place((1L << 27) - 1024, 1024));
    List<Place> vtd5 =
        List.of(new Place((1L << 36) - 700, 1400), new Place((1L << 45) - 1024, 1024));
    List<Place> tiny = List.of(new Place(0, 64));
    List<Place> halves = List.of(new Place(0, 128), new Place(top - 127, 128));
    return Stream.of(
        Arguments.of("x86-64, 4 levels", new X86Format(4), x86, 4000, List.of(1, 512)),
        Arguments.of(
            "x86-64, 4 levels, 1 GiB", new X86Format(4), huge, 300, List.of(1, 512, 1 << 18)),
        Arguments.of("x86-64, 5 levels", new X86Format(5), deep, 4000, List.of(1, 512)),
        Arguments.of(
            "VT-d second stage, 3 levels",
            new VtdSecondStage(3, true, 52),
            vtd3,
            4000,
            List.of(1, 512)),
        Arguments.of(
            "VT-d second stage, 4 levels, 1 GiB, nothing is marked",
            new VtdSecondStage(4, false, 52),
            huge,
            300,
            List.of(1, 512, 1 << 18)),
        Arguments.of(
            "VT-d second stage, 5 levels",
            new VtdSecondStage(5, true, 52),
            vtd5,
            4000,
            List.of(1, 512)),
        Arguments.of(
            "VT-d first stage, 4 levels", new VtdFirstStage(4, 52), x86, 4000, List.of(1, 512)),
        Arguments.of("tiny", new TinyFormat(3, 1, 2), tiny, 20_000, List.of(1, 8, 16)),
        Arguments.of("contrary", new ContraryFormat(), halves, 20_000, List.of(1, 4)));
  }

  private final Map<String, Integer> answers = new HashMap<>();

  @ParameterizedTest(name = "{0}")
  @MethodSource("shapes")
  void random_operations_leave_what_the_model_has(
      String name, TableFormat format, List<Place> places, int steps, List<Integer> leaves) {
    for (long seed = 1; seed <= 5; seed++) {
      try (Tables machine = new Tables(20_000, seed % 3 != 1)) {
        Run run = new Run(machine, format, places, seed);
        run.tables.divide(seed == 4 ? 8 : seed == 5 ? TableStripes.MOST : 1);
        run.run(steps);
      }
    }
    assertThat(answers.keySet())
        .contains("remove uncut", "restrict uncut")
        .contains("install", "installRun", "remove", "restrict", "cut", "prepare", "dirty")
        .contains("stage", "stage prepared", "publish", "protect", "withdraw", "clear");
    assertThat(answers.getOrDefault("refused", 0)).as("refusals").isPositive();
    for (int pages : leaves) {
      assertThat(answers).containsKey("leaf of " + pages);
    }
  }

  private final class Run {
    final Tables machine;
    final TableFormat format;
    final List<Place> places;
    final Random random;
    final PageTables tables;

    /** One element for each page of each place: the packed entry without the accessed bit. */
    final long[][] model;

    final List<Prepared> prepared = new ArrayList<>();

    /** Through what the bare entry of a page is changed; in the order of pages. */
    final TreeMap<Long, BareEntries> bare = new TreeMap<>();

    final TableWalk walk = new TableWalk();

    /** Remembers nothing. */
    final TranslationUser nobody =
        new TranslationUser() {
          @Override
          public void forget(long firstPage, long lastPage) {
            assertThat(firstPage).isGreaterThanOrEqualTo(0);
          }

          @Override
          public void detach() {
            // it is attached to nothing
          }

          @Override
          public void awaitQuiescence() {
            // it has nothing under way
          }

          @Override
          public boolean walksByCall() {
            return true;
          }
        };

    Run(Tables machine, TableFormat format, List<Place> places, long seed) {
      this.machine = machine;
      this.format = format;
      this.places = places;
      random = new Random(seed);
      long last = format.highFirstPage() < 0 ? format.lowLastPage() : Pages.LAST_PAGE;
      tables = machine.translation(format, 0, last);
      model = new long[places.size()][];
      for (int i = 0; i < model.length; i++) {
        model[i] = new long[places.get(i).pages()];
      }
    }

    void run(int steps) {
      long frames = machine.used();
      for (int step = 0; step < steps; step++) {
        step();
        if (step % (steps / 100 + 1) == 0) {
          compare();
        }
      }
      compare();
      prepared.forEach(this::unprepare);
      compare();
      tables.remove(0, Pages.LAST_PAGE);
      clearAllBare();
      assertThat(tables.tables()).isEqualTo(1);
      assertThat(machine.used()).isEqualTo(frames);
      tables.close();
      assertThat(machine.used()).isEqualTo(frames - 1);
    }

    void count(String answer) {
      answers.merge(answer, 1, Integer::sum);
    }

    int all() {
      return format.effective(Permissions.ALL);
    }

    int permissions() {
      int any = 1 + random.nextInt(7);
      return format.effective(any);
    }

    void step() {
      int place = random.nextInt(places.size());
      long[] pages = model[place];
      boolean cleared = random.nextInt(12) == 0;
      if (cleared) {
        // Now and then everything goes, so that large leaves find room again.
        tables.remove(places.get(place).first(), places.get(place).first() + pages.length - 1);
        forgetCached(pages, 0, pages.length);
        prepared.forEach(this::unprepare);
        prepared.clear();
        if (random.nextBoolean()) {
          clearAllBare();
        }
      }
      int first;
      int count;
      if (cleared || random.nextInt(4) == 0) {
        // Ranges with round edges, where large leaves fit.
        int log2 = ROUND_LOG2[cleared ? ROUND_LOG2.length - 1 : random.nextInt(ROUND_LOG2.length)];
        int round = Math.min(pages.length, 1 << log2);
        long base = places.get(place).first();
        int slots = cleared ? 1 : 1 + pages.length / round;
        first = (int) Math.floorMod(-base, (long) round) + round * random.nextInt(slots);
        first = Math.min(first, pages.length - 1);
        count = Math.min(pages.length - first, round * (1 + random.nextInt(3)));
      } else {
        first = random.nextInt(pages.length);
        count = Math.min(pages.length - first, 1 + random.nextInt(1 << random.nextInt(20)));
      }
      long page = places.get(place).first() + first;
      if (random.nextInt(3) == 0) {
        machine.failures.failNth(1 + random.nextInt(4));
      }
      operate(pages, first, page, count);
      machine.failures.off();
    }

    void restrictCached(long[] pages, int first, int count, int permissions) {
      for (int i = first; i < first + count; i++) {
        if (TranslationEntry.bare(pages[i])) {
          continue;
        }
        int left = TranslationEntry.permissions(pages[i]) & permissions;
        boolean stays = pages[i] != 0 && left != 0 && format.effective(left) == left;
        pages[i] = stays ? pages[i] & ~0xEL | (long) left << 1 : 0;
      }
    }

    /** Where no frame is left to split a leaf across an edge, it goes whole, and nothing else. */
    void takeAwayUncut(long[] pages, int first, long page, int count, int permissions) {
      long last = page + count - 1;
      int before = (int) (page - leafStart(page));
      int behind = (int) (leafStart(last) + leafPages(last) - 1 - last);
      boolean restricts = random.nextBoolean();
      if (restricts) {
        tables.restrict(page, last, permissions);
      } else {
        tables.remove(page, last);
      }
      boolean whole = false;
      for (int i = first - before; i < first + count + behind; i++) {
        boolean outside = i < first || i >= first + count;
        if (outside && tables.entry(page - first + i) == TranslationEntry.ABSENT) {
          whole |= pages[i] != 0;
          pages[i] = 0;
        }
      }
      if (restricts && !whole) {
        restrictCached(pages, first, count, permissions);
      } else {
        forgetCached(pages, first, count);
      }
      count(restricts ? "restrict uncut" : "remove uncut");
    }

    long leafStart(long page) {
      return page & -leafPages(page);
    }

    long leafPages(long page) {
      List<Translation.WalkStep> steps = tables.walk(page);
      return tables.entry(page) == 0 || steps.isEmpty() ? 1 : steps.getLast().pages();
    }

    void operate(long[] pages, int first, long page, int count) {
      long before = machine.used();
      int permissions = permissions();
      CachePolicy cache = CachePolicy.of(random.nextInt(4));
      switch (random.nextInt(11)) {
        case 0 -> {
          if (TranslationEntry.bare(pages[first])) {
            return;
          }
          if (tables.reach(page) == Translation.NO_TABLES) {
            refused(before);
            return;
          }
          boolean again = pages[first] != 0 && random.nextInt(3) == 0;
          long pfn =
              again
                  ? TranslationEntry.pfn(pages[first])
                  : 0x10_0000_0000L + random.nextInt(1 << 20);
          tables.install(page, pfn, permissions, cache);
          boolean same = pages[first] != 0 && TranslationEntry.pfn(pages[first]) == pfn;
          pages[first] =
              TranslationEntry.of(
                  pfn, permissions, cache, false, same && TranslationEntry.dirty(pages[first]));
          count("install");
        }
        case 1, 2 -> {
          for (int i = 0; i < count; i++) {
            if (pages[first + i] != 0) {
              count = i;
            }
          }
          if (count == 0) {
            return;
          }
          // Often aligned as the pages are, so that large leaves fit.
          long pfn = random.nextInt(3) == 0 ? random.nextInt(1 << 30) : page & 0x3FFFF | 1L << 38;
          if (!tables.installRun(page, pfn, count, permissions, cache)) {
            refused(before);
            return;
          }
          for (int i = 0; i < count; i++) {
            pages[first + i] = TranslationEntry.of(pfn + i, permissions, cache, false, false);
          }
          count("installRun");
        }
        case 3 -> takeAwayUncut(pages, first, page, count, permissions);
        case 4 -> {
          if (!tables.cut(page, page + count - 1)) {
            refused(before);
            return;
          }
          count("cut");
          if (random.nextBoolean()) {
            tables.remove(page, page + count - 1);
            forgetCached(pages, first, count);
            count("remove");
          } else {
            tables.restrict(page, page + count - 1, permissions);
            restrictCached(pages, first, count, permissions);
            count("restrict");
          }
        }
        case 5 -> {
          if (!prepared.isEmpty() && random.nextBoolean()) {
            unprepare(prepared.remove(random.nextInt(prepared.size())));
          } else if (tables.prepare(page, count)) {
            prepared.add(new Prepared(page, count, entries(page, count)));
            machine.failures.failAll();
            // Inside, installing takes nothing; nor does cutting, for all leaves are single pages.
            long inside = page + random.nextInt(count);
            int at = first + (int) (inside - page);
            if (TranslationEntry.bare(pages[at])) {
              return;
            }
            assertThat(tables.reach(inside)).isEqualTo(tables.entry(inside));
            tables.install(inside, 0x77, permissions, cache);
            boolean same = pages[at] != 0 && TranslationEntry.pfn(pages[at]) == 0x77;
            pages[at] =
                TranslationEntry.of(
                    0x77, permissions, cache, false, same && TranslationEntry.dirty(pages[at]));
            assertThat(tables.cut(page, page + count - 1)).isTrue();
            count("prepare");
          } else {
            refused(before);
          }
        }
        case 6 -> {
          TableWalk.Result result = tables.walkFor(nobody, page, Permissions.WRITE, walk);
          long entry = pages[first];
          if (!TranslationEntry.present(entry)) {
            assertThat(result).isEqualTo(TableWalk.Result.ABSENT);
          } else if ((TranslationEntry.permissions(entry) & Permissions.WRITE) == 0) {
            assertThat(result).isEqualTo(TableWalk.Result.DENIED);
          } else {
            assertThat(result).isEqualTo(TableWalk.Result.OK);
            assertThat(walk.pfn).isEqualTo(TranslationEntry.pfn(entry));
            dirtyLeaf(page);
          }
        }
        case 7, 8 -> stage(before, cache);
        case 9 -> changeBare();
        default -> {
          boolean clear = random.nextBoolean();
          if (clear && !tables.cut(page, page + count - 1)) {
            refused(before);
            return;
          }
          List<Long> found = new ArrayList<>();
          long[] last = {-2};
          tables.dirty(
              page,
              page + count - 1,
              clear,
              (at, run) -> {
                assertThat(at).as("runs are joined").isGreaterThan(last[0] + 1);
                last[0] = at + run - 1;
                for (long i = 0; i < run; i++) {
                  found.add(at + i);
                }
              });
          List<Long> expected = new ArrayList<>();
          for (int i = 0; i < count; i++) {
            if (TranslationEntry.dirty(pages[first + i])) {
              expected.add(page + i);
              pages[first + i] &= clear ? ~(1L << 7) : -1;
            }
          }
          assertThat(found).isEqualTo(expected);
          count("dirty");
        }
      }
    }

    /** The model without the entries that may be removed at any time. */
    void forgetCached(long[] pages, int first, int count) {
      for (int i = first; i < first + count; i++) {
        if (!TranslationEntry.bare(pages[i])) {
          pages[i] = 0;
        }
      }
    }

    long modelOf(long page) {
      return model[placeOf(page)][(int) (page - places.get(placeOf(page)).first())];
    }

    void setModel(long page, long entry) {
      model[placeOf(page)][(int) (page - places.get(placeOf(page)).first())] = entry;
    }

    int placeOf(long page) {
      for (int i = 0; i < places.size(); i++) {
        Place place = places.get(i);
        if (page >= place.first() && page < place.first() + place.pages()) {
          return i;
        }
      }
      throw new AssertionError("not in the window");
    }

    BareEntries entries(long page, int count) {
      BareEntries made = tables.preparedEntries(page, count);
      assertThat(made).isNotNull();
      return Objects.requireNonNull(made);
    }

    /** Before a range is given up, what was entered through it is cleared. */
    void unprepare(Prepared range) {
      List<Long> pages =
          bare.entrySet().stream()
              .filter(entry -> entry.getValue() == range.entries)
              .map(Map.Entry::getKey)
              .toList();
      for (long page : pages) {
        range.entries.withdraw(page, page);
        range.entries.clear(page, page);
        setModel(page, 0);
        bare.remove(page);
      }
      tables.unprepare(range.first, range.pages);
    }

    void clearAllBare() {
      bare.forEach((page, through) -> {
        through.withdraw(page, page);
        through.clear(page, page);
        setModel(page, 0);
      });
      bare.clear();
    }

    /** Stages bare entries on pages that have none, through a prepared range or anywhere. */
    void stage(long before, CachePolicy cache) {
      Prepared range =
          prepared.isEmpty() || random.nextInt(3) == 0
              ? null
              : prepared.get(random.nextInt(prepared.size()));
      Place place = places.get(random.nextInt(places.size()));
      long page = place.first() + random.nextInt(place.pages());
      long end = place.first() + place.pages();
      if (range != null) {
        page = range.first + random.nextInt(range.pages);
        end = range.first + range.pages;
      }
      int count = 0;
      while (count < 6 && page + count < end && modelOf(page + count) == 0) {
        count++;
      }
      if (count == 0 || bare.size() > MOST_BARE) {
        return;
      }
      if (range == null && !tables.prepare(page, count)) {
        refused(before);
        return;
      }
      BareEntries through = range == null ? tables.bareEntries() : range.entries;
      long used = machine.used();
      machine.failures.failAll();
      for (long at = page; at < page + count; at++) {
        int asked = random.nextInt(8);
        long pfn = 0x20_0000_0000L + random.nextInt(1 << 20);
        through.stage(at, pfn, asked, cache);
        setModel(at, TranslationEntry.bare(pfn, false, 0, asked, cache, false, false));
        bare.put(at, through);
      }
      if (random.nextInt(4) != 0) {
        through.publish(page, page + count - 1);
        published(page, count);
      }
      assertThat(machine.used()).isEqualTo(used);
      if (range == null) {
        tables.unprepare(page, count);
      }
      count(range == null ? "stage" : "stage prepared");
    }

    void published(long page, int count) {
      for (long at = page; at < page + count; at++) {
        int asked = TranslationEntry.asked(modelOf(at));
        setBare(at, asked != 0, asked);
      }
    }

    void setBare(long page, boolean present, int asked) {
      long entry = modelOf(page);
      setModel(
          page,
          TranslationEntry.bare(
              TranslationEntry.pfn(entry),
              present,
              present ? format.effective(asked) : 0,
              asked,
              TranslationEntry.cache(entry),
              false,
              TranslationEntry.dirty(entry)));
    }

    /** Changes some adjacent bare entries that are alike. */
    void changeBare() {
      if (bare.isEmpty()) {
        return;
      }
      Long from = bare.ceilingKey(random.nextLong(bare.lastKey() + 1));
      long page = from == null ? bare.lastKey() : from;
      BareEntries through = Objects.requireNonNull(bare.get(page));
      boolean withdrawn = !TranslationEntry.present(modelOf(page));
      boolean none = TranslationEntry.asked(modelOf(page)) == 0;
      int count = 0;
      while (count < 8
          && bare.get(page + count) == through
          && !TranslationEntry.present(modelOf(page + count)) == withdrawn
          && (TranslationEntry.asked(modelOf(page + count)) == 0) == none) {
        count++;
      }
      long last = page + count - 1;
      long used = machine.used();
      for (long at = page; at <= last; at++) {
        assertThat(through.entry(at) & ~(1L << 6)).isEqualTo(modelOf(at));
      }
      machine.failures.failAll();
      if (withdrawn && random.nextInt(3) == 0) {
        through.clear(page, last);
        for (long at = page; at <= last; at++) {
          assertThat(through == tables.bareEntries() || through.entry(at) == 0).isTrue();
          setModel(at, 0);
          bare.remove(at);
        }
        count("clear");
      } else if (!withdrawn && random.nextBoolean()) {
        through.withdraw(page, last);
        for (long at = page; at <= last; at++) {
          setBare(at, false, TranslationEntry.asked(modelOf(at)));
        }
        count("withdraw");
      } else if (!withdrawn || none) {
        int asked = random.nextInt(8);
        through.protect(page, last, asked);
        for (long at = page; at <= last; at++) {
          setBare(at, asked != 0, asked);
        }
        count("protect");
      } else {
        through.publish(page, last);
        published(page, count);
        count("publish");
      }
      assertThat(machine.used()).isLessThanOrEqualTo(used);
    }

    /** A store dirties a whole leaf; which pages that are, only the tables know. */
    void dirtyLeaf(long page) {
      if (!format.dirty(1, format.withDirty(1, format.leaf(1, 1, all(), CachePolicy.CACHED)))) {
        return; // the hardware marks nothing
      }
      tables.forEachLeaf(
          page,
          page,
          (first, pages, entry) -> {
            for (int i = 0; i < model.length; i++) {
              long base = places.get(i).first();
              for (long at = Math.max(first, base);
                  at < Math.min(first + pages, base + model[i].length);
                  at++) {
                model[i][(int) (at - base)] |= 1L << 7;
              }
            }
          });
    }

    void refused(long before) {
      count("refused");
      assertThat(machine.used()).as("frames after a refusal").isEqualTo(before);
    }

    void compare() {
      long[][] seen = new long[model.length][];
      for (int i = 0; i < model.length; i++) {
        seen[i] = new long[model[i].length];
      }
      long[] after = {-1};
      tables.forEachLeaf(
          0,
          Pages.LAST_PAGE,
          (first, pages, entry) -> {
            assertThat(first).isGreaterThan(after[0]);
            after[0] = first + pages - 1;
            count("leaf of " + pages);
            boolean placed = false;
            for (int i = 0; i < model.length; i++) {
              long base = places.get(i).first();
              if (first >= base && first + pages <= base + model[i].length) {
                for (long k = 0; k < pages; k++) {
                  seen[i][(int) (first - base + k)] = (entry & ~(1L << 6)) + (k << 12);
                }
                placed = true;
              }
            }
            assertThat(placed).as("leaf at page %x", first).isTrue();
          });
      for (int i = 0; i < model.length; i++) {
        assertThat(seen[i]).isEqualTo(model[i]);
        for (int k = 0; k < 50; k++) {
          int at = random.nextInt(model[i].length);
          long page = places.get(i).first() + at;
          assertThat(tables.entry(page) & ~(1L << 6)).isEqualTo(model[i][at]);
        }
        // Adjacent pages read together, from the middle on and beyond the end.
        int from = random.nextInt(model[i].length);
        long[] together = new long[model[i].length - from + 3];
        long page = places.get(i).first() + from;
        tables.entries(page, together.length, together);
        for (int k = 0; k < together.length; k++) {
          assertThat(together[k]).isEqualTo(tables.entry(page + k));
        }
      }
      // Every frame of this machine is one of the tables.
      assertThat(machine.used()).isEqualTo(tables.tables());
    }
  }
}
