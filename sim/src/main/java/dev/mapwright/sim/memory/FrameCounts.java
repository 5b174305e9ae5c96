package dev.mapwright.sim.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Pins, locks and holds of frames: the counts that keep a frame from being reused. Each is a part
 * of the frame's word and changed by compare-and-swap; on a single-threaded machine, where no other
 * thread can be faster, by writing it.
 *
 * <p><b>Holds</b> are the one count that is changed wherever mappings of frames are, so a hold is
 * one compare-and-swap and asks nothing else: not whether a page is RAM either, because where there
 * is RAM, pages that are not have counts that stick. Only when the count sticks, or where there is
 * no chunk, the lock is taken, under which
 *
 * <ul>
 *   <li>pages outside RAM are passed by;
 *   <li>a missing chunk becomes {@link FreeFrames}' uncounted one, which needs no memory;
 *   <li>{@link #stuckChanges} grows. That is all that is known of holds from then on.
 * </ul>
 *
 * <p>A count leaves its top only in {@link #settle}, under the lock, and only if {@link
 * #stuckChanges} is what it was when the frames were noted: nobody has held or let go one of them
 * since. A frame whose count reaches its top later is not among them.
 */
final class FrameCounts {
  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

  private final FrameTable table;
  private final PhysicalMap map;
  private final FreeFrames freeFrames;
  private final FrameLock lock;

  /** How often frames whose counts stick were held and let go. Guarded by {@link #lock}. */
  private long stuckChanges;

  FrameCounts(FrameTable table, PhysicalMap map, FreeFrames freeFrames, FrameLock lock) {
    this.table = table;
    this.map = map;
    this.freeFrames = freeFrames;
    this.lock = lock;
  }

  boolean pin(long pfn) {
    FrameChunk chunk = table.allocatedChunk(pfn);
    int place = FrameChunk.place(pfn);
    while (true) {
      long state = (long) LONGS.getAcquire(chunk.states, place);
      if (FrameState.free(state)) {
        throw new IllegalStateException(
            "pfn 0x" + Long.toHexString(pfn) + " is free, so it can't be pinned");
      }
      if (FrameState.pins(state) == FrameState.MOST_PINS) {
        return false;
      }
      if (LONGS.compareAndSet(chunk.states, place, state, state + FrameState.PIN)) {
        return true;
      }
    }
  }

  void unpin(long pfn) {
    FrameChunk chunk = table.allocatedChunk(pfn);
    int place = FrameChunk.place(pfn);
    while (true) {
      long state = (long) LONGS.getAcquire(chunk.states, place);
      if (FrameState.pins(state) == 0) {
        throw new IllegalStateException("pfn 0x" + Long.toHexString(pfn) + " is not pinned");
      }
      if (change(chunk, pfn, state, state - FrameState.PIN)) {
        return;
      }
    }
  }

  void hold(long pfn) {
    while (!holdCounted(pfn) && !passesUncounted(pfn, true)) {
      // The chunk was made, or the count settled, just now.
    }
  }

  private boolean holdCounted(long pfn) {
    FrameChunk chunk = freeFrames.chunkOrNull(pfn);
    if (chunk == null) {
      return false;
    }
    int place = FrameChunk.place(pfn);
    while (true) {
      long state = (long) LONGS.getAcquire(chunk.states, place);
      if (FrameState.stuck(state)) {
        return false;
      }
      if (replace(chunk, place, state, FrameState.heldOnceMore(state))) {
        return true;
      }
    }
  }

  void unhold(long pfn) {
    while (!unholdCounted(pfn) && !passesUncounted(pfn, false)) {
      // As for hold.
    }
  }

  private boolean unholdCounted(long pfn) {
    FrameChunk chunk = freeFrames.chunkOrNull(pfn);
    if (chunk == null) {
      return false;
    }
    int place = FrameChunk.place(pfn);
    while (true) {
      long state = (long) LONGS.getAcquire(chunk.states, place);
      if (FrameState.stuck(state)) {
        return false;
      }
      if (FrameState.holds(state) == 0) {
        throw notHeld(pfn);
      }
      if (change(chunk, pfn, state, state - FrameState.HOLD)) {
        return true;
      }
    }
  }

  private static IllegalStateException notHeld(long pfn) {
    return new IllegalStateException("pfn 0x" + Long.toHexString(pfn) + " is not held");
  }

  /** A hold, or its end, of a page that has no count; false when it turns out to have one. */
  private boolean passesUncounted(long pfn, boolean held) {
    if (!map.isRam(pfn)) {
      FrameTable.requirePages(pfn, 1);
      return true;
    }
    lock.lock();
    try {
      if (freeFrames.chunkOrNull(pfn) == null) {
        if (!held) {
          throw notHeld(pfn);
        }
        freeFrames.holdUncounted(pfn);
      }
      if (!FrameState.stuck(table.state(pfn))) {
        return false;
      }
      stuckChanges++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  StuckHolds countHolds() {
    lock.lock();
    try {
      StuckHolds stuck = new StuckHolds(this, stuckChanges);
      for (int number = 0; number < freeFrames.chunks(); number++) {
        long first = (long) number << FrameChunk.LOG2_FRAMES;
        if (freeFrames.chunkOrNull(first) != null) {
          enterStuck(freeFrames.makeChunk(first), first, stuck);
        }
      }
      return stuck.entered();
    } finally {
      lock.unlock();
    }
  }

  private void enterStuck(FrameChunk chunk, long first, StuckHolds stuck) {
    for (int index = 0; index < FrameChunk.FRAMES; index++) {
      if (FrameState.stuck((long) LONGS.getAcquire(chunk.states, FrameChunk.place(index)))
          && map.isRam(first + index)) {
        stuck.enter(first + index);
      }
    }
  }

  /** Makes what was counted the frames' counts; false when it may be wrong. */
  boolean settle(StuckHolds counted) {
    lock.lock();
    try {
      if (stuckChanges != counted.changes()) {
        return false;
      }
      for (int i = 0; i < counted.size(); i++) {
        FrameChunk chunk = table.allocatedChunk(counted.pfn(i));
        long state;
        do {
          state = (long) LONGS.getAcquire(chunk.states, FrameChunk.place(counted.pfn(i)));
        } while (!change(
            chunk, counted.pfn(i), state, FrameState.withHolds(state, counted.holds(i))));
      }
      // Who counts at the same time knew these as stuck; they are held and let go unnoticed now.
      stuckChanges++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Changes a count; the last one of a frame that was held back frees it. */
  private boolean change(FrameChunk chunk, long pfn, long state, long next) {
    boolean last = FrameState.heldBack(next) && !FrameState.busy(next);
    long after = last ? FrameState.freed(false) : next;
    if (!replace(chunk, FrameChunk.place(pfn), state, after)) {
      return false;
    }
    if (last) {
      table.giveBack(chunk, pfn);
    }
    return true;
  }

  private boolean replace(FrameChunk chunk, int place, long state, long next) {
    if (!lock.needed()) {
      chunk.states[place] = next;
      return true;
    }
    return LONGS.compareAndSet(chunk.states, place, state, next);
  }

  int addLocks(long pfn, int delta) {
    if (delta != 1 && delta != -1) {
      throw new IllegalArgumentException("a lock count changes by 1 or -1, not by " + delta);
    }
    FrameChunk chunk = table.allocatedChunk(pfn);
    int place = FrameChunk.place(pfn);
    while (true) {
      long state = (long) LONGS.getAcquire(chunk.states, place);
      if (FrameState.free(state)) {
        throw new IllegalStateException(
            "pfn 0x" + Long.toHexString(pfn) + " is free, so it can't be locked");
      }
      int locks = FrameState.locks(state) + delta;
      if (locks < 0 || locks > FrameState.MOST_LOCKS) {
        return -1;
      }
      if (change(chunk, pfn, state, state + delta * FrameState.LOCK)) {
        return locks;
      }
    }
  }
}
