package dev.mapwright.zircon;

import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_MAP;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_READ;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_WRITE;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_CAN_MAP_READ;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_CAN_MAP_SPECIFIC;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_CAN_MAP_WRITE;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_COMPACT;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_MAP_RANGE;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_PERM_EXECUTE;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_PERM_WRITE;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_SPECIFIC;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_SPECIFIC_OVERWRITE;
import static dev.mapwright.zircon.abi.MxVmoOps.MX_VMO_OP_COMMIT;
import static dev.mapwright.zircon.call.MxCalls.mxHandleClose;
import static dev.mapwright.zircon.call.MxCalls.mxVmarDestroy;
import static dev.mapwright.zircon.call.MxCalls.mxVmarMap;
import static dev.mapwright.zircon.call.MxCalls.mxVmoOpRange;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Access;
import dev.mapwright.core.Pages;
import dev.mapwright.core.space.MappingInfo;
import dev.mapwright.zircon.answer.VmarMap;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VmarMapTest extends MxTest {
  private int map(int vmar, long offset, int vmo, long vmoOffset, long len, int flags) {
    return mxVmarMap(c, vmar, offset, vmo, vmoOffset, len, flags, out);
  }

  private MappingInfo mappingAt(long address) {
    MappingInfo mapping = program.process().space().mappingOf(Pages.of(address));
    assertThat(mapping).isNotNull();
    return Objects.requireNonNull(mapping);
  }

  @Test
  void a_length_is_rounded_up_to_pages() {
    int vmo = vmo(4 * PAGE);
    ok(map(root, 0, vmo, 0, 4 * PAGE - 1, READ_WRITE));
    long at = result();
    program.cpu().store(at + 4 * PAGE - 8, 8, 5);
    assertThat(mappingAt(at).pages()).isEqualTo(4);
  }

  @Test
  void handles_are_looked_at_first_and_without_asking_for_rights() {
    int vmo = vmo(PAGE);
    refused(map(0, 1, 0, 1, 0, -1), VmarMap.VMAR_BAD_HANDLE);
    refused(map(vmo, 1, 0, 1, 0, -1), VmarMap.VMAR_WRONG_TYPE);
    refused(map(root, 1, 0, 1, 0, -1), VmarMap.VMO_BAD_HANDLE);
    refused(map(root, 1, root, 1, 0, -1), VmarMap.VMO_WRONG_TYPE);
    refused(map(root, 1, duplicate(vmo, MX_RIGHT_READ), 1, 0, -1), VmarMap.VMO_LACKS_MAP);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, MX_VM_FLAG_PERM_WRITE, MX_VM_FLAG_PERM_EXECUTE})
  void without_PERM_READ_there_is_no_mapping(int permissions) {
    refused(map(root, 0, vmo(PAGE), 0, PAGE, permissions), VmarMap.NOT_READABLE);
  }

  @Test
  void flags_of_regions_are_refused() {
    int vmo = vmo(PAGE);
    refused(map(root, 0, vmo, 0, PAGE, R | MX_VM_FLAG_CAN_MAP_READ), VmarMap.CAN_MAP_FLAG);
    refused(map(root, 0, vmo, 0, PAGE, R | 1 << 11), VmarMap.UNKNOWN_FLAG);
    refused(map(root, 0, vmo, 0, PAGE, R | 1 << 31), VmarMap.UNKNOWN_FLAG);
    refused(map(root, 0, vmo, 0, PAGE, R | MX_VM_FLAG_COMPACT), VmarMap.REGION_FLAG);
    refused(map(root, 0, vmo, 0, PAGE, R | MX_VM_FLAG_CAN_MAP_SPECIFIC), VmarMap.REGION_FLAG);
  }

  @Test
  void both_handles_need_the_rights_for_the_permissions() {
    int vmo = vmo(PAGE);
    int reader = duplicate(vmo, MX_RIGHT_READ | MX_RIGHT_MAP);
    refused(map(root, 0, reader, 0, PAGE, READ_WRITE), VmarMap.VMO_LACKS_RIGHT);
    int readRegion = duplicate(root, MX_RIGHT_READ);
    refused(map(readRegion, 0, vmo, 0, PAGE, READ_WRITE), VmarMap.VMAR_LACKS_RIGHT);
    ok(map(readRegion, 0, vmo, 0, PAGE, R));
  }

  @Test
  void the_region_limits_permissions_even_if_a_handle_does_not() {
    int readable = allocate(root, 0, PAGE, MX_VM_FLAG_CAN_MAP_READ);
    int generous = granted(readable, MX_RIGHT_READ | MX_RIGHT_WRITE);
    refused(map(generous, 0, vmo(PAGE), 1, PAGE, READ_WRITE), VmarMap.EXCEEDS_REGION);
    ok(map(generous, 0, vmo(PAGE), 0, PAGE, R));
    assertThat(mappingAt(result()).maximum()).isEqualTo(1);
  }

  @Test
  void the_range_of_the_object_must_be_expressible_but_need_not_exist() {
    int vmo = vmo(PAGE);
    refused(map(root, 0, vmo, 1, PAGE, R), VmarMap.VMO_OFFSET_MISALIGNED);
    refused(map(root, 0, vmo, -PAGE, PAGE, R), VmarMap.VMO_OFFSET_WRAPS);
    refused(map(root, 0, vmo, -PAGE, 2 * PAGE, R), VmarMap.VMO_OFFSET_WRAPS);
    ok(map(root, 0, vmo, -2 * PAGE, PAGE, R));
    assertThat(can(Access.READ, result())).isFalse();
  }

  @Test
  void a_dead_region_is_BAD_STATE_before_the_length_is_looked_at() {
    int region = region(4);
    int vmo = vmo(PAGE);
    ok(mxVmarDestroy(c, region));
    refused(map(region, 0, vmo, 1, PAGE, R), VmarMap.VMO_OFFSET_MISALIGNED);
    refused(map(region, 0, vmo, 0, 0, R), VmarMap.DEAD);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, -4095})
  void a_length_that_rounds_to_0_is_an_error(long len) {
    refused(map(root, 1, vmo(PAGE), 0, len, R), VmarMap.LENGTH_ZERO);
  }

  @Test
  void an_offset_needs_SPECIFIC_or_OVERWRITE_and_the_regions_permission() {
    int vmo = vmo(PAGE);
    refused(map(root, PAGE, vmo, 0, PAGE, R), VmarMap.OFFSET_WITHOUT_SPECIFIC);
    int region = allocate(root, 0, 4 * PAGE, CAN_RWX);
    int wholeRegion = 64;
    for (int flag : new int[] {MX_VM_FLAG_SPECIFIC, MX_VM_FLAG_SPECIFIC_OVERWRITE}) {
      refused(map(region, 1, vmo, 0, wholeRegion * PAGE, R | flag), VmarMap.SPECIFIC_NOT_ALLOWED);
    }
  }

  @Test
  void what_does_not_fit_into_the_region_is_INVALID_ARGS() {
    int region = region(4);
    int vmo = vmo(PAGE);
    refused(map(region, 0, vmo, 0, 5 * PAGE, R), VmarMap.OUTSIDE);
    refused(map(region, 4 * PAGE, vmo, 0, PAGE, R | MX_VM_FLAG_SPECIFIC), VmarMap.OUTSIDE);
    refused(map(region, 3 * PAGE, vmo, 0, PAGE + 1, R | MX_VM_FLAG_SPECIFIC), VmarMap.OUTSIDE);
    refused(map(region, -PAGE, vmo, 0, PAGE, R | MX_VM_FLAG_SPECIFIC), VmarMap.OUTSIDE);
    refused(map(region, 1, vmo, 0, PAGE, R | MX_VM_FLAG_SPECIFIC), VmarMap.OFFSET_MISALIGNED);
  }

  @Test
  void SPECIFIC_over_anything_is_NO_MEMORY() {
    int region = region(8);
    int vmo = vmo(PAGE);
    mapAt(region, 2, vmo, 0, 2, R);
    allocate(region, 5 * PAGE, PAGE, CAN_RWX | MX_VM_FLAG_SPECIFIC);
    for (long page : new long[] {1, 2, 3, 4}) {
      refused(
          map(region, page * PAGE, vmo, 0, 2 * PAGE, R | MX_VM_FLAG_SPECIFIC), VmarMap.OCCUPIED);
    }
    ok(map(region, 6 * PAGE, vmo, 0, 2 * PAGE, R | MX_VM_FLAG_SPECIFIC));
    refused(map(region, 0, vmo, 0, 3 * PAGE, R), VmarMap.NO_ROOM);
  }

  @Test
  void OVERWRITE_of_free_pages_is_the_same_as_SPECIFIC() {
    int region = region(8);
    int vmo = vmo(PAGE);
    ok(map(region, 2 * PAGE, vmo, 0, PAGE, R | MX_VM_FLAG_SPECIFIC_OVERWRITE));
    assertThat(result()).isEqualTo(base(region) + 2 * PAGE);
  }

  @Test
  void OVERWRITE_replaces_what_is_in_the_range_and_keeps_what_is_around_it() {
    int region = region(8);
    int old = vmo(8 * PAGE);
    long at = mapAt(region, 0, old, 0, 8, READ_WRITE);
    for (int i = 0; i < 8; i++) {
      program.cpu().store(at + i * PAGE, 8, 100 + i);
    }
    int fresh = vmo(2 * PAGE);
    ok(map(region, 3 * PAGE, fresh, 0, 2 * PAGE, READ_WRITE | MX_VM_FLAG_SPECIFIC_OVERWRITE));
    for (int i = 0; i < 8; i++) {
      long expected = i == 3 || i == 4 ? 0 : 100 + i;
      assertThat(program.cpu().load(at + i * PAGE, 8)).as("page %s", i).isEqualTo(expected);
    }
    program.cpu().store(at + 3 * PAGE, 8, 7);
    assertThat(program.cpu().load(at + 2 * PAGE, 8)).isEqualTo(102);
  }

  @Test
  void OVERWRITE_over_a_child_region_is_refused_and_nothing_changes() {
    int region = region(8);
    int vmo = vmo(4 * PAGE);
    long at = mapAt(region, 0, vmo, 0, 2, READ_WRITE);
    program.cpu().store(at, 8, 1);
    allocate(region, 4 * PAGE, PAGE, CAN_RWX | MX_VM_FLAG_SPECIFIC);
    refused(
        map(region, 0, vmo, 0, 8 * PAGE, R | MX_VM_FLAG_SPECIFIC_OVERWRITE),
        VmarMap.REGION_IN_RANGE);
    program.cpu().store(at, 8, 2);
    assertThat(program.cpu().load(at, 8)).isEqualTo(2);
  }

  @Test
  void a_bad_pointer_leaves_no_mapping_but_what_was_overwritten_is_gone() {
    int region = region(1);
    int vmo = vmo(PAGE);
    refused(mxVmarMap(c, region, 0, vmo, 0, PAGE, R, BAD), VmarMap.BAD_ADDRESS_POINTER);
    long at = mapAt(region, 0, vmo, 0, 1, READ_WRITE);
    program.cpu().store(at, 8, 1);
    int reader = duplicate(vmo, MX_RIGHT_READ | MX_RIGHT_MAP);
    refused(
        mxVmarMap(c, region, 0, reader, 0, PAGE, R | MX_VM_FLAG_SPECIFIC_OVERWRITE, BAD),
        VmarMap.BAD_ADDRESS_POINTER);
    assertThat(can(Access.READ, at)).isFalse();
    ok(map(region, 0, vmo, 0, PAGE, R));
  }

  @Test
  void a_pointer_into_the_pages_that_become_read_only_is_bad_and_undoes_the_mapping() {
    int region = region(1);
    int vmo = vmo(PAGE);
    long at = mapAt(region, 0, vmo, 0, 1, READ_WRITE);
    refused(
        mxVmarMap(c, region, 0, vmo, 0, PAGE, R | MX_VM_FLAG_SPECIFIC_OVERWRITE, at),
        VmarMap.BAD_ADDRESS_POINTER);
    assertThat(can(Access.READ, at)).isFalse();
  }

  @Test
  void without_memory_nothing_is_mapped() {
    int vmo = vmo(PAGE);
    machine.failures().failNth(1);
    refused(map(root, 0, vmo, 0, PAGE, R), VmarMap.OUT_OF_MEMORY);
    machine.failures().off();
  }

  @Test
  void MAP_RANGE_installs_what_is_committed_and_commits_nothing() {
    int vmo = vmo(3 * PAGE);
    ok(mxVmoOpRange(c, vmo, MX_VMO_OP_COMMIT, PAGE, PAGE, 0, 0));
    ok(map(root, 0, vmo, 0, 4 * PAGE, READ_WRITE | MX_VM_FLAG_MAP_RANGE));
    long at = result();
    var tables = program.process().space().translation();
    assertThat(tables.entry(Pages.of(at))).isZero();
    assertThat(tables.entry(Pages.of(at + PAGE))).isNotZero();
    assertThat(tables.entry(Pages.of(at + 2 * PAGE))).isZero();
    assertThat(tables.entry(Pages.of(at + 3 * PAGE))).isZero();
  }

  @Test
  void MAP_RANGE_goes_with_OVERWRITE() {
    int region = region(2);
    int vmo = vmo(PAGE);
    mapAt(region, 0, vmo, 0, 2, R);
    ok(map(region, 0, vmo, 0, PAGE, R | MX_VM_FLAG_SPECIFIC_OVERWRITE | MX_VM_FLAG_MAP_RANGE));
  }

  @Test
  void a_mapping_outlives_the_handles_it_was_made_with() {
    int vmo = vmo(PAGE);
    int region = region(1);
    long at = mapAt(region, 0, vmo, 0, 1, READ_WRITE);
    ok(mxHandleClose(c, vmo));
    ok(mxHandleClose(c, region));
    program.cpu().store(at, 8, 9);
    assertThat(program.cpu().load(at, 8)).isEqualTo(9);
  }

  @Test
  void a_lease_of_the_embedder_holds_what_would_be_overwritten() {
    int region = region(1);
    int vmo = vmo(PAGE);
    long at = mapAt(region, 0, vmo, 0, 1, READ_WRITE);
    try (var lease = program.process().space().lease(Pages.of(at), 1, true).get()) {
      refused(map(region, 0, vmo, 0, PAGE, R | MX_VM_FLAG_SPECIFIC_OVERWRITE), VmarMap.LEASED);
      assertThat(lease.firstPage()).isEqualTo(Pages.of(at));
    }
    ok(map(region, 0, vmo, 0, PAGE, R | MX_VM_FLAG_SPECIFIC_OVERWRITE));
  }

  @Test
  void CAN_MAP_flags_are_found_before_rights() {
    int reader = duplicate(vmo(PAGE), MX_RIGHT_READ | MX_RIGHT_MAP);
    refused(
        map(root, 0, reader, 0, PAGE, READ_WRITE | MX_VM_FLAG_CAN_MAP_WRITE), VmarMap.CAN_MAP_FLAG);
    refused(map(root, 0, reader, 0, PAGE, READ_WRITE | 1 << 20), VmarMap.VMO_LACKS_RIGHT);
  }
}
