package dev.mapwright.zircon;

import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_MAP;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_READ;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_WRITE;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_CAN_MAP_READ;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_COMPACT;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_PERM_WRITE;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_SPECIFIC;
import static dev.mapwright.zircon.call.MxCalls.mxVmarAllocate;
import static dev.mapwright.zircon.call.MxCalls.mxVmarDestroy;
import static dev.mapwright.zircon.call.MxCalls.mxVmarMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.zircon.abi.MxStatus;
import dev.mapwright.zircon.answer.VmarAllocate;
import dev.mapwright.zircon.answer.VmarMap;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * Calls with all faults at once: each fault is mended in turn, and the next one in the documented
 * order is reported.
 */
class OrderOfChecksTest extends MxTest {
  @Test
  void write_only_is_ACCESS_DENIED_without_the_right_MAP_and_INVALID_ARGS_with_it() {
    int vmo = vmo(PAGE);
    int noMap = duplicate(vmo, MX_RIGHT_READ | MX_RIGHT_WRITE);
    int status = mxVmarMap(c, root, 0, noMap, 0, PAGE, MX_VM_FLAG_PERM_WRITE, out);
    assertThat(status).isEqualTo(MxStatus.MX_ERR_ACCESS_DENIED);
    status = mxVmarMap(c, root, 0, vmo, 0, PAGE, MX_VM_FLAG_PERM_WRITE, out);
    assertThat(status).isEqualTo(MxStatus.MX_ERR_INVALID_ARGS);
  }

  /** The arguments of a vmar_map in which everything is wrong. */
  private final class Map {
    int vmar;
    long offset = 2 * PAGE + 1;
    int vmo;
    long vmoOffset = 1;
    long len;
    int flags = MX_VM_FLAG_PERM_WRITE | MX_VM_FLAG_CAN_MAP_READ | 1 << 30 | MX_VM_FLAG_COMPACT;
    long pointer = BAD;

    int call() {
      return mxVmarMap(c, vmar, offset, vmo, vmoOffset, len, flags, pointer);
    }
  }

  private record Step<T>(VmarMap expected, Consumer<T> mend) {}

  @Test
  void a_map_with_every_fault_reports_them_one_after_the_other() {
    int vmo = vmo(PAGE);
    int noMap = duplicate(vmo, MX_RIGHT_READ);
    int mapOnly = duplicate(vmo, MX_RIGHT_MAP);
    int reader = duplicate(vmo, MX_RIGHT_READ | MX_RIGHT_MAP);
    int bareRegion = allocate(root, 0, 4 * PAGE, 0);
    int dead = region(1);
    ok(mxVmarDestroy(c, dead));
    int plain = allocate(root, 0, 4 * PAGE, MX_VM_FLAG_CAN_MAP_READ);
    int full = region(4);
    mapAt(full, 0, vmo, 0, 4, R);
    int noRights = granted(bareRegion, 0);
    int generous = granted(bareRegion, MX_RIGHT_READ);
    List<Step<Map>> steps = new ArrayList<>();
    steps.add(new Step<>(VmarMap.VMAR_BAD_HANDLE, m -> m.vmar = vmo));
    steps.add(new Step<>(VmarMap.VMAR_WRONG_TYPE, m -> m.vmar = noRights));
    steps.add(new Step<>(VmarMap.VMO_BAD_HANDLE, m -> m.vmo = root));
    steps.add(new Step<>(VmarMap.VMO_WRONG_TYPE, m -> m.vmo = noMap));
    steps.add(new Step<>(VmarMap.VMO_LACKS_MAP, m -> m.vmo = mapOnly));
    steps.add(new Step<>(VmarMap.NOT_READABLE, m -> m.flags ^= MX_VM_FLAG_PERM_WRITE | R));
    steps.add(new Step<>(VmarMap.CAN_MAP_FLAG, m -> m.flags ^= MX_VM_FLAG_CAN_MAP_READ));
    steps.add(new Step<>(VmarMap.VMO_LACKS_RIGHT, m -> m.vmo = reader));
    steps.add(new Step<>(VmarMap.VMAR_LACKS_RIGHT, m -> m.vmar = generous));
    steps.add(new Step<>(VmarMap.UNKNOWN_FLAG, m -> m.flags ^= 1 << 30));
    steps.add(new Step<>(VmarMap.REGION_FLAG, m -> m.flags ^= MX_VM_FLAG_COMPACT));
    steps.add(new Step<>(VmarMap.EXCEEDS_REGION, m -> m.vmar = dead));
    steps.add(new Step<>(VmarMap.VMO_OFFSET_MISALIGNED, m -> m.vmoOffset = 0));
    steps.add(new Step<>(VmarMap.DEAD, m -> m.vmar = plain));
    steps.add(new Step<>(VmarMap.LENGTH_ZERO, m -> m.len = 5 * PAGE));
    steps.add(new Step<>(VmarMap.OFFSET_WITHOUT_SPECIFIC, m -> m.flags |= MX_VM_FLAG_SPECIFIC));
    steps.add(new Step<>(VmarMap.SPECIFIC_NOT_ALLOWED, m -> m.vmar = full));
    steps.add(new Step<>(VmarMap.OUTSIDE, m -> m.len = PAGE / 2));
    steps.add(new Step<>(VmarMap.OFFSET_MISALIGNED, m -> m.offset = 2 * PAGE));
    steps.add(new Step<>(VmarMap.OCCUPIED, m -> m.vmar = root));
    steps.add(new Step<>(VmarMap.BAD_ADDRESS_POINTER, m -> m.pointer = out));
    Map map = new Map();
    for (Step<Map> step : steps) {
      refused(map.call(), step.expected());
      step.mend().accept(map);
    }
    ok(map.call());
  }

