package dev.mapwright.zircon.call;

import dev.mapwright.zircon.handle.Handle;
import dev.mapwright.zircon.handle.HandleTable;
import dev.mapwright.zircon.handle.KernelObject;

/**
 * Handles that a call makes: acquired while it can still be refused, shown when it no longer can
 * be.
 */
final class NewHandles {
  private NewHandles() {}

  /** Acquires the call's handle; false when there is none, and then the object still has none. */
  static boolean reserve(MxContext context, KernelObject object, int rights) {
    Handle handle = context.process().table().reserve(object, rights);
    context.reserved = handle;
    return handle != null;
  }

  /** The value of the call's handle, to be stored before it is shown. */
  static int value(MxContext context) {
    Handle handle = context.reserved;
    return handle == null ? 0 : handle.value();
  }

  /** Gives the call's handle up; an object that has no other one ends. */
  static void cancel(MxContext context) {
    Handle handle = context.reserved;
    if (handle != null) {
      context.reserved = null;
      context.process().table().cancel(handle);
    }
  }

  /** Shows the call's handle to the process. */
  static void publish(MxContext context) {
    Handle handle = context.reserved;
    if (handle != null) {
      context.reserved = null;
      context.handle = show(context, handle);
    }
  }

  /**
   * Shows a handle. When the process has ended meanwhile nobody will use it: the thread is gone
   * with its next call.
   */
  static int show(MxContext context, Handle handle) {
    HandleTable table = context.process().table();
    if (!table.publish(handle)) {
      table.cancel(handle);
    }
    return handle.value();
  }
}
