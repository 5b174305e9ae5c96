package dev.mapwright.core.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The reverse index against a list, and its shape against whatever a program may choose. */
class ViewTreeTest {
  private static final int MANY = 100_000;

  private final ViewTree tree = new ViewTree();

  /** A view that nobody has to tell anything. */
  private static final class Shown extends ObjectView {
    Shown(long first, long last) {
      super(first, last);
    }

    @Override
    protected void pagesChanged(long first, long last) {}

    @Override
    protected void pagesShared(long first, long last) {}
  }

  /** Orders in which a program may make its views; each gives the view's page for its number. */
  enum Order {
    ASCENDING(number -> number),
    DESCENDING(number -> MANY - number),
    ALL_AT_ONE_PAGE(number -> 5),
    OUTSIDE_IN(number -> (number & 1) == 0 ? number : 2L * MANY - number),
    INSIDE_OUT(number -> (number & 1) == 0 ? MANY + number : MANY - number),
    BITS_REVERSED(number -> Long.reverse(number) >>> 46),
    SAWTOOTH(number -> number % 300 * 1000 + number / 300),
    BY_A_HASH(number -> rankByHash()[(int) number]);

    private static int @Nullable [] ranks;

    @SuppressWarnings("ImmutableEnumChecker") // a function without a state
    private final LongUnaryOperator page;

    Order(LongUnaryOperator page) {
      this.page = page;
    }

    /** The place of each number among the hashes of all numbers: what a list in a treap is. */
    private static int[] rankByHash() {
      int[] known = ranks;
      if (known == null) {
        Integer[] byHash = new Integer[MANY];
        Arrays.setAll(byHash, i -> i);
        Arrays.sort(byHash, Comparator.comparingLong(i -> hash(i + 1L)));
        known = new int[MANY];
        for (int rank = 0; rank < MANY; rank++) {
          known[byHash[rank]] = rank;
        }
        ranks = known;
      }
      return known;
    }

    private static long hash(long number) {
      long mixed = number * 0x9E3779B97F4A7C15L;
      return mixed ^ mixed >>> 29;
    }
  }

  private void assertShallow() {
    double most = 1.45 * Math.log(tree.size() + 2) / Math.log(2) + 2;
    assertThat(tree.height()).as(tree.size() + " views").isLessThanOrEqualTo((int) most);
  }

  @ParameterizedTest
  @EnumSource
  void it_stays_shallow_in_whatever_order_views_come_and_go(Order order) {
    List<ObjectView> views = new ArrayList<>();
    for (int number = 0; number < MANY; number++) {
      long page = order.page.applyAsLong(number);
      Shown view = new Shown(page, page + number % 3);
      views.add(view);
      tree.enter(view);
      if (number % 1000 == 0) {
        assertShallow();
      }
    }
    assertThat(tree.size()).isEqualTo(MANY);
    assertShallow();
    for (int number = 0; number < MANY; number++) {
      // First those at one end, then every second one of the rest.
      int victim = number < MANY / 2 ? number : MANY / 2 + (number - MANY / 2) * 2 % (MANY / 2);
      if (views.get(victim).entered()) {
        tree.leave(views.get(victim));
      }
      if (number % 1000 == 0) {
        assertShallow();
      }
    }
    views.stream().filter(ObjectView::entered).forEach(tree::leave);
    assertThat(tree.size()).isZero();
    assertThat(tree.height()).isZero();
  }

  private List<ObjectView> found(long first, long last) {
    List<ObjectView> found = new ArrayList<>();
    for (ObjectView view = tree.first(first, last);
        view != null;
        view = tree.next(view, first, last)) {
      found.add(view);
    }
    return found;
  }

  private static List<ObjectView> expected(List<ObjectView> all, long first, long last) {
    return all.stream()
        .filter(view -> view.firstPage <= last && view.lastPage >= first)
        .sorted(
            Comparator.<ObjectView>comparingLong(view -> view.firstPage)
                .thenComparingLong(view -> view.number))
        .toList();
  }

  private static Shown draw(Random random, long span) {
    long first = random.nextLong(span);
    long length = random.nextInt(10) == 0 ? random.nextLong(span) : random.nextInt(6);
    return new Shown(first, random.nextInt(50) == 0 ? Long.MAX_VALUE : first + length);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 30, 1_000, 1L << 52})
  void it_finds_what_a_list_finds_after_every_random_change(long span) {
    Random random = new Random(span);
    List<ObjectView> all = new ArrayList<>();
    for (int step = 0; step < 8_000; step++) {
      boolean growing = step / 1_000 % 2 == 0;
      if (all.isEmpty() || random.nextInt(5) < (growing ? 4 : 1)) {
        Shown view = draw(random, span);
        all.add(view);
        tree.enter(view);
      } else {
        ObjectView gone = all.remove(random.nextInt(all.size()));
        tree.leave(gone);
        assertThat(gone.entered()).isFalse();
      }
      long first = random.nextLong(span);
      long last = random.nextBoolean() ? first : first + random.nextLong(span);
      assertThat(found(first, last)).isEqualTo(expected(all, first, last));
      assertThat(tree.size()).isEqualTo(all.size());
    }
  }

  @Test
  void a_range_of_100_000_views_is_searched_as_a_list_would_be() {
    Random random = new Random(7);
    List<ObjectView> all = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      Shown view = draw(random, 1L << 20);
      all.add(view);
      tree.enter(view);
    }
    for (int look = 0; look < 30; look++) {
      long first = random.nextLong(1L << 20);
      long last = first + random.nextInt(1000);
      assertThat(found(first, last)).isEqualTo(expected(all, first, last));
    }
    assertThat(found(0, Long.MAX_VALUE)).hasSize(MANY);
  }

  @Test
  void a_view_that_is_removed_can_be_entered_again_and_not_removed_twice() {
    Shown view = new Shown(1, 2);
    tree.enter(view);
    tree.enter(new Shown(0, 9));
    tree.leave(view);
    assertThatThrownBy(() -> tree.leave(view)).isInstanceOf(IllegalStateException.class);
    tree.enter(view);
    assertThat(found(2, 2)).hasSize(2);
  }
}
