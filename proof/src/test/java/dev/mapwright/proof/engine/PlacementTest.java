package dev.mapwright.proof.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.Region;
import dev.mapwright.proof.SplitMix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Random placement is exactly uniform over what brute force enumerates. */
class PlacementTest {
  private static final long BASE = 0x12345;
  private final Machine machine = Machines.simulated(42);
  private final MapRequest request = new MapRequest();

  @AfterEach
  void close() {
    machine.close();
  }

  /** A space of so many pages in which exactly the pages that are true are mapped. */
  private Region regionWith(boolean[] taken) {
    Region root = AddressSpace.create(machine, "full", BASE, BASE + taken.length - 1).get().root();
    MemoryObject object = MemoryObject.paged(machine, 1).get();
    for (int first = 0; first < taken.length; first++) {
      int last = first;
      while (last < taken.length && taken[last]) {
        last++;
      }
      if (last > first) {
        request.clear().object(object, 0).pages(last - first).where().at(BASE + first);
        assertThat(root.map(request)).isEqualTo(Outcome.OK);
        first = last;
      }
    }
    return root;
  }

  /** All places, by trying every one. */
  private static List<Long> places(
      boolean[] taken, int pages, int alignmentLog2, int lowest, int highest) {
    List<Long> found = new ArrayList<>();
    for (int at = lowest; at + pages - 1 <= highest; at++) {
      boolean free = (BASE + at) % (1L << alignmentLog2) == 0;
      for (int i = 0; i < pages && free; i++) {
        free = !taken[at + i];
      }
      if (free) {
        found.add(BASE + at);
      }
    }
    return found;
  }

  private void drawsUniformly(
      boolean[] taken, int pages, int alignmentLog2, int lowest, int highest, int draws) {
    Region region = regionWith(taken);
    List<Long> places = places(taken, pages, alignmentLog2, lowest, highest);
    Map<Long, Integer> index = new HashMap<>();
    places.forEach(place -> index.put(place, index.size()));
    int[] counts = new int[places.size()];
    MemoryObject object = MemoryObject.paged(machine, pages).get();
    for (int draw = 0; draw < draws; draw++) {
      request.clear().object(object, 0).pages(pages);
      request.where().anywhere().within(BASE + lowest, BASE + highest).aligned(alignmentLog2);
      assertThat(region.map(request)).isEqualTo(Outcome.OK);
      int at = index.getOrDefault(request.firstPage(), -1);
      assertThat(at).as("placed at %d", request.firstPage() - BASE).isNotNegative();
      counts[at]++;
      assertThat(region.unmap(request.firstPage(), pages)).isEqualTo(Outcome.OK);
    }
    if (counts.length > 1) {
      assertThat(ChiSquare.of(counts)).isLessThan(ChiSquare.limit(counts.length));
    }
  }

  private static boolean[] scattered(int pages, int percentTaken, long seed) {
    SplitMix random = new SplitMix(seed);
    boolean[] taken = new boolean[pages];
    for (int i = 0; i < pages; i++) {
      taken[i] = random.chance(percentTaken);
    }
    return taken;
  }

  @Test
  void an_empty_region_is_drawn_from_evenly() {
    drawsUniformly(new boolean[100], 3, 0, 0, 99, 20_000);
  }

  @Test
  void gaps_of_all_sizes_are_drawn_from_evenly() {
    drawsUniformly(scattered(300, 40, 1), 1, 0, 0, 299, 30_000);
    drawsUniformly(scattered(300, 20, 2), 4, 0, 0, 299, 30_000);
  }

  @Test
  void alignment_and_window_leave_the_rest_even() {
    drawsUniformly(scattered(600, 20, 3), 2, 2, 0, 599, 20_000);
    drawsUniformly(scattered(600, 20, 4), 3, 1, 101, 490, 20_000);
  }

  @Test
  void a_space_that_is_99_9_percent_full_is_drawn_from_evenly() {
    boolean[] taken = new boolean[100_000];
    Arrays.fill(taken, true);
    SplitMix random = new SplitMix(5);
    for (int i = 0; i < 100; i++) {
      taken[random.below(taken.length)] = false;
    }
    drawsUniformly(taken, 1, 0, 0, taken.length - 1, 20_000);
  }

  @Test
  void the_only_free_place_is_found() {
    boolean[] taken = new boolean[50_000];
    Arrays.fill(taken, true);
    taken[31_111] = false;
    taken[31_112] = false;
    drawsUniformly(taken, 2, 0, 0, taken.length - 1, 50);
  }

  @Test
  void a_region_exactly_as_large_as_the_request_gives_its_first_page() {
    drawsUniformly(new boolean[7], 7, 0, 0, 6, 5);
  }
}
