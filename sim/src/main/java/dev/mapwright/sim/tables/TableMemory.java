package dev.mapwright.sim.tables;

import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.sim.memory.FrameTable;
import org.jspecify.annotations.Nullable;

/**
 * The tables of one stripe of a translation as frames: beside each one's frame how many of its
 * entries are there and by how many keepers it is kept. The entries themselves are {@link
 * TableWords}'.
 *
 * <p>Frames for tables are acquired in one go before anything changes ({@link #acquire}) and taken
 * one by one afterwards, which can't fail. Tables that fell empty are chained and only given back
 * by {@link #freeUnlinked}, once nobody walks them any more; the chain goes through the frames'
 * notes, so that removing never allocates.
 *
 * <p>Guarded by the lock of its stripe; the counts of tables that stripes share by {@link
 * UpperTables#lock}. Who reads one of those without it may find one that was true a moment ago.
 */
final class TableMemory {
  /** A note is the count of present entries, and from this bit on the count of keepers. */
  private static final int KEEP_SHIFT = 16;

  private static final long LIVE_MASK = (1L << KEEP_SHIFT) - 1;

  /** Of so many it is simply tried whether they are there. */
  private static final int FEW = 8;

  private final FrameTable frames;

  /** Frames acquired and not yet taken: the first {@link #spareCount} elements. */
  private int[] spare = {};

  private int spareCount;

  /** The first table to be given back, plus 1; 0 for none. */
  private long unlinkedHead;

  /** How many it has taken less how many it has unlinked, which another one may have taken. */
  private long tables;

  TableMemory(FrameTable frames) {
    this.frames = frames;
  }

  int live(long table) {
    return (int) (frames.note(table) & LIVE_MASK);
  }

  void addLive(long table, int delta) {
    frames.setNote(table, frames.note(table) + delta);
  }

  void addKeeper(long table, int delta) {
    long note = frames.note(table);
    if (delta < 0 && note >>> KEEP_SHIFT == 0) {
      throw new IllegalStateException("this part of the tables is kept by nobody");
    }
    frames.setNote(table, note + ((long) delta << KEEP_SHIFT));
  }

  /** Whether a table has keepers. */
  boolean kept(long table) {
    return frames.note(table) >>> KEEP_SHIFT != 0;
  }

  /** Whether a table has no entries and no keepers. */
  boolean unused(long table) {
    return frames.note(table) == 0;
  }

  /** Acquires frames so that {@code count} can be taken; false when they are not there. */
  boolean acquire(long count) {
    if (count > FEW && count > frames.free()) {
      return false; // before much is taken that would only be given back
    }
    if (count > spare.length) {
      int @Nullable [] larger = larger(count);
      if (larger == null) {
        return false;
      }
      spare = larger;
    }
    while (spareCount < count) {
      long pfn = frames.allocate(FrameOwner.TABLE, 0);
      if (pfn == Frames.NONE) {
        release();
        return false;
      }
      spare[spareCount++] = (int) pfn;
    }
    return true;
  }

  private static int @Nullable [] larger(long count) {
    try {
      return new int[(int) Math.max(8, count)];
    } catch (OutOfMemoryError full) {
      return null;
    }
  }

  /** Gives back what was acquired and not taken. */
  void release() {
    while (spareCount > 0) {
      frames.freeZeroed(spare[--spareCount]);
    }
    if (spare.length > 64) {
      spare = new int[8];
    }
  }

  /** Takes one of the acquired frames as an empty table. */
  long take(int level) {
    if (spareCount == 0) {
      throw new IllegalStateException("fewer tables were acquired than are needed");
    }
    long pfn = spare[--spareCount];
    frames.transfer(pfn, FrameOwner.TABLE, level);
    frames.setNote(pfn, 0);
    tables++;
    return pfn;
  }

  /** Notes that no entry leads to an empty table any more. */
  void unlinked(long table) {
    frames.setNote(table, unlinkedHead);
    unlinkedHead = table + 1;
    tables--;
  }

  boolean anyUnlinked() {
    return unlinkedHead != 0;
  }

  /** Gives the unlinked tables back; all their entries were cleared. */
  void freeUnlinked() {
    while (unlinkedHead != 0) {
      long table = unlinkedHead - 1;
      unlinkedHead = frames.note(table);
      frames.setNote(table, 0);
      frames.freeZeroed(table);
    }
  }

  long tables() {
    return tables;
  }
}
