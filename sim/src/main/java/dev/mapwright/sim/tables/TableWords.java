package dev.mapwright.sim.tables;

import dev.mapwright.core.Pages;
import dev.mapwright.sim.memory.Ram;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Frames of RAM as words of 8 bytes, whoever wrote them. Thread-safe: entries are read with acquire
 * and written with release, and changed by exchange or compare-and-swap, since CPUs mark them
 * meanwhile. A machine of one thread needs no atomic operation.
 */
final class TableWords {
  private final Ram all;
  private final boolean concurrent;

  /** Whether words are read by {@link SegmentWords}. */
  private final boolean bySegment;

  /** What {@link Ram#buffers} was when this was made; empty when nothing had been touched yet. */
  private final ByteBuffer[] early;

  TableWords(Ram all, boolean concurrent) {
    this(all, concurrent, false);
  }

  /** With the choice how words are read: a walk of many reads them faster by the segment. */
  TableWords(Ram all, boolean concurrent, boolean bySegment) {
    this.all = all;
    this.concurrent = concurrent;
    this.bySegment = bySegment;
    early = all.buffers();
  }

  private ByteBuffer buffer(long address) {
    return Ram.buffer(early.length != 0 ? early : all.buffers(), address);
  }

  /** All of RAM, as far as something of it was touched. */
  MemorySegment segment() {
    return all.segment();
  }

  /** Whether a frame is RAM. */
  boolean isRam(long pfn) {
    return all.isRam(pfn);
  }

  /** Whether a frame is RAM that somebody has touched, so that it can be read; others are zeros. */
  boolean readable(long pfn) {
    return all.isTouchableRam(pfn);
  }

  /** The physical address of a word. */
  static long address(long frame, int index) {
    return (frame << Pages.SHIFT) + ((long) index << 3);
  }

  long get(long frame, int index) {
    return get(address(frame, index));
  }

  long get(long at) {
    return bySegment
        ? (long) SegmentWords.WORD.getAcquire(all.segment(), at)
        : (long) Ram.WORD.getAcquire(buffer(at), Ram.index(at));
  }

  /** The first word of a range that is not 0; the one behind the last when all are. */
  int firstSet(long frame, int firstIndex, int lastIndex) {
    ByteBuffer buffer = buffer(frame << Pages.SHIFT);
    int begin = Ram.index(frame << Pages.SHIFT);
    int index = firstIndex;
    while (index <= lastIndex && (long) Ram.WORD.getAcquire(buffer, begin + (index << 3)) == 0) {
      index++;
    }
    return index;
  }

  void set(long frame, int index, long bits) {
    set(address(frame, index), bits);
  }

  void set(long at, long bits) {
    Ram.WORD.setRelease(buffer(at), Ram.index(at), bits);
  }

  /** Writes a word and returns what the hardware had made of the one before. */
  long exchange(long frame, int index, long bits) {
    return exchange(address(frame, index), bits);
  }

  long exchange(long at, long bits) {
    ByteBuffer buffer = buffer(at);
    if (concurrent) {
      return (long) Ram.WORD.getAndSet(buffer, Ram.index(at), bits);
    }
    long before = (long) Ram.WORD.get(buffer, Ram.index(at));
    Ram.WORD.set(buffer, Ram.index(at), bits);
    return before;
  }

  /** Writes a word if it is as expected; otherwise nothing happens, and the answer is false. */
  boolean replace(long frame, int index, long expected, long next) {
    return replace(address(frame, index), expected, next);
  }

  boolean replace(long at, long expected, long next) {
    ByteBuffer buffer = buffer(at);
    if (concurrent) {
      return Ram.WORD.compareAndSet(buffer, Ram.index(at), expected, next);
    }
    Ram.WORD.set(buffer, Ram.index(at), next);
    return true;
  }
}
