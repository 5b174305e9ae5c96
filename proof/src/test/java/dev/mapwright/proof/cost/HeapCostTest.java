package dev.mapwright.proof.cost;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.dma.BuddyAllocator;
import dev.mapwright.core.machine.Clock;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.InterruptLine;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.FoundMapping;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.Region;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.sim.SimulatedMachine;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How much of the heap a program can make the engine take. */
class HeapCostTest {
  private static final long KIB = 1 << 10;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final Machine machine = SimulatedMachine.builder().ram(0x100, 1 << 15).build();
  private final AddressSpace space =
      AddressSpace.create(machine, "space", 0x1000, 0x7_FFFF_FFFEL).get();
  private final Region root = space.root();
  private final MapRequest request = new MapRequest();

  @AfterEach
  void close() {
    machine.close();
  }

  /** What an operation allocates, whether it is garbage at once or stays. */
  private static long allocated(Runnable operation) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    operation.run();
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  /**
   * What an operation allocates each time: now and then the JVM takes something for itself in the
   * name of a thread, in one round, but not in all.
   */
  private static long leastAllocated(Runnable operation) {
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 4; round++) {
      least = Math.min(least, allocated(operation));
    }
    return least;
  }

  private void map(MemoryObject object, long pages, long at) {
    request.clear().object(object, 0).pages(pages).permissions(Permissions.READ_WRITE);
    request.where().at(at);
    root.map(request).orThrow();
  }

  private static void put(MemoryObject object, long page) {
    object.write(Pages.address(page), MemorySegment.ofArray(new long[] {1}), 0, 8).orThrow();
  }

  @Test
  void a_request_of_more_than_there_is_does_not_try_to_get_it() {
    MemoryObject object = MemoryObject.paged(machine, 1L << 45).get();
    map(object, 1L << 34, 1L << 33);
    Runnable[] requests = {
      () -> assertThat(object.commit(0, 1L << 45)).isEqualTo(Outcome.OUT_OF_FRAMES),
      () -> assertThat(object.commit(0, 1 << 16)).isEqualTo(Outcome.OUT_OF_FRAMES),
      () -> assertThat(object.pin(0, 1L << 40)).isEqualTo(Outcome.OUT_OF_FRAMES),
      () ->
          assertThat(space.lease(1L << 33, 1L << 33, true).outcome())
              .isEqualTo(Outcome.OUT_OF_FRAMES),
      () ->
          assertThat(
                  root.reserve(new RegionRequest().pages(1L << 30), Integer.MAX_VALUE / 4)
                      .outcome())
              .isEqualTo(Outcome.OUT_OF_FRAMES)
    };
    for (Runnable one : requests) {
      one.run(); // loads the classes
      assertThat(allocated(one)).isLessThan(64 * KIB);
    }
    assertThat(space.recordBytes()).isLessThan(64 * KIB);
  }

  @Test
  void holding_frames_takes_nothing_wherever_they_are() {
    Frames frames = machine.frames();
    long used = frames.allocate(FrameOwner.POOL, 1);
    long stuck = frames.allocate(FrameOwner.POOL, 1);
    for (int i = 0; i < Frames.MOST_HOLDS; i++) {
      frames.hold(stuck);
    }
    long[] pages = {used, stuck, 0, 1L << 36, 0x5000, 0x6000};
    Runnable all =
        () -> {
          pages[5] += 0x100; // never touched
          for (long pfn : pages) {
            frames.hold(pfn);
            frames.unhold(pfn);
          }
        };
    long first = allocated(all); // loads the classes
    assertThat(leastAllocated(all)).as("%d bytes at first", first).isZero();
    long before = Long.MAX_VALUE;
    for (int i = 0; i < 4; i++) {
      try (Machine fresh = SimulatedMachine.builder().ram(0x100, 1 << 15).build()) {
        Frames none = fresh.frames();
        before =
            Math.min(
                before,
                allocated(() -> {
                  none.hold(0x200);
                  none.unhold(0x200);
                }));
      }
    }
    assertThat(before).as("before the first allocation").isZero();
  }

  @Test
  void an_object_of_a_few_pages_takes_a_few_kib() {
    MemoryObject[] objects = new MemoryObject[100];
    for (int pages = 0; pages <= 4; pages++) {
      int each = pages;
      Runnable all =
          () -> {
            for (int i = 0; i < objects.length; i++) {
              objects[i] = MemoryObject.paged(machine, 1L << 40).get();
              for (int page = 0; page < each; page++) {
                put(objects[i], page);
              }
            }
          };
      long taken = allocated(all) / objects.length;
      assertThat(taken).as(pages + " pages").isLessThan((3L + pages) * KIB);
      for (MemoryObject object : objects) {
        object.release();
      }
    }
  }

  @Test
  void decommitting_beside_a_snapshot_takes_what_the_pages_need_and_not_the_range() {
    MemoryObject object = MemoryObject.paged(machine, 1L << 40).get();
    for (int i = 0; i < 64; i++) {
      put(object, i * (1L << 33));
    }
    MemoryObject snapshot = object.child(ChildKind.SNAPSHOT, 0, 1L << 40).get();
    long taken = allocated(() -> object.decommit(0, 1L << 40).orThrow());
    assertThat(taken).isLessThan(256 * KIB);
    assertThat(object.frameOf(0)).isEqualTo(-1);
    snapshot.release();
    object.release();
  }

  @Test
  void a_mapping_cut_into_100_000_pieces_takes_a_few_bytes_for_each() {
    MemoryObject object = MemoryObject.paged(machine, 1 << 18).get();
    long[] bytes = new long[4];
    for (int round = 0; round < bytes.length; round++) {
      map(object, 1 << 18, 0x10_0000);
      for (int i = 0; i < 100_000; i++) {
        root.protect(0x10_0000 + 2L * i, 1, Permissions.READ).orThrow();
      }
      assertThat(space.mappings()).isEqualTo(200_000);
      bytes[round] = space.recordBytes();
      assertThat(bytes[round]).isLessThan(100L * 200_000);
      root.unmap(0x10_0000, 1 << 18).orThrow();
    }
    assertThat(bytes[3]).as("later rounds use what the first took").isEqualTo(bytes[0]);
    object.release();
  }

  @Test
  void looking_a_mapping_up_takes_nothing() {
    MemoryObject object = MemoryObject.paged(machine, 1).get();
    for (int i = 0; i < 1000; i++) {
      map(object, 1, 0x2000 + 2L * i);
    }
    FoundMapping found = new FoundMapping();
    Runnable walk =
        () -> {
          int mappings = 0;
          for (long page = 0; space.firstMapping(page, Pages.LAST_PAGE, found); ) {
            mappings++;
            page = found.lastPage() + 1;
            require(space.mappingFrom(found.firstPage(), found));
          }
          require(mappings == 1000 && !space.mappingFrom(0x2001, found));
        };
    walk.run(); // loads the classes
    assertThat(leastAllocated(walk)).as("2000 look-ups").isLessThan(KIB);
    space.close();
    object.release();
  }

  private static void require(boolean begins) {
    if (!begins) {
      throw new AssertionError("a mapping was not found");
    }
  }

  @Test
  void a_store_through_a_large_leaf_takes_a_few_bytes_a_page_to_remember() {
    MemoryObject device =
        MemoryObject.physical(machine, 1L << 35, 1 << 18, CachePolicy.CACHED).get();
    request.clear().object(device, 0).pages(1 << 18).installPresent(true);
    request.where().at(1 << 18);
    root.map(request).orThrow();
    space.trackDirty(true);
    Cpu cpu = machine.newCpu();
    cpu.attach(space);
    cpu.store(Pages.address(1 << 18), 8, 1);
    long told = allocated(() -> space.collectDirty(1 << 18, 1 << 18, true, (page, pages) -> {}));
    assertThat(told).isLessThan(4096 * KIB);
    cpu.attach(null);
    space.close();
    device.release();
  }

  @Test
  void registers_that_are_cached_and_alarms_that_are_set_again_take_nothing_of_the_heap() {
    DeviceHandler counter =
        new DeviceHandler() {
          long count;

          @Override
          public long read(long offsetBytes, int bytes) {
            return ++count;
          }

          @Override
          public void write(long offsetBytes, int bytes, long value) {
            count = value;
          }
        };
    ((SimulatedMachine) machine).addDevice("counter", 0x10_0000, 1, counter);
    MemoryObject registers =
        MemoryObject.physical(machine, 0x10_0000, 1, CachePolicy.UNCACHED).get();
    map(registers, 1, 0x4000);
    Cpu cpu = machine.newCpu();
    cpu.attach(space);
    InterruptLine line = new InterruptLine("counter", 0);
    line.listen(changed -> {});
    Clock clock = machine.clock();
    Clock.Alarm first = clock.alarm(line::raise);
    Clock.Alarm second = clock.alarm(line::lower);
    Runnable rounds =
        () -> {
          for (int i = 0; i < 10_000; i++) {
            cpu.load(0x400_0000, 8);
            cpu.store(0x400_0008, 4, i);
            first.setAfter(1);
            second.setAfter(2);
            first.cancel();
            first.setAfter(1);
            clock.advance(2);
          }
          cpu.enter();
          for (int i = 0; i < 10_000; i++) {
            cpu.load(0x400_0000, 8);
            cpu.store(0x400_0008, 4, i);
          }
          cpu.exit();
        };
    rounds.run();
    assertThat(leastAllocated(rounds)).isLessThan(KIB);
    cpu.attach(null);
    space.close();
    registers.release();
  }

  @Test
  void logical_addresses_given_out_and_taken_back_take_nothing() {
    BuddyAllocator allocator = new BuddyAllocator(63, machine.failures());
    long[] places = new long[20_000];
    Runnable all =
        () -> {
          for (int i = 0; i < places.length; i++) {
            long first = (i * 0x9E3779B97F4A7C15L) >>> 13;
            places[i] = allocator.allocate(1 + i % 9, i % 2 == 0 ? 0 : first, Long.MAX_VALUE);
          }
          for (int i = 0; i < places.length; i++) {
            allocator.free(places[i], 1 + i % 9);
          }
        };
    long first = allocated(all);
    assertThat(first).isLessThan(64L * places.length);
    assertThat(leastAllocated(all)).as("%d bytes at first", first).isZero();
  }
}
