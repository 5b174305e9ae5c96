package dev.mapwright.zircon;

import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_MAP;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_READ;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_MAP_RANGE;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_PERM_EXECUTE;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_PERM_WRITE;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_SPECIFIC;
import static dev.mapwright.zircon.call.MxCalls.mxVmarDestroy;
import static dev.mapwright.zircon.call.MxCalls.mxVmarProtect;
import static dev.mapwright.zircon.call.MxCalls.mxVmarUnmap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Access;
import dev.mapwright.core.Pages;
import dev.mapwright.zircon.answer.VmarProtect;
import org.junit.jupiter.api.Test;

class VmarProtectTest extends MxTest {
  private int protect(int vmar, long addr, long len, int flags) {
    return mxVmarProtect(c, vmar, addr, len, flags);
  }

  @Test
  void arguments_are_checked_in_the_documented_order() {
    int region = region(4);
    long at = base(region);
    refused(protect(0, 1, 0, 0), VmarProtect.BAD_HANDLE);
    refused(protect(duplicate(root, 0), 1, 0, R), VmarProtect.LACKS_RIGHT);
    refused(protect(vmo(1), 1, 0, 0), VmarProtect.WRONG_TYPE);
    refused(protect(region, 1, 0, 0), VmarProtect.NOT_READABLE);
    refused(protect(region, 1, 0, MX_VM_FLAG_PERM_WRITE), VmarProtect.NOT_READABLE);
    refused(protect(region, 1, 0, MX_VM_FLAG_PERM_EXECUTE), VmarProtect.NOT_READABLE);
    refused(protect(region, 1, 0, R | 1 << 11), VmarProtect.ADDRESS_MISALIGNED);
    refused(protect(region, 0, 0, R | MX_VM_FLAG_MAP_RANGE), VmarProtect.UNKNOWN_FLAG);
    refused(protect(region, 0, 0, R), VmarProtect.LENGTH_ZERO);
    refused(protect(region, at, -1, R), VmarProtect.LENGTH_ZERO);
    refused(protect(region, at - PAGE, PAGE, R), VmarProtect.OUTSIDE);
    refused(protect(region, at, 5 * PAGE, R), VmarProtect.OUTSIDE);
    ok(mxVmarDestroy(c, region));
    refused(protect(region, 0, PAGE, R), VmarProtect.DEAD);
  }

  @Test
  void every_page_of_the_range_must_be_mapped() {
    int region = region(8);
    long at = base(region);
    refused(protect(region, at, PAGE, R), VmarProtect.NOT_MAPPED);
    int vmo = vmo(8 * PAGE);
    mapAt(region, 1, vmo, 0, 2, READ_WRITE);
    mapAt(region, 4, vmo, 0, 2, READ_WRITE);
    refused(protect(region, at, 2 * PAGE, R), VmarProtect.NOT_MAPPED);
    refused(protect(region, at + PAGE, 4 * PAGE, R), VmarProtect.NOT_MAPPED);
    refused(protect(region, at + 4 * PAGE, 3 * PAGE, R), VmarProtect.NOT_MAPPED);
    assertThat(can(Access.WRITE, at + PAGE)).isTrue();
    assertThat(can(Access.WRITE, at + 4 * PAGE)).isTrue();
    ok(protect(region, at + 4 * PAGE, PAGE + 1, R));
    assertThat(can(Access.WRITE, at + 5 * PAGE)).isFalse();
  }

  @Test
  void a_child_region_is_met_before_the_hole_in_front_of_it_unless_the_range_begins_there() {
    int region = region(8);
    long at = base(region);
    int vmo = vmo(PAGE);
    mapAt(region, 0, vmo, 0, 1, READ_WRITE);
    allocate(region, 2 * PAGE, PAGE, CAN_RWX | MX_VM_FLAG_SPECIFIC);
    refused(protect(region, at, 3 * PAGE, R), VmarProtect.REGION_IN_RANGE);
    refused(protect(region, at + 2 * PAGE, PAGE, R), VmarProtect.REGION_IN_RANGE);
    refused(protect(region, at + PAGE, 2 * PAGE, R), VmarProtect.NOT_MAPPED);
  }

  @Test
  void the_first_fault_in_the_order_of_addresses_is_reported() {
    int region = region(8);
    long at = base(region);
    int vmo = vmo(PAGE);
    int reader = duplicate(vmo, MX_RIGHT_READ | MX_RIGHT_MAP);
    mapAt(region, 0, reader, 0, 1, R);
    refused(protect(region, at, 2 * PAGE, READ_WRITE), VmarProtect.EXCEEDS_MAXIMUM);
    mapAt(region, 2, reader, 0, 1, R);
    ok(mxVmarUnmap(c, region, at, PAGE));
    mapAt(region, 0, vmo, 0, 1, R);
    refused(protect(region, at, 3 * PAGE, READ_WRITE), VmarProtect.NOT_MAPPED);
    mapAt(region, 1, vmo, 0, 1, R);
    refused(protect(region, at, 3 * PAGE, READ_WRITE), VmarProtect.EXCEEDS_MAXIMUM);
    assertThat(can(Access.WRITE, at)).as("nothing changed").isFalse();
  }

  @Test
  void the_middle_of_a_mapping_is_split_off_and_keeps_its_contents() {
    int region = region(8);
    long at = mapAt(region, 0, vmo(8 * PAGE), 0, 8, READ_WRITE);
    for (int i = 0; i < 8; i++) {
      program.cpu().store(at + i * PAGE, 8, 10 + i);
    }
    ok(protect(region, at + 2 * PAGE, 3 * PAGE, R));
    for (int i = 0; i < 8; i++) {
      assertThat(can(Access.WRITE, at + i * PAGE)).as("page %s", i).isEqualTo(i < 2 || i > 4);
      assertThat(program.cpu().load(at + i * PAGE, 8)).as("page %s", i).isEqualTo(10 + i);
    }
    ok(protect(region, at, 8 * PAGE, READ_WRITE));
    program.cpu().store(at + 3 * PAGE, 8, 1);
  }

  @Test
  void splitting_needs_memory_and_without_it_nothing_is_protected() {
    int region = region(3);
    long at = mapAt(region, 0, vmo(3 * PAGE), 0, 3, READ_WRITE);
    machine.failures().failAll();
    refused(protect(region, at + PAGE, PAGE, R), VmarProtect.OUT_OF_MEMORY);
    machine.failures().off();
    assertThat(can(Access.WRITE, at + PAGE)).isTrue();
  }

  @Test
  void a_lease_of_the_embedder_holds_the_permissions() {
    int region = region(1);
    long at = mapAt(region, 0, vmo(PAGE), 0, 1, READ_WRITE);
    try (var lease = program.process().space().lease(Pages.of(at), 1, true).get()) {
      assertThat(lease.firstPage()).isEqualTo(Pages.of(at));
      refused(protect(region, at, PAGE, R), VmarProtect.LEASED);
    }
    ok(protect(region, at, PAGE, R));
  }
}
