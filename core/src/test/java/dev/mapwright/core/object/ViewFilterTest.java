package dev.mapwright.core.object;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands before the search among many views: it may never say no wrongly. */
class ViewFilterTest {
  private static final int MANY = 8;

  private final ViewTree tree = new ViewTree(MANY);
  private final List<Shown> all = new ArrayList<>();

  private static final class Shown extends ObjectView {
    Shown(long first, long last) {
      super(first, last);
    }

    @Override
    protected void pagesChanged(long first, long last) {}

    @Override
    protected void pagesShared(long first, long last) {}
  }

  private Shown enter(long first, long last) {
    Shown view = new Shown(first, last);
    all.add(view);
    tree.enter(view);
    return view;
  }

  private boolean shown(long first, long last) {
    return all.stream().anyMatch(view -> view.firstPage <= last && view.lastPage >= first);
  }

  private boolean found(long first, long last) {
    return tree.first(first, last) != null;
  }

  /** The filter of a tree that has none of its own. */
  private static ViewFilter filter(ViewTree tree) {
    return Objects.requireNonNull(ViewFilter.of(tree));
  }

  private static Shown enter(ViewTree tree, long first, long last) {
    Shown view = new Shown(first, last);
    tree.enter(view);
    return view;
  }

  @ParameterizedTest
  @ValueSource(longs = {3, 100, 5_000, 1L << 52})
  void what_is_shown_is_found_whatever_comes_and_goes(long span) {
    Random random = new Random(span);
    for (int step = 0; step < 20_000; step++) {
      boolean growing = step / 1_000 % 3 != 2;
      if (all.isEmpty() || random.nextInt(5) < (growing ? 3 : 1)) {
        long first = random.nextLong(span);
        boolean wide = random.nextInt(500) == 0;
        enter(first, first + (wide ? random.nextInt(100) : random.nextInt(8)));
      } else {
        tree.leave(all.remove(random.nextInt(all.size())));
      }
      long first = random.nextBoolean() ? random.nextLong(span) : anyShown(random);
      long last = first + random.nextInt(10);
      assertThat(found(first, last)).isEqualTo(shown(first, last));
    }
    all.forEach(tree::leave);
    all.clear();
    assertThat(found(0, span)).isFalse();
  }

  private long anyShown(Random random) {
    return all.isEmpty() ? 0 : all.get(random.nextInt(all.size())).lastPage;
  }

  @Test
  void views_that_leave_while_they_are_carried_over_are_not_missed_later() {
    for (int page = 0; page < MANY; page++) {
      enter(2L * page, 2L * page);
    }
    // The next one to be carried over leaves each time.
    for (int round = 0; round < 20 * MANY; round++) {
      tree.leave(all.remove(0));
      enter(1_000L + 2L * round, 1_000L + 2L * round);
      for (Shown view : all) {
        assertThat(found(view.firstPage, view.lastPage)).isTrue();
      }
    }
  }

  @Test
  void more_views_of_a_page_than_a_counter_counts_do_not_hide_one_that_stays() {
    for (int i = 0; i < 40; i++) {
      enter(5, 5);
    }
    while (all.size() > 1) {
      tree.leave(all.remove(0));
    }
    assertThat(found(5, 5)).isTrue();
  }

  @Test
  void it_says_of_pages_between_those_that_are_shown_that_nobody_shows_them() {
    ViewTree plain = new ViewTree(Integer.MAX_VALUE);
    enter(plain, 0, 0);
    ViewFilter filter = filter(plain);
    for (long page = 2; page < 100_000; page += 2) {
      filter.entered(enter(plain, page, page));
    }
    for (long page = 1; page < 100_000 - 1; page += 2) {
      assertThat(filter.excludes(page, page)).as("page " + page).isTrue();
      assertThat(filter.excludes(page, page + 1)).isFalse();
    }
  }

  @Test
  void a_view_of_many_pages_silences_it_until_it_leaves() {
    ViewTree plain = new ViewTree(Integer.MAX_VALUE);
    enter(plain, 0, 0);
    ViewFilter filter = filter(plain);
    for (long page = 2; page < 100; page += 2) {
      filter.entered(enter(plain, page, page));
    }
    assertThat(filter.excludes(51, 51)).isTrue();
    Shown wide = enter(plain, 1_000, 2_000);
    filter.entered(wide);
    assertThat(filter.excludes(51, 51)).isFalse();
    filter.leaving(wide);
    plain.leave(wide);
    assertThat(filter.excludes(51, 51)).isTrue();
  }
}
