package dev.mapwright.core.dma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.failure.FailurePoints;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules at the top of {@link BuddyAllocator}, one by one. */
class BuddyAllocatorTest {
  private static final long ANYWHERE = Long.MAX_VALUE;

  private final FailurePoints failures = new FailurePoints();

  /** 256 pages. */
  private final BuddyAllocator allocator = new BuddyAllocator(20, failures);

  private long allocate(long pages) {
    return allocator.allocate(pages, 0, ANYWHERE);
  }

  private List<String> ranges() {
    List<String> ranges = new ArrayList<>();
    allocator.forEach(
        (first, last, reserved) -> ranges.add((reserved ? "R" : "") + first + "-" + last));
    return ranges;
  }

  @Test
  void low_addresses_come_first_and_page_0_is_one() {
    assertThat(allocate(1)).isEqualTo(0);
    assertThat(allocate(1)).isEqualTo(1);
    assertThat(allocate(1)).isEqualTo(2);
  }

  @Test
  void a_request_is_rounded_up_and_its_block_aligned_to_its_size() {
    assertThat(allocate(1)).isEqualTo(0);
    assertThat(allocate(3)).isEqualTo(4);
    assertThat(allocate(5)).isEqualTo(8);
    assertThat(allocate(2)).isEqualTo(2);
    assertThat(ranges()).containsExactly("0-0", "2-3", "4-7", "8-15");
    assertThat(allocator.freePages()).isEqualTo(256 - 15);
  }

  @Test
  void the_newest_freed_block_of_the_size_is_given_out_first() {
    long[] pages = {allocate(1), allocate(1), allocate(1), allocate(2)};
    allocator.free(pages[0], 1);
    allocator.free(pages[2], 1);
    allocator.free(pages[3], 2);
    assertThat(allocate(1)).isEqualTo(2);
    assertThat(allocate(1)).isEqualTo(0);
    assertThat(allocate(1)).isEqualTo(3);
    assertThat(allocate(2)).isEqualTo(4);
  }

  @Test
  void a_cached_block_outside_the_window_is_passed_by() {
    for (int i = 0; i < 4; i++) {
      allocate(1);
    }
    allocator.free(1, 1);
    allocator.free(3, 1);
    assertThat(allocator.allocate(1, 0, 2)).isEqualTo(1);
    assertThat(allocator.allocate(1, 4, 20)).isEqualTo(4);
    assertThat(allocate(1)).isEqualTo(3);
  }

  @Test
  void the_window_is_inclusive_and_need_not_be_aligned() {
    assertThat(allocator.allocate(4, 5, 12)).isEqualTo(8);
    assertThat(allocator.allocate(4, 13, 19)).isEqualTo(16);
    assertThat(allocator.allocate(4, 21, 26)).isEqualTo(LogicalAllocator.NO_ROOM);
    assertThat(allocator.allocate(1, 9, 8)).isEqualTo(LogicalAllocator.NO_ROOM);
    assertThat(allocator.allocate(1, 255, 255)).isEqualTo(255);
    assertThat(allocator.allocate(1, 255, ANYWHERE)).isEqualTo(LogicalAllocator.NO_ROOM);
  }

  @Test
  void the_tail_by_which_a_request_was_rounded_up_may_reach_beyond_the_window() {
    assertThat(allocator.allocate(3, 0, 2)).isEqualTo(0);
    assertThat(allocator.allocate(5, 8, 12)).isEqualTo(8);
    assertThat(allocator.allocate(5, 16, 19)).isEqualTo(LogicalAllocator.NO_ROOM);
    assertThat(ranges()).containsExactly("0-3", "8-15");
  }

  @Test
  void nothing_beyond_the_space_is_given_out() {
    assertThat(allocate(257)).isEqualTo(LogicalAllocator.NO_ROOM);
    assertThat(allocate(Long.MAX_VALUE)).isEqualTo(LogicalAllocator.NO_ROOM);
    assertThat(allocate(256)).isEqualTo(0);
    assertThat(allocate(1)).isEqualTo(LogicalAllocator.NO_ROOM);
    assertThat(allocator.freePages()).isZero();
  }

