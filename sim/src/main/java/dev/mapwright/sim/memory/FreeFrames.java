package dev.mapwright.sim.memory;

import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.Frames.RunRequest;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Which frames can be allocated: a bit a frame in its chunk, and a bit a chunk in {@link
 * #chunksWithFree}. A chunk that was never touched has its bit set and all its RAM free. The lowest
 * free frame is taken, so the order is deterministic and runs of free frames stay together above.
 * The bit of pfn 0 is there like any other, and only a run that can begin nowhere else takes it.
 *
 * <p><b>Holds where there is no chunk.</b> A hold must not make one. So all chunks in which frames
 * are held and not counted are the same object, {@link #UNCOUNTED}: its frames are free and their
 * counts stick, and nobody writes to it. A chunk that is made in its place begins with counts that
 * stick.
 *
 * <p>Guarded by the lock of the frame table, except {@link #chunkOrNull} and {@link #chunks}.
 */
final class FreeFrames {
  private static final int LOG2_PFN_LIMIT = Long.numberOfTrailingZeros(RamRange.PFN_LIMIT);
  private static final VarHandle CHUNKS = MethodHandles.arrayElementVarHandle(FrameChunk[].class);

  /** Made with the class, and not when the first frame is held. */
  private static final FrameChunk UNCOUNTED = FrameChunk.uncounted();

  private final PhysicalMap map;
  private final Ram ram;

  /** Null elements are chunks never touched. */
  private final @Nullable FrameChunk[] chunks;

  /** Null until the first allocation. */
  private @Nullable BitTree chunksWithFree;

  FreeFrames(PhysicalMap map, Ram ram) {
    this.map = map;
    this.ram = ram;
    chunks = new FrameChunk[(int) (map.ramEndPfn() - 1 >>> FrameChunk.LOG2_FRAMES) + 1];
  }

  /** How many chunks there can be. */
  int chunks() {
    return chunks.length;
  }

  /**
   * The first chunk from a number on in which something was allocated or held; -1 when there is
   * none.
   */
  int nextChunk(int from) {
    for (int number = from; number < chunks.length; number++) {
      if (chunks[number] != null) {
        return number;
      }
    }
    return -1;
  }

  /**
   * The chunk of a page; null when nothing was allocated or held in it yet, and above all RAM.
   *
   * @param pfn any number
   */
  @Nullable FrameChunk chunkOrNull(long pfn) {
    long number = pfn >>> FrameChunk.LOG2_FRAMES;
    return number < chunks.length ? (FrameChunk) CHUNKS.getAcquire(chunks, (int) number) : null;
  }

  /** Whether the chunk of a frame of RAM has been made. */
  boolean isMade(long pfn) {
    return madeOrNull(chunkOrNull(pfn)) != null;
  }

  /** The chunk, if it is one that has been made, else null. */
  @SuppressWarnings("ReferenceEquality")
  static @Nullable FrameChunk madeOrNull(@Nullable FrameChunk chunk) {
    return chunk == UNCOUNTED ? null : chunk;
  }

  /** Notes that frames in a chunk are held which is not there. */
  void holdUncounted(long pfn) {
    CHUNKS.setRelease(chunks, (int) (pfn >>> FrameChunk.LOG2_FRAMES), UNCOUNTED);
  }

  /** The chunk of a frame, made when it is not there. */
  FrameChunk makeChunk(long pfn) {
    return makeChunk((int) (pfn >>> FrameChunk.LOG2_FRAMES));
  }

  /** Clears the bit of the lowest free frame that can be materialised. */
  long takeLowest() {
    BitTree withFree = chunksWithFree();
    int number = withFree.next(0);
    while (number >= 0) {
      FrameChunk chunk = makeChunk(number);
      long words = chunk.freeWords;
      while (words != 0) {
        int word = Long.numberOfTrailingZeros(words);
        long pfn = ((long) number << FrameChunk.LOG2_FRAMES) + word * 64L;
        long free = pfn == 0 ? chunk.free[word] & ~1L : chunk.free[word];
        // One word is one block of the file: its frames are materialised together.
        if (free != 0 && ram.materialise(pfn)) {
          int bit = Long.numberOfTrailingZeros(free);
          clearFree(number, chunk, word, 1L << bit);
          return pfn + bit;
        }
        words &= words - 1;
      }
      // The disk is full; a frame that has its room may still be free further up.
      number = withFree.next(number + 1);
    }
    return Frames.NONE;
  }

  /**
   * Clears the bits of all free frames of the lowest word that has some and can be materialised.
   *
   * @param into has room for 64; the lowest frame comes last
   * @return how many
   */
  int takeWord(int[] into) {
    long lowest = takeLowest();
    if (lowest == Frames.NONE) {
      return 0;
    }
    int number = (int) (lowest >>> FrameChunk.LOG2_FRAMES);
    FrameChunk chunk = makeChunk(number);
    int word = (int) (lowest >>> 6) & 63;
    long others = chunk.free[word] & (lowest >>> 6 == 0 ? ~1L : -1L);
    if (others != 0) {
      clearFree(number, chunk, word, others);
    }
    int count = 0;
    for (; others != 0; others &= ~Long.highestOneBit(others)) {
      into[count++] = (int) ((lowest & ~63L) + 63 - Long.numberOfLeadingZeros(others));
    }
    into[count++] = (int) lowest;
    return count;
  }

  private BitTree chunksWithFree() {
    BitTree withFree = chunksWithFree;
    if (withFree == null) {
      withFree = new BitTree(chunks.length);
      for (RamRange range : map.ramRanges()) {
        withFree.add(
            (int) (range.firstPfn() >>> FrameChunk.LOG2_FRAMES),
            (int) (range.lastPfn() >>> FrameChunk.LOG2_FRAMES));
      }
      chunksWithFree = withFree;
    }
    return withFree;
  }

  private FrameChunk makeChunk(int number) {
    FrameChunk there = chunks[number];
    FrameChunk chunk = madeOrNull(there);
    if (chunk == null) {
      long state = there == null ? 0 : FrameState.FREE_AND_STUCK;
      chunk = new FrameChunk(map, (long) number << FrameChunk.LOG2_FRAMES, state);
      CHUNKS.setRelease(chunks, number, chunk);
    }
    return chunk;
  }

  private void clearFree(int number, FrameChunk chunk, int word, long bits) {
    chunk.free[word] &= ~bits;
    if (chunk.free[word] == 0) {
      chunk.freeWords &= ~(1L << word);
      if (chunk.freeWords == 0) {
        chunksWithFree().remove(number);
      }
    }
  }

  /** Sets the bit of a frame. */
  void giveBack(long pfn) {
    FrameChunk chunk = makeChunk(pfn);
    int word = (int) (pfn >>> 6) & 63;
    if (chunk.freeWords == 0) {
      chunksWithFree().add((int) (pfn >>> FrameChunk.LOG2_FRAMES));
    }
    chunk.freeWords |= 1L << word;
    chunk.free[word] |= 1L << pfn;
  }

  /** Clears the bits of the lowest run that satisfies a request and can be materialised. */
  long takeRun(RunRequest request) {
    for (RamRange range : map.ramRanges()) {
      if (request.node() == Frames.ANY_NODE || request.node() == range.node()) {
        long pfn = findRun(request, range);
        if (pfn != Frames.NONE) {
          if (!ram.materialise(pfn, request.pages())) {
            return Frames.NONE;
          }
          markRun(pfn, request.pages());
          return pfn;
        }
      }
    }
    return Frames.NONE;
  }

  /**
   * The lowest place in one range of RAM that satisfies a request; NONE when there is none.
   *
   * <p>The limits of a request are any unsigned numbers. They are brought into the range first, and
   * an alignment or boundary beyond all RAM to the first that is; what is computed with afterwards
   * is far from overflowing.
   */
  private long findRun(RunRequest request, RamRange range) {
    long pages = request.pages();
    boolean above = Long.compareUnsigned(request.minPfn(), range.lastPfn()) > 0;
    boolean below = Long.compareUnsigned(request.maxPfn(), range.firstPfn()) < 0;
    if (above || below || pages > range.pages()) {
      return Frames.NONE;
    }
    long low =
        Long.compareUnsigned(request.minPfn(), range.firstPfn()) < 0
            ? range.firstPfn()
            : request.minPfn();
    if (low == 0 && request.maxPfn() != pages - 1) {
      low = 1; // there are other places than pfn 0, also when none of them is free
    }
    long high =
        Long.compareUnsigned(request.maxPfn(), range.lastPfn()) > 0
            ? range.lastPfn()
            : request.maxPfn();
    long boundary =
        Long.compareUnsigned(request.boundaryPages(), RamRange.PFN_LIMIT) >= 0
            ? 0
            : request.boundaryPages();
    if (boundary != 0 && pages > boundary) {
      return Frames.NONE;
    }
    // Only pfn 0 is a multiple of so much.
    int alignment = Math.min(request.alignmentLog2Pages(), LOG2_PFN_LIMIT);
    long alignmentMask = (1L << alignment) - 1;
    long pfn = low + alignmentMask & ~alignmentMask;
    while (pfn <= high - (pages - 1)) {
      long next;
      if (boundary != 0 && pfn / boundary != (pfn + pages - 1) / boundary) {
        next = (pfn / boundary + 1) * boundary;
      } else {
        long taken = lastTaken(pfn, pfn + pages - 1);
        if (taken == Frames.NONE) {
          return pfn;
        }
        next = taken + 1;
      }
      pfn = next + alignmentMask & ~alignmentMask;
    }
    return Frames.NONE;
  }

  /** The highest frame of a range that is not free, so that a search can go on behind it. */
  private long lastTaken(long first, long last) {
    for (long word = last >>> 6; word >= first >>> 6; word--) {
      long taken = ~freeWord(word);
      if (word == last >>> 6) {
        taken &= -1L >>> (63 - (last & 63));
      }
      if (word == first >>> 6) {
        taken &= -1L << first;
      }
      if (taken != 0) {
        return (word << 6) + 63 - Long.numberOfLeadingZeros(taken);
      }
    }
    return Frames.NONE;
  }

  private long freeWord(long word) {
    FrameChunk chunk = madeOrNull(chunkOrNull(word << 6));
    return chunk == null ? map.ramMask(word << 6) : chunk.free[(int) word & 63];
  }

  private void markRun(long first, long pages) {
    long last = first + pages - 1;
    for (long word = first >>> 6; word <= last >>> 6; word++) {
      long bits = -1L;
      if (word == last >>> 6) {
        bits &= -1L >>> (63 - (last & 63));
      }
      if (word == first >>> 6) {
        bits &= -1L << first;
      }
      int number = (int) (word >>> 6);
      clearFree(number, makeChunk(number), (int) word & 63, bits);
    }
  }
}
