package dev.mapwright.sim.memory;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.machine.FrameOwner;

/**
 * What is known of a frame, packed into a {@code long} so that one compare-and-swap changes it:
 * bits 0-2 owner, 3-4 cache attribute, 5 whether the contents may differ from zero, 8-23 locks,
 * 24-43 pins, 44-63 holds. A frame that was never allocated is 0.
 */
final class FrameState {
  static final long LOCK = 1L << 8;
  static final long PIN = 1L << 24;
  static final long HOLD = 1L << 44;
  static final int MOST_LOCKS = 0xFFFF;
  static final int MOST_PINS = 0xF_FFFF;
  static final int MOST_HOLDS = 0xF_FFFF;

  private static final FrameOwner[] OWNERS = FrameOwner.values();
  private static final long OWNER_MASK = 7;
  private static final long CACHE_MASK = 3L << 3;
  private static final long USED = 1L << 5;

  private FrameState() {}

  static FrameOwner owner(long state) {
    return OWNERS[(int) (state & OWNER_MASK)];
  }

  static boolean free(long state) {
    return (state & OWNER_MASK) == FrameOwner.FREE.ordinal();
  }

  static boolean heldBack(long state) {
    return (state & OWNER_MASK) == FrameOwner.HELD_BACK.ordinal();
  }

  static long withOwner(long state, FrameOwner owner) {
    return state & ~OWNER_MASK | owner.ordinal();
  }

  static CachePolicy cache(long state) {
    return CachePolicy.of((int) (state >>> 3) & 3);
  }

  static long withCache(long state, CachePolicy policy) {
    return state & ~CACHE_MASK | (long) policy.ordinal() << 3;
  }

  static boolean used(long state) {
    return (state & USED) != 0;
  }

  static int locks(long state) {
    return (int) (state >>> 8) & MOST_LOCKS;
  }

  static int pins(long state) {
    return (int) (state >>> 24) & MOST_PINS;
  }

  static int holds(long state) {
    return (int) (state >>> 44);
  }

  static boolean pinnedOrHeld(long state) {
    return state >>> 24 != 0;
  }

  /**
   * The state with one hold more. Whoever holds a frame may write to it, also while it is free: its
   * contents are known to nobody from then on.
   */
  static long heldOnceMore(long state) {
    return state + HOLD | USED;
  }

  /** The state of a free frame; {@code zero} when its contents are known to be zero. */
  static long freed(boolean zero) {
    return zero ? 0 : USED;
  }

  /** The state of a frame just handed out. */
  static long allocated(long state, FrameOwner owner) {
    return withOwner(state, owner) | USED;
  }
}
