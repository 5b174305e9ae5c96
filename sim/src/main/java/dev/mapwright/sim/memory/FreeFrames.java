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
 *
 * <p>Guarded by the lock of the frame table, except {@link #chunkOrNull} and {@link #chunks}.
 */
final class FreeFrames {
  private static final int LOG2_PFN_LIMIT = Long.numberOfTrailingZeros(RamRange.PFN_LIMIT);
  private static final VarHandle CHUNKS = MethodHandles.arrayElementVarHandle(FrameChunk[].class);

  private final PhysicalMap map;
  private final Ram ram;

  /** Null elements are chunks never touched; null itself until the first allocation. */
  private volatile @Nullable FrameChunk @Nullable [] chunks;

  /** Made together with {@link #chunks}. */
  private BitTree chunksWithFree = new BitTree(1);

  FreeFrames(PhysicalMap map, Ram ram) {
    this.map = map;
    this.ram = ram;
  }

  /** How many chunks there can be; 0 until the first allocation. */
  int chunks() {
    @Nullable FrameChunk[] all = chunks;
    return all == null ? 0 : all.length;
  }

  /** The chunk of a frame; null when nothing was allocated from it yet. */
  @Nullable FrameChunk chunkOrNull(long pfn) {
    @Nullable FrameChunk[] all = chunks;
    return all == null
        ? null
        : (FrameChunk) CHUNKS.getAcquire(all, (int) (pfn >>> FrameChunk.LOG2_FRAMES));
  }

  /** The chunk of a frame, made when it is not there. */
  FrameChunk makeChunk(long pfn) {
    prepare();
    return made((int) (pfn >>> FrameChunk.LOG2_FRAMES));
  }

  /** Clears the bit of the lowest free frame that can be materialised. */
  long takeLowest() {
    prepare();
    int number = chunksWithFree.next(0);
    while (number >= 0) {
      FrameChunk chunk = made(number);
      long words = chunk.freeWords;
      while (words != 0) {
        int word = Long.numberOfTrailingZeros(words);
        long pfn = ((long) number << FrameChunk.LOG2_FRAMES) + word * 64L;
        // One word is one block of the file: its frames are materialised together.
        if (ram.materialise(pfn)) {
          int bit = Long.numberOfTrailingZeros(chunk.free[word]);
          clearFree(number, chunk, word, 1L << bit);
          return pfn + bit;
        }
        words &= words - 1;
      }
      // The disk is full; a frame that has its room may still be free further up.
      number = chunksWithFree.next(number + 1);
    }
    return Frames.NONE;
  }

  private void prepare() {
    if (chunks == null) {
      int count = (int) (map.ramEndPfn() - 1 >>> FrameChunk.LOG2_FRAMES) + 1;
      BitTree withFree = new BitTree(count);
      for (RamRange range : map.ramRanges()) {
        int last = (int) (range.lastPfn() >>> FrameChunk.LOG2_FRAMES);
        for (int i = (int) (range.firstPfn() >>> FrameChunk.LOG2_FRAMES); i <= last; i++) {
          withFree.add(i);
        }
      }
      chunksWithFree = withFree;
      chunks = new FrameChunk[count];
    }
  }

  private FrameChunk made(int number) {
    @Nullable FrameChunk[] all = chunks;
    if (all == null) {
      throw new IllegalStateException("chunks are prepared before the first is made");
    }
    FrameChunk chunk = all[number];
    if (chunk == null) {
      chunk = new FrameChunk(map, (long) number << FrameChunk.LOG2_FRAMES);
      CHUNKS.setRelease(all, number, chunk);
    }
    return chunk;
  }

  private void clearFree(int number, FrameChunk chunk, int word, long bits) {
    chunk.free[word] &= ~bits;
    if (chunk.free[word] == 0) {
      chunk.freeWords &= ~(1L << word);
      if (chunk.freeWords == 0) {
        chunksWithFree.remove(number);
      }
    }
  }

  /** Sets the bit of a frame. */
  void giveBack(FrameChunk chunk, long pfn) {
    int word = (int) (pfn >>> 6) & 63;
    if (chunk.freeWords == 0) {
      chunksWithFree.add((int) (pfn >>> FrameChunk.LOG2_FRAMES));
    }
    chunk.freeWords |= 1L << word;
    chunk.free[word] |= 1L << pfn;
  }

  /** Clears the bits of the lowest run that satisfies a request and can be materialised. */
  long takeRun(RunRequest request) {
    prepare();
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
    FrameChunk chunk = chunkOrNull(word << 6);
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
      clearFree(number, made(number), (int) word & 63, bits);
    }
  }
}
