package dev.mapwright.zircon;

import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_MAP;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_READ;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_WRITE;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_CAN_MAP_READ;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_CAN_MAP_WRITE;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_COMPACT;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_PERM_WRITE;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_SPECIFIC;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_SPECIFIC_OVERWRITE;
import static dev.mapwright.zircon.call.MxCalls.mxVmarAllocate;
import static dev.mapwright.zircon.call.MxCalls.mxVmarDestroy;
import static dev.mapwright.zircon.call.MxCalls.mxVmarMap;
import static dev.mapwright.zircon.call.MxCalls.mxVmarProtect;
import static dev.mapwright.zircon.call.MxCalls.mxVmarUnmap;
import static dev.mapwright.zircon.call.MxCalls.mxVmarUnmapHandleCloseThreadExit;

import dev.mapwright.zircon.answer.VmarAllocate;
import dev.mapwright.zircon.answer.VmarDestroy;
import dev.mapwright.zircon.answer.VmarMap;
import dev.mapwright.zircon.answer.VmarProtect;
import dev.mapwright.zircon.answer.VmarUnmap;
import dev.mapwright.zircon.answer.VmarUnmapHandleCloseThreadExit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every answer of the calls on regions. */
class EveryVmarAnswerTest extends EveryAnswer {
  private static final int UNKNOWN = 1 << 11;
  private static final int SPECIFIC = MX_VM_FLAG_SPECIFIC;
  private static final int OVERWRITE = MX_VM_FLAG_SPECIFIC_OVERWRITE;

  private int allocating(int parent, long offset, long size, int flags) {
    return mxVmarAllocate(c, parent, offset, size, flags, out, out + 8);
  }

  @ParameterizedTest(name = "mx_vmar_allocate {0}")
  @EnumSource
  void mx_vmar_allocate(VmarAllocate why) {
    int status =
        switch (why) {
          case DONE -> allocating(root, 0, PAGE, CAN_RWX);
          case BAD_HANDLE -> allocating(0, 0, PAGE, CAN_RWX);
          case LACKS_RIGHT ->
              allocating(duplicate(root, MX_RIGHT_READ), 0, PAGE, MX_VM_FLAG_CAN_MAP_WRITE);
          case WRONG_TYPE -> allocating(vmo(PAGE), 0, PAGE, CAN_RWX);
          case UNKNOWN_FLAG -> allocating(root, 0, PAGE, UNKNOWN);
          case PERMISSION_FLAG -> allocating(root, 0, PAGE, R);
          case SIZE_MISALIGNED -> allocating(root, 0, PAGE + 1, CAN_RWX);
          case OVERWRITE -> allocating(root, PAGE, PAGE, OVERWRITE);
          case DEAD -> allocating(destroyed(), 0, PAGE, CAN_RWX);
          case SIZE_ZERO -> allocating(root, 0, 0, CAN_RWX);
          case EXCEEDS_PARENT -> {
            int readable = allocate(root, 0, 4 * PAGE, MX_VM_FLAG_CAN_MAP_READ);
            int generous = granted(readable, MX_RIGHT_READ | MX_RIGHT_WRITE);
            yield allocating(generous, 0, PAGE, MX_VM_FLAG_CAN_MAP_WRITE);
          }
          case OFFSET_WITHOUT_SPECIFIC -> allocating(root, PAGE, PAGE, CAN_RWX);
          case SPECIFIC_NOT_ALLOWED ->
              allocating(allocate(root, 0, 4 * PAGE, CAN_RWX), 0, PAGE, SPECIFIC);
          case OUTSIDE -> allocating(region(4), 0, 5 * PAGE, CAN_RWX);
          case OFFSET_MISALIGNED -> allocating(region(4), 1, PAGE, SPECIFIC);
          case OCCUPIED -> allocating(full(4), PAGE, PAGE, SPECIFIC);
          case NO_ROOM -> allocating(full(4), 0, PAGE, CAN_RWX);
          case OUT_OF_MEMORY -> withoutMemory(() -> allocating(root, 0, PAGE, CAN_RWX));
          case BAD_ADDRESS_POINTER -> mxVmarAllocate(c, root, 0, PAGE, CAN_RWX, out, BAD);
          case BAD_HANDLE_POINTER -> mxVmarAllocate(c, root, 0, PAGE, CAN_RWX, BAD, out);
        };
    answered(why, status);
  }

  private int mapping(int vmar, long offset, int vmo, long vmoOffset, long len, int flags) {
    return mxVmarMap(c, vmar, offset, vmo, vmoOffset, len, flags, out);
  }

