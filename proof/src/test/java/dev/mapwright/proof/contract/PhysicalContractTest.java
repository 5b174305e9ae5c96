package dev.mapwright.proof.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Access;
import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.Frames.RunRequest;
import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.memory.ObjectKind;
import dev.mapwright.proof.contract.Substrate.Device;
import dev.mapwright.proof.contract.Substrate.Hardware;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Contiguous objects, physical ranges, devices. */
@OnEverySubstrate
class PhysicalContractTest extends Contract {
  private static final long DEVICE_PFN = 0x10_0000;

  private static final List<String> CALLS = new ArrayList<>();

  /** Registers that remember how they were accessed. */
  private static final class Registers implements DeviceHandler {
    @Override
    public long read(long offsetBytes, int bytes) {
      CALLS.add("read " + offsetBytes + " " + bytes);
      return 0x8877665544332211L >>> 0 & (bytes == 8 ? -1L : (1L << 8 * bytes) - 1);
    }

    @Override
    public void write(long offsetBytes, int bytes, long value) {
      CALLS.add("write " + offsetBytes + " " + bytes + " " + Long.toHexString(value));
    }
  }

  PhysicalContractTest(Substrate substrate) {
    super(
        substrate,
        Hardware.of(RAM_PAGES).with(new Device("registers", DEVICE_PFN, 4, new Registers())));
    CALLS.clear();
  }

  private MemoryObject physical(long pfn, long pages, CachePolicy policy) {
    return keep(MemoryObject.physical(machine, pfn, pages, policy).get());
  }

  @Test
  void a_contiguous_object_has_adjacent_aligned_zeroed_frames() {
    // Something that leaves dirt behind.
    MemoryObject dirt = object(64);
    for (int i = 0; i < 64; i++) {
      put(dirt, i, -1);
    }
    dirt.decommit(0, 64).orThrow();
    MemoryObject run = contiguous(37, 5);
    assertThat(run.kind()).isEqualTo(ObjectKind.CONTIGUOUS);
    assertThat(run.committedPages()).isEqualTo(37);
    long first = run.frameOf(0);
    assertThat(first % 32).isZero();
    for (int i = 0; i < 37; i++) {
      assertThat(run.frameOf(i)).isEqualTo(first + i);
      assertThat(get(run, i)).isZero();
    }
    long a = map(run, 37, 0x2000);
    store(a + 36 * BYTES, 4);
    assertThat(get(run, 36)).isEqualTo(4);
  }

  @Test
  void a_run_keeps_its_limits_and_boundary_and_is_refused_when_there_is_none() {
    RunRequest limited = new RunRequest(8, 0, 0x400, 0x40F, 8, Frames.ANY_NODE);
    MemoryObject run = keep(MemoryObject.contiguous(machine, limited).get());
    assertThat(run.frameOf(0)).isIn(0x400L, 0x408L);
    MemoryObject second = keep(MemoryObject.contiguous(machine, limited).get());
    assertThat(second.frameOf(0)).isIn(0x400L, 0x408L).isNotEqualTo(run.frameOf(0));
    assertRefused(Outcome.OUT_OF_FRAMES, () -> MemoryObject.contiguous(machine, limited).outcome());
    assertRefused(
        Outcome.INVALID, () -> MemoryObject.contiguous(machine, RunRequest.of(0, 0)).outcome());
    assertRefused(
        Outcome.OUT_OF_FRAMES,
        () -> MemoryObject.contiguous(machine, RunRequest.of(RAM_PAGES + 1, 0)).outcome());
    assertRefused(
        Outcome.OUT_OF_FRAMES,
        () ->
            MemoryObject.contiguous(machine, RunRequest.of(MemoryObject.MOST_PAGES, 0)).outcome());
  }

  @Test
  void contiguous_objects_are_resized_and_decommitted_like_paged_ones() {
    MemoryObject run = contiguous(8, 0);
    long a = map(run, 8, 0x2000);
    store(a + 7 * BYTES, 7);
    assertThat(run.resize(4)).isEqualTo(Outcome.OK);
    assertLoadFaults(a + 7 * BYTES, FaultReason.BEYOND_OBJECT);
    assertThat(run.resize(8)).isEqualTo(Outcome.OK);
    assertThat(load(a + 7 * BYTES)).isZero();
    assertThat(run.committedPages()).isEqualTo(4);
    assertThat(run.decommit(0, 4)).isEqualTo(Outcome.OK);
    assertThat(run.committedPages()).isZero();
    assertRefused(Outcome.UNSUPPORTED, () -> run.child(ChildKind.SNAPSHOT, 0, 8).outcome());
    MemoryObject live = keep(run.child(ChildKind.LIVE_VIEW, 0, 8).get());
    put(run, 2, 9);
    assertThat(get(live, 2)).isEqualTo(9);
  }