  @Test
  void an_allocation_with_every_fault_reports_them_one_after_the_other() {
    int dead = region(1);
    ok(mxVmarDestroy(c, dead));
    int flags = MX_VM_FLAG_CAN_MAP_READ | 1 << 30 | R | 0x20;
    int noRight = granted(dead, MX_RIGHT_WRITE);
    int bare = allocate(root, 0, PAGE, 0);
    int generous = granted(bare, MX_RIGHT_READ);
    int full = region(2);
    mapAt(full, 0, vmo(PAGE), 0, 2, R);
    int plain = allocate(root, 0, 4 * PAGE, CAN_RWX);
    refused(mxVmarAllocate(c, 0, 1, 1, flags, BAD, BAD), VmarAllocate.BAD_HANDLE);
    refused(mxVmarAllocate(c, noRight, 1, 1, flags, BAD, BAD), VmarAllocate.LACKS_RIGHT);
    refused(mxVmarAllocate(c, dead, 1, 1, flags, BAD, BAD), VmarAllocate.UNKNOWN_FLAG);
    flags ^= 1 << 30;
    refused(mxVmarAllocate(c, dead, 1, 1, flags, BAD, BAD), VmarAllocate.PERMISSION_FLAG);
    flags ^= R;
    refused(mxVmarAllocate(c, dead, 1, 1, flags, BAD, BAD), VmarAllocate.SIZE_MISALIGNED);
    refused(mxVmarAllocate(c, dead, 1, 0, flags, BAD, BAD), VmarAllocate.OVERWRITE);
    flags ^= 0x20;
    refused(mxVmarAllocate(c, dead, 1, 0, flags, BAD, BAD), VmarAllocate.DEAD);
    refused(mxVmarAllocate(c, generous, 1, 0, flags, BAD, BAD), VmarAllocate.SIZE_ZERO);
    refused(mxVmarAllocate(c, generous, 1, PAGE, flags, BAD, BAD), VmarAllocate.EXCEEDS_PARENT);
    refused(
        mxVmarAllocate(c, plain, 1, 9 * PAGE, flags, BAD, BAD),
        VmarAllocate.OFFSET_WITHOUT_SPECIFIC);
    flags |= MX_VM_FLAG_SPECIFIC;
    refused(
        mxVmarAllocate(c, plain, 1, 9 * PAGE, flags, BAD, BAD), VmarAllocate.SPECIFIC_NOT_ALLOWED);
    refused(mxVmarAllocate(c, full, 1, 9 * PAGE, flags, BAD, BAD), VmarAllocate.OUTSIDE);
    refused(mxVmarAllocate(c, full, 1, PAGE, flags, BAD, BAD), VmarAllocate.OFFSET_MISALIGNED);
    refused(mxVmarAllocate(c, full, PAGE, PAGE, flags, BAD, BAD), VmarAllocate.OCCUPIED);
    ok(mxVmarAllocate(c, root, 0, PAGE, flags & ~MX_VM_FLAG_SPECIFIC, out, out + 8));
  }
}
