package dev.mapwright.zircon;

import static dev.mapwright.zircon.abi.MxInfo.MX_INFO_HANDLE_VALID;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_MAP;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_READ;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_CAN_MAP_READ;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_CAN_MAP_SPECIFIC;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_SPECIFIC;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_SPECIFIC_OVERWRITE;
import static dev.mapwright.zircon.abi.MxVmoOps.MX_VMO_CLONE_COPY_ON_WRITE;
import static dev.mapwright.zircon.abi.MxVmoOps.MX_VMO_OP_CACHE_SYNC;
import static dev.mapwright.zircon.abi.MxVmoOps.MX_VMO_OP_COMMIT;
import static dev.mapwright.zircon.abi.MxVmoOps.MX_VMO_OP_LOOKUP;
import static dev.mapwright.zircon.call.MxCalls.mxHandleClose;
import static dev.mapwright.zircon.call.MxCalls.mxObjectGetInfo;
import static dev.mapwright.zircon.call.MxCalls.mxVmarAllocate;
import static dev.mapwright.zircon.call.MxCalls.mxVmarDestroy;
import static dev.mapwright.zircon.call.MxCalls.mxVmarMap;
import static dev.mapwright.zircon.call.MxCalls.mxVmarProtect;
import static dev.mapwright.zircon.call.MxCalls.mxVmarUnmap;
import static dev.mapwright.zircon.call.MxCalls.mxVmoClone;
import static dev.mapwright.zircon.call.MxCalls.mxVmoOpRange;
import static dev.mapwright.zircon.call.MxCalls.mxVmoRead;
import static dev.mapwright.zircon.call.MxCalls.mxVmoSetSize;
import static dev.mapwright.zircon.call.MxCalls.mxVmoWrite;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Access;
import dev.mapwright.core.check.StateImage;
import dev.mapwright.zircon.answer.VmarAllocate;
import dev.mapwright.zircon.answer.VmarDestroy;
import dev.mapwright.zircon.answer.VmarMap;
import dev.mapwright.zircon.answer.VmarProtect;
import dev.mapwright.zircon.answer.VmarUnmap;
import dev.mapwright.zircon.answer.VmoOpRange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What implementations of this interface get wrong. */
class TrapsTest extends MxTest {
  private static final int SPECIFIC = MX_VM_FLAG_SPECIFIC;
  private static final int OVERWRITE = MX_VM_FLAG_SPECIFIC_OVERWRITE;

  private long load(long address) {
    return program.cpu().load(address, 8);
  }

  private void store(long address, long value) {
    program.cpu().store(address, 8, value);
  }

  @Test
  @DisplayName("allocate and map take offsets from the base, unmap and protect absolute addresses")
  void offsets_and_addresses() {
    int region = region(8);
    long at = mapAt(region, 2, vmo(PAGE), 0, 1, READ_WRITE);
    assertThat(at).isEqualTo(base(region) + 2 * PAGE);
    refused(mxVmarProtect(c, region, 2 * PAGE, PAGE, R), VmarProtect.OUTSIDE);
    refused(mxVmarUnmap(c, region, 2 * PAGE, PAGE), VmarUnmap.OUTSIDE);
    refused(mxVmarMap(c, region, at, vmo(PAGE), 0, PAGE, R | SPECIFIC, out), VmarMap.OUTSIDE);
    ok(mxVmarProtect(c, region, at, PAGE, R));
    ok(mxVmarUnmap(c, region, at, PAGE));
  }

  @Test
  @DisplayName("a request larger than the region is INVALID_ARGS, an occupied place is NO_MEMORY")
  void too_large_and_occupied() {
    int region = region(2);
    mapAt(region, 0, vmo(PAGE), 0, 1, R);
    refused(mxVmarAllocate(c, region, 0, 3 * PAGE, 0, out, out), VmarAllocate.OUTSIDE);
    refused(mxVmarAllocate(c, region, 0, PAGE, SPECIFIC, out, out), VmarAllocate.OCCUPIED);
    refused(mxVmarMap(c, region, 0, vmo(PAGE), 0, 3 * PAGE, R, out), VmarMap.OUTSIDE);
    refused(mxVmarMap(c, region, 0, vmo(PAGE), 0, PAGE, R | SPECIFIC, out), VmarMap.OCCUPIED);
  }

