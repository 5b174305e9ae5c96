package dev.mapwright.sim.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Pages;
import dev.mapwright.core.event.Event;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.event.EventStream;
import dev.mapwright.core.failure.FailurePoints;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.Frames.RunRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrameTableTest {
  private static final long BLOCK_BYTES = 64 * 4096;

  private final FailurePoints failures = new FailurePoints();
  private final EventStream events = new EventStream();
  private final FullDisk disk = new FullDisk(Long.MAX_VALUE);
  private final PhysicalMap map =
      new PhysicalMap(
          List.of(new RamRange(3, 200, 0), new RamRange(203, 100, 1), new RamRange(5000, 64, 0)));
  private final Ram ram = new Ram(map, disk);
  private final FrameTable frames =
      new FrameTable(map, ram, failures, events, new ThreadGuard(true));

  @AfterEach
  void close() {
    ram.close();
  }

  @Test
  void the_lowest_free_frame_comes_first_and_holes_never() {
    List<Long> all = new ArrayList<>();
    for (long pfn = frames.allocate(FrameOwner.POOL, 7);
        pfn != Frames.NONE;
        pfn = frames.allocate(FrameOwner.POOL, 7)) {
      all.add(pfn);
    }
    List<Long> expected = new ArrayList<>();
    for (long pfn = 3; pfn < 303; pfn++) {
      expected.add(pfn);
    }
    for (long pfn = 5000; pfn < 5064; pfn++) {
      expected.add(pfn);
    }
    assertThat(all).isEqualTo(expected);
    assertThat(frames.free()).isZero();
    assertThat(frames.total()).isEqualTo(364);
    frames.free(5001);
    frames.free(77);
    assertThat(frames.allocate(FrameOwner.POOL, 7)).isEqualTo(77);
    assertThat(frames.allocate(FrameOwner.POOL, 7)).isEqualTo(5001);
  }

  @Test
  void nodes_are_counted_up_to_the_highest_that_has_memory() {
    assertThat(frames.nodes()).isEqualTo(2);
    assertThat(new PhysicalMap(List.of(new RamRange(3, 200, 0))).nodes()).isEqualTo(1);
    assertThat(new PhysicalMap(List.of(new RamRange(3, 200, 5))).nodes()).isEqualTo(6);
  }

  @Test
  void nothing_is_made_before_the_first_allocation() {
    assertThat(frames.owner(5)).isEqualTo(FrameOwner.FREE);
    assertThat(frames.tag(5)).isZero();
    assertThat(ram.readLong(5 * 4096)).isZero();
    frames.forEachAllocated((pfn, owner, tag) -> assertThat(pfn).isNegative());
    assertThat(disk.opened).isZero();
    frames.allocate(FrameOwner.POOL, 1);
    assertThat(disk.opened).isEqualTo(1);
  }

  @Test
  void a_frame_is_zero_again_when_it_is_allocated_again() {
    long pfn = frames.allocate(FrameOwner.OBJECT, 1);
    ram.writeLong(pfn * 4096 + 4088, -1);
    frames.free(pfn);
    assertThat(frames.allocate(FrameOwner.OBJECT, 1)).isEqualTo(pfn);
    assertThat(ram.readLong(pfn * 4096 + 4088)).isZero();
    ram.writeLong(pfn * 4096, 5);
    frames.free(pfn);
    assertThat(frames.allocateRun(RunRequest.of(1, 0), FrameOwner.OBJECT, 1)).isEqualTo(pfn);
    assertThat(ram.readLong(pfn * 4096)).isZero();
  }

  @Test
  void a_pinned_or_held_frame_is_held_back_and_the_misuse_is_told() {
    List<Event> told = new ArrayList<>();
    events.listen(told::add);
    long pfn = frames.allocate(FrameOwner.OBJECT, 42);
    assertThat(frames.pin(pfn)).isTrue();
    frames.hold(pfn);
    assertThat(frames.free(pfn)).isFalse();
    assertThat(frames.owner(pfn)).isEqualTo(FrameOwner.HELD_BACK);
    assertThat(told)
        .singleElement()
        .satisfies(event -> {
          assertThat(event.kind()).isEqualTo(EventKind.MISUSE);
          assertThat(event.firstPage()).isEqualTo(pfn);
          assertThat(event.detail2()).isEqualTo(42);
        });
    assertThatThrownBy(() -> frames.free(pfn)).isInstanceOf(IllegalStateException.class);
    assertThat(frames.allocate(FrameOwner.POOL, 1)).isEqualTo(pfn + 1);
    frames.unpin(pfn);
    assertThat(frames.owner(pfn)).isEqualTo(FrameOwner.HELD_BACK);
    long free = frames.free();
    frames.unhold(pfn);
    assertThat(frames.owner(pfn)).isEqualTo(FrameOwner.FREE);
    assertThat(frames.free()).isEqualTo(free + 1);
    assertThat(frames.allocate(FrameOwner.POOL, 1)).isEqualTo(pfn);
  }

  @Test
  void what_was_written_to_a_free_frame_that_somebody_held_is_gone_when_it_is_allocated() {
    long pfn = 3;
    assertThat(frames.prepareHolds(pfn, 1)).isTrue();
    frames.hold(pfn);
    ram.writeLong(Pages.address(pfn) + 8, 0x4141);
    frames.unhold(pfn);
    assertThat(frames.allocate(FrameOwner.TABLE, 1)).isEqualTo(pfn);
    assertThat(ram.readLong(Pages.address(pfn) + 8)).isZero();
  }

  @Test
  void counts_have_a_top_and_never_go_below_zero() {
    long pfn = frames.allocate(FrameOwner.OBJECT, 1);
    for (int i = 0; i < FrameState.MOST_PINS; i++) {
      assertThat(frames.pin(pfn)).isTrue();
      frames.hold(pfn);
    }
    assertThat(frames.pin(pfn)).isFalse();
    frames.hold(pfn);
    assertThat(frames.pins(pfn)).isEqualTo(FrameState.MOST_PINS);
    assertThat(frames.holds(pfn)).isEqualTo(Frames.MOST_HOLDS);
    assertThat(frames.addLocks(pfn, -1)).isEqualTo(-1);
    for (int i = 1; i <= FrameState.MOST_LOCKS; i++) {
      assertThat(frames.addLocks(pfn, 1)).isEqualTo(i);
    }
    assertThat(frames.addLocks(pfn, 1)).isEqualTo(-1);
    assertThat(frames.locks(pfn)).isEqualTo(FrameState.MOST_LOCKS);
    assertThat(frames.owner(pfn)).isEqualTo(FrameOwner.OBJECT);
    frames.setCachePolicy(pfn, CachePolicy.WRITE_COMBINING);
    assertThat(frames.cachePolicy(pfn)).isEqualTo(CachePolicy.WRITE_COMBINING);
    assertThat(frames.pins(pfn)).isEqualTo(FrameState.MOST_PINS);
    long other = frames.allocate(FrameOwner.OBJECT, 1);
    assertThatThrownBy(() -> frames.unpin(other)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> frames.unhold(other)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void what_is_not_ram_or_not_allocated_is_refused() {
    frames.allocate(FrameOwner.POOL, 1);
    assertThatThrownBy(() -> frames.owner(2)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> frames.free(303)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> frames.free(100)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> frames.free(5000)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> frames.pin(100)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> frames.addLocks(100, 1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> frames.unhold(100)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> frames.unhold(5000)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> frames.locks(303)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> frames.hold(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> frames.hold(1L << 40)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> frames.cachePolicy(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> frames.setCachePolicy(Frames.LAST_PFN, 2, null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> frames.setCachePolicy(5, 0, null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> frames.allocate(FrameOwner.FREE, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> frames.allocateRun(RunRequest.of(0, 0), FrameOwner.POOL, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(frames.isRam(303)).isFalse();
    assertThat(frames.isRam(5063)).isTrue();
    assertThat(frames.node(202)).isZero();
    assertThat(frames.node(203)).isEqualTo(1);
  }

  @Test
  void runs_obey_alignment_limits_boundary_and_node() {
    assertThat(run(16, 4, 0, Long.MAX_VALUE, 0, Frames.ANY_NODE)).isEqualTo(16);
    assertThat(run(10, 0, 0, Long.MAX_VALUE, 0, Frames.ANY_NODE)).isEqualTo(3);
    assertThat(run(10, 0, 60, 100, 64, Frames.ANY_NODE)).isEqualTo(64);
    assertThat(run(10, 0, 0, Long.MAX_VALUE, 0, 1)).isEqualTo(203);
    assertThat(run(64, 0, 300, Long.MAX_VALUE, 0, Frames.ANY_NODE)).isEqualTo(5000);
    assertThat(run(10, 0, 0, 80, 64, 1)).isEqualTo(Frames.NONE);
    assertThat(run(65, 0, 0, Long.MAX_VALUE, 64, Frames.ANY_NODE)).isEqualTo(Frames.NONE);
    assertThat(run(1, 62, 0, Long.MAX_VALUE, 0, Frames.ANY_NODE)).isEqualTo(Frames.NONE);
    assertThat(run(Long.MAX_VALUE, 0, 0, Long.MAX_VALUE, 0, Frames.ANY_NODE))
        .isEqualTo(Frames.NONE);
  }

  @Test
  void the_limits_of_a_run_are_any_unsigned_numbers() {
    long[] edges = {
      0,
      1,
      3,
      4,
      202,
      203,
      302,
      303,
      4999,
      5000,
      5063,
      5064,
      1L << 30,
      (1L << 40) - 1,
      1L << 52,
      Long.MAX_VALUE - 1,
      Long.MAX_VALUE,
      Long.MIN_VALUE,
      Long.MIN_VALUE + 1,
      -2,
      -1
    };
    long[] boundaries = {
      0, 1, 2, 64, 1L << 29, 1L << 30, 1L << 31, 1L << 62, Long.MIN_VALUE, Long.MAX_VALUE, -1
    };
    int found = 0;
    for (long min : edges) {
      for (long max : edges) {
        for (int align : new int[] {0, 1, 9, 29, 30, 39, 40, 62, 63, 64, 200, Integer.MAX_VALUE}) {
          for (long boundary : boundaries) {
            RunRequest request = new RunRequest(2, align, min, max, boundary, Frames.ANY_NODE);
            long pfn = frames.allocateRun(request, FrameOwner.POOL, 1);
            assertThat(pfn).as("%s", request).isEqualTo(lowestPair(request));
            if (pfn != Frames.NONE) {
              found++;
              frames.free(pfn);
              frames.free(pfn + 1);
            }
          }
        }
      }
    }
    assertThat(found).isGreaterThan(1000);
    assertThat(frames.free()).isEqualTo(frames.total());
  }

  /** Tries every place for two frames, of which all are free. */
  private long lowestPair(RunRequest request) {
    for (RamRange range : map.ramRanges()) {
      for (long pfn = range.firstPfn(); pfn < range.lastPfn(); pfn++) {
        boolean aligned = Long.numberOfTrailingZeros(pfn) >= request.alignmentLog2Pages();
        long boundary = request.boundaryPages();
        boolean crosses = boundary != 0 && Long.remainderUnsigned(pfn + 1, boundary) == 0;
        if (aligned
            && !crosses
            && Long.compareUnsigned(request.minPfn(), pfn) <= 0
            && Long.compareUnsigned(request.maxPfn(), pfn + 1) >= 0) {
          return pfn;
        }
      }
    }
    return Frames.NONE;
  }

  @Test
  void the_first_frame_of_all_is_aligned_to_everything() {
    PhysicalMap low = new PhysicalMap(List.of(new RamRange(0, 100, 0)));
    try (Ram memory = new Ram(low, new FullDisk(Long.MAX_VALUE))) {
      FrameTable table = new FrameTable(low, memory, failures, events, new ThreadGuard(true));
      for (int align : new int[] {29, 31, 40, 63, 64, Integer.MAX_VALUE}) {
        RunRequest request = new RunRequest(2, align, 0, 1, Long.MIN_VALUE, Frames.ANY_NODE);
        RunRequest wide = new RunRequest(2, align, 0, -1, 0, Frames.ANY_NODE);
        assertThat(table.allocateRun(wide, FrameOwner.POOL, 1)).isEqualTo(Frames.NONE);
        assertThat(table.allocateRun(request, FrameOwner.POOL, 1)).isZero();
        assertThat(table.allocateRun(request, FrameOwner.POOL, 1)).isEqualTo(Frames.NONE);
        table.free(0);
        table.free(1);
        assertThat(table.free()).isEqualTo(99);
      }
    }
  }

  @Test
  void pfn_0_is_handed_out_to_those_only_who_can_use_no_other_and_counts_nowhere() {
    PhysicalMap low = new PhysicalMap(List.of(new RamRange(0, 4, 0)));
    try (Ram memory = new Ram(low, new FullDisk(Long.MAX_VALUE))) {
      FrameTable table = new FrameTable(low, memory, failures, events, new ThreadGuard(true));
      assertThat(table.total()).isEqualTo(3);
      for (long max = 0; max < 4; max++) {
        RunRequest one = new RunRequest(1, 0, 0, max, 0, Frames.ANY_NODE);
        assertThat(table.allocateRun(one, FrameOwner.POOL, 1)).isEqualTo(max);
      }
      assertThat(table.free()).isZero();
      table.free(0);
      assertThat(table.free()).isZero();
      RunRequest any = RunRequest.of(1, 0);
      assertThat(table.allocateRun(any, FrameOwner.POOL, 1)).isEqualTo(Frames.NONE);
      assertThat(table.allocate(FrameOwner.POOL, 1)).isEqualTo(Frames.NONE);
      assertThat(table.allocateUncleared(FrameOwner.POOL, 1)).isEqualTo(Frames.NONE);
      for (long pfn = 1; pfn < 4; pfn++) {
        table.free(pfn);
      }
      assertThat(table.free()).isEqualTo(3);
      RunRequest all = new RunRequest(4, 0, 0, 3, 0, Frames.ANY_NODE);
      assertThat(table.allocateRun(all, FrameOwner.POOL, 1)).isZero();
      assertThat(table.free()).isZero();
    }
  }

  @Test
  void a_locked_frame_is_held_back_until_the_last_lock_is_gone() {
    long pfn = frames.allocate(FrameOwner.OBJECT, 42);
    assertThat(frames.addLocks(pfn, 1)).isEqualTo(1);
    assertThat(frames.addLocks(pfn, 1)).isEqualTo(2);
    assertThat(frames.locks(pfn)).isEqualTo(2);
    assertThat(frames.free(pfn)).isFalse();
    assertThat(frames.addLocks(pfn, -1)).isEqualTo(1);
    assertThat(frames.owner(pfn)).isEqualTo(FrameOwner.HELD_BACK);
    assertThat(frames.addLocks(pfn, -1)).isZero();
    assertThat(frames.owner(pfn)).isEqualTo(FrameOwner.FREE);
    assertThat(frames.free()).isEqualTo(frames.total());
  }

  @Test
  void a_count_that_sticks_holds_its_frame_back_until_it_is_settled() {
    long pfn = frames.allocate(FrameOwner.OBJECT, 42);
    long other = frames.allocate(FrameOwner.OBJECT, 42);
    for (int i = 0; i < Frames.MOST_HOLDS + 3; i++) {
      frames.hold(pfn);
    }
    assertThat(frames.free(pfn)).isFalse();
    for (int i = 0; i < Frames.MOST_HOLDS + 3; i++) {
      frames.unhold(pfn);
    }
    assertThat(frames.holds(pfn)).isEqualTo(Frames.MOST_HOLDS);
    assertThat(frames.owner(pfn)).isEqualTo(FrameOwner.HELD_BACK);
    Frames.HoldCount late = frames.countHolds();
    Frames.HoldCount first = frames.countHolds();
    assertThat(first.empty()).isFalse();
    assertThat(first.finish()).isTrue();
    assertThat(late.finish()).as("the frames may be somebody else's").isFalse();
    assertThat(frames.owner(pfn)).isEqualTo(FrameOwner.FREE);
    assertThat(frames.allocate(FrameOwner.POOL, 1)).isEqualTo(pfn);
    assertThat(frames.countHolds().empty()).isTrue();
    frames.free(other);
  }

  @Test
  void a_count_is_settled_to_what_was_told_and_sticks_again_when_that_is_too_much() {
    long pfn = frames.allocate(FrameOwner.OBJECT, 42);
    for (int i = 0; i < Frames.MOST_HOLDS; i++) {
      frames.hold(pfn);
    }
    Frames.HoldCount count = frames.countHolds();
    count.add(0, Frames.LAST_PFN);
    count.add(pfn, 1);
    count.add(pfn + 1, 100);
    assertThat(count.finish()).isTrue();
    assertThat(frames.holds(pfn)).isEqualTo(2);
    assertThat(frames.holds(pfn + 1)).isZero();
    frames.unhold(pfn);
    frames.unhold(pfn);
    assertThatThrownBy(() -> frames.unhold(pfn)).isInstanceOf(IllegalStateException.class);
    for (int i = 0; i < Frames.MOST_HOLDS; i++) {
      frames.hold(pfn);
    }
    Frames.HoldCount again = frames.countHolds();
    for (int i = 0; i < Frames.MOST_HOLDS + 1; i++) {
      again.add(pfn, 1);
    }
    assertThat(again.finish()).isTrue();
    assertThat(frames.holds(pfn)).isEqualTo(Frames.MOST_HOLDS);
    assertThat(frames.countHolds().empty()).isFalse();
  }

  @Test
  void holds_where_nothing_was_ever_allocated_stick_and_need_no_memory() {
    failures.failAll();
    frames.hold(5001);
    assertThat(frames.holds(5001)).isEqualTo(Frames.MOST_HOLDS);
    assertThat(frames.owner(5001)).isEqualTo(FrameOwner.FREE);
    frames.unhold(5001);
    assertThat(failures.asked()).isZero();
    frames.hold(4999); // a hole
    failures.off();
    RunRequest high = new RunRequest(1, 0, 5000, -1, 0, Frames.ANY_NODE);
    assertThat(frames.allocateRun(high, FrameOwner.POOL, 1)).isEqualTo(5000);
    assertThat(frames.free(5000)).isFalse();
    Frames.HoldCount count = frames.countHolds();
    count.add(5001, 1);
    assertThat(count.finish()).isTrue();
    assertThat(frames.owner(5000)).isEqualTo(FrameOwner.FREE);
    assertThat(frames.holds(5001)).isEqualTo(1);
    assertThat(frames.holds(5002)).isZero();
    frames.unhold(5001);
  }

  @Test
  void prepared_holds_are_counted_and_preparing_can_be_refused() {
    failures.failAll();
    assertThat(frames.prepareHolds(5000, 64)).isFalse();
    failures.off();
    assertThat(frames.prepareHolds(0, Long.MAX_VALUE)).isTrue();
    failures.failAll();
    assertThat(frames.prepareHolds(5000, 64)).as("it is there").isTrue();
    assertThat(frames.prepareHolds(1L << 45, 1)).as("no RAM").isTrue();
    frames.hold(5001);
    assertThat(frames.holds(5001)).isEqualTo(1);
    frames.unhold(5001);
    assertThatThrownBy(() -> frames.unhold(5001)).isInstanceOf(IllegalStateException.class);
    assertThat(frames.countHolds().empty()).isTrue();
  }

  @Test
  void pages_outside_ram_have_no_cache_attribute_until_they_are_given_one() {
    assertThat(frames.cachePolicy(3)).isEqualTo(CachePolicy.CACHED);
    assertThat(frames.cachePolicy(1)).isNull();
    assertThat(frames.cachePolicy(Frames.LAST_PFN)).isNull();
    assertThat(frames.setCachePolicy(Frames.LAST_PFN, CachePolicy.UNCACHED)).isTrue();
    assertThat(frames.cachePolicy(Frames.LAST_PFN)).isEqualTo(CachePolicy.UNCACHED);
    assertThat(frames.setCachePolicy(0, 1L << 40, CachePolicy.WRITE_COMBINING)).isTrue();
    assertThat(frames.cachePolicy(Frames.LAST_PFN)).isEqualTo(CachePolicy.WRITE_COMBINING);
    assertThat(frames.cachePolicy(100)).isEqualTo(CachePolicy.WRITE_COMBINING);
    assertThat(outside()).containsExactly("0+3", "303+4697", "5064+" + ((1L << 40) - 5064));
    assertThat(frames.setCachePolicy(2, 2, null)).isTrue();
    assertThat(frames.cachePolicy(3)).isNull();
    assertThat(frames.cachePolicy(4)).isEqualTo(CachePolicy.WRITE_COMBINING);
    assertThat(outside().getFirst()).isEqualTo("0+2");
    assertThat(frames.setCachePolicy(0, 1L << 40, null)).isTrue();
    assertThat(outside()).isEmpty();
  }

  /** Runs with an attribute, as "first+pages". */
  private List<String> outside() {
    List<String> all = new ArrayList<>();
    frames.forEachCachePolicyOutsideRam((first, pages, policy) -> all.add(first + "+" + pages));
    return all;
  }

  @Test
  void a_cache_attribute_is_refused_only_where_something_more_has_to_be_remembered() {
    frames.allocate(FrameOwner.POOL, 1);
    frames.setCachePolicy(6000, 10, CachePolicy.UNCACHED);
    failures.failAll();
    assertThat(frames.setCachePolicy(3, 300, null)).as("frames with records").isTrue();
    assertThat(frames.setCachePolicy(3, 300, CachePolicy.CACHED)).isTrue();
    assertThat(frames.setCachePolicy(5000, 64, CachePolicy.CACHED)).as("as they are").isTrue();
    assertThat(frames.setCachePolicy(6003, 4, CachePolicy.UNCACHED)).as("as they are").isTrue();
    assertThat(failures.asked()).isZero();
    assertThat(frames.setCachePolicy(5000, 64, null)).as("RAM never used").isFalse();
    assertThat(frames.setCachePolicy(250, 100, null)).as("no attribute in the hole").isTrue();
    assertThat(frames.setCachePolicy(250, 100, CachePolicy.UNCACHED)).isFalse();
    assertThat(frames.cachePolicy(250)).as("nothing has changed").isNull();
    assertThat(frames.setCachePolicy(6003, 4, null)).as("two runs of one").isFalse();
    assertThat(frames.setCachePolicy(6010, 1, CachePolicy.UNCACHED)).isFalse();
    assertThat(outside()).containsExactly("6000+10");
    assertThat(frames.setCachePolicy(6000, 2, null)).as("an end").isTrue();
    assertThat(frames.setCachePolicy(6008, 5, null)).as("the other end").isTrue();
    assertThat(outside()).containsExactly("6002+6");
    assertThat(frames.setCachePolicy(6000, 20, null)).as("all").isTrue();
    assertThat(outside()).isEmpty();
    failures.off();
    frames.setCachePolicy(100, 300, CachePolicy.UNCACHED);
    failures.failAll();
    assertThat(frames.setCachePolicy(303, 5, null)).as("the beginning, behind RAM").isTrue();
    assertThat(frames.setCachePolicy(395, 4605, null)).as("an end, with RAM behind it").isTrue();
    assertThat(outside()).containsExactly("308+87");
  }

  @Test
  void a_freed_frame_forgets_its_cache_attribute() {
    long pfn = frames.allocate(FrameOwner.POOL, 1);
    frames.setCachePolicy(pfn, null);
    assertThat(frames.cachePolicy(pfn)).isNull();
    frames.pin(pfn);
    frames.free(pfn);
    assertThat(frames.cachePolicy(pfn)).isNull();
    frames.unpin(pfn);
    assertThat(frames.cachePolicy(pfn)).isEqualTo(CachePolicy.CACHED);
  }

  @Test
  void the_distance_to_the_next_ram_is_told_in_one_step() {
    assertThat(frames.pagesToRam(0)).isEqualTo(3);
    assertThat(frames.pagesToRam(3)).isZero();
    assertThat(frames.pagesToRam(302)).isZero();
    assertThat(frames.pagesToRam(303)).isEqualTo(4697);
    assertThat(frames.pagesToRam(4999)).isEqualTo(1);
    assertThat(frames.pagesToRam(5063)).isZero();
    assertThat(frames.pagesToRam(-5)).isEqualTo(8);
    assertThat(frames.pagesToRam(Long.MIN_VALUE)).isEqualTo(Long.MAX_VALUE);
    assertThat(frames.pagesToRam(Long.MAX_VALUE)).isEqualTo(1);
    // Above the last there is none, however far somebody looks, and the sum does not overflow.
    assertThat(5064 + frames.pagesToRam(5064)).isEqualTo(Long.MAX_VALUE);
  }

  private long run(long pages, int align, long min, long max, long boundary, int node) {
    return frames.allocateRun(
        new RunRequest(pages, align, min, max, boundary, node), FrameOwner.POOL, 1);
  }

  @Test
  void the_zero_frame_is_made_once_and_asks_the_failure_points() {
    failures.failNth(1);
    assertThat(frames.zeroFrame()).isEqualTo(Frames.NONE);
    long pfn = frames.zeroFrame();
    assertThat(frames.owner(pfn)).isEqualTo(FrameOwner.ZERO);
    assertThat(frames.zeroFrame()).isEqualTo(pfn);
  }

  @Test
  void every_allocation_asks_the_failure_points_and_takes_nothing_when_refused() {
    failures.failAll();
    assertThat(frames.allocate(FrameOwner.POOL, 1)).isEqualTo(Frames.NONE);
    assertThat(frames.allocateUncleared(FrameOwner.TABLE, 1)).isEqualTo(Frames.NONE);
    assertThat(frames.allocateRun(RunRequest.of(2, 0), FrameOwner.POOL, 1)).isEqualTo(Frames.NONE);
    assertThat(failures.refused()).isEqualTo(3);
    assertThat(frames.free()).isEqualTo(frames.total());
  }

  @Test
  void a_full_disk_is_no_frame_and_no_error() {
    disk.roomBytes = 2 * BLOCK_BYTES;
    int got = 0;
    while (frames.allocate(FrameOwner.POOL, 1) != Frames.NONE) {
      got++;
    }
    assertThat(got).as("the first block holds 61 frames of RAM").isEqualTo(61 + 64);
    assertThat(run(1, 0, 200, 300, 0, Frames.ANY_NODE)).isEqualTo(Frames.NONE);
    frames.free(70);
    assertThat(frames.allocate(FrameOwner.POOL, 1)).isEqualTo(70);
    disk.roomBytes = BLOCK_BYTES;
    assertThat(frames.allocate(FrameOwner.POOL, 1)).isEqualTo(128);
  }

  @Test
  void a_store_that_cannot_be_made_is_no_frame() {
    disk.opens = false;
    assertThat(frames.allocate(FrameOwner.POOL, 1)).isEqualTo(Frames.NONE);
    assertThat(frames.free()).isEqualTo(frames.total());
    disk.opens = true;
    assertThat(frames.allocate(FrameOwner.POOL, 1)).isEqualTo(3);
  }
}
