package dev.mapwright.zircon;

import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_SPECIFIC;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.zircon.abi.MxLimits;
import dev.mapwright.zircon.call.MxCalls;
import dev.mapwright.zircon.call.MxRoutines;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Where mx_vmar_map and mx_vmar_allocate put things of which the caller does not say where: at
 * every free place of the region with the same probability. The machine has a fixed seed, so these
 * statistics come out the same in every run.
 */
class PlacementTest extends MxTest {
  private static final int DRAWS_A_PLACE = 60;

  private final int vmo = program.createVmo(64 * PAGE).value();

  /** The calls that choose a place. */
  enum Call {
    MAP {
      @Override
      long place(PlacementTest test, int region, long pages) {
        test.ok(MxRoutines.vmarMap(test.c, region, 0, test.vmo, 0, pages * PAGE, R));
        return test.c.address();
      }
    },
    ALLOCATE {
      @Override
      long place(PlacementTest test, int region, long pages) {
        test.ok(MxRoutines.vmarAllocate(test.c, region, 0, pages * PAGE, CAN_RWX));
        long address = test.c.address();
        test.ok(MxCalls.mxHandleClose(test.c, test.c.handle()));
        return address;
      }
    };

    /** Makes something at a place of the system's choice, and says where that is. */
    abstract long place(PlacementTest test, int region, long pages);
  }

  private void unmap(int region, long address, long pages) {
    ok(MxCalls.mxVmarUnmap(c, region, address, pages * PAGE));
  }

  /** Pages of a region where nothing may go, by turns a mapping and a child region. */
  private void occupy(int region, boolean[] taken) {
    boolean mapping = true;
    for (int first = 0; first < taken.length; ) {
      int end = first;
      while (end < taken.length && taken[end]) {
        end++;
      }
      if (end > first) {
        long bytes = (end - first) * PAGE;
        if (mapping) {
          program.vmar(region).mapAt(first * PAGE, program.vmo(vmo), 0, bytes, R);
        } else {
          program.vmar(region).allocateAt(first * PAGE, bytes, CAN_RWX).close();
        }
        mapping = !mapping;
      }
      first = end + 1;
    }
  }

  private static boolean[] gaps(String picture) {
    boolean[] taken = new boolean[picture.length()];
    for (int i = 0; i < taken.length; i++) {
      taken[i] = picture.charAt(i) == '#';
    }
    return taken;
  }

  /** The pages at which so many pages fit, found by trying each. */
  private static List<Long> places(boolean[] taken, int pages) {
    List<Long> free = new ArrayList<>();
    for (int first = 0; first + pages <= taken.length; first++) {
      boolean fits = true;
      for (int i = 0; i < pages; i++) {
        fits &= !taken[first + i];
      }
      if (fits) {
        free.add((long) first);
      }
    }
    return free;
  }

  /**
   * Chi-square of counts that should be equal. With so many degrees of freedom as there are counts
   * but one, its mean is that number, its variance twice as much.
   */
  private static void assertUniform(long[] counts, long draws) {
    double expected = (double) draws / counts.length;
    double chiSquare = 0;
    for (long count : counts) {
      chiSquare += (count - expected) * (count - expected) / expected;
    }
    double freedom = counts.length - 1;
    assertThat(chiSquare)
        .as("chi-square of %s equally probable places", counts.length)
        .isLessThan(freedom + 5 * Math.sqrt(2 * freedom));
  }

  private void assertUniform(Call call, int region, boolean[] taken, int pages) {
    List<Long> places = places(taken, pages);
    Map<Long, Integer> numbers = new HashMap<>();
    places.forEach(place -> numbers.put(place, numbers.size()));
    long base = base(region);
    long[] counts = new long[places.size()];
    long draws = (long) counts.length * DRAWS_A_PLACE;
    for (long i = 0; i < draws; i++) {
      long at = call.place(this, region, pages);
      Integer number = numbers.get((at - base) / PAGE);
      assertThat(number).as("a free place").isNotNull();
      counts[number == null ? 0 : number]++;
      unmap(region, at, pages);
    }
    assertUniform(counts, draws);
  }

  @ParameterizedTest
  @EnumSource
  void every_place_of_an_empty_region_is_equally_probable(Call call) {
    for (int pages : new int[] {1, 5}) {
      assertUniform(call, region(37), new boolean[37], pages);
    }
  }

  @ParameterizedTest
  @EnumSource
  void every_place_in_the_gaps_of_a_region_is_equally_probable(Call call) {
    boolean[] taken = gaps("..#.####....#...........##.#..........###....#");
    for (int pages : new int[] {1, 2, 4}) {
      int region = region(taken.length);
      occupy(region, taken);
      assertUniform(call, region, taken, pages);
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_region_in_a_region_in_a_region_is_no_different(Call call) {
    int outer = region(256);
    allocate(outer, 0, 16 * PAGE, CAN_ALL | MX_VM_FLAG_SPECIFIC);
    int middle = allocate(outer, 100 * PAGE, 100 * PAGE, CAN_ALL | MX_VM_FLAG_SPECIFIC);
    boolean[] taken = gaps("##......#.......................##########..#..#####......");
    int inner = allocate(middle, 0, taken.length * PAGE, CAN_ALL);
    occupy(inner, taken);
    assertUniform(call, inner, taken, 2);
  }

  @ParameterizedTest
  @EnumSource
  void the_few_places_of_a_region_that_is_nearly_full_are_equally_probable(Call call) {
    boolean[] taken = new boolean[3_000];
    Arrays.fill(taken, true);
    for (int free : new int[] {0, 7, 8, 9, 700, 1500, 1501, 2999}) {
      taken[free] = false;
    }
    int region = region(taken.length);
    occupy(region, taken);
    assertUniform(call, region, taken, 1);
  }

  @ParameterizedTest
  @EnumSource
  void all_of_a_root_region_is_used_alike(Call call) {
    long[] counts = new long[128];
    int draws = counts.length * DRAWS_A_PLACE;
    long widest = MxLimits.MX_USER_BYTES / counts.length;
    for (int i = 0; i < draws; i++) {
      long at = call.place(this, root, 1);
      counts[(int) Math.min(counts.length - 1, (at - MxLimits.MX_USER_BASE) / widest)]++;
      unmap(root, at, 1);
    }
    assertUniform(counts, draws);
  }

  @ParameterizedTest
  @EnumSource
  void a_place_tells_nothing_about_the_next_one(Call call) {
    int pages = 7;
    int region = region(pages);
    long base = base(region);
    long[] pairs = new long[pages * pages];
    int draws = pairs.length * DRAWS_A_PLACE;
    int before = 0;
    for (int i = 0; i < draws; i++) {
      long at = call.place(this, region, 1);
      int now = (int) ((at - base) / PAGE);
      pairs[before * pages + now]++;
      before = now;
      unmap(region, at, 1);
    }
    assertUniform(pairs, draws);
  }
}
