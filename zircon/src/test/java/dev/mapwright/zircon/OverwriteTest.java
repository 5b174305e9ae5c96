package dev.mapwright.zircon;

import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_MAP;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_READ;
import static dev.mapwright.zircon.abi.MxStatus.MX_OK;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_CAN_MAP_READ;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_COMPACT;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_SPECIFIC;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_SPECIFIC_OVERWRITE;
import static dev.mapwright.zircon.call.MxCalls.mxVmarMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Pages;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.check.StateImage;
import dev.mapwright.core.event.Event;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.space.Lease;
import dev.mapwright.zircon.answer.VmarMap;
import dev.mapwright.zircon.call.MxCalls;
import dev.mapwright.zircon.call.MxContext;
import dev.mapwright.zircon.call.MxRoutines;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Mapping with SPECIFIC_OVERWRITE is one step: others find what was there or what is there now,
 * never a hole; and a refused one has replaced nothing.
 */
class OverwriteTest extends MxTest {
  private static final int ROUNDS = 10_000;
  private static final int OVERWRITE = READ_WRITE | MX_VM_FLAG_SPECIFIC_OVERWRITE;

  private final int region = program.root().allocate(8 * PAGE, CAN_ALL).value();
  private final long base = base(region);
  private final int old = program.createVmo(8 * PAGE).value();
  private final int fresh = program.createVmo(8 * PAGE).value();

  /** The old object is mapped in the whole region, with its number in every page. */
  private void mapOld() {
    mapAt(region, 0, old, 0, 8, READ_WRITE);
    for (int page = 0; page < 8; page++) {
      program.cpu().store(base + page * PAGE, 8, 100 + page);
    }
  }

