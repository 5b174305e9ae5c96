package dev.mapwright.bench;

import dev.mapwright.core.dma.BuddyAllocator;
import dev.mapwright.core.failure.FailurePoints;

/**
 * A buddy allocator with n live ranges, of which some are freed and as many allocated again, over
 * and over: how they are chosen is a {@link Pattern}. A pair is one of each.
 */
final class BuddyPages {
  /** What is done; most free 64 ranges before they allocate 64, so that the cache is no help. */
  enum Pattern {
    NEWEST("free + allocate the newest page", 1),
    RING("free the oldest page + allocate", 1),
    RANDOM("free a random page + allocate", 1),
    RANDOM_64("free 64 random pages, allocate 64", 64),
    RING_64("free the 64 oldest pages, allocate 64", 64),
    MIXED("the same of 1 to 64 pages each", 64),
    LARGE("the same of 1,024 pages each", 64),
    ALIGNED("the same, every second of 2 MiB", 64),
    FULL("the same in a space that is full otherwise", 64),
    LIMIT("the same below 4 GiB, which is full otherwise", 64),
    SCATTERED("one at a random place of 2^51 pages", 1),
    CHECKERBOARD("2 pages, then 1, where every second page is free", 2);

    final String what;
    final int batch;

    Pattern(String what, int batch) {
      this.what = what;
      this.batch = batch;
    }
  }

  private static final int STRIDE = 514_229;
  private static final long PAGES_OF_4_GIB = 1L << 20;

  private final Pattern pattern;
  private final BuddyAllocator allocator;
  private final long[] places;
  private final IndexStream stream;
  private int oldest;
  private boolean wrong;

  BuddyPages(Pattern pattern, int n) {
    this.pattern = pattern;
    int width =
        pattern == Pattern.FULL ? 12 + Integer.SIZE - Integer.numberOfLeadingZeros(n - 1) : 63;
    allocator = new BuddyAllocator(width, new FailurePoints());
    stream = new IndexStream(n);
    places = new long[n];
    for (int i = 0; i < n; i++) {
      allocate(i);
    }
    if (pattern == Pattern.FULL || pattern == Pattern.LIMIT) {
      long rest = (pattern == Pattern.FULL ? allocator.pages() : PAGES_OF_4_GIB) - n;
      for (long i = 0; i < rest; i++) {
        wrong |= allocator.allocate(1, 0, Long.MAX_VALUE) < 0;
      }
    }
    if (pattern == Pattern.LIMIT) {
      for (int i = 0; i < n; i++) {
        wrong |= allocator.allocate(1, PAGES_OF_4_GIB, Long.MAX_VALUE) < 0;
      }
    }
    if (pattern == Pattern.CHECKERBOARD) {
      for (int i = 1; i < n; i += 2) {
        allocator.free(places[i], 1);
      }
    }
  }

  private long size(int i) {
    return switch (pattern) {
      case MIXED -> 1 + (i * 37L & 63);
      case LARGE -> 1024;
      case ALIGNED -> (i & 1) == 0 ? 1 : 512;
      default -> 1;
    };
  }

  private void allocate(int i) {
    long first = 0;
    long last = Long.MAX_VALUE;
    if (pattern == Pattern.SCATTERED) {
      stream.state += IndexStream.STEP;
      first = IndexStream.mix(stream.state) >>> 13;
    } else if (pattern == Pattern.LIMIT) {
      last = PAGES_OF_4_GIB - 1;
    }
    places[i] = allocator.allocate(size(i), first, last);
    wrong |= places[i] < 0;
  }

  private void pairs(int operations) {
    for (int k = 0; k < operations; k += pattern.batch) {
      step();
    }
  }

  /** One batch of pairs. */
  void step() {
    int n = places.length;
    int from;
    int stride;
    switch (pattern) {
      case CHECKERBOARD -> {
        for (int pages = 2; pages > 0; pages--) {
          long place = allocator.allocate(pages, 0, Long.MAX_VALUE);
          wrong |= place < 0;
          allocator.free(place, pages);
        }
        return;
      }
      case NEWEST -> {
        from = n - 1;
        stride = 0;
      }
      case RING, RING_64 -> {
        from = oldest;
        stride = 1;
        oldest = (oldest + pattern.batch) % n;
      }
      default -> {
        stream.state += IndexStream.STEP;
        from = IndexStream.below(stream.state, n);
        stride = STRIDE % n;
      }
    }
    int i = from;
    for (int j = 0; j < pattern.batch; j++) {
      allocator.free(places[i], size(i));
      i = (i + stride) % n;
    }
    i = from;
    for (int j = 0; j < pattern.batch; j++) {
      allocate(i);
      i = (i + stride) % n;
    }
  }

  Contender contender() {
    return new Contender(pattern.name(), this::pairs);
  }

  void verify() {
    if (wrong) {
      throw new IllegalStateException("a range could not be allocated: " + pattern);
    }
  }

  /** What its books take, in bytes. */
  long bookBytes() {
    return allocator.bookBytes();
  }
}
