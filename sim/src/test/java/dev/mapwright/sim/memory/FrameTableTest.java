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
    assertThat(frames.hold(pfn)).isTrue();
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
    assertThat(frames.hold(pfn)).isTrue();
    ram.writeLong(Pages.address(pfn) + 8, 0x4141);
    frames.unhold(pfn);
    assertThat(frames.allocate(FrameOwner.TABLE, 1)).isEqualTo(pfn);
    assertThat(ram.readLong(Pages.address(pfn) + 8)).isZero();
  }

  @Test
  void counts_saturate_and_never_go_below_zero() {
    long pfn = frames.allocate(FrameOwner.OBJECT, 1);
    for (int i = 0; i < FrameState.MOST_PINS; i++) {
      assertThat(frames.pin(pfn)).isTrue();
      assertThat(frames.hold(pfn)).isTrue();
    }
    assertThat(frames.pin(pfn)).isFalse();
    assertThat(frames.hold(pfn)).isFalse();
    assertThat(frames.pins(pfn)).isEqualTo(FrameState.MOST_PINS);
    assertThat(frames.holds(pfn)).isEqualTo(FrameState.MOST_HOLDS);
    assertThat(frames.addLocks(pfn, -1)).isEqualTo(-1);
    for (int i = 1; i <= FrameState.MOST_LOCKS; i++) {
      assertThat(frames.addLocks(pfn, 1)).isEqualTo(i);
    }
    assertThat(frames.addLocks(pfn, 1)).isEqualTo(-1);
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
        RunRequest request = new RunRequest(2, align, 0, -1, Long.MIN_VALUE, Frames.ANY_NODE);
        assertThat(table.allocateRun(request, FrameOwner.POOL, 1)).isZero();
        assertThat(table.allocateRun(request, FrameOwner.POOL, 1)).isEqualTo(Frames.NONE);
        table.free(0);
        table.free(1);
      }
    }
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