  @Test
  void one_block_more_than_are_cached_drives_the_oldest_out() {
    int kept = BuddyAllocator.CACHED_BLOCKS;
    for (int i = 0; i <= kept; i++) {
      allocate(1);
    }
    for (int i = 0; i <= kept; i++) {
      allocator.free(i, 1);
    }
    // Page 0 is free space again, and the others are still in the way of anything larger.
    assertThat(allocator.allocate(1, 0, 0)).isEqualTo(0);
    assertThat(allocate(1)).isEqualTo(kept);
    assertThat(allocate(8)).isEqualTo(16);
  }

  @Test
  void of_all_sizes_together_so_many_are_cached_and_the_oldest_of_all_goes_first() {
    BuddyAllocator wide = new BuddyAllocator(40, failures);
    int kept = BuddyAllocator.MOST_CACHED_BLOCKS;
    int sizes = kept / BuddyAllocator.CACHED_BLOCKS + 1;
    List<Long> places = new ArrayList<>();
    for (int i = 0; i < kept; i++) {
      places.add(wide.allocate(1L << i % sizes, 0, ANYWHERE));
    }
    long barrier = wide.allocate(1, 0, ANYWHERE);
    for (int i = 0; i < kept; i++) {
      wide.free(places.get(i), 1L << i % sizes);
    }
    wide.free(barrier, 1);
    // The first one freed was a page, and is free space again.
    assertThat(wide.allocate(1, places.get(0), places.get(0))).isEqualTo(places.get(0));
    assertThat(wide.allocate(1, 0, ANYWHERE)).isEqualTo(barrier);
    assertThat(wide.allocate(2, 0, ANYWHERE)).isEqualTo(places.get(kept - 1 - (kept - 2) % sizes));
  }

  @Test
  void buddies_join_when_the_cache_lets_them_go() {
    for (int i = 0; i < 256; i++) {
      allocate(1);
    }
    for (int i = 0; i < 10; i++) {
      allocator.free(i, 1);
    }
    assertThat(allocate(2)).isEqualTo(0);
  }

  @Test
  void buddies_join_before_exhaustion_is_reported() {
    for (int i = 0; i < 256; i++) {
      allocate(1);
    }
    allocator.free(11, 1);
    allocator.free(10, 1);
    assertThat(allocate(4)).isEqualTo(LogicalAllocator.NO_ROOM);
    assertThat(allocate(2)).isEqualTo(10);
  }

  @Test
  void a_window_too_small_for_an_aligned_block_leaves_the_cache_alone() {
    allocate(1);
    allocate(1);
    allocator.free(0, 1);
    allocator.free(1, 1);
    assertThat(allocator.allocate(4, 1, 6)).isEqualTo(LogicalAllocator.NO_ROOM);
    assertThat(allocate(1)).isEqualTo(1);
  }

