package dev.mapwright.linux;

import static dev.mapwright.linux.abi.MapFlag.MAP_ANONYMOUS;
import static dev.mapwright.linux.abi.MapFlag.MAP_FIXED;
import static dev.mapwright.linux.abi.MapFlag.MAP_GROWSDOWN;
import static dev.mapwright.linux.abi.MapFlag.MAP_PRIVATE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.linux.testing.TestMachine;
import dev.mapwright.sim.SimulatedMachine;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PlaceRuleTest {

  private static final long PAGE = 4096;
  private static final long MIB = 1L << 20;
  private static final long CEILING = 0x7f00_0012_3000L;

  private final WantedPlace wanted = new WantedPlace();
  private SimulatedMachine machine;
  private LinuxSystem system;
  private LinuxSpace space;

  @BeforeEach
  void boot() {
    machine = TestMachine.create();
    system = new LinuxSystem(machine);
    space = system.newSpace();
  }

  @AfterEach
  void shutDown() {
    space.close();
    system.close();
    machine.close();
  }

  @Test
  void the_highest_gap_is_found_whatever_was_mapped_and_unmapped_before() {
    Random random = new Random(7);
    int pages = 300;
    long bottom = CEILING - pages * PAGE;
    BitSet taken = new BitSet();
    for (int round = 0; round < 4000; round++) {
      int first = random.nextInt(pages);
      int count = 1 + random.nextInt(Math.min(12, pages - first));
      switch (random.nextInt(5)) {
        case 0, 1 -> {
          map(bottom + first * PAGE, count * PAGE, 0);
          taken.set(first, first + count);
        }
        case 2, 3 -> {
          space.munmap(bottom + first * PAGE, count * PAGE);
          taken.clear(first, first + count);
        }
        default -> {
          int last = taken.previousSetBit(pages - 1);
          int target = taken.previousClearBit(pages - 1);
          if (last > 0 && target > 0 && last != target) {
            space.mremap(
                bottom + last * PAGE, PAGE, PAGE, 3, bottom + target * PAGE, Choices.topDown());
            taken.clear(last);
            taken.set(target);
          }
        }
      }
      int size = 1 + random.nextInt(20);
      int lower = random.nextInt(4) == 0 ? random.nextInt(40) : 0;
      int expected = highest(taken, pages - lower, size);
      if (expected >= 0) {
        assertThat(PlaceRule.PLAIN.place(space, CEILING - lower * PAGE, any(size * PAGE)))
            .as("round %d", round)
            .isEqualTo(bottom + expected * PAGE);
      }
    }
  }

  private static int highest(BitSet taken, int end, int size) {
    for (int first = end - size; first >= 0; first--) {
      int next = taken.nextSetBit(first);
      if (next < 0 || next >= first + size) {
        return first;
      }
    }
    return -1;
  }

  @Test
  void a_hint_is_taken_if_its_range_is_free_and_not_too_close_to_a_stack() {
    long hint = 0x6000_0000_0000L;
    assertThat(PlaceRule.PLAIN.place(space, CEILING, any(PAGE).hint(hint, true))).isEqualTo(hint);
    map(hint + PAGE, PAGE, 0);
    assertThat(PlaceRule.takesHint(space, any(PAGE).hint(hint, true))).isTrue();
    assertThat(PlaceRule.PLAIN.place(space, CEILING, any(2 * PAGE).hint(hint, true)))
        .isEqualTo(CEILING - 2 * PAGE);

    long stack = hint + 64 * MIB;
    map(stack, PAGE, MAP_GROWSDOWN);
    long gap = 256 * PAGE;
    assertThat(PlaceRule.takesHint(space, any(PAGE).hint(stack - gap, true))).isFalse();
    assertThat(PlaceRule.takesHint(space, any(PAGE).hint(stack - gap - PAGE, true))).isTrue();
  }

  @Test
  void a_hint_beyond_the_address_space_is_none() {
    long place = PlaceRule.PLAIN.place(space, CEILING, any(PAGE).hint(LinuxSpace.TASK_BYTES, true));
    assertThat(place).isEqualTo(CEILING - PAGE);
  }

  @Test
  void memory_with_room_for_huge_pages_is_aligned_as_high_as_it_goes() {
    // Observed on 6.18: 16 MiB below 0x7fba7c930000 were put to 0x7fba7b800000.
    long place = PlaceRule.HUGE.place(space, 0x7fba_7c93_0000L, any(16 * MIB));
    assertThat(place).isEqualTo(0x7fba_7b80_0000L);
    // Where the end is aligned already, one huge page more is not lost; before 6.8 it was.
    long aligned = 0x7f00_0000_0000L;
    assertThat(PlaceRule.HUGE.place(space, aligned, any(2 * MIB))).isEqualTo(aligned - 2 * MIB);
    assertThat(PlaceRule.HUGE_LOW.place(space, aligned, any(2 * MIB))).isEqualTo(aligned - 4 * MIB);
  }

  @Test
  void a_files_huge_pages_are_those_of_its_offsets() {
    // Observed on 6.18: libpython's 6,003,000 bytes below 0x7fbb4cd75000.
    WantedPlace file = wanted.of(0x5ba000, "/lib/libpython", 0);
    assertThat(PlaceRule.HUGE.place(space, 0x7fbb_4cd7_5000L, file)).isEqualTo(0x7fbb_4c60_0000L);
    WantedPlace later = wanted.of(4 * MIB, "/lib/libpython", 0x5000);
    assertThat(PlaceRule.HUGE.place(space, CEILING, later) & 2 * MIB - 1).isEqualTo(0x5000);
    assertThat(PlaceRule.holdsHugePage(wanted.of(2 * MIB, "/x", PAGE))).isFalse();
    assertThat(PlaceRule.HUGE.place(space, CEILING, wanted.of(2 * MIB, "/x", PAGE)))
        .isEqualTo(CEILING - 2 * MIB);
  }

  @Test
  void shared_memory_may_be_moved_up_from_a_larger_gap() {
    WantedPlace shared = wanted.of(3 * MIB, "/dev/zero", 0);
    long place = PlaceRule.SHARED_HUGE.place(space, CEILING, shared);
    assertThat(place & 2 * MIB - 1).isZero();
    assertThat(CEILING - place).isBetween(3 * MIB, 5 * MIB);
    assertThat(PlaceRule.SHARED_HUGE.place(space, CEILING, wanted.of(MIB, "/dev/zero", 0)))
        .isEqualTo(CEILING - MIB);
  }

  @Test
  void below_an_area_that_grows_down_nobody_can_tell() {
    map(CEILING - PAGE, PAGE, MAP_GROWSDOWN);
    assertThat(PlaceRule.PLAIN.place(space, CEILING, any(PAGE))).isEqualTo(PlaceRule.UNKNOWN);
    assertThat(PlaceRule.PLAIN.place(space, CEILING, any(PAGE).below2Gib(true)))
        .isEqualTo(PlaceRule.UNKNOWN);
  }

  @Test
  void a_program_that_makes_gaps_hard_to_find_does_not_take_forever() {
    int gaps = 3000;
    for (int i = 0; i < gaps; i++) {
      map(CEILING - (2L * i + 2) * PAGE, PAGE, 0);
    }
    long below = CEILING - (2L * gaps + 2) * PAGE;
    long place = below;
    int found = 0;
    while (place == below && found < 1000) {
      // What is freed at the top fits two pages when it is looked at, and not when they are wanted.
      space.munmap(CEILING - 2 * PAGE, PAGE);
      assertThat(PlaceRule.PLAIN.place(space, CEILING, any(PAGE))).isEqualTo(CEILING - PAGE);
      map(CEILING - 2 * PAGE, PAGE, 0);
      place = PlaceRule.PLAIN.place(space, CEILING, any(2 * PAGE));
      found++;
    }
    assertThat(place).isEqualTo(PlaceRule.UNKNOWN);
    assertThat(found).isBetween(20, 500);
  }

  @Test
  void where_no_gap_is_large_enough_there_is_no_place() {
    assertThat(PlaceRule.PLAIN.place(space, CEILING, any(CEILING))).isEqualTo(Choices.NO_PLACE);
  }

  private WantedPlace any(long bytes) {
    return wanted.of(bytes, "", 0);
  }

  private void map(long address, long bytes, long flags) {
    long all = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | flags;
    assertThat(space.mmap(address, bytes, 3, all, null, 0, Choices.topDown())).isEqualTo(address);
  }
}