  @Test
  @DisplayName("overwriting replaces mappings only, never a child region, not even an empty one")
  void overwrite_and_regions() {
    int region = region(4);
    int child = allocate(region, PAGE, PAGE, CAN_ALL | SPECIFIC);
    int vmo = vmo(PAGE);
    StateImage before = StateImage.of(machine);
    refused(mxVmarMap(c, region, 0, vmo, 0, 4 * PAGE, R | OVERWRITE, out), VmarMap.REGION_IN_RANGE);
    assertThat(before.differences(StateImage.of(machine))).isEmpty();
    ok(mxVmarUnmap(c, region, base(region), 4 * PAGE));
    refused(mxVmarDestroy(c, child), VmarDestroy.DEAD);
  }

  @Test
  @DisplayName("splitting and trimming on the left advance the offset in the object")
  void contents_after_a_split() {
    int region = region(9);
    int vmo = vmo(9 * PAGE);
    long at = mapAt(region, 0, vmo, 0, 9, READ_WRITE);
    for (int i = 0; i < 9; i++) {
      store(at + i * PAGE, 50 + i);
    }
    ok(mxVmarUnmap(c, region, at, PAGE)); // trim on the left
    ok(mxVmarUnmap(c, region, at + 4 * PAGE, PAGE)); // hole in the middle
    ok(mxVmarUnmap(c, region, at + 8 * PAGE, PAGE)); // trim on the right
    for (int i = 0; i < 9; i++) {
      if (i == 0 || i == 4 || i == 8) {
        assertThat(can(Access.READ, at + i * PAGE)).as("page %s", i).isFalse();
      } else {
        assertThat(load(at + i * PAGE)).as("page %s", i).isEqualTo(50 + i);
      }
    }
  }

  @Test
  @DisplayName("the maximum protection is what both handles allowed when the mapping was made")
  void maximum_protection() {
    int region = region(2);
    int vmo = vmo(PAGE);
    int reader = duplicate(vmo, MX_RIGHT_READ | MX_RIGHT_MAP);
    long weak = mapAt(region, 0, reader, 0, 1, R);
    ok(mxHandleClose(c, reader));
    refused(mxVmarProtect(c, region, weak, PAGE, READ_WRITE), VmarProtect.EXCEEDS_MAXIMUM);
    long strong = mapAt(region, 1, vmo, 0, 1, R);
    ok(mxVmarProtect(c, region, strong, PAGE, READ_WRITE));
    // The region's handle counts as much as the object's.
    int readRegion = duplicate(root, MX_RIGHT_READ);
    ok(mxVmarMap(c, readRegion, 0, vmo, 0, PAGE, R, out));
    refused(mxVmarProtect(c, root, result(), PAGE, READ_WRITE), VmarProtect.EXCEEDS_MAXIMUM);
  }

  @Test
  @DisplayName("what was mapped readable only may become writable if the handles allowed it")
  void raising_protection() {
    int region = region(1);
    long at = mapAt(region, 0, vmo(PAGE), 0, 1, R);
    assertThat(can(Access.WRITE, at)).isFalse();
    ok(mxVmarProtect(c, region, at, PAGE, READ_WRITE));
    store(at, 1);
  }

  @Test
  @DisplayName("a mapping in a child region is limited by the child's handle, not by the parent's")
  void rights_of_the_child() {
    int child = allocate(root, 0, PAGE, MX_VM_FLAG_CAN_MAP_READ);
    refused(mxVmarMap(c, child, 0, vmo(PAGE), 0, PAGE, READ_WRITE, out), VmarMap.VMAR_LACKS_RIGHT);
    ok(mxVmarMap(c, child, 0, vmo(PAGE), 0, PAGE, R, out));
    refused(mxVmarProtect(c, child, result(), PAGE, READ_WRITE), VmarProtect.LACKS_RIGHT);
  }

  @Test
  @DisplayName("CAN_MAP_SPECIFIC is a region's own, and its lack is ACCESS_DENIED")
  void can_map_specific() {
    int region = allocate(root, 0, 4 * PAGE, CAN_RWX);
    int vmo = vmo(PAGE);
    for (int flag : new int[] {SPECIFIC, OVERWRITE}) {
      refused(mxVmarMap(c, region, 0, vmo, 0, PAGE, R | flag, out), VmarMap.SPECIFIC_NOT_ALLOWED);
    }
    int child = allocate(region, 0, 2 * PAGE, CAN_RWX | MX_VM_FLAG_CAN_MAP_SPECIFIC);
    ok(mxVmarMap(c, child, 0, vmo, 0, PAGE, R | SPECIFIC, out));
  }

