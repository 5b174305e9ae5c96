package dev.mapwright.zircon.call;

import dev.mapwright.core.Access;
import dev.mapwright.core.MemoryFault;

/**
 * The caller's memory, through the caller's CPU. A pointer is an allegation: nothing is known about
 * it until the access was made, and what was accessible a moment ago need not be so now.
 */
final class UserMemory {
  private UserMemory() {}

  /** Stores a number of 8 bytes; false when the pointer is bad, and then nothing is written. */
  static boolean storeLong(MxContext context, long pointer, long value) {
    try {
      context.cpu().store(pointer, Long.BYTES, value);
      return true;
    } catch (MemoryFault fault) {
      return false;
    }
  }

  /** Stores a handle or another number of 4 bytes; false when the pointer is bad. */
  static boolean storeInt(MxContext context, long pointer, int value) {
    try {
      context.cpu().store(pointer, Integer.BYTES, value & 0xffff_ffffL);
      return true;
    } catch (MemoryFault fault) {
      return false;
    }
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