  @ParameterizedTest(name = "mx_vmar_map {0}")
  @EnumSource
  void mx_vmar_map(VmarMap why) {
    int vmo = vmo(4 * PAGE);
    int status =
        switch (why) {
          case DONE -> mapping(root, 0, vmo, 0, PAGE, READ_WRITE);
          case VMAR_BAD_HANDLE -> mapping(0, 0, vmo, 0, PAGE, R);
          case VMAR_WRONG_TYPE -> mapping(vmo, 0, vmo, 0, PAGE, R);
          case VMO_BAD_HANDLE -> mapping(root, 0, 0, 0, PAGE, R);
          case VMO_WRONG_TYPE -> mapping(root, 0, root, 0, PAGE, R);
          case VMO_LACKS_MAP -> mapping(root, 0, duplicate(vmo, MX_RIGHT_READ), 0, PAGE, R);
          case NOT_READABLE -> mapping(root, 0, vmo, 0, PAGE, MX_VM_FLAG_PERM_WRITE);
          case CAN_MAP_FLAG -> mapping(root, 0, vmo, 0, PAGE, R | MX_VM_FLAG_CAN_MAP_READ);
          case VMO_LACKS_RIGHT -> {
            int reader = duplicate(vmo, MX_RIGHT_READ | MX_RIGHT_MAP);
            yield mapping(root, 0, reader, 0, PAGE, READ_WRITE);
          }
          case VMAR_LACKS_RIGHT ->
              mapping(duplicate(root, MX_RIGHT_READ), 0, vmo, 0, PAGE, READ_WRITE);
          case UNKNOWN_FLAG -> mapping(root, 0, vmo, 0, PAGE, R | UNKNOWN);
          case REGION_FLAG -> mapping(root, 0, vmo, 0, PAGE, R | MX_VM_FLAG_COMPACT);
          case EXCEEDS_REGION -> {
            int readable = allocate(root, 0, PAGE, MX_VM_FLAG_CAN_MAP_READ);
            int generous = granted(readable, MX_RIGHT_READ | MX_RIGHT_WRITE);
            yield mapping(generous, 0, vmo, 0, PAGE, READ_WRITE);
          }
          case VMO_OFFSET_MISALIGNED -> mapping(root, 0, vmo, 1, PAGE, R);
          case VMO_OFFSET_WRAPS -> mapping(root, 0, vmo, -PAGE, PAGE, R);
          case DEAD -> mapping(destroyed(), 0, vmo, 0, PAGE, R);
          case LENGTH_ZERO -> mapping(root, 0, vmo, 0, 0, R);
          case OFFSET_WITHOUT_SPECIFIC -> mapping(root, PAGE, vmo, 0, PAGE, R);
          case SPECIFIC_NOT_ALLOWED -> {
            int region = allocate(root, 0, 4 * PAGE, CAN_RWX);
            yield mapping(region, 0, vmo, 0, PAGE, R | SPECIFIC);
          }
          case OUTSIDE -> mapping(region(4), 0, vmo, 0, 5 * PAGE, R);
          case OFFSET_MISALIGNED -> mapping(region(4), 1, vmo, 0, PAGE, R | SPECIFIC);
          case OCCUPIED -> mapping(full(4), PAGE, vmo, 0, PAGE, R | SPECIFIC);
          case REGION_IN_RANGE -> {
            int region = region(4);
            allocate(region, PAGE, PAGE, CAN_RWX | SPECIFIC);
            yield mapping(region, 0, vmo, 0, 4 * PAGE, R | OVERWRITE);
          }
          case NO_ROOM -> mapping(full(4), 0, vmo, 0, PAGE, R);
          case OUT_OF_MEMORY -> withoutMemory(() -> mapping(root, 0, vmo, 0, PAGE, R));
          case LEASED -> {
            int region = full(4);
            yield leased(
                base(region) + PAGE, () -> mapping(region, 0, vmo, 0, 4 * PAGE, R | OVERWRITE));
          }
          case BAD_ADDRESS_POINTER -> mxVmarMap(c, root, 0, vmo, 0, PAGE, R, BAD);
        };
    answered(why, status);
  }

  @ParameterizedTest(name = "mx_vmar_unmap {0}")
  @EnumSource
  void mx_vmar_unmap(VmarUnmap why) {
    int region = full(4);
    long at = base(region);
    int status =
        switch (why) {
          case DONE -> mxVmarUnmap(c, region, at, PAGE);
          case BAD_HANDLE -> mxVmarUnmap(c, 0, at, PAGE);
          case WRONG_TYPE -> mxVmarUnmap(c, vmo(PAGE), at, PAGE);
          case ADDRESS_MISALIGNED -> mxVmarUnmap(c, region, at + 1, PAGE);
          case LENGTH_ZERO -> mxVmarUnmap(c, region, at, 0);
          case DEAD -> {
            int dead = destroyed();
            yield mxVmarUnmap(c, dead, base(dead), PAGE);
          }
          case OUTSIDE -> mxVmarUnmap(c, region, at, 5 * PAGE);
          case REGION_CUT -> mxVmarUnmap(c, root, at, PAGE);
          case OUT_OF_MEMORY -> withoutMemory(() -> mxVmarUnmap(c, region, at + PAGE, PAGE));
          case LEASED -> leased(at, () -> mxVmarUnmap(c, region, at, PAGE));
        };
    answered(why, status);
  }

