package dev.mapwright.sim.memory;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The book-keeping of 4096 adjacent frames (16 MiB), made when the first of them is allocated.
 * {@link #free} and {@link #freeWords} are guarded by the lock of the frame table; the elements of
 * {@link #states} and {@link #tags} are read and written atomically; {@link #notes} belongs to the
 * owners of the frames.
 *
 * <p>Threads get free frames by words of 64 ({@link FrameMagazines}). So that two threads that have
 * words side by side write no line of memory in common, a gap of a line's length lies before the
 * places of each word ({@link #place}); what is in a gap is of no meaning.
 */
final class FrameChunk {
  static final int LOG2_FRAMES = 12;
  static final int FRAMES = 1 << LOG2_FRAMES;

  /** The bits of a pfn that are a frame's place in its chunk. */
  static final int INDEX = FRAMES - 1;

  /** log2 of the frames of a word, which begin behind a gap. */
  private static final int LOG2_WORD = 6;

  /** log2 of the longs of a gap. */
  private static final int LOG2_GAP = 3;

  private static final int PLACES = FRAMES + ((FRAMES >>> LOG2_WORD) + 1 << LOG2_GAP);

  /** A bit for each frame that can be allocated. */
  final long[] free = new long[FRAMES / 64];

  /** A bit for each word of {@link #free} that is not zero. */
  long freeWords;

  /**
   * What {@link FrameState} packs, by {@link #place}. Pages outside RAM are stuck, so that nobody
   * counts there.
   */
  final long[] states = new long[PLACES];

  /** By {@link #place}. */
  final long[] tags = new long[PLACES];

  /** One word for each frame, for page tables, by {@link #place}; null until one is written. */
  volatile long @Nullable [] notes;

  /** A chunk of which nothing was allocated; {@code state} is what its frames begin with. */
  FrameChunk(PhysicalMap map, long firstPfn, long state) {
    for (int word = 0; word < free.length; word++) {
      free[word] = map.ramMask(firstPfn + word * 64L);
      if (free[word] != 0) {
        freeWords |= 1L << word;
      }
      for (int bit = 0; free[word] != -1L && bit < 64; bit++) {
        boolean ram = (free[word] >>> bit & 1) != 0;
        states[place(word * 64L + bit)] = ram ? state : FrameState.FREE_AND_STUCK;
      }
      if (free[word] == -1L && state != 0) {
        int first = place(firstPfn + word * 64L);
        Arrays.fill(states, first, first + 64, state);
      }
    }
  }

  private FrameChunk() {
    Arrays.fill(states, FrameState.FREE_AND_STUCK);
  }

  /** Where a frame's words are in the arrays of its chunk. */
  static int place(long pfn) {
    int index = (int) pfn & INDEX;
    return index + ((index >>> LOG2_WORD) + 1 << LOG2_GAP);
  }

  /** Room for {@link #notes}. */
  static long[] newNotes() {
    return new long[PLACES];
  }

  /** A chunk that stands for all that are held and not made; nobody writes to it. */
  static FrameChunk uncounted() {
    return new FrameChunk();
  }
}
