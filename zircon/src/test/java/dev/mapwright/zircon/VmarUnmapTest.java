package dev.mapwright.zircon;

import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_SPECIFIC;
import static dev.mapwright.zircon.call.MxCalls.mxVmarDestroy;
import static dev.mapwright.zircon.call.MxCalls.mxVmarUnmap;
import static dev.mapwright.zircon.call.MxCalls.mxVmarUnmapHandleCloseThreadExit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.Access;
import dev.mapwright.core.Pages;
import dev.mapwright.zircon.abi.MxStatus;
import dev.mapwright.zircon.answer.Condition;
import dev.mapwright.zircon.answer.VmarDestroy;
import dev.mapwright.zircon.answer.VmarUnmap;
import dev.mapwright.zircon.answer.VmarUnmapHandleCloseThreadExit;
import dev.mapwright.zircon.call.MxContext;
import org.junit.jupiter.api.Test;

class VmarUnmapTest extends MxTest {
  /** The same refusals are expected of both routines that unmap. */
  private void refusedUnmap(int vmar, long addr, long len, Condition why, Condition whyWithExit) {
    refused(mxVmarUnmap(c, vmar, addr, len), why);
    refused(mxVmarUnmapHandleCloseThreadExit(c, vmar, addr, len, 0), whyWithExit);
    assertThat(c.state()).isEqualTo(MxContext.State.RUNNING);
  }

  @Test
  void arguments_are_checked_in_the_documented_order() {
    int region = region(4);
    long at = base(region);
    refusedUnmap(0, 1, 0, VmarUnmap.BAD_HANDLE, VmarUnmapHandleCloseThreadExit.BAD_HANDLE);
    refusedUnmap(vmo(1), 1, 0, VmarUnmap.WRONG_TYPE, VmarUnmapHandleCloseThreadExit.WRONG_TYPE);
    refusedUnmap(
        region,
        1,
        0,
        VmarUnmap.ADDRESS_MISALIGNED,
        VmarUnmapHandleCloseThreadExit.ADDRESS_MISALIGNED);
    refusedUnmap(region, 0, 0, VmarUnmap.LENGTH_ZERO, VmarUnmapHandleCloseThreadExit.LENGTH_ZERO);
    refusedUnmap(region, at, -1, VmarUnmap.LENGTH_ZERO, VmarUnmapHandleCloseThreadExit.LENGTH_ZERO);
    refusedUnmap(
        region, at - PAGE, PAGE, VmarUnmap.OUTSIDE, VmarUnmapHandleCloseThreadExit.OUTSIDE);
    refusedUnmap(region, at, 5 * PAGE, VmarUnmap.OUTSIDE, VmarUnmapHandleCloseThreadExit.OUTSIDE);
    refusedUnmap(region, at, -PAGE, VmarUnmap.OUTSIDE, VmarUnmapHandleCloseThreadExit.OUTSIDE);
    ok(mxVmarDestroy(c, region));
    refusedUnmap(region, 0, PAGE, VmarUnmap.DEAD, VmarUnmapHandleCloseThreadExit.DEAD);
  }

  @Test
  void a_range_without_mappings_and_an_empty_region_are_unmapped_with_success() {
    int region = region(8);
    ok(mxVmarUnmap(c, region, base(region), 8 * PAGE));
    mapAt(region, 4, vmo(PAGE), 0, 1, R);
    ok(mxVmarUnmap(c, region, base(region), 2 * PAGE));
    assertThat(can(Access.READ, base(region) + 4 * PAGE)).isTrue();
  }

  @Test
  void a_child_region_cut_by_the_range_stops_everything() {
    int region = region(8);
    long at = mapAt(region, 0, vmo(PAGE), 0, 1, R);
    allocate(region, 2 * PAGE, 2 * PAGE, CAN_RWX | MX_VM_FLAG_SPECIFIC);
    refusedUnmap(
        region, at, 3 * PAGE, VmarUnmap.REGION_CUT, VmarUnmapHandleCloseThreadExit.REGION_CUT);
    refusedUnmap(
        region,
        at + 3 * PAGE,
        5 * PAGE,
        VmarUnmap.REGION_CUT,
        VmarUnmapHandleCloseThreadExit.REGION_CUT);
    assertThat(can(Access.READ, at)).isTrue();
  }

  @Test
  void a_range_inside_a_child_region_is_its_own_handles_affair() {
    int region = region(8);
    int child = allocate(region, 2 * PAGE, 4 * PAGE, CAN_ALL | MX_VM_FLAG_SPECIFIC);
    long at = mapAt(child, 1, vmo(PAGE), 0, 1, R);
    refused(mxVmarUnmap(c, region, at, PAGE), VmarUnmap.REGION_CUT);
    ok(mxVmarUnmap(c, child, at, PAGE));
  }

  @Test
  void regions_wholly_inside_the_range_are_destroyed() {
    int region = region(8);
    int child = allocate(region, 2 * PAGE, 4 * PAGE, CAN_ALL | MX_VM_FLAG_SPECIFIC);
    int grandchild = allocate(child, PAGE, PAGE, CAN_ALL | MX_VM_FLAG_SPECIFIC);
    ok(mxVmarUnmap(c, region, base(region) + PAGE, 6 * PAGE));
    refused(mxVmarDestroy(c, child), VmarDestroy.DEAD);
    refused(mxVmarDestroy(c, grandchild), VmarDestroy.DEAD);
    mapAt(region, 2, vmo(PAGE), 0, 4, R);
  }

