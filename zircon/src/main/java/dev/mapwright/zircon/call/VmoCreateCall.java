package dev.mapwright.zircon.call;

import static dev.mapwright.zircon.abi.MxLimits.MX_VMO_MAX_SIZE;

import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.zircon.abi.MxRights;
import dev.mapwright.zircon.abi.MxStatus;
import dev.mapwright.zircon.abi.MxVmoOps;
import dev.mapwright.zircon.answer.Condition;
import dev.mapwright.zircon.answer.VmoClone;
import dev.mapwright.zircon.answer.VmoCreate;
import dev.mapwright.zircon.answer.VmoCreateContiguous;
import dev.mapwright.zircon.handle.Handle;
import dev.mapwright.zircon.handle.ObjectType;
import dev.mapwright.zircon.object.MxVmo;
import org.jspecify.annotations.Nullable;

/** The three ways to a new memory object: mx_vmo_create, mx_vmo_create_contiguous, mx_vmo_clone. */
final class VmoCreateCall {
  private static final int LEAST_ALIGNMENT_LOG2 = Pages.SHIFT;
  private static final int MOST_ALIGNMENT_LOG2 = 63;

  private VmoCreateCall() {}

  static int create(MxContext c, long size, int options) {
    if (options != 0) {
      return c.refuse(VmoCreate.OPTIONS, options, 0);
    }
    if (Long.compareUnsigned(size, MX_VMO_MAX_SIZE) > 0) {
      return c.refuse(VmoCreate.TOO_LARGE, size, 0);
    }
    long exact = c.policy.sizeOf(size);
    MemoryObject made = MemoryObject.paged(c.system().machine(), Pages.countFor(exact)).made();
    return handOut(c, made, exact, c.policy.rightsOfVmo(), VmoCreate.OUT_OF_MEMORY);
  }

  static int createContiguous(MxContext c, int resource, long size, int alignmentLog2) {
    if (size == 0) {
      return c.refuse(VmoCreateContiguous.SIZE_ZERO);
    }
    if (alignmentLog2 != 0
        && (alignmentLog2 < LEAST_ALIGNMENT_LOG2 || alignmentLog2 > MOST_ALIGNMENT_LOG2)) {
      return c.refuse(VmoCreateContiguous.ALIGNMENT, alignmentLog2, 0);
    }
    Handle handle =
        Lookup.find(
            c,
            resource,
            ObjectType.RESOURCE,
            VmoCreateContiguous.BAD_HANDLE,
            VmoCreateContiguous.WRONG_TYPE);
    if (handle == null) {
      return c.refused();
    }
    if (Long.compareUnsigned(size, MX_VMO_MAX_SIZE) > 0) {
      return c.refuse(VmoCreateContiguous.TOO_LARGE, size, 0);
    }
    long pages = Pages.countFor(size);
    int alignmentLog2Pages = Math.max(0, alignmentLog2 - Pages.SHIFT);
    MemoryObject made =
        MemoryObject.contiguous(
                c.system().machine(), Frames.RunRequest.of(pages, alignmentLog2Pages))
            .made();
    int status =
        handOut(
            c,
            made,
            pages << Pages.SHIFT,
            c.policy.rightsOfVmo(),
            VmoCreateContiguous.OUT_OF_MEMORY);
    return status == MxStatus.MX_OK
        ? status
        : c.refuse(VmoCreateContiguous.OUT_OF_MEMORY, size, alignmentLog2);
  }

  static int clone(MxContext c, int parent, int options, long offset, long size) {
    Handle handle =
        Lookup.find(
            c,
            parent,
            ObjectType.VMO,
            MxRights.MX_RIGHT_DUPLICATE | MxRights.MX_RIGHT_READ,
            VmoClone.BAD_HANDLE,
            VmoClone.LACKS_RIGHT,
            VmoClone.WRONG_TYPE);
    if (handle == null) {
      return c.refused();
    }
    if (options != MxVmoOps.MX_VMO_CLONE_COPY_ON_WRITE) {
      return c.refuse(VmoClone.OPTIONS, options, 0);
    }
    MxVmo vmo = (MxVmo) handle.object();
    if (vmo.physical()) {
      return c.refuse(VmoClone.PHYSICAL);
    }
    if (Long.compareUnsigned(size, MX_VMO_MAX_SIZE) > 0) {
      return c.refuse(VmoClone.TOO_LARGE, size, 0);
    }
    if (!Pages.aligned(offset)) {
      return c.refuse(VmoClone.OFFSET_MISALIGNED, offset, 0);
    }
    if (Long.compareUnsigned(offset + size, offset) < 0) {
      return c.refuse(VmoClone.RANGE_WRAPS, offset, size);
    }
    if (!c.hold(vmo)) {
      return c.refuse(VmoClone.BAD_HANDLE, parent, 0);
    }
    long exact = c.policy.sizeOf(size);
    MemoryObject made =
        vmo.memory().child(c.policy.clones(), Pages.of(offset), Pages.countFor(exact)).made();
    c.release(vmo);
    int rights = c.policy.rightsOfClone(handle.rights());
    return handOut(c, made, exact, rights, VmoClone.OUT_OF_MEMORY);
  }

  /** Gives the new object, if there is one, its first handle. */
  private static int handOut(
      MxContext c, @Nullable MemoryObject made, long bytes, int rights, Condition outOfMemory) {
    if (made == null) {
      return c.refuse(outOfMemory);
    }
    MxVmo vmo = new MxVmo(c.system(), made, bytes);
    if (!c.made.reserve(vmo, rights)) {
      vmo.abandon();
      return c.refuse(outOfMemory);
    }
    return MxStatus.MX_OK;
  }
}
