package dev.mapwright.zircon.call;

import static dev.mapwright.zircon.abi.MxVmoOps.MX_VMO_OP_CACHE_CLEAN;
import static dev.mapwright.zircon.abi.MxVmoOps.MX_VMO_OP_CACHE_CLEAN_INVALIDATE;
import static dev.mapwright.zircon.abi.MxVmoOps.MX_VMO_OP_CACHE_INVALIDATE;
import static dev.mapwright.zircon.abi.MxVmoOps.MX_VMO_OP_CACHE_SYNC;
import static dev.mapwright.zircon.abi.MxVmoOps.MX_VMO_OP_COMMIT;
import static dev.mapwright.zircon.abi.MxVmoOps.MX_VMO_OP_DECOMMIT;
import static dev.mapwright.zircon.abi.MxVmoOps.MX_VMO_OP_LOCK;
import static dev.mapwright.zircon.abi.MxVmoOps.MX_VMO_OP_LOOKUP;
import static dev.mapwright.zircon.abi.MxVmoOps.MX_VMO_OP_UNLOCK;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.zircon.abi.MxStatus;
import dev.mapwright.zircon.answer.Condition;
import dev.mapwright.zircon.answer.VmoOpRange;
import dev.mapwright.zircon.handle.Handle;
import dev.mapwright.zircon.handle.ObjectType;
import dev.mapwright.zircon.object.MxVmo;

/**
 * mx_vmo_op_range. Commit and decommit trim their range to the object, look-up and the cache
 * operations do not.
 *
 * <p>Two defects of the kernels of 2017 are not reproduced: committing pages of a clone copies what
 * the parent shows instead of showing zeros, and decommit takes every page that the range touches
 * instead of leaving out a first one that it touches in part.
 */
final class VmoOpRangeCall {
  private VmoOpRangeCall() {}

  static int run(
      MxContext c, int vmoHandle, int op, long offset, long size, long buffer, long bufferSize) {
    Handle handle =
        Lookup.find(c, vmoHandle, ObjectType.VMO, VmoOpRange.BAD_HANDLE, VmoOpRange.WRONG_TYPE);
    if (handle == null) {
      return c.refused();
    }
    Condition objection = c.policy.objectionToOp(op, handle.rights());
    if (objection != null) {
      return c.refuse(objection, op, handle.rights());
    }
    MxVmo vmo = (MxVmo) handle.object();
    if (!c.hold(vmo)) {
      return c.refuse(VmoOpRange.BAD_HANDLE, vmoHandle, 0);
    }
    try {
      synchronized (vmo) {
        return switch (op) {
          case MX_VMO_OP_COMMIT, MX_VMO_OP_DECOMMIT -> change(c, vmo, op, offset, size);
          case MX_VMO_OP_LOCK, MX_VMO_OP_UNLOCK -> c.refuse(VmoOpRange.LOCK, op, 0);
          case MX_VMO_OP_LOOKUP -> VmoLookup.run(c, vmo, offset, size, buffer, bufferSize);
          case MX_VMO_OP_CACHE_SYNC,
              MX_VMO_OP_CACHE_INVALIDATE,
              MX_VMO_OP_CACHE_CLEAN,
              MX_VMO_OP_CACHE_CLEAN_INVALIDATE ->
              cache(c, vmo, op, offset, size);
          default -> c.refuse(VmoOpRange.UNKNOWN_OP, op, 0);
        };
      }
    } finally {
      c.release(vmo);
    }
  }

  private static int change(MxContext c, MxVmo vmo, int op, long offset, long size) {
    if (vmo.physical()) {
      return c.refuse(VmoOpRange.PHYSICAL, op, 0);
    }
    if (Long.compareUnsigned(offset + size, offset) < 0) {
      return c.refuse(VmoOpRange.RANGE_WRAPS, offset, size);
    }
    long end = vmo.bytes();
    if (Long.compareUnsigned(offset, end) > 0) {
      return c.refuse(VmoOpRange.BEYOND_END, offset, end);
    }
    long bytes = Long.compareUnsigned(size, end - offset) <= 0 ? size : end - offset;
    if (bytes == 0) {
      return MxStatus.MX_OK;
    }
    long first = Pages.of(offset);
    long pages = Pages.of(offset + (bytes - 1)) - first + 1;
    Outcome outcome =
        op == MX_VMO_OP_COMMIT
            ? vmo.memory().commit(first, pages)
            : vmo.memory().decommit(first, pages);
    return switch (outcome) {
      case OK -> MxStatus.MX_OK;
      case OUT_OF_FRAMES, OUT_OF_RECORDS -> c.refuse(VmoOpRange.OUT_OF_MEMORY, offset, size);
      case PINNED -> c.refuse(VmoOpRange.PINNED, offset, size);
      default -> throw MxContext.unexpected(outcome);
    };
  }

  /**
   * The caches of a machine here are coherent with its memory at every moment, so a range that may
   * be cleaned or invalidated needs nothing done to it.
   */
  private static int cache(MxContext c, MxVmo vmo, int op, long offset, long size) {
    if (size == 0) {
      return c.refuse(VmoOpRange.CACHE_SIZE_ZERO, op, 0);
    }
    return inside(vmo, offset, size)
        ? MxStatus.MX_OK
        : c.refuse(VmoOpRange.CACHE_OUT_OF_RANGE, offset, size);
  }

  /** Whether a range of at least one byte lies inside an object whole. */
  static boolean inside(MxVmo vmo, long offset, long size) {
    long end = vmo.bytes();
    return Long.compareUnsigned(offset, end) <= 0 && Long.compareUnsigned(size, end - offset) <= 0;
  }
}