  @Test
  void what_is_reserved_is_never_given_out() {
    assertThat(allocator.reserve(1, 6)).isEqualTo(Outcome.OK);
    assertThat(allocator.reserve(7, 9)).isEqualTo(Outcome.OK);
    assertThat(allocate(1)).isEqualTo(0);
    assertThat(allocate(1)).isEqualTo(10);
    assertThat(allocate(4)).isEqualTo(12);
    assertThat(allocator.freePages()).isEqualTo(256 - 9 - 6);
    assertThat(ranges()).containsExactly("0-0", "R1-9", "10-10", "12-15");
    assertThatThrownBy(() -> allocator.free(8, 1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void the_interrupt_window_is_reserved_in_the_widest_space_and_passed_by() {
    BuddyAllocator wide = new BuddyAllocator(63, failures);
    assertThat(wide.reserve(0xFEE00, 0xFEEFF)).isEqualTo(Outcome.OK);
    assertThat(wide.allocate(0x100, 0xFEE00, 0xFF1FF)).isEqualTo(0xFEF00);
    assertThat(wide.allocate(1L << 50, 0, ANYWHERE)).isEqualTo(1L << 50);
    assertThat(wide.allocate(1L << 49, 0, ANYWHERE)).isEqualTo(1L << 49);
    assertThat(wide.bookBytes()).isLessThan(4096);
  }

  @Test
  void reserving_is_refused_where_something_is_live_or_reserved_or_outside() {
    allocate(8);
    assertThat(allocator.reserve(7, 9)).isEqualTo(Outcome.OCCUPIED);
    assertThat(allocator.reserve(20, 30)).isEqualTo(Outcome.OK);
    assertThat(allocator.reserve(30, 40)).isEqualTo(Outcome.OCCUPIED);
    assertThat(allocator.reserve(40, 39)).isEqualTo(Outcome.INVALID);
    assertThat(allocator.reserve(-1, 5)).isEqualTo(Outcome.INVALID);
    assertThat(allocator.reserve(255, 256)).isEqualTo(Outcome.OUTSIDE);
    assertThat(ranges()).containsExactly("0-7", "R20-30");
  }

  @Test
  void a_cached_block_is_not_in_the_way_of_reserving() {
    allocate(8);
    allocator.free(0, 8);
    assertThat(allocator.reserve(3, 4)).isEqualTo(Outcome.OK);
    assertThat(allocate(8)).isEqualTo(8);
    assertThat(allocate(2)).isEqualTo(0);
  }

  @Test
  void a_range_is_freed_once_from_its_beginning_and_with_its_size() {
    allocate(4);
    for (long page : new long[] {-1, 1, 4, 256, Long.MAX_VALUE}) {
      assertThatThrownBy(() -> allocator.free(page, 4))
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (long pages : new long[] {-1, 0, 1, 2, 5, Long.MAX_VALUE}) {
      assertThatThrownBy(() -> allocator.free(0, pages))
          .isInstanceOf(IllegalArgumentException.class);
    }
    allocator.free(0, 3); // which is rounded up as it was
    assertThatThrownBy(() -> allocator.free(0, 3)).isInstanceOf(IllegalArgumentException.class);
    assertThat(allocator.freePages()).isEqualTo(256);
  }

  @Test
  void arguments_below_their_least_value_are_mistakes() {
    assertThatThrownBy(() -> allocate(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> allocator.allocate(1, -1, 5))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> allocator.allocate(1, 0, -1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> allocator.next(-1, new LogicalRange()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, 0, 12, 64, Integer.MAX_VALUE})
  void a_width_is_13_to_63(int width) {
    assertThatThrownBy(() -> new BuddyAllocator(width, failures))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void the_narrowest_space_has_two_pages() {
    BuddyAllocator narrow = new BuddyAllocator(BuddyAllocator.LEAST_WIDTH, failures);
    assertThat(narrow.allocate(1, 0, ANYWHERE)).isEqualTo(0);
    assertThat(narrow.allocate(2, 0, ANYWHERE)).isEqualTo(LogicalAllocator.NO_ROOM);
    assertThat(narrow.allocate(1, 0, ANYWHERE)).isEqualTo(1);
    assertThat(narrow.allocate(1, 0, ANYWHERE)).isEqualTo(LogicalAllocator.NO_ROOM);
  }

  @Test
  void only_a_request_from_free_space_acquires_and_a_refused_one_changes_nothing() {
    allocate(1);
    failures.failAll();
    assertThat(allocate(1)).isEqualTo(LogicalAllocator.NO_MEMORY);
    assertThat(allocator.reserve(100, 199)).isEqualTo(Outcome.OUT_OF_RECORDS);
    assertThat(ranges()).containsExactly("0-0");
    assertThat(allocator.freePages()).isEqualTo(255);
    failures.failAll();
    allocator.free(0, 1);
    assertThat(allocate(1)).isEqualTo(0);
    assertThat(failures.asked()).isZero();
    failures.failNth(1, Set.of(AllocationPoint.INDEX_NODE));
    assertThat(allocate(1)).isEqualTo(LogicalAllocator.NO_MEMORY);
    assertThat(allocate(1)).isEqualTo(1);
  }

  @Test
  void a_visitor_may_change_what_it_looks_at() {
    for (int i = 0; i < 20; i++) {
      allocate(1);
    }
    allocator.forEach((first, last, reserved) -> allocator.free(first, 1));
    assertThat(ranges()).isEmpty();
    assertThat(allocator.freePages()).isEqualTo(256);
  }

  @Test
  void a_range_is_found_from_its_middle() {
    assertThat(allocator.allocate(8, 8, 15)).isEqualTo(8);
    LogicalRange range = new LogicalRange();
    assertThat(allocator.next(11, range)).isTrue();
    assertThat(range.firstPage()).isEqualTo(8);
    assertThat(range.lastPage()).isEqualTo(15);
    assertThat(range.reserved()).isFalse();
    assertThat(allocator.next(16, range)).isFalse();
    assertThat(allocator.next(Long.MAX_VALUE, range)).isFalse();
    assertThat(range.firstPage()).isEqualTo(8);
  }
}