  @Test
  void an_address_in_a_gap_leaves_what_lies_before_it_alone() {
    int region = region(8);
    long at = mapAt(region, 0, vmo(2 * PAGE), 0, 2, READ_WRITE);
    program.cpu().store(at + PAGE, 8, 3);
    int before = allocate(region, 3 * PAGE, PAGE, CAN_RWX | MX_VM_FLAG_SPECIFIC);
    ok(mxVmarUnmap(c, region, at + 2 * PAGE, PAGE));
    ok(mxVmarUnmap(c, region, at + 4 * PAGE, 4 * PAGE));
    assertThat(program.cpu().load(at + PAGE, 8)).isEqualTo(3);
    ok(mxVmarDestroy(c, before));
  }

  @Test
  void splitting_needs_memory_and_without_it_nothing_is_unmapped() {
    int region = region(3);
    long at = mapAt(region, 0, vmo(3 * PAGE), 0, 3, R);
    machine.failures().failAll();
    refused(mxVmarUnmap(c, region, at + PAGE, PAGE), VmarUnmap.OUT_OF_MEMORY);
    refused(
        mxVmarUnmapHandleCloseThreadExit(c, region, at + PAGE, PAGE, 0),
        VmarUnmapHandleCloseThreadExit.OUT_OF_MEMORY);
    machine.failures().off();
    assertThat(can(Access.READ, at + PAGE)).isTrue();
  }

  @Test
  void a_machine_without_memory_can_still_unmap_whole_mappings() {
    int region = region(3);
    long at = mapAt(region, 0, vmo(3 * PAGE), 0, 3, R);
    machine.failures().failAll();
    int status = mxVmarUnmap(c, region, at, 3 * PAGE);
    machine.failures().off();
    ok(status);
  }

  @Test
  void a_lease_of_the_embedder_holds_the_mapping() {
    int region = region(1);
    long at = mapAt(region, 0, vmo(PAGE), 0, 1, READ_WRITE);
    try (var lease = program.process().space().lease(Pages.of(at), 1, true).get()) {
      assertThat(lease.lastPage()).isEqualTo(Pages.of(at));
      refusedUnmap(region, at, PAGE, VmarUnmap.LEASED, VmarUnmapHandleCloseThreadExit.LEASED);
      refused(mxVmarDestroy(c, region), VmarDestroy.LEASED);
    }
    ok(mxVmarUnmap(c, region, at, PAGE));
  }

  @Test
  void unmap_close_and_exit_ends_the_thread_and_closes_the_handle() {
    Program dying = program.newThread();
    int stack = vmo(PAGE);
    int region = region(1);
    long at = mapAt(region, 0, stack, 0, 1, READ_WRITE);
    int status = mxVmarUnmapHandleCloseThreadExit(dying.context(), region, at, PAGE, stack);
    assertThat(status).isEqualTo(MxStatus.MX_OK);
    assertThat(dying.context().state()).isEqualTo(MxContext.State.EXITED);
    assertThat(can(Access.READ, at)).isFalse();
    assertThat(program.process().table().find(stack)).isNull();
    assertThat(program.process().ended()).isFalse();
    assertThatThrownBy(() -> mxVmarDestroy(dying.context(), root))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void an_invalid_handle_after_a_successful_unmap_traps_the_thread() {
    Program dying = program.newThread();
    int region = region(1);
    long at = mapAt(region, 0, vmo(PAGE), 0, 1, READ_WRITE);
    ok(mxVmarUnmapHandleCloseThreadExit(dying.context(), region, at, PAGE, 0));
    assertThat(dying.context().state()).isEqualTo(MxContext.State.TRAPPED);
    assertThat(can(Access.READ, at)).isFalse();
  }

  @Test
  void destroy_is_refused_for_bad_handles_other_types_and_dead_regions() {
    int region = region(1);
    refused(mxVmarDestroy(c, 0), VmarDestroy.BAD_HANDLE);
    refused(mxVmarDestroy(c, vmo(1)), VmarDestroy.WRONG_TYPE);
    ok(mxVmarDestroy(c, region));
    refused(mxVmarDestroy(c, region), VmarDestroy.DEAD);
  }

  @Test
  void a_root_region_can_be_destroyed_like_any_other() {
    Program other = zircon.start("other");
    ok(mxVmarDestroy(other.context(), other.root().value()));
    assertThat(mxVmarDestroy(other.context(), other.root().value()))
        .isEqualTo(MxStatus.MX_ERR_BAD_STATE);
  }

  @Test
  void deep_trees_of_regions_are_destroyed_without_recursion() {
    int top = region(8);
    int parent = top;
    for (int depth = 0; depth < 20_000; depth++) {
      int child = allocate(parent, 0, 8 * PAGE, CAN_ALL);
      if (parent != top) {
        program.vmar(parent).close();
      }
      parent = child;
    }
    mapAt(parent, 0, vmo(PAGE), 0, 8, R);
    ok(mxVmarDestroy(c, top));
    refused(mxVmarDestroy(c, parent), VmarDestroy.DEAD);
  }
}
