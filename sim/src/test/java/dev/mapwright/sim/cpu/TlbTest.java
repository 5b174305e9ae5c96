package dev.mapwright.sim.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mapwright.core.Access;
import dev.mapwright.core.Pages;
import dev.mapwright.sim.memory.HostMemory;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@EnumSource
class TlbTest {
  enum Arrays {
    HEAP,
    HOST
  }

  private final TlbArray nothing;

  TlbTest(Arrays arrays) {
    assumeTrue(arrays == Arrays.HEAP || HostMemory.granted(), "native access was not granted");
    nothing = arrays == Arrays.HEAP ? HeapTlbArray.NOTHING : HostTlbArray.NOTHING;
  }

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
    Tlb tlb = new Tlb(nothing);
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
    Tlb tlb = new Tlb(nothing);
    makeArrays(tlb, Access.READ);
    for (int i = 0; i < 10_000; i++) {
      assertThat(tlb.find(0, 0x5123)).isEqualTo(-1);
      tlb.enterSmall(Access.READ, 0x5000, 9);
      assertThat(tlb.find(0, 0x5123)).isEqualTo(0x9123);
      tlb.flush();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {Tlb.NO_BORDER, 3 << 9})
  void registers_are_found_as_such_and_forgotten_like_memory(long border) {
    Random random = new Random(6);
    Tlb tlb = new Tlb(nothing);
    tlb.border = border;
    makeArrays(tlb, Access.READ);
    Map<Long, Long> words = new HashMap<>();
    int hits = 0;
    for (int step = 0; step < 200_000; step++) {
      long page = (random.nextInt(6) << 9) + random.nextInt(6) + ((long) random.nextInt(2) << 40);
      long address = Pages.address(page) + random.nextInt(4096);
      switch (random.nextInt(12)) {
        case 0, 1, 2 -> {
          long pfn = random.nextLong(1L << 40);
          int which = random.nextInt(1 << 22);
          tlb.enterDevice(Access.READ, address, pfn, which);
          words.put(page, pfn << 22 | which);
        }
        case 3, 4 -> {
          tlb.enterSmall(Access.READ, address, random.nextInt(1 << 29));
          words.remove(page);
        }
        case 5 -> {
          long last = page + random.nextInt(random.nextInt(8) == 0 ? 2000 : 4);
          tlb.forget(page, last);
          words.keySet().removeIf(at -> at >= page && at <= last);
          for (long at = page; at <= Math.min(last, page + 4); at++) {
            assertThat(tlb.findDevice(0, Pages.address(at))).isEqualTo(-1);
          }
        }
        case 6 -> {
          switch (random.nextInt(40)) {
            case 0 -> {
              tlb.flush();
              words.clear();
            }
            case 1 -> {
              tlb.forgetLower();
              words.keySet().removeIf(at -> border == Tlb.NO_BORDER || at < border);
            }
            case 2 -> {
              tlb.forgetUpper();
              words.keySet().removeIf(at -> at >= border);
            }
            default -> {}
          }
        }
        default -> {
          long word = tlb.findDevice(0, address);
          if (word >= 0) {
            hits++;
            assertThat(word).isEqualTo(words.get(page));
            assertThat(Tlb.page(word)).isEqualTo(word >>> 22);
            assertThat(Tlb.which(word)).isEqualTo((int) (word & (1 << 22) - 1));
            assertThat(tlb.find(0, address)).as("not memory").isEqualTo(-1);
          }
        }
      }
    }
    assertThat(hits).isGreaterThan(10_000);
  }

  @Test
  void a_device_with_a_number_that_a_register_word_cannot_hold_is_not_entered() {
    Tlb tlb = new Tlb(nothing);
    makeArrays(tlb, Access.WRITE);
    tlb.enterDevice(Access.WRITE, 0x5000, 1, 1 << 22);
    assertThat(tlb.findDevice(Access.WRITE.ordinal(), 0x5000)).isEqualTo(-1);
    tlb.enterDevice(Access.WRITE, 0x5000, 1, (1 << 22) - 1);
    assertThat(tlb.findDevice(Access.WRITE.ordinal(), 0x5000)).isNotEqualTo(-1);
  }

  /** An array of nobody's is published without knowing in what order its CPU looks. */
  @Test
  void a_tag_of_nobodys_is_found_by_no_key_in_its_slot_of_either_half() {
    assumeTrue(nothing == HostTlbArray.NOTHING, "the other kind has one order");
    long bytes = TlbArray.LARGE_BYTES;
    boolean found = false;
    for (int slot = 0; slot < TlbArray.SMALL; slot++) {
      long tag = HostTlbArray.nobodysTag(slot);
      found |= nothing.tag(slot) != tag || nothing.tag(TlbArray.SMALL + slot) != tag;
      for (long generation = 1; generation <= Tlb.LAST_GENERATION; generation++) {
        long page = tag + Pages.address(generation);
        found |= TlbArray.small(page) == slot || TlbArray.small(page - Tlb.DEVICE) == slot;
        long wide = tag + generation * bytes;
        found |= TlbArray.large(wide) == TlbArray.SMALL + slot;
        found |= TlbArray.large(wide + bytes - 1) == TlbArray.SMALL + slot;
      }
    }
    assertThat(found).isFalse();
  }
}
