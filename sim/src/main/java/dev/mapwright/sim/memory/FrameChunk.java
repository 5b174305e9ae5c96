package dev.mapwright.sim.memory;

import org.jspecify.annotations.Nullable;

/**
 * The book-keeping of 4096 adjacent frames (16 MiB), made when the first of them is allocated.
 * {@link #free} and {@link #freeWords} are guarded by the lock of the frame table; the elements of
 * {@link #states} and {@link #tags} are read and written atomically; {@link #notes} belongs to the
 * owners of the frames.
 */
final class FrameChunk {
  static final int LOG2_FRAMES = 12;
  static final int FRAMES = 1 << LOG2_FRAMES;

  /** A bit for each frame that can be allocated. */
  final long[] free = new long[FRAMES / 64];

  /** A bit for each word of {@link #free} that is not zero. */
  long freeWords;

  /** What {@link FrameState} packs. */
  final long[] states = new long[FRAMES];

  final long[] tags = new long[FRAMES];

  /** One word for each frame, for page tables; null until one is written. */
  volatile long @Nullable [] notes;

  FrameChunk(PhysicalMap map, long firstPfn) {
    for (int word = 0; word < free.length; word++) {
      free[word] = map.ramMask(firstPfn + word * 64L);
      if (free[word] != 0) {
        freeWords |= 1L << word;
      }
    }
  }
}
