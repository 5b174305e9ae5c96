package dev.mapwright.proof.cost;

import dev.mapwright.core.Permissions;
import dev.mapwright.core.memory.MemoryObject;
import org.junit.jupiter.api.Test;

/** First fit in a space that is filled, emptied and riddled with holes on purpose. */
class FirstFitCostTest {
  private static final int MAPS = 100_000;

  /** Steps of one search and one entry, in trees of 100,000 of everything. */
  private static final long ENOUGH = 300;

  abstract static class Fitting extends CostWorld {
    final MemoryObject object = MemoryObject.paged(machine, 16).get();

    final long fit(long pages) {
      request.clear().object(object, 0).pages(pages).permissions(Permissions.READ);
      request.where().firstFit();
      root.map(request).orThrow();
      return request.firstPage();
    }

    final void unmap(long first, long pages) {
      root.unmap(first, pages).orThrow();
    }

    /** One-page mappings with gaps of a size between them. */
    final void riddle(int mappings, int gap) {
      for (int i = 0; i < mappings; i++) {
        map(object, 0, 1, 0x1000 + gap + i * (gap + 1L));
      }
    }
  }

  /** One page after the other. */
  public static final class SideBySide extends Fitting {
    @Override
    void play() {
      for (int i = 0; i < MAPS; i++) {
        long expected = 0x1000L + i;
        within(ENOUGH, "map " + i, () -> require(fit(1) == expected, "the lowest place"));
      }
    }
  }

  /** Three sizes of one magnitude and two of others, in turn. */
  public static final class ManySizes extends Fitting {
    @Override
    void play() {
      riddle(MAPS / 4, 5);
      long size = fit(5);
      unmap(size, 5);
      for (int i = 0; i < MAPS; i++) {
        long pages = new long[] {6, 7, 6, 5, 1, 12}[i % 6];
        within(ENOUGH, "map " + i + " of " + pages + " pages", () -> fit(pages));
      }
    }
  }

  /** The lowest place becomes free again and again. */
  public static final class FreedBelow extends Fitting {
    @Override
    void play() {
      for (int i = 0; i < MAPS / 2; i++) {
        fit(1);
      }
      for (int i = 0; i < MAPS / 2; i++) {
        long expected = 0x1000L + MAPS / 2 + i;
        within(
            4 * ENOUGH,
            "round " + i,
            () -> {
              unmap(0x1000, 1);
              require(fit(1) == 0x1000, "the place that was freed");
              require(fit(1) == expected, "the first behind all others");
            });
      }
    }
  }

  /** Ends of gaps grow together, in an order that somebody chose. */
  public static final class FreedEverywhere extends Fitting {
    @Override
    void play() {
      for (int i = 0; i < MAPS; i++) {
        fit(1);
      }
      for (int i = 0; i < MAPS; i++) {
        long victim = 0x1000 + (i * 61_803L) % MAPS;
        within(2 * ENOUGH, "unmap " + i, () -> unmap(victim, 1));
      }
      within(ENOUGH, "all of it", () -> require(fit(16) == 0x1000, "the lowest place"));
    }
  }

  @Test
  void maps_side_by_side() throws Exception {
    Counted.run(SideBySide.class);
  }

  @Test
  void sizes_that_push_each_other_out_of_what_is_remembered() throws Exception {
    Counted.run(ManySizes.class);
  }

  @Test
  void the_lowest_place_is_freed_before_each_map() throws Exception {
    Counted.run(FreedBelow.class);
  }

  @Test
  void everything_is_freed_in_a_chosen_order() throws Exception {
    Counted.run(FreedEverywhere.class);
  }
}
