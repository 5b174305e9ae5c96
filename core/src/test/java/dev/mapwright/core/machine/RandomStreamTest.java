package dev.mapwright.core.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RandomStreamTest {
  @Test
  void one_seed_makes_the_same_streams_and_each_its_own() {
    Set<Long> firsts = new HashSet<>();
    for (String name : new String[] {"placement of a", "placement of b", "devices", ""}) {
      for (long number = 0; number < 100; number++) {
        long first = new SeedBook(5).stream(name, number).nextLong();
        assertThat(new SeedBook(5).stream(name, number).nextLong()).isEqualTo(first);
        assertThat(new SeedBook(6).stream(name, number).nextLong()).isNotEqualTo(first);
        firsts.add(first);
      }
    }
    assertThat(firsts).hasSize(400);
    assertThat(new SeedBook(5).seed()).isEqualTo(5);
  }

  @Test
  void numbers_below_a_bound_are_even() {
    RandomStream random = new SeedBook(1).stream("even", 0);
    for (long bound : new long[] {1, 2, 3, 7, 64, 100}) {
      int[] counts = new int[(int) bound];
      int draws = (int) bound * 2000;
      for (int i = 0; i < draws; i++) {
        counts[(int) random.below(bound)]++;
      }
      double chiSquare = 0;
      for (int count : counts) {
        chiSquare += (count - 2000.0) * (count - 2000.0) / 2000.0;
      }
      // Far beyond the 99.99 % point for these degrees of freedom; the seed is fixed.
      assertThat(chiSquare).isLessThan(bound + 6 * Math.sqrt(2.0 * bound) + 10);
    }
  }

  @Test
  void the_largest_bounds_stay_within_them() {
    RandomStream random = new SeedBook(2).stream("large", 0);
    for (long bound : new long[] {(1L << 62) + 1, Long.MAX_VALUE, (1L << 52) - 1}) {
      long most = 0;
      for (int i = 0; i < 1000; i++) {
        long drawn = random.below(bound);
        assertThat(drawn).isBetween(0L, bound - 1);
        most = Math.max(most, drawn);
      }
      assertThat(most).isGreaterThan(bound / 2);
    }
  }
}
