package dev.mapwright.sim.memory;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a frame, packed into a {@code long} so that one compare-and-swap changes it:
 * bits 0-2 owner, 3-5 cache attribute, 6 whether the contents may differ from zero, 8-23 locks,
 * 24-43 pins, 44-63 holds. A frame that was never allocated is 0.
 */
final class FrameState {
  static final long LOCK = 1L << 8;
  static final long PIN = 1L << 24;
  static final long HOLD = 1L << 44;
  static final int MOST_LOCKS = 0xFFFF;
  static final int MOST_PINS = 0xF_FFFF;

  /** Of a frame that nobody owns and whose holds are not known; of pages outside RAM, too. */
  static final long FREE_AND_STUCK = (long) Frames.MOST_HOLDS << 44 | 1L << 6;

  private static final FrameOwner[] OWNERS = FrameOwner.values();
  private static final long OWNER_MASK = 7;
  private static final int CACHE_SHIFT = 3;
  private static final long CACHE_MASK = 7L << CACHE_SHIFT;

  /** The cache attribute "none"; others are the policies' ordinals. */
  private static final int NO_POLICY = 7;

  private static final long USED = 1L << 6;

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

  /** Null for a frame that has no attribute yet. */
  static @Nullable CachePolicy cache(long state) {
    int ordinal = (int) (state & CACHE_MASK) >>> CACHE_SHIFT;
    return ordinal == NO_POLICY ? null : CachePolicy.of(ordinal);
  }

  /** The ordinal of the cache attribute of a frame that is locked and has one; -1 for others. */
  static int lockedCache(long state) {
    int ordinal = (int) (state & CACHE_MASK) >>> CACHE_SHIFT;
    return locks(state) == 0 || ordinal == NO_POLICY ? -1 : ordinal;
  }

  static long withCache(long state, @Nullable CachePolicy policy) {
    long ordinal = policy == null ? NO_POLICY : policy.ordinal();
    return state & ~CACHE_MASK | ordinal << CACHE_SHIFT;
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

  /** Whether the hold count is at its top, where it sticks. */
  static boolean stuck(long state) {
    return holds(state) == Frames.MOST_HOLDS;
  }

  static long withHolds(long state, long holds) {
    return state & HOLD - 1 | Math.min(holds, Frames.MOST_HOLDS) << 44;
  }

  /** Whether the frame is locked, pinned or held. */
  static boolean busy(long state) {
    return state >>> 8 != 0;
  }

  /** Whether there is something to tell of the frame: an owner, a hold, an unusual attribute. */
  static boolean noted(long state) {
    return (state & (OWNER_MASK | CACHE_MASK)) != 0 || holds(state) != 0;
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