  @Test
  void a_devices_handler_is_called_once_for_each_access_with_its_width() {
    MemoryObject registers = physical(DEVICE_PFN, 4, CachePolicy.UNCACHED_DEVICE);
    long a = map(registers, 1, 2, 0x2000);
    assertThat(cpu.load(a + 16, 8)).isEqualTo(0x8877665544332211L);
    assertThat(cpu.load(a + 20, 4)).isEqualTo(0x44332211L);
    assertThat(cpu.load(a + 22, 2)).isEqualTo(0x2211L);
    assertThat(cpu.load(a + 23, 1)).isEqualTo(0x11L);
    cpu.store(a + BYTES, 8, -2);
    cpu.store(a + 1, 1, 0xABCD);
    cpu.store(a + 2, 2, 0xABCDE);
    cpu.store(a + 4, 4, -1);
    assertThat(CALLS)
        .containsExactly(
            "read 4112 8",
            "read 4116 4",
            "read 4118 2",
            "read 4119 1",
            "write 8192 8 fffffffffffffffe",
            "write 4097 1 cd",
            "write 4098 2 bcde",
            "write 4100 4 ffffffff");
    assertThat(faultOf(() -> cpu.compareAndSwap(a, 8, 0, 1)).reason())
        .isEqualTo(FaultReason.NOT_ATOMIC);
  }

  @Test
  void a_device_is_reached_through_large_leaves_and_its_neighbour_holes_read_as_ones() {
    MemoryObject range = physical(DEVICE_PFN, 1024, CachePolicy.UNCACHED);
    request.clear().object(range, 0).pages(1024).installPresent(true).where().at(0x20_0000);
    root().map(request).orThrow();
    long a = Pages.address(0x20_0000);
    assertThat(cpu.load(a + 4, 4)).isEqualTo(0x44332211L);
    assertThat(CALLS).containsExactly("read 4 4");
    assertThat(cpu.load(a + 4 * BYTES, 8)).isEqualTo(-1L);
    cpu.store(a + 5 * BYTES, 8, 1);
    assertThat(cpu.load(a + 5 * BYTES, 8)).isEqualTo(-1L);
    assertThat(root().unmap(0x20_0000, 1)).isEqualTo(Outcome.OK);
    assertLoadFaults(a, FaultReason.UNMAPPED);
    assertThat(cpu.load(a + BYTES, 1)).isEqualTo(0x11);
  }

  @Test
  void frames_shown_by_physical_mappings_are_held_back_when_freed() {
    MemoryObject owner = contiguous(4, 0);
    long pfn = owner.frameOf(0);
    put(owner, 1, 77);
    MemoryObject range = physical(pfn, 4, CachePolicy.CACHED);
    assertThat(machine.frames().holds(pfn)).isZero();
    long a = map(range, 1, 2, 0x2000);
    assertThat(machine.frames().holds(pfn)).isZero();
    assertThat(machine.frames().holds(pfn + 1)).isEqualTo(1);
    map(range, 0, 4, 0x3000);
    assertThat(machine.frames().holds(pfn + 1)).isEqualTo(2);
    List<String> misuse = new ArrayList<>();
    machine
        .events()
        .listen(event -> {
          if (event.kind() == EventKind.MISUSE) {
            misuse.add(event.toString());
          }
        });
    drop(owner);
    assertThat(misuse).hasSize(4);
    for (int i = 0; i < 4; i++) {
      assertThat(machine.frames().owner(pfn + i)).isEqualTo(FrameOwner.HELD_BACK);
    }
    assertThat(load(a)).isEqualTo(77);
    root().unmap(0x3000, 4).orThrow();
    assertThat(machine.frames().owner(pfn)).isEqualTo(FrameOwner.FREE);
    assertThat(machine.frames().owner(pfn + 1)).isEqualTo(FrameOwner.HELD_BACK);
    root().unmap(0x2001, 1).orThrow();
    assertThat(machine.frames().owner(pfn + 2)).isEqualTo(FrameOwner.FREE);
    assertThat(load(a)).isEqualTo(77);
    root().unmap(0x2000, 1).orThrow();
    assertThat(machine.frames().owner(pfn + 1)).isEqualTo(FrameOwner.FREE);
  }

