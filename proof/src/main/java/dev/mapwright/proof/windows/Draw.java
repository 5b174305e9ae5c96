package dev.mapwright.proof.windows;

import dev.mapwright.proof.SplitMix;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a step draws its arguments from. */
final class Draw {
  private final SplitMix random;

  /** Whether arguments are chosen so that the call can succeed, as far as one can tell. */
  final boolean sane;

  Draw(long seed) {
    random = new SplitMix(seed);
    sane = random.chance(72);
  }

  int below(int bound) {
    return random.below(bound);
  }

  boolean chance(int percent) {
    return random.chance(percent);
  }

  long any() {
    return random.next();
  }

  int oneOf(int... values) {
    return random.oneOf(values);
  }

  /** Now and then, and never for a call that is to succeed. */
  boolean rarely() {
    return !sane && random.chance(12);
  }

  /** Any of a list; null when it is empty. */
  <T> @Nullable T any(List<T> list) {
    return list.isEmpty() ? null : list.get(below(list.size()));
  }

  /** Any that fits, of the sane; any at all, otherwise or when none fits. */
  <T> @Nullable T fitting(List<T> list, Predicate<T> fits) {
    List<T> some = sane ? list.stream().filter(fits).toList() : list;
    return any(some.isEmpty() ? list : some);
  }

  /** An IRQL: PASSIVE_LEVEL or APC_LEVEL, seldom one that is too high for some or for all. */
  int irql(int highest) {
    if (sane) {
      return highest == 0 ? 0 : below(highest + 1);
    }
    return chance(75) ? 0 : oneOf(1, 2, 2, 3, 15);
  }

  /** A number that nobody should ever give. */
  long garbage() {
    return switch (below(7)) {
      case 0 -> 0;
      case 1 -> -1;
      case 2 -> 0x1234_5678_9000L;
      case 3 -> Long.MIN_VALUE;
      case 4 -> Long.MAX_VALUE;
      case 5 -> 0xFFFF_FFFFL;
      default -> any();
    };
  }
}