  @ParameterizedTest(name = "mx_vmar_protect {0}")
  @EnumSource
  void mx_vmar_protect(VmarProtect why) {
    int region = full(4);
    long at = base(region);
    int status =
        switch (why) {
          case DONE -> mxVmarProtect(c, region, at, PAGE, R);
          case BAD_HANDLE -> mxVmarProtect(c, 0, at, PAGE, R);
          case LACKS_RIGHT ->
              mxVmarProtect(c, duplicate(region, MX_RIGHT_READ), at, PAGE, READ_WRITE);
          case WRONG_TYPE -> mxVmarProtect(c, vmo(PAGE), at, PAGE, R);
          case NOT_READABLE -> mxVmarProtect(c, region, at, PAGE, MX_VM_FLAG_PERM_WRITE);
          case ADDRESS_MISALIGNED -> mxVmarProtect(c, region, at + 1, PAGE, R);
          case UNKNOWN_FLAG -> mxVmarProtect(c, region, at, PAGE, R | UNKNOWN);
          case LENGTH_ZERO -> mxVmarProtect(c, region, at, 0, R);
          case DEAD -> {
            int dead = destroyed();
            yield mxVmarProtect(c, dead, base(dead), PAGE, R);
          }
          case OUTSIDE -> mxVmarProtect(c, region, at, 5 * PAGE, R);
          case NOT_MAPPED -> {
            int empty = region(1);
            yield mxVmarProtect(c, empty, base(empty), PAGE, R);
          }
          case REGION_IN_RANGE -> mxVmarProtect(c, root, at, PAGE, R);
          case EXCEEDS_MAXIMUM -> {
            int one = region(1);
            long weak = mapAt(one, 0, duplicate(vmo(PAGE), MX_RIGHT_READ | MX_RIGHT_MAP), 0, 1, R);
            yield mxVmarProtect(c, one, weak, PAGE, READ_WRITE);
          }
          case OUT_OF_MEMORY -> withoutMemory(() -> mxVmarProtect(c, region, at + PAGE, PAGE, R));
          case LEASED -> leased(at, () -> mxVmarProtect(c, region, at, PAGE, R));
        };
    answered(why, status);
  }

  @ParameterizedTest(name = "mx_vmar_destroy {0}")
  @EnumSource
  void mx_vmar_destroy(VmarDestroy why) {
    int region = full(4);
    int status =
        switch (why) {
          case DONE -> mxVmarDestroy(c, region);
          case BAD_HANDLE -> mxVmarDestroy(c, 0);
          case WRONG_TYPE -> mxVmarDestroy(c, vmo(PAGE));
          case DEAD -> mxVmarDestroy(c, destroyed());
          case LEASED -> leased(base(region), () -> mxVmarDestroy(c, region));
        };
    answered(why, status);
  }

  private int unmapping(int vmar, long address, long len) {
    return mxVmarUnmapHandleCloseThreadExit(c, vmar, address, len, root);
  }

  @ParameterizedTest(name = "mx_vmar_unmap_handle_close_thread_exit {0}")
  @EnumSource
  void mx_vmar_unmap_handle_close_thread_exit(VmarUnmapHandleCloseThreadExit why) {
    int region = full(4);
    long at = base(region);
    int status =
        switch (why) {
          case DONE -> unmapping(region, at, PAGE);
          case BAD_HANDLE -> unmapping(0, at, PAGE);
          case WRONG_TYPE -> unmapping(vmo(PAGE), at, PAGE);
          case ADDRESS_MISALIGNED -> unmapping(region, at + 1, PAGE);
          case LENGTH_ZERO -> unmapping(region, at, 0);
          case DEAD -> {
            int dead = destroyed();
            yield unmapping(dead, base(dead), PAGE);
          }
          case OUTSIDE -> unmapping(region, at, 5 * PAGE);
          case REGION_CUT -> unmapping(root, at, PAGE);
          case OUT_OF_MEMORY -> withoutMemory(() -> unmapping(region, at + PAGE, PAGE));
          case LEASED -> leased(at, () -> unmapping(region, at, PAGE));
          case TRAPPED -> mxVmarUnmapHandleCloseThreadExit(c, region, at, PAGE, 0);
        };
    answered(why, status);
  }
}
