package dev.mapwright.proof.cost;

import dev.mapwright.core.dma.BuddyAllocator;
import dev.mapwright.core.dma.LogicalAllocator;
import dev.mapwright.core.failure.FailurePoints;
import dev.mapwright.proof.SplitMix;
import org.junit.jupiter.api.Test;

/** Logical addresses in spaces that somebody filled and fragmented as he liked. */
class LogicalCostTest {
  private static final int RANGES = 100_000;
  private static final int ROUNDS = 20_000;
  private static final long ANYWHERE = Long.MAX_VALUE;

  /** Nodes of a path and entries of a node, for a path that is searched, entered and removed. */
  private static final long ENOUGH = 300;

  /** What it takes to give 64 blocks back and search once more. */
  private static final long ENOUGH_TO_EMPTY_THE_CACHE = 64 * ENOUGH;

  abstract static class Allocating extends Counted {
    final SplitMix random = new SplitMix(8);
    final long[] places = new long[RANGES];

    final void fill(LogicalAllocator allocator, long windows) {
      for (int i = 0; i < RANGES; i++) {
        long first = windows == 0 ? 0 : random.below(windows);
        int index = i;
        within(ENOUGH, "range " + i, () -> places[index] = allocator.allocate(1, first, ANYWHERE));
        require(places[i] >= 0, "there is room");
      }
    }

    /** Frees so many that the cache can't serve what is allocated after. */
    final void freeAndAllocate(LogicalAllocator allocator, int stride, long windows) {
      for (int round = 0; round < ROUNDS / 32; round++) {
        int from = random.below(RANGES);
        for (int j = 0; j < 32; j++) {
          long place = places[(from + j * stride) % RANGES];
          within(ENOUGH, "free " + place, () -> allocator.free(place, 1));
        }
        for (int j = 0; j < 32; j++) {
          int index = (from + j * stride) % RANGES;
          long first = windows == 0 ? 0 : random.below(windows);
          within(ENOUGH, "allocate", () -> places[index] = allocator.allocate(1, first, ANYWHERE));
          require(places[index] >= 0, "there is room");
        }
      }
    }

    static void require(boolean holds, String what) {
      if (!holds) {
        throw new AssertionError("not so: " + what);
      }
    }
  }

  /** Hardly a page is free, and they are far apart. */
  public static final class NearlyFull extends Allocating {
    @Override
    void play() {
      LogicalAllocator allocator = new BuddyAllocator(12 + 17, new FailurePoints());
      fill(allocator, 0);
      require(allocator.reserve(RANGES, allocator.pages() - 1).sentence().equals("done"), "done");
      freeAndAllocate(allocator, 617, 0);
      for (int i = 0; i < ROUNDS; i++) {
        long first = random.below(RANGES);
        within(
            ENOUGH,
            "two pages from " + first,
            () -> require(allocator.allocate(2, first, ANYWHERE) < 0, "there is no room"));
      }
    }
  }

  /** One page here and there, in the widest space. */
  public static final class Scattered extends Allocating {
    @Override
    void play() {
      LogicalAllocator allocator = new BuddyAllocator(63, new FailurePoints());
      fill(allocator, allocator.pages());
      freeAndAllocate(allocator, 617, allocator.pages());
    }
  }

  /** Every second page is live: whatever is larger is searched in vain until behind all of them. */
  public static final class Checkerboard extends Allocating {
    @Override
    void play() {
      LogicalAllocator allocator = new BuddyAllocator(63, new FailurePoints());
      fill(allocator, 0);
      for (int i = 1; i < RANGES; i += 2) {
        allocator.free(places[i], 1);
      }
      for (int i = 0; i < ROUNDS; i++) {
        long first = random.below(RANGES);
        long last = first + random.below(RANGES);
        within(
            ENOUGH,
            "two pages in " + first + " .. " + last,
            () -> {
              long place = allocator.allocate(2, first, last);
              require(place < 0 == last < RANGES, "room is behind them only");
              if (place >= 0) {
                allocator.free(place, 2);
              }
            });
      }
    }
  }

  /** Blocks of all sizes are cached when a request is refused. */
  public static final class CacheEmptied extends Allocating {
    @Override
    void play() {
      LogicalAllocator allocator = new BuddyAllocator(63, new FailurePoints());
      fill(allocator, 1L << 40);
      long[] sized = new long[400];
      for (int round = 0; round < 100; round++) {
        for (int i = 0; i < sized.length; i++) {
          sized[i] = allocator.allocate(1L << i % 40, random.below(1L << 40), ANYWHERE);
        }
        for (int i = 0; i < sized.length; i++) {
          allocator.free(sized[i], 1L << i % 40);
        }
        within(
            ENOUGH_TO_EMPTY_THE_CACHE,
            "what does not fit",
            () -> require(allocator.allocate(1L << 51, 0, ANYWHERE) < 0, "there is no room"));
      }
    }
  }

  @Test
  void a_space_that_is_nearly_full() throws Exception {
    Counted.run(NearlyFull.class);
  }

  @Test
  void pages_at_random_places() throws Exception {
    Counted.run(Scattered.class);
  }

  @Test
  void every_second_page() throws Exception {
    Counted.run(Checkerboard.class);
  }

  @Test
  void a_cache_full_of_all_sizes_is_emptied() throws Exception {
    Counted.run(CacheEmptied.class);
  }
}
