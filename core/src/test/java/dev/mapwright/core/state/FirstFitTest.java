package dev.mapwright.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tree of gaps against one bit a page: the answer is the lowest place, always. */
class FirstFitTest {
  private static final int PAGES = 600;

  private final FirstFit gaps = new FirstFit();
  private final BitSet taken = new BitSet();

  private long scanned(long lowest, long highest, int align, long pages) {
    for (long at = lowest; at + pages - 1 <= highest; at++) {
      int next = taken.nextSetBit((int) at);
      if ((at & (1L << align) - 1) == 0 && (next < 0 || next > at + pages - 1)) {
        return at;
      }
    }
    return -1;
  }

  private void take(long first, long last) {
    taken.set((int) first, (int) last + 1);
    gaps.taken(first, last);
  }

  private void free(long first, long last) {
    taken.clear((int) first, (int) last + 1);
    gaps.free(first, last);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void it_finds_what_a_scan_finds_after_every_random_change(int seed) {
    Random random = new Random(seed);
    gaps.begin();
    gaps.free(0, PAGES - 1);
    for (int step = 0; step < 30_000; step++) {
      int align = random.nextInt(3) == 0 ? random.nextInt(6) : 0;
      long pages = 1L + random.nextInt(random.nextInt(4) == 0 ? 60 : 5);
      long lowest = random.nextInt(3) == 0 ? random.nextInt(PAGES) : 0;
      long highest = random.nextInt(3) == 0 ? lowest + random.nextLong(PAGES - lowest) : PAGES - 1;
      long place = gaps.lowest(lowest, highest, align, pages);
      assertThat(place).isEqualTo(scanned(lowest, highest, align, pages));
      boolean filling = step / 500 % 2 == 0;
      if (place >= 0 && random.nextInt(8) < (filling ? 7 : 2)) {
        take(place, place + pages - 1);
      } else if (random.nextInt(8) == 0) {
        long first = random.nextInt(PAGES);
        take(first, Math.min(PAGES - 1, first + random.nextInt(20))); // parts of it were taken
      } else {
        long first = random.nextInt(PAGES);
        free(first, Math.min(PAGES - 1, first + random.nextInt(30))); // parts of it were free
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1L << 40, (1L << 52) - 1000})
  void it_knows_gaps_at_both_ends_of_all_pages(long base) {
    gaps.begin();
    gaps.free(base, base + 999);
    gaps.taken(base, base);
    gaps.taken(base + 999, base + 999);
    assertThat(gaps.lowest(0, Long.MAX_VALUE, 0, 998)).isEqualTo(base + 1);
    assertThat(gaps.lowest(0, Long.MAX_VALUE, 0, 999)).isEqualTo(-1);
    gaps.free(base + 999, base + 999);
    assertThat(gaps.lowest(0, Long.MAX_VALUE, 0, 999)).isEqualTo(base + 1);
    gaps.free(base, base);
    assertThat(gaps.lowest(0, Long.MAX_VALUE, 0, 1000)).isEqualTo(base);
    gaps.taken(base, base + 999);
    assertThat(gaps.lowest(0, Long.MAX_VALUE, 0, 1)).isEqualTo(-1);
  }
}
