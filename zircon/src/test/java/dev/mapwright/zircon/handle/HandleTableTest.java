package dev.mapwright.zircon.handle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.failure.FailurePoints;
import dev.mapwright.core.machine.SeedBook;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HandleTableTest {
  /** An object that ends with its last handle, and counts how often it was told so. */
  private static final class Thing extends KernelObject {
    final AtomicInteger ends = new AtomicInteger();

    Thing() {
      super(ObjectType.VMO, 1);
    }

    @Override
    protected boolean endsWithLastHandle() {
      return true;
    }

    @Override
    protected void end(Fallen fallen) {
      ends.incrementAndGet();
    }
  }

  private static HandleTable table(long seed) {
    return new HandleTable(new FailurePoints(), new SeedBook(seed).stream("handles", 1));
  }

  private final HandleTable table = table(1);

  private Handle make(HandleTable in, KernelObject object) {
    Handle handle = Objects.requireNonNull(in.reserve(object, 0));
    assertThat(in.publish(handle)).isTrue();
    return handle;
  }

  @Test
  void a_reserved_handle_is_found_only_when_it_is_published() {
    Thing thing = new Thing();
    Handle handle = Objects.requireNonNull(table.reserve(thing, 5));
    assertThat(table.find(handle.value())).isNull();
    assertThat(table.publish(handle)).isTrue();
    assertThat(table.find(handle.value())).isSameAs(handle);
    assertThat(table.size()).isEqualTo(1);
  }

  @Test
  void the_last_handle_ends_the_object_once_and_a_cancelled_one_counts() {
    Thing thing = new Thing();
    Handle first = make(table, thing);
    Handle second = Objects.requireNonNull(table.reserve(thing, 0));
    assertThat(table.close(first.value())).isTrue();
    assertThat(thing.ends).hasValue(0);
    table.cancel(second);
    assertThat(thing.ends).hasValue(1);
    assertThat(table.reserve(thing, 0)).as("it has ended").isNull();
  }

  @Test
  void values_are_positive_odd_distinct_and_show_no_order() {
    Set<Integer> values = new HashSet<>();
    int ascending = 0;
    int last = 0;
    for (int i = 0; i < 10_000; i++) {
      int value = make(table, new Thing()).value();
      assertThat(value).isPositive();
      assertThat(value & 1).isEqualTo(1);
      assertThat(values.add(value)).isTrue();
      ascending += value > last ? 1 : 0;
      last = value;
    }
    assertThat(ascending).isBetween(4_700, 5_300);
  }

  @Test
  void values_follow_from_the_seed_and_differ_with_it() {
    List<Integer> once = new ArrayList<>();
    List<Integer> again = new ArrayList<>();
    List<Integer> other = new ArrayList<>();
    HandleTable same = table(1);
    HandleTable different = table(2);
    for (int i = 0; i < 100; i++) {
      once.add(make(table, new Thing()).value());
      again.add(make(same, new Thing()).value());
      other.add(make(different, new Thing()).value());
    }
    assertThat(again).isEqualTo(once);
    assertThat(other).doesNotContainAnyElementsOf(once);
  }

  @Test
  void numbers_near_a_handle_and_random_ones_name_nothing() {
    Handle handle = make(table, new Thing());
    for (int distance = 1; distance < 100_000; distance++) {
      assertThat(table.find(handle.value() + distance)).isNull();
      assertThat(table.find(handle.value() - distance)).isNull();
    }
  }

  @Test
  void a_value_is_not_used_again_for_a_quarter_of_a_million_closes() {
    Thing thing = new Thing();
    make(table, thing);
    int stale = make(table, thing).value();
    assertThat(table.close(stale)).isTrue();
    for (int i = 0; i < 250_000; i++) {
      int value = make(table, thing).value();
      assertThat(value).isNotEqualTo(stale);
      table.close(value);
    }
  }

  @Test
  void a_full_table_gives_no_handle_until_one_is_closed() {
    Thing thing = new Thing();
    Handle some = make(table, thing);
    for (int i = 1; i < HandleTable.MOST_HANDLES; i++) {
      make(table, thing);
    }
    assertThat(table.reserve(thing, 0)).isNull();
    assertThat(thing.handles()).isEqualTo(HandleTable.MOST_HANDLES);
    assertThat(table.close(some.value())).isTrue();
    assertThat(make(table, thing).value()).isNotEqualTo(some.value());
  }

  @Test
  void a_closed_table_lets_nothing_in_and_ends_what_it_held() {
    Thing thing = new Thing();
    Handle handle = make(table, thing);
    Handle late = Objects.requireNonNull(table.reserve(thing, 0));
    Ending.closeAll(table);
    assertThat(table.find(handle.value())).isNull();
    assertThat(table.publish(late)).isFalse();
    assertThat(table.reserve(thing, 0)).isNull();
    assertThat(thing.ends).hasValue(0);
    table.cancel(late);
    assertThat(thing.ends).hasValue(1);
  }

  @Test
  void of_two_threads_that_close_the_same_handle_one_succeeds_and_the_object_ends_once()
      throws InterruptedException {
    for (int round = 0; round < 2_000; round++) {
      Thing thing = new Thing();
      Handle handle = make(table, thing);
      AtomicInteger closed = new AtomicInteger();
      AtomicInteger duplicated = new AtomicInteger();
      CountDownLatch start = new CountDownLatch(1);
      Runnable closer =
          () -> {
            await(start);
            if (table.close(handle.value())) {
              closed.incrementAndGet();
            }
          };
      Runnable duplicator =
          () -> {
            await(start);
            Handle found = table.find(handle.value());
            Handle more = found == null ? null : table.reserve(found.object(), 0);
            if (more != null) {
              table.publish(more);
              duplicated.incrementAndGet();
            }
          };
      Thread[] threads = {
        new Thread(closer), new Thread(closer), new Thread(duplicator),
      };
      for (Thread thread : threads) {
        thread.start();
      }
      start.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(closed).hasValue(1);
      assertThat(thing.ends.get()).isEqualTo(1 - duplicated.get());
      assertThat(thing.handles()).isEqualTo(duplicated.get());
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
