package dev.mapwright.sim.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Access;
import dev.mapwright.core.Pages;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlbTest {
  private static void makeArrays(Tlb tlb, Access access) {
    for (int miss = 0; miss < Tlb.MISSES_WITHOUT_ARRAYS; miss++) {
      assertThat(tlb.missed(access)).isFalse();
      assertThat(tlb.made(access)).isFalse();
    }
    assertThat(tlb.missed(access)).isTrue();
    assertThat(tlb.made(access)).isTrue();
    assertThat(tlb.missed(access)).isFalse();
  }

  /**
   * What may be found: page to frame, for each kind of access. A TLB may forget, but not invent.
   */
  @ParameterizedTest
  @ValueSource(longs = {Tlb.NO_BORDER, 0, (3 << 9) + 2, 1L << 40, (1L << 40) + (2 << 9) + 1})
  void it_finds_what_was_entered_last_or_nothing_and_never_what_was_forgotten(long border) {
    Random random = new Random(5);
    Tlb tlb = new Tlb();
    tlb.border = border;
    for (Access access : Access.values()) {
      makeArrays(tlb, access);
    }
    Map<Long, Long> small = new HashMap<>();
    Map<Long, Long> large = new HashMap<>();
    int hits = 0;
    for (int step = 0; step < 400_000; step++) {
      // Few pages, many of which share a slot.
      long page = (random.nextInt(6) << 9) + random.nextInt(6) + ((long) random.nextInt(3) << 40);
      Access access = Access.values()[random.nextInt(3)];
      long key = page * 3 + access.ordinal();
      long largeKey = (page >>> 9) * 3 + access.ordinal();
      switch (random.nextInt(16)) {
        case 0, 1, 2 -> {
          long pfn = random.nextInt(1 << 29);
          tlb.enterSmall(access, Pages.address(page) + 7, pfn);
          small.put(key, pfn);
        }
        case 3, 4 -> {
          long first = (long) random.nextInt(1 << 20) << 9;
          tlb.enterLarge(access, Pages.address(page) + 4095, first + (page & 511));
          if (page >>> 9 == border >>> 9 && (border & 511) != 0) {
            small.put(key, first + (page & 511)); // across the border: the page alone
          } else {
            large.put(largeKey, first);
          }
        }
        case 5 -> {
          long last = page + random.nextInt(random.nextInt(8) == 0 ? 2000 : 4);
          tlb.forget(page, last);
          small.keySet().removeIf(at -> at / 3 >= page && at / 3 <= last);
          large.keySet().removeIf(at -> at / 3 >= page >>> 9 && at / 3 <= last >>> 9);
        }
        case 6 -> {
          boolean all = border == Tlb.NO_BORDER;
          long before = tlb.find(access.ordinal(), Pages.address(page));
          if (before >= 0) {
            small.put(key, Pages.of(before));
          }
          switch (random.nextInt(60)) {
            case 0 -> {
              tlb.flush();
              small.clear();
              large.clear();
              before = -1;
            }
            case 1 -> {
              tlb.forgetLower();
              small.keySet().removeIf(at -> all || at / 3 < border);
              large.keySet().removeIf(at -> all || at / 3 << 9 < border);
              before = all || page < border ? -1 : before;
            }
            case 2 -> {
              tlb.forgetUpper();
              small.keySet().removeIf(at -> at / 3 >= border);
              large.keySet().removeIf(at -> at / 3 << 9 >= border);
              before = page >= border ? -1 : before;
            }
            default -> {}
          }
          // The other half has kept what it had.
          assertThat(tlb.find(access.ordinal(), Pages.address(page))).isEqualTo(before);
        }
        default -> {
          long address = Pages.address(page) + random.nextInt(4096);
          long found = tlb.find(access.ordinal(), address);
          if (found >= 0) {
            hits++;
            assertThat(Pages.offset(found)).isEqualTo(Pages.offset(address));
            long fromLarge = large.getOrDefault(largeKey, -1L);
            Long wanted = small.get(key);
            if (wanted == null || wanted != Pages.of(found)) { // out of the large one
              assertThat(fromLarge).as("page %x", page).isNotNegative();
              assertThat(Pages.of(found)).isEqualTo(fromLarge + (page & 511));
              small.put(key, Pages.of(found));
            }
          }
        }
      }
    }
    assertThat(hits).isGreaterThan(20_000);
  }

  @Test
  void generations_overflow_without_anything_coming_back() {
    Tlb tlb = new Tlb();
    makeArrays(tlb, Access.READ);
    for (int i = 0; i < 10_000; i++) {
      assertThat(tlb.find(0, 0x5123)).isEqualTo(-1);
      tlb.enterSmall(Access.READ, 0x5000, 9);
      assertThat(tlb.find(0, 0x5123)).isEqualTo(0x9123);
      tlb.flush();
    }
  }
}