  @Test
  @DisplayName("map does not look at the object's size, anything below 2^64 can be mapped")
  void beyond_the_end() {
    int vmo = vmo(1);
    ok(mxVmarMap(c, root, 0, vmo, 1L << 62, PAGE, R, out));
    ok(mxVmarMap(c, root, 0, vmo, 0xffff_ffff_ffff_e000L, PAGE, R, out));
    assertThat(can(Access.READ, result())).isFalse();
    refused(
        mxVmarMap(c, root, 0, vmo, 0xffff_ffff_ffff_f000L, PAGE, R, out), VmarMap.VMO_OFFSET_WRAPS);
  }

  @Test
  @DisplayName("a refused call leaves nothing behind")
  void no_residue() {
    int region = region(4);
    int vmo = vmo(PAGE);
    mapAt(region, 1, vmo, 0, 1, R);
    allocate(region, 2 * PAGE, PAGE, CAN_ALL | SPECIFIC);
    long stored = load(out + 8);
    StateImage before = StateImage.of(machine);
    int handles = program.process().table().size();
    refused(mxVmarAllocate(c, region, 0, PAGE, 0, BAD, out + 8), VmarAllocate.BAD_HANDLE_POINTER);
    refused(mxVmarMap(c, region, 0, vmo, 0, PAGE, R, BAD), VmarMap.BAD_ADDRESS_POINTER);
    refused(
        mxVmarProtect(c, region, base(region) + PAGE, 2 * PAGE, READ_WRITE),
        VmarProtect.REGION_IN_RANGE);
    assertThat(program.process().table().size()).isEqualTo(handles);
    store(out + 8, stored); // the address was stored before the bad pointer was found
    assertThat(before.differences(StateImage.of(machine))).isEmpty();
  }

  @Test
  @DisplayName(
      "closing handles changes no mapping and no region, destroying frees addresses at once")
  void closing_and_destroying() {
    int outer = region(2);
    int inner = allocate(outer, 0, 2 * PAGE, CAN_ALL);
    int vmo = vmo(PAGE);
    long at = mapAt(inner, 0, vmo, 0, 1, READ_WRITE);
    int second = duplicate(inner, MX_RIGHT_READ);
    ok(mxHandleClose(c, vmo));
    ok(mxHandleClose(c, inner));
    store(at, 3);
    assertThat(load(at)).isEqualTo(3);
    ok(mxVmarDestroy(c, second));
    mapAt(outer, 0, vmo(PAGE), 0, 2, R);
  }

  @Test
  @DisplayName("on a dead region all five calls are BAD_STATE, after the checks that come before")
  void dead_regions() {
    int region = region(1);
    long at = base(region);
    int vmo = vmo(PAGE);
    ok(mxVmarDestroy(c, region));
    refused(mxVmarAllocate(c, region, 0, PAGE, 0, out, out), VmarAllocate.DEAD);
    refused(mxVmarMap(c, region, 0, vmo, 0, PAGE, R, out), VmarMap.DEAD);
    refused(mxVmarUnmap(c, region, at, PAGE), VmarUnmap.DEAD);
    refused(mxVmarProtect(c, region, at, PAGE, R), VmarProtect.DEAD);
    refused(mxVmarDestroy(c, region), VmarDestroy.DEAD);
    refused(mxVmarMap(c, region, 0, vmo, 1, PAGE, R, out), VmarMap.VMO_OFFSET_MISALIGNED);
    refused(mxVmarUnmap(c, region, at, 0), VmarUnmap.LENGTH_ZERO);
    ok(mxObjectGetInfo(c, region, MX_INFO_HANDLE_VALID, 0, 0, 0, 0));
    ok(mxHandleClose(c, duplicate(region, MX_RIGHT_READ)));
    ok(mxHandleClose(c, region));
  }

