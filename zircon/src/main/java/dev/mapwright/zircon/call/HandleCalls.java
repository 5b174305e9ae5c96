package dev.mapwright.zircon.call;

import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_DUPLICATE;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_SAME_RIGHTS;

import dev.mapwright.zircon.abi.MxLimits;
import dev.mapwright.zircon.abi.MxRights;
import dev.mapwright.zircon.abi.MxStatus;
import dev.mapwright.zircon.answer.Condition;
import dev.mapwright.zircon.answer.HandleClose;
import dev.mapwright.zircon.answer.HandleDuplicate;
import dev.mapwright.zircon.answer.HandleReplace;
import dev.mapwright.zircon.handle.Handle;
import dev.mapwright.zircon.handle.HandleTable;

/** mx_handle_close, mx_handle_duplicate and mx_handle_replace. */
final class HandleCalls {
  private HandleCalls() {}

  static int close(MxContext c, int value) {
    if (value == MxLimits.MX_HANDLE_INVALID && !c.policy.closingNothingIsRefused()) {
      return MxStatus.MX_OK;
    }
    return c.process().table().close(value)
        ? MxStatus.MX_OK
        : c.refuse(HandleClose.BAD_HANDLE, value, 0);
  }

  static int duplicate(MxContext c, int value, int rights) {
    Handle handle = c.process().table().find(value);
    if (handle == null) {
      return c.refuse(HandleDuplicate.BAD_HANDLE, value, 0);
    }
    if (!handle.allows(MX_RIGHT_DUPLICATE)) {
      return c.refuse(HandleDuplicate.LACKS_RIGHT, MX_RIGHT_DUPLICATE, handle.rights());
    }
    if (rights != MX_RIGHT_SAME_RIGHTS && !MxRights.within(rights, handle.rights())) {
      return c.refuse(HandleDuplicate.NOT_A_SUBSET, rights, handle.rights());
    }
    int granted = rights == MX_RIGHT_SAME_RIGHTS ? handle.rights() : rights;
    return c.made.reserve(handle.object(), granted)
        ? MxStatus.MX_OK
        : c.refuse(HandleDuplicate.OUT_OF_MEMORY);
  }

  static int replace(MxContext c, int value, int rights) {
    HandleTable table = c.process().table();
    Handle handle = table.find(value);
    if (handle == null) {
      return c.refuse(HandleReplace.BAD_HANDLE, value, 0);
    }
    if (rights != MX_RIGHT_SAME_RIGHTS && !MxRights.within(rights, handle.rights())) {
      return refuseReplace(c, value, HandleReplace.NOT_A_SUBSET, rights, handle.rights());
    }
    int granted = rights == MX_RIGHT_SAME_RIGHTS ? handle.rights() : rights;
    if (!c.made.reserve(handle.object(), granted)) {
      return refuseReplace(c, value, HandleReplace.OUT_OF_MEMORY, 0, 0);
    }
    // From here on the old handle is gone, whatever happens to the pointer.
    if (!table.close(value)) {
      return c.refuse(HandleReplace.BAD_HANDLE, value, 0);
    }
    return MxStatus.MX_OK;
  }

  private static int refuseReplace(MxContext c, int value, Condition why, long first, long second) {
    if (!c.policy.refusedReplaceKeeps()) {
      c.process().table().close(value);
    }
    return c.refuse(why, first, second);
  }
}
