package dev.mapwright.zircon.call;

import dev.mapwright.core.Access;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.zircon.abi.MxStatus;
import dev.mapwright.zircon.answer.Condition;

/**
 * The caller's memory, through the caller's CPU. A pointer is an allegation: nothing is known about
 * it until the access was made, and what was accessible a moment ago need not be so now. Behind it
 * may be a device, whose handler does what it likes: changes what is mapped, or throws. The one
 * thing it can't do is make a call of the same thread, whose context is in use.
 */
final class UserMemory {
  private UserMemory() {}

  /** Stores a number of 8 bytes; false when the pointer is bad, and then nothing is written. */
  static boolean storeLong(MxContext context, long pointer, long value) {
    return store(context, pointer, Long.BYTES, value);
  }

  /** Stores a handle or another number of 4 bytes; false when the pointer is bad. */
  static boolean storeInt(MxContext context, long pointer, int value) {
    return store(context, pointer, Integer.BYTES, value & 0xffff_ffffL);
  }

  private static boolean store(MxContext context, long pointer, int bytes, long value) {
    context.accessing = true;
    try {
      context.cpu().store(pointer, bytes, value);
      return true;
    } catch (MemoryFault fault) {
      return false;
    } catch (RuntimeException | Error thrown) {
      context.made.takeBack(); // the call ends here, and nobody learns what it has made
      throw thrown;
    } finally {
      context.accessing = false;
    }
  }

  /** Copies out of the context's buffer; false when the pointer is bad, maybe only further on. */
  static boolean write(MxContext context, long pointer, long bytes) {
    context.accessing = true;
    try {
      return context.cpu().write(pointer, context.transfer(), 0, bytes) == null;
    } finally {
      context.accessing = false;
    }
  }

  /** Copies into the context's buffer; false when the pointer is bad, maybe only further on. */
  static boolean read(MxContext context, long pointer, long bytes) {
    context.accessing = true;
    try {
      return context.cpu().read(pointer, context.transfer(), 0, bytes) == null;
    } finally {
      context.accessing = false;
    }
  }

  /** Stores a result of 8 bytes, unless the call was refused already. */
  static int deliverLong(MxContext c, int status, long pointer, long value, Condition badPointer) {
    return status != MxStatus.MX_OK || storeLong(c, pointer, value)
        ? status
        : c.refuse(badPointer, pointer, 0);
  }

  /** Stores a handle, unless the call was refused already. */
  static int deliverInt(MxContext c, int status, long pointer, int value, Condition badPointer) {
    return status != MxStatus.MX_OK || storeInt(c, pointer, value)
        ? status
        : c.refuse(badPointer, pointer, 0);
  }

  /**
   * Touches a buffer as the access would, page by page, so that a bad one is found before anything
   * is transferred.
   */
  static boolean accessible(MxContext context, long pointer, long bytes, Access access) {
    if (bytes == 0) {
      return true;
    }
    // No buffer is half the address range long, and none goes around its end.
    boolean possible = bytes > 0 && Long.compareUnsigned(pointer + (bytes - 1), pointer) >= 0;
    return possible && context.cpu().probe(pointer, bytes, access) == null;
  }
}