  @Test
  @DisplayName(
      "mappings at any offset, reads, writes and clones of an object agree at every moment")
  void coherence() {
    int vmo = vmo(2 * PAGE);
    int region = region(8);
    long whole = mapAt(region, 0, vmo, 0, 2, READ_WRITE);
    long second = mapAt(region, 4, vmo, 1, 1, READ_WRITE);
    ok(mxVmoClone(c, vmo, MX_VMO_CLONE_COPY_ON_WRITE, PAGE, PAGE, out));
    long clone = mapAt(region, 6, handleResult(), 0, 1, R);
    assertThat(load(second)).isZero();
    assertThat(load(clone)).isZero();
    store(whole + PAGE, 1);
    assertThat(load(second)).isEqualTo(1);
    assertThat(load(clone)).isEqualTo(1);
    store(out + 64, 2);
    ok(mxVmoWrite(c, vmo, out + 64, PAGE, 8, out));
    assertThat(load(whole + PAGE)).isEqualTo(2);
    assertThat(load(clone)).isEqualTo(2);
    store(second, 3);
    ok(mxVmoRead(c, vmo, out + 64, PAGE, 8, out));
    assertThat(load(out + 64)).isEqualTo(3);
    program.vmo(vmo).decommit(PAGE, PAGE);
    assertThat(load(whole + PAGE)).isZero();
    assertThat(load(second)).isZero();
    assertThat(load(clone)).isZero();
  }

  @Test
  @DisplayName("a clone is a live view, not a snapshot, and shows the parent grow and shrink")
  void clones() {
    int vmo = vmo(PAGE);
    long above = program.root().map(program.vmo(vmo), 0, 2 * PAGE, READ_WRITE);
    long below = program.root().map(program.vmo(vmo).cloneRange(0, 2 * PAGE), 0, 2 * PAGE, R);
    store(above, 1);
    assertThat(load(below)).isEqualTo(1);
    assertThat(load(below + PAGE)).isZero();
    ok(mxVmoSetSize(c, vmo, 2 * PAGE));
    store(above + PAGE, 2);
    assertThat(load(below + PAGE)).isEqualTo(2);
    ok(mxVmoSetSize(c, vmo, PAGE));
    assertThat(load(below + PAGE)).isZero();
  }

  @Test
  @DisplayName("offsets are unsigned 64-bit numbers up to the last page")
  void unsigned_offsets() {
    int vmo = vmo(0xffff_ffff_ffff_f000L);
    store(out + 64, 9);
    ok(mxVmoWrite(c, vmo, out + 64, 0xffff_ffff_ffff_eff8L, 8, out));
    ok(mxVmarMap(c, root, 0, vmo, 0xffff_ffff_ffff_e000L, PAGE, R, out));
    assertThat(load(result() + PAGE - 8)).isEqualTo(9);
    ok(mxVmoRead(c, vmo, out + 64, 0xffff_ffff_ffff_eff8L, 64, out));
    assertThat(result()).as("trimmed at the end").isEqualTo(8);
    refused(
        mxVmoOpRange(c, vmo, MX_VMO_OP_COMMIT, 0xffff_ffff_ffff_f000L, PAGE, 0, 0),
        VmoOpRange.RANGE_WRAPS);
  }

  @Test
  @DisplayName("a length that rounds up to 0 is an error and never nothing to do")
  void rounding_wraps() {
    int region = region(1);
    long at = base(region);
    int vmo = vmo(PAGE);
    for (long len : new long[] {-1, -4094, -4095}) {
      refused(mxVmarMap(c, region, 0, vmo, 0, len, R, out), VmarMap.LENGTH_ZERO);
      refused(mxVmarUnmap(c, region, at, len), VmarUnmap.LENGTH_ZERO);
      refused(mxVmarProtect(c, region, at, len, R), VmarProtect.LENGTH_ZERO);
    }
  }

  @Test
  @DisplayName("look-up checks the size of its buffer before the range, other operations do not")
  void order_of_look_up() {
    int vmo = vmo(PAGE);
    refused(
        mxVmoOpRange(c, vmo, MX_VMO_OP_LOOKUP, 0, 9 * PAGE, out, 8),
        VmoOpRange.LOOKUP_BUFFER_TOO_SMALL);
    refused(
        mxVmoOpRange(c, vmo, MX_VMO_OP_CACHE_SYNC, 0, 9 * PAGE, out, 8),
        VmoOpRange.CACHE_OUT_OF_RANGE);
  }
}