  @Test
  void holds_are_exact_through_splits_overwrites_and_refusals() {
    MemoryObject owner = contiguous(8, 0);
    long pfn = owner.frameOf(0);
    MemoryObject range = physical(pfn, 8, CachePolicy.CACHED);
    map(range, 0, 8, 0x2000);
    request.clear().object(range, 2).pages(2).where().overwrite(0x2005);
    root().map(request).orThrow();
    root().protect(0x2001, 1, dev.mapwright.core.Permissions.READ).orThrow();
    int[] expected = {1, 1, 2, 2, 1, 0, 0, 1};
    for (int i = 0; i < 8; i++) {
      assertThat(machine.frames().holds(pfn + i)).as("frame " + i).isEqualTo(expected[i]);
    }
    request.clear().object(range, 0).pages(8).where().at(0x2007);
    assertRefused(Outcome.OCCUPIED, () -> root().map(request));
    root().unmap(0x2000, 8).orThrow();
    for (int i = 0; i < 8; i++) {
      assertThat(machine.frames().holds(pfn + i)).isZero();
    }
  }

  @Test
  void ram_that_was_never_used_is_mapped_once_there_is_room_for_its_counts() {
    long pfn = Substrate.FIRST_PFN + RAM_PAGES - 4;
    MemoryObject range = physical(pfn, 8, CachePolicy.CACHED);
    of(range, 8).where().at(0x2000);
    machine.failures().failNth(1, EnumSet.of(AllocationPoint.FRAME_RECORD));
    assertRefused(Outcome.OUT_OF_RECORDS, () -> root().map(request));
    machine.failures().off();
    root().map(request).orThrow();
    assertThat(machine.frames().holds(pfn)).isEqualTo(1);
    machine.failures().failAll();
    root().unmap(0x2000, 8).orThrow();
    machine.failures().off();
    assertThat(machine.frames().holds(pfn)).isZero();
  }

  @Test
  void a_physical_object_supports_no_operation_on_pages_of_its_own() {
    MemoryObject range = physical(DEVICE_PFN, 2, CachePolicy.UNCACHED);
    MemorySegment eight = MemorySegment.ofArray(new long[1]);
    assertRefused(Outcome.UNSUPPORTED, () -> range.resize(1));
    assertRefused(Outcome.UNSUPPORTED, () -> range.commit(0, 1));
    assertRefused(Outcome.UNSUPPORTED, () -> range.decommit(0, 1));
    assertRefused(Outcome.UNSUPPORTED, () -> range.pin(0, 1));
    assertRefused(Outcome.UNSUPPORTED, () -> range.read(0, eight, 0, 8));
    assertRefused(Outcome.UNSUPPORTED, () -> range.write(0, eight, 0, 8));
    assertRefused(Outcome.UNSUPPORTED, () -> range.child(ChildKind.LIVE_VIEW, 0, 1).outcome());
    map(range, 2, 0x2000);
    assertThat(space.lease(0x2000, 1, false).outcome()).isEqualTo(Outcome.UNSUPPORTED);
    assertThat(range.frameOf(1)).isEqualTo(DEVICE_PFN + 1);
    assertThat(range.committedPages()).isZero();
  }

  @Test
  void a_physical_range_that_does_not_exist_is_invalid_and_one_beyond_the_format_faults() {
    assertThat(MemoryObject.physical(machine, Pages.LAST_PAGE, 2, CachePolicy.CACHED).outcome())
        .isEqualTo(Outcome.INVALID);
    assertThat(MemoryObject.physical(machine, -1, 1, CachePolicy.CACHED).outcome())
        .isEqualTo(Outcome.INVALID);
    assertThat(MemoryObject.physical(machine, 0, 0, CachePolicy.CACHED).outcome())
        .isEqualTo(Outcome.INVALID);
    MemoryObject last = physical(Frames.LAST_PFN, 2, CachePolicy.UNCACHED);
    long a = map(last, 2, 0x2000);
    assertThat(load(a)).as("a hole").isEqualTo(-1L);
    // An entry that were cut off would lead to RAM.
    assertLoadFaults(a + BYTES, FaultReason.RESERVED_BITS);
    assertThat(space.translate(a + BYTES, Access.READ).reason())
        .isEqualTo(FaultReason.RESERVED_BITS);
    MemoryObject far = physical(1L << 45, 2, CachePolicy.UNCACHED);
    request.clear().object(far, 0).pages(2).installPresent(true).where().at(0x3000);
    assertThat(root().map(request)).isEqualTo(Outcome.OK);
    assertStoreFaults(Pages.address(0x3000), FaultReason.RESERVED_BITS);
  }
}
