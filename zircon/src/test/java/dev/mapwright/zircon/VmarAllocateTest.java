package dev.mapwright.zircon;

import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_DUPLICATE;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_READ;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_TRANSFER;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_WRITE;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_CAN_MAP_READ;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_CAN_MAP_SPECIFIC;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_CAN_MAP_WRITE;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_COMPACT;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_MAP_RANGE;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_PERM_WRITE;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_SPECIFIC;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_SPECIFIC_OVERWRITE;
import static dev.mapwright.zircon.call.MxCalls.mxVmarAllocate;
import static dev.mapwright.zircon.call.MxCalls.mxVmarDestroy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.zircon.answer.VmarAllocate;
import dev.mapwright.zircon.object.MxVmar;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VmarAllocateTest extends MxTest {
  private int allocate(int parent, long offset, long size, int flags, long childAddr) {
    return mxVmarAllocate(c, parent, offset, size, flags, out, childAddr);
  }

  private int refusedAllocate(long offset, long size, int flags) {
    return allocate(root, offset, size, flags, out + 8);
  }

  @Test
  void the_handle_carries_rights_for_the_regions_own_flags_only() {
    int child = allocate(root, 0, PAGE, MX_VM_FLAG_CAN_MAP_READ | MX_VM_FLAG_CAN_MAP_WRITE);
    var handle = find(child);
    assertThat(handle.rights())
        .isEqualTo(MX_RIGHT_DUPLICATE | MX_RIGHT_TRANSFER | MX_RIGHT_READ | MX_RIGHT_WRITE);
    assertThat(program.cpu().load(out + 8, 8)).isEqualTo(((MxVmar) handle.object()).base());
  }

  @Test
  void a_request_exactly_as_large_as_an_empty_region_succeeds_at_its_base() {
    int parent = region(8);
    int child = allocate(parent, 0, 8 * PAGE, CAN_ALL);
    assertThat(base(child)).isEqualTo(base(parent));
  }

  @Test
  void what_is_placed_in_a_compact_region_lies_close_together() {
    int parent = allocate(root, 0, 1L << 40, CAN_ALL | MX_VM_FLAG_COMPACT);
    long first = base(allocate(parent, 0, PAGE, CAN_RWX));
    for (int i = 1; i < 20; i++) {
      long next = base(allocate(parent, 0, PAGE, CAN_RWX));
      assertThat(Math.abs(next - first)).isLessThanOrEqualTo(i * 129L * PAGE);
    }
  }

  @Test
  void handle_checks_come_first() {
    refused(allocate(0, 1, 1, -1, BAD), VmarAllocate.BAD_HANDLE);
    int reader = duplicate(root, MX_RIGHT_READ);
    refused(allocate(reader, 1, 1, MX_VM_FLAG_CAN_MAP_WRITE, BAD), VmarAllocate.LACKS_RIGHT);
    refused(allocate(vmo(1), 1, 1, 0, BAD), VmarAllocate.WRONG_TYPE);
  }

  @ParameterizedTest
  @ValueSource(ints = {MX_VM_FLAG_MAP_RANGE, 1 << 11, 1 << 24, 1 << 31})
  void flags_of_other_calls_and_later_years_are_unknown(int flag) {
    refused(refusedAllocate(1, 1, flag), VmarAllocate.UNKNOWN_FLAG);
  }

  @Test
  void permission_flags_are_refused_also_WRITE_alone() {
    refused(refusedAllocate(1, 1, MX_VM_FLAG_PERM_WRITE), VmarAllocate.PERMISSION_FLAG);
    refused(refusedAllocate(1, 1, R), VmarAllocate.PERMISSION_FLAG);
  }

  @Test
  void a_size_is_not_rounded() {
    refused(
        refusedAllocate(1, PAGE + 1, MX_VM_FLAG_SPECIFIC_OVERWRITE), VmarAllocate.SIZE_MISALIGNED);
    refused(refusedAllocate(1, PAGE, MX_VM_FLAG_SPECIFIC_OVERWRITE), VmarAllocate.OVERWRITE);
  }

  @Test
  void a_dead_parent_is_BAD_STATE_after_the_checks_of_size_and_flags() {
    int parent = region(4);
    ok(mxVmarDestroy(c, parent));
    refused(allocate(parent, 0, 1, 0, out + 8), VmarAllocate.SIZE_MISALIGNED);
    refused(allocate(parent, 1, 0, 0, out + 8), VmarAllocate.DEAD);
  }

  @Test
  void size_0_and_capabilities_beyond_the_parents_are_refused() {
    int readable = allocate(root, 0, 4 * PAGE, MX_VM_FLAG_CAN_MAP_READ);
    refused(allocate(readable, 1, 0, 0, BAD), VmarAllocate.SIZE_ZERO);
    // A handle with more rights than its region has flags exists only when it is granted.
    int generous = granted(readable, MX_RIGHT_READ | MX_RIGHT_WRITE);
    refused(
        allocate(generous, 1, PAGE, MX_VM_FLAG_CAN_MAP_WRITE, BAD), VmarAllocate.EXCEEDS_PARENT);
  }

  @Test
  void an_offset_needs_SPECIFIC_and_SPECIFIC_needs_the_parents_permission() {
    refused(refusedAllocate(PAGE, PAGE, 0), VmarAllocate.OFFSET_WITHOUT_SPECIFIC);
    int parent = allocate(root, 0, 4 * PAGE, CAN_RWX);
    refused(
        allocate(parent, 1, 100 * PAGE, MX_VM_FLAG_SPECIFIC, BAD),
        VmarAllocate.SPECIFIC_NOT_ALLOWED);
  }

  @Test
  void what_is_larger_than_the_parent_is_INVALID_ARGS_not_NO_MEMORY() {
    int parent = region(4);
    refused(allocate(parent, 0, 5 * PAGE, 0, BAD), VmarAllocate.OUTSIDE);
    refused(allocate(parent, 4 * PAGE, PAGE, MX_VM_FLAG_SPECIFIC, BAD), VmarAllocate.OUTSIDE);
    refused(allocate(parent, PAGE, 4 * PAGE, MX_VM_FLAG_SPECIFIC, BAD), VmarAllocate.OUTSIDE);
    refused(allocate(parent, -PAGE, 2 * PAGE, MX_VM_FLAG_SPECIFIC, BAD), VmarAllocate.OUTSIDE);
    refused(allocate(parent, 0, -PAGE, 0, BAD), VmarAllocate.OUTSIDE);
    refused(allocate(parent, 1, PAGE, MX_VM_FLAG_SPECIFIC, BAD), VmarAllocate.OFFSET_MISALIGNED);
  }

  @Test
  void an_occupied_place_and_a_full_region_are_NO_MEMORY() {
    int parent = region(4);
    allocate(parent, PAGE, PAGE, CAN_RWX | MX_VM_FLAG_SPECIFIC);
    refused(allocate(parent, 0, 2 * PAGE, MX_VM_FLAG_SPECIFIC, BAD), VmarAllocate.OCCUPIED);
    refused(allocate(parent, 0, 3 * PAGE, 0, BAD), VmarAllocate.NO_ROOM);
    ok(allocate(parent, 0, 2 * PAGE, 0, out + 8));
  }

  @Test
  void CAN_MAP_SPECIFIC_is_not_inherited_and_may_be_asked_for_below_a_region_without_it() {
    int parent = allocate(root, 0, 4 * PAGE, CAN_RWX);
    int child = allocate(parent, 0, 2 * PAGE, CAN_RWX | MX_VM_FLAG_CAN_MAP_SPECIFIC);
    ok(allocate(child, PAGE, PAGE, MX_VM_FLAG_SPECIFIC, out + 8));
    int plain = allocate(child, 0, PAGE, CAN_RWX | MX_VM_FLAG_SPECIFIC);
    refused(allocate(plain, 0, PAGE, MX_VM_FLAG_SPECIFIC, BAD), VmarAllocate.SPECIFIC_NOT_ALLOWED);
  }

  @Test
  void a_bad_pointer_leaves_no_region_and_no_handle() {
    int parent = region(1);
    int handles = program.process().table().size();
    refused(allocate(parent, 0, PAGE, 0, BAD), VmarAllocate.BAD_ADDRESS_POINTER);
    program.cpu().store(out + 8, 8, -1);
    refused(mxVmarAllocate(c, parent, 0, PAGE, 0, BAD, out + 8), VmarAllocate.BAD_HANDLE_POINTER);
    assertThat(program.cpu().load(out + 8, 8)).as("stored first").isEqualTo(base(parent));
    assertThat(program.process().table().size()).isEqualTo(handles);
    ok(allocate(parent, 0, PAGE, 0, out + 8));
  }

  @Test
  void without_memory_for_region_or_handle_nothing_is_left() {
    int parent = region(1);
    for (int nth = 1; ; nth++) {
      machine.failures().failNth(nth);
      int status = allocate(parent, 0, PAGE, 0, out + 8);
      boolean failed = machine.failures().refused() > 0;
      machine.failures().off();
      if (!failed) {
        ok(status);
        assertThat(nth).isGreaterThan(2);
        return;
      }
      refused(status, VmarAllocate.OUT_OF_MEMORY);
    }
  }
}