  /**
   * Replaces pages of the region again and again while another thread looks at them.
   *
   * @param look returns what it found wrong, or null
   */
  private void whileOverwriting(Consumer<Program> look) {
    zircon.observeAnswers(null); // how many calls there are depends on the threads' luck
    mapOld();
    AtomicBoolean done = new AtomicBoolean();
    AtomicReference<@Nullable Throwable> found = new AtomicReference<>();
    Thread looking =
        new Thread(() -> {
          try (Program thread = program.newThread()) {
            while (!done.get()) {
              look.accept(thread);
            }
          } catch (RuntimeException | AssertionError e) {
            found.set(e);
          }
        });
    looking.start();
    for (int i = 0; i < ROUNDS && found.get() == null; i++) {
      int vmo = i % 2 == 0 ? fresh : old;
      ok(MxRoutines.vmarMap(c, region, 2 * PAGE, vmo, 2 * PAGE, 4 * PAGE, OVERWRITE));
    }
    done.set(true);
    try {
      looking.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    assertThat(found.get()).isNull();
    assertThat(Invariants.violations(machine)).isEmpty();
  }

  @Test
  void a_protect_never_finds_a_hole_while_a_mapping_is_overwritten() {
    whileOverwriting(t ->
        assertThat(MxCalls.mxVmarProtect(t.context(), region, base, 8 * PAGE, READ_WRITE))
            .isEqualTo(MX_OK));
  }

  @Test
  void a_debugger_never_finds_a_hole_while_a_mapping_is_overwritten() {
    int process = program.grant(program.process(), -1);
    long buffer = out + 512;
    whileOverwriting(t -> {
      MxContext thread = t.context();
      long at = base + 3 * PAGE;
      assertThat(MxCalls.mxProcessReadMemory(thread, process, at, buffer, 8, buffer + 8))
          .isEqualTo(MX_OK);
      assertThat(t.cpu().load(buffer, 8)).isIn(0L, 103L);
    });
  }

  @Test
  void a_mapping_at_the_place_is_refused_at_every_moment_of_an_overwrite() {
    whileOverwriting(t ->
        assertThat(
                MxRoutines.vmarMap(
                    t.context(),
                    region,
                    3 * PAGE,
                    fresh,
                    0,
                    PAGE,
                    READ_WRITE | MX_VM_FLAG_SPECIFIC))
            .isNotEqualTo(MX_OK));
  }

  @Test
  void a_load_and_a_store_never_fault_while_a_mapping_is_overwritten() {
    whileOverwriting(t -> {
      try {
        assertThat(t.cpu().load(base + 4 * PAGE, 8)).isIn(0L, 104L);
        t.cpu().store(base + 5 * PAGE, 8, 105);
      } catch (MemoryFault fault) {
        throw new AssertionError("found a hole", fault);
      }
    });
  }

  @Test
  void an_overwrite_is_told_as_a_replacement_and_never_as_an_unmapping() {
    mapOld();
    int before = program.process().space().events().size();
    ok(MxRoutines.vmarMap(c, region, 2 * PAGE, fresh, 0, 4 * PAGE, OVERWRITE));
    List<Event> events = program.process().space().events();
    assertThat(events.subList(before, events.size()))
        .extracting(Event::kind)
        .containsExactly(EventKind.REPLACED, EventKind.MAPPED);
  }

  /** A call with SPECIFIC_OVERWRITE over the old mapping, and why it is refused. */
  private record Refused(
      VmarMap why, int vmar, long offset, int vmo, long from, long len, int flags) {}

  @Test
  void an_overwrite_that_is_refused_leaves_what_it_would_have_replaced() {
    mapOld();
    int noMap = duplicate(fresh, MX_RIGHT_READ);
    int reader = duplicate(fresh, MX_RIGHT_READ | MX_RIGHT_MAP);
    int readRegion = duplicate(region, MX_RIGHT_READ);
    List<Refused> calls = new ArrayList<>();
    long len = 4 * PAGE;
    calls.add(new Refused(VmarMap.VMAR_BAD_HANDLE, 1, 0, fresh, 0, len, OVERWRITE));
    calls.add(new Refused(VmarMap.VMAR_WRONG_TYPE, old, 0, fresh, 0, len, OVERWRITE));
    calls.add(new Refused(VmarMap.VMO_BAD_HANDLE, region, 0, 1, 0, len, OVERWRITE));
    calls.add(new Refused(VmarMap.VMO_WRONG_TYPE, region, 0, region, 0, len, OVERWRITE));
    calls.add(new Refused(VmarMap.VMO_LACKS_MAP, region, 0, noMap, 0, len, OVERWRITE));
    calls.add(new Refused(VmarMap.NOT_READABLE, region, 0, fresh, 0, len, OVERWRITE & ~R));
    calls.add(
        new Refused(
            VmarMap.CAN_MAP_FLAG, region, 0, fresh, 0, len, OVERWRITE | MX_VM_FLAG_CAN_MAP_READ));
    calls.add(new Refused(VmarMap.VMO_LACKS_RIGHT, region, 0, reader, 0, len, OVERWRITE));
    calls.add(new Refused(VmarMap.VMAR_LACKS_RIGHT, readRegion, 0, fresh, 0, len, OVERWRITE));
    calls.add(new Refused(VmarMap.UNKNOWN_FLAG, region, 0, fresh, 0, len, OVERWRITE | 1 << 30));
    calls.add(
        new Refused(VmarMap.REGION_FLAG, region, 0, fresh, 0, len, OVERWRITE | MX_VM_FLAG_COMPACT));
    calls.add(new Refused(VmarMap.VMO_OFFSET_MISALIGNED, region, 0, fresh, 1, len, OVERWRITE));
    calls.add(new Refused(VmarMap.VMO_OFFSET_WRAPS, region, 0, fresh, -PAGE, len, OVERWRITE));
    calls.add(new Refused(VmarMap.LENGTH_ZERO, region, 0, fresh, 0, 0, OVERWRITE));
    calls.add(new Refused(VmarMap.OUTSIDE, region, 5 * PAGE, fresh, 0, len, OVERWRITE));
    calls.add(new Refused(VmarMap.OFFSET_MISALIGNED, region, 1, fresh, 0, len, OVERWRITE));
    for (Refused call : calls) {
      assertRefusedAndUnchanged(call);
    }
  }

  private void assertRefusedAndUnchanged(Refused call) {
    StateImage before = StateImage.of(machine);
    refused(
        mxVmarMap(c, call.vmar, call.offset, call.vmo, call.from, call.len, call.flags, out),
        call.why);
    assertThat(before.differences(StateImage.of(machine))).as("%s", call.why).isEmpty();
  }

  @Test
  void an_overwrite_that_a_child_region_or_a_lease_forbids_leaves_the_rest_of_the_range() {
    mapOld();
    try (Lease lease = program.process().space().lease(Pages.of(base) + 5, 1, true).get()) {
      assertThat(lease.firstPage()).isEqualTo(Pages.of(base) + 5);
      assertRefusedAndUnchanged(
          new Refused(VmarMap.LEASED, region, 0, fresh, 0, 8 * PAGE, OVERWRITE));
    }

    ok(MxCalls.mxVmarUnmap(c, region, base + 6 * PAGE, PAGE));
    allocate(region, 6 * PAGE, PAGE, CAN_ALL | MX_VM_FLAG_SPECIFIC);
    assertRefusedAndUnchanged(
        new Refused(VmarMap.REGION_IN_RANGE, region, 0, fresh, 0, 8 * PAGE, OVERWRITE));
  }

  @Test
  void an_overwrite_without_memory_leaves_the_old_mapping_whichever_acquisition_fails() {
    mapOld();
    for (long nth = 1; ; nth++) {
      StateImage before = StateImage.of(machine);
      machine.failures().failNth(nth);
      int status = MxRoutines.vmarMap(c, region, 2 * PAGE, fresh, 0, 4 * PAGE, OVERWRITE);
      boolean failed = machine.failures().refused() > 0;
      machine.failures().off();
      if (!failed) {
        ok(status);
        assertThat(nth).isGreaterThan(1);
        return;
      }
      refused(status, VmarMap.OUT_OF_MEMORY);
      assertThat(before.differences(StateImage.of(machine))).isEmpty();
      assertThat(program.cpu().load(base + 3 * PAGE, 8)).isEqualTo(103);
    }
  }
}
