package dev.mapwright.sim.iommu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IotlbTest {
  private static final int READ = Permissions.READ;
  private static final int WRITE = Permissions.WRITE;

  @Test
  void a_page_is_found_for_what_it_allows_and_nothing_is_found_before() {
    Iotlb tlb = new Iotlb();
    assertThat(tlb.find(5, READ)).isEqualTo(-1);
    assertThat(tlb.find(0, 0)).isEqualTo(-1);
    tlb.enter(5, 0x3FFF_FFFF, READ, 0, false);
    assertThat(tlb.find(5, READ)).isEqualTo(0x3FFF_FFFF);
    assertThat(tlb.find(5, WRITE)).isEqualTo(-1);
    assertThat(tlb.find(5, READ | WRITE)).isEqualTo(-1);
    tlb.enter(Pages.LAST_PAGE, 7, READ | WRITE, 0, false);
    assertThat(tlb.find(Pages.LAST_PAGE, READ | WRITE)).isEqualTo(7);
  }

  @Test
  void pages_found_in_a_large_leaf_go_with_it_and_small_ones_beside_them_stay() {
    for (long flushed : new long[] {0x200, 0x2A0, 0x3FF}) {
      Iotlb tlb = new Iotlb();
      tlb.enter(0x203, 0x1003, READ, 9, true);
      tlb.enter(0x280, 0x55, READ, 0, false); // as if it had been there before the large one
      tlb.enter(0x600 | 0x20, 0x77, READ, 0, false);
      assertThat(tlb.find(0x2A0, READ)).isEqualTo(0x10A0);
      assertThat(tlb.find(0x2A0, READ)).isEqualTo(0x10A0);
      assertThat(tlb.find(0x3FF, READ)).isEqualTo(0x11FF);
      tlb.forget(flushed, flushed);
      assertThat(tlb.find(0x2A0, READ)).isEqualTo(-1);
      assertThat(tlb.find(0x3FF, READ)).isEqualTo(-1);
      assertThat(tlb.find(0x280, READ)).isEqualTo(0x55);
      assertThat(tlb.find(0x620, READ)).isEqualTo(0x77);
    }
  }

  @Test
  void pages_found_in_a_large_leaf_go_when_another_takes_its_place() {
    Iotlb tlb = new Iotlb();
    tlb.enter(0x203, 0x1003, READ, 9, true);
    assertThat(tlb.find(0x2A0, READ)).isEqualTo(0x10A0);
    tlb.enter(0x203 + (256 << 9), 0x2003, READ, 9, true);
    tlb.forget(0x300, 0x300); // of a leaf that is no longer known
    assertThat(tlb.find(0x2A0, READ)).isEqualTo(-1);
    tlb.enter(0x203, 0x1003, READ | WRITE, 9, true);
    assertThat(tlb.find(0x2A0, WRITE)).isEqualTo(0x10A0);
    tlb.enter(0x203, 0x3003, READ, 9, true);
    assertThat(tlb.find(0x2A0, READ)).isEqualTo(0x30A0);
  }

  @Test
  void a_flush_of_one_page_forgets_the_whole_of_a_large_leaf() {
    Iotlb tlb = new Iotlb();
    tlb.enter(0x203, 0x1003, READ, 9, true);
    tlb.enter(0x600, 0x77, READ, 0, false);
    assertThat(tlb.find(0x3FF, READ)).isEqualTo(0x11FF);
    tlb.forget(0x3F0, 0x3F0);
    assertThat(tlb.find(0x203, READ)).isEqualTo(-1);
    assertThat(tlb.find(0x600, READ)).isEqualTo(0x77);
  }

  @Test
  void pieces_of_a_huge_leaf_go_together() {
    Iotlb tlb = new Iotlb();
    tlb.enter(0x4_0000, 0x4_0000, READ, 18, true);
    tlb.enter(0x4_0200, 0x4_0200, READ, 18, true);
    tlb.enter(0x4_0400, 0x4_0400, READ, 18, false);
    tlb.forget(0x7_FFFF, 0x7_FFFF);
    for (long page = 0x4_0000; page <= 0x4_0400; page += 0x200) {
      assertThat(tlb.find(page, READ)).isEqualTo(-1);
    }
  }

  @Test
  void a_flush_of_everything_outlasts_the_generations() {
    Iotlb tlb = new Iotlb();
    for (int round = 0; round < 10_000; round++) {
      assertThat(tlb.find(9, READ)).isEqualTo(-1);
      tlb.enter(9, round, READ, 0, false);
      tlb.enter(0x400, round, READ, 9, true);
      assertThat(tlb.find(9, READ)).isEqualTo(round);
      tlb.flush();
      assertThat(tlb.find(0x400, READ)).isEqualTo(-1);
    }
  }

  @Test
  void what_is_found_was_entered_and_not_forgotten() {
    Iotlb tlb = new Iotlb();
    Random random = new Random(3);
    Map<Long, Long> entered = new HashMap<>();
    int hits = 0;
    for (int step = 0; step < 200_000; step++) {
      long page = random.nextLong(1 << 14) + (random.nextBoolean() ? 1L << 51 : 0);
      switch (random.nextInt(8)) {
        case 0 -> {
          long last = page + random.nextInt(1 << random.nextInt(12));
          tlb.forget(page, last);
          entered.keySet().removeIf(at -> at >= page && at <= last);
        }
        case 1, 2, 3 -> {
          long pfn = random.nextLong(1L << 40);
          tlb.enter(page, pfn, READ, 0, false);
          entered.put(page, pfn);
        }
        default -> {
          long found = tlb.find(page, READ);
          if (found >= 0) {
            hits++;
            assertThat(entered).containsEntry(page, found);
          }
        }
      }
      if (step % 50_000 == 0) {
        tlb.flush();
        entered.clear();
      }
    }
    assertThat(hits).isGreaterThan(100);
  }
}
