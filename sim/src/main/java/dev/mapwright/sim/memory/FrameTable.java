package dev.mapwright.sim.memory;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.event.EventRing;
import dev.mapwright.core.event.EventStream;
import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.failure.FailurePoints;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The frames of RAM.
 *
 * <p><b>What is stored where.</b> Frames come in chunks of 4096 ({@link FrameChunk}), made when the
 * first of them is allocated; so a machine of any size costs nothing until it is used. Which frames
 * can be allocated is known to {@link FreeFrames}; whose a frame is and its counts are one word
 * beside it ({@link FrameState}). Cache attributes of pages that are no RAM are runs in {@link
 * #outside}.
 *
 * <p><b>Who guards what.</b> {@link #freeFrames} is guarded by {@link #lock}, which a
 * single-threaded machine skips. Where threads meet at it, free frames come to lie in {@link
 * FrameMagazines} before they are handed out; until then the lowest is, so that what one thread
 * gets is always the same. Owner and counts of a frame are one word that is changed by
 * compare-and-swap; a frame is free for allocation only when its bit is set, and the bit is set
 * last and cleared first.
 */
public final class FrameTable implements Frames {
  /** Detail 1 of the misuse event of {@link #free}; the range is the frame, detail 2 its tag. */
  private static final long FREED_WHILE_IN_USE = 1;

  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

  private final PhysicalMap map;
  private final Ram ram;
  private final FailurePoints failures;
  private final ThreadGuard guard;
  private final EventRing events;
  private final long total;

  /** Less those that were given back, both as far as it was not through {@link #magazines}. */
  private final AtomicLong allocated = new AtomicLong();

  /** Null until threads have met often at the lock; set under it. */
  private volatile @Nullable FrameMagazines magazines;

  private final FrameLock lock;
  private final FreeFrames freeFrames;
  private final FrameCounts counts;
  private final CachePolicyRuns outside;

  private volatile long zeroFrame = NONE;

  public FrameTable(
      PhysicalMap map, Ram ram, FailurePoints failures, EventStream events, ThreadGuard guard) {
    this.map = map;
    this.ram = ram;
    this.failures = failures;
    this.guard = guard;
    lock = new FrameLock(guard);
    freeFrames = new FreeFrames(map, ram);
    counts = new FrameCounts(this, map, freeFrames, lock);
    outside = new CachePolicyRuns(map, failures);
    this.events = events.newRing("frames");
    long frames = 0;
    for (RamRange range : map.ramRanges()) {
      frames += range.pages();
    }
    total = map.isRam(0) ? frames - 1 : frames;
  }

  @Override
  public long allocate(FrameOwner owner, long tag) {
    return allocate(owner, tag, true);
  }

  @Override
  public long allocateUncleared(FrameOwner owner, long tag) {
    return allocate(owner, tag, false);
  }

  private long allocate(FrameOwner owner, long tag, boolean clear) {
    requireRealOwner(owner);
    guard.check();
    ram.requireOpen();
    if (refused(owner)) {
      return NONE;
    }
    FrameMagazines ready = magazines;
    long pfn = ready == null ? takeLowest() : ready.take();
    if (pfn != NONE) {
      handOut(pfn, owner, tag, clear);
    }
    return pfn;
  }

  private long takeLowest() {
    lock.lock();
    long pfn;
    try {
      if (magazines != null) {
        pfn = NONE; // somebody has made them while this waited
      } else {
        pfn = freeFrames.takeLowest();
        if (lock.crowded()) {
          useMagazines();
        }
      }
    } finally {
      lock.unlock();
    }
    FrameMagazines ready = magazines;
    if (pfn == NONE && ready != null) {
      return ready.take();
    }
    if (pfn != NONE) {
      allocated.getAndIncrement();
    }
    return pfn;
  }

  /** Has free frames lie ready beside each thread, from now on. */
  void useMagazines() {
    lock.lock();
    try {
      if (magazines == null) {
        magazines = new FrameMagazines(freeFrames, lock);
      }
    } catch (OutOfMemoryError full) {
      lock.contentWithCrowd();
    } finally {
      lock.unlock();
    }
  }

  private boolean refused(FrameOwner owner) {
    return failures.refuses(
        owner == FrameOwner.TABLE ? AllocationPoint.TABLE : AllocationPoint.FRAME);
  }

  private static void requireRealOwner(FrameOwner owner) {
    if (owner == FrameOwner.FREE || owner == FrameOwner.HELD_BACK) {
      throw new IllegalArgumentException("a frame can't be allocated as " + owner);
    }
  }

  private void handOut(long pfn, FrameOwner owner, long tag, boolean clear) {
    FrameChunk chunk = chunk(pfn);
    int place = FrameChunk.place(pfn);
    long state = (long) LONGS.getAcquire(chunk.states, place);
    if (clear && FrameState.used(state)) {
      ram.zeroFrame(pfn);
    }
    LONGS.setOpaque(chunk.tags, place, tag);
    // A free frame may be held by mappings of its physical address; those counts stay.
    while (!LONGS.compareAndSet(chunk.states, place, state, FrameState.allocated(state, owner))) {
      state = (long) LONGS.getAcquire(chunk.states, place);
    }
  }

  @Override
  public long allocateRun(RunRequest request, FrameOwner owner, long tag) {
    requireRealOwner(owner);
    guard.check();
    ram.requireOpen();
    if (request.pages() < 1 || request.alignmentLog2Pages() < 0) {
      throw new IllegalArgumentException("not a request for a run of frames: " + request);
    }
    if (refused(owner)) {
      return NONE;
    }
    long pfn = takeRun(request);
    if (pfn == NONE) {
      return NONE;
    }
    for (long i = 0; i < request.pages(); i++) {
      handOut(pfn + i, owner, tag, true);
    }
    allocated.getAndAdd(pfn == 0 ? request.pages() - 1 : request.pages());
    return pfn;
  }

  private long takeRun(RunRequest request) {
    lock.lock();
    try {
      long pfn = freeFrames.takeRun(request);
      if (pfn != NONE || magazines == null) {
        return pfn;
      }
    } finally {
      lock.unlock();
    }
    FrameMagazines ready = magazines;
    return ready == null ? NONE : ready.takeRun(request);
  }

  @Override
  public boolean free(long pfn) {
    return free(pfn, false);
  }

  /** As {@link #free(long)}, for a frame that its owner left filled with zeros. */
  public boolean freeZeroed(long pfn) {
    return free(pfn, true);
  }

  private boolean free(long pfn, boolean zero) {
    guard.check();
    FrameChunk chunk = allocatedChunk(pfn);
    int place = FrameChunk.place(pfn);
    while (true) {
      long state = (long) LONGS.getAcquire(chunk.states, place);
      if (FrameState.free(state) || FrameState.heldBack(state)) {
        throw new IllegalStateException(
            "pfn 0x" + Long.toHexString(pfn) + " is not allocated, so it can't be freed");
      }
      boolean busy = FrameState.busy(state);
      long next = busy ? FrameState.withOwner(state, FrameOwner.HELD_BACK) : FrameState.freed(zero);
      if (LONGS.compareAndSet(chunk.states, place, state, next)) {
        if (busy) {
          lock.lock();
          try {
            events.record(
                EventKind.MISUSE,
                pfn,
                1,
                FREED_WHILE_IN_USE,
                (long) LONGS.getOpaque(chunk.tags, place));
          } finally {
            lock.unlock();
          }
        } else {
          giveBack(chunk, pfn);
        }
        return !busy;
      }
    }
  }

  /** Makes a frame, whose state says FREE already, available again. */
  void giveBack(FrameChunk chunk, long pfn) {
    LONGS.setOpaque(chunk.tags, FrameChunk.place(pfn), 0L);
    FrameMagazines ready = magazines;
    // Not under the table's lock, before which magazines come.
    if (ready != null && pfn != 0 && !lock.heldHere()) {
      ready.giveBack(pfn);
      return;
    }
    lock.lock();
    try {
      freeFrames.giveBack(pfn);
    } finally {
      lock.unlock();
    }
    if (pfn != 0) {
      allocated.getAndDecrement();
    }
  }

  @Override
  public boolean isRam(long pfn) {
    return map.isRam(pfn);
  }

  @Override
  public long pagesToRam(long pfn) {
    return map.pagesToRam(pfn);
  }

  @Override
  public FrameOwner owner(long pfn) {
    return FrameState.owner(state(pfn));
  }

  @Override
  public long tag(long pfn) {
    requireRam(pfn);
    FrameChunk chunk = freeFrames.chunkOrNull(pfn);
    return chunk == null ? 0 : (long) LONGS.getOpaque(chunk.tags, FrameChunk.place(pfn));
  }

  @Override
  public void transfer(long pfn, FrameOwner owner, long tag) {
    requireRealOwner(owner);
    FrameChunk chunk = allocatedChunk(pfn);
    int place = FrameChunk.place(pfn);
    long state;
    do {
      state = (long) LONGS.getAcquire(chunk.states, place);
      if (FrameState.free(state) || FrameState.heldBack(state)) {
        throw new IllegalStateException(
            "pfn 0x" + Long.toHexString(pfn) + " is not allocated, so it can't change its owner");
      }
    } while (!LONGS.compareAndSet(chunk.states, place, state, FrameState.withOwner(state, owner)));
    LONGS.setOpaque(chunk.tags, place, tag);
  }

  @Override
  public boolean pin(long pfn) {
    return counts.pin(pfn);
  }

  @Override
  public void unpin(long pfn) {
    counts.unpin(pfn);
  }

  @Override
  public int pins(long pfn) {
    return FrameState.pins(state(pfn));
  }

  @Override
  public boolean prepareHolds(long firstPfn, long pages) {
    if (firstPfn < 0 || pages < 1) {
      throw new IllegalArgumentException(pages + " pages at pfn " + firstPfn + " can't be held");
    }
    return makeChunks(firstPfn, firstPfn + Math.min(pages - 1, Long.MAX_VALUE - firstPfn));
  }

  @Override
  public void hold(long pfn) {
    counts.hold(pfn);
  }

  @Override
  public void unhold(long pfn) {
    counts.unhold(pfn);
  }

  @Override
  public int holds(long pfn) {
    return FrameState.holds(state(pfn));
  }

  @Override
  public HoldCount countHolds() {
    return counts.countHolds();
  }

  @Override
  public int addLocks(long pfn, int delta) {
    return counts.addLocks(pfn, delta);
  }

  @Override
  public int locks(long pfn) {
    return FrameState.locks(state(pfn));
  }

  @Override
  public @Nullable CachePolicy cachePolicy(long pfn) {
    requirePages(pfn, 1);
    return map.isRam(pfn) ? FrameState.cache(state(pfn)) : outside.at(pfn);
  }

  @Override
  public int lockedCachePolicy(long pfn) {
    // Pages outside RAM that have a word in a chunk are not locked there.
    FrameChunk chunk = freeFrames.chunkOrNull(pfn);
    return chunk == null
        ? -1
        : FrameState.lockedCache((long) LONGS.getAcquire(chunk.states, FrameChunk.place(pfn)));
  }

  @Override
  public boolean allLocked(long[] pfns, int count, int policy) {
    FrameChunk chunk = null;
    long number = -1; // of the chunk; adjacent pages are mostly in one
    for (int i = 0; i < count; i++) {
      long pfn = pfns[i];
      if (pfn >>> FrameChunk.LOG2_FRAMES != number) {
        number = pfn >>> FrameChunk.LOG2_FRAMES;
        chunk = freeFrames.chunkOrNull(pfn);
      }
      if (chunk == null) {
        return false;
      }
      long state = (long) LONGS.getAcquire(chunk.states, FrameChunk.place(pfn));
      if (FrameState.lockedCache(state) != policy) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean setCachePolicy(long firstPfn, long pages, @Nullable CachePolicy policy) {
    requirePages(firstPfn, pages);
    long last = firstPfn + pages - 1;
    // Frames without a chunk are CACHED.
    if (policy != CachePolicy.CACHED && !makeChunks(firstPfn, last)) {
      return false;
    }
    if (!outside.set(firstPfn, last, policy)) {
      return false;
    }
    long pfn = firstPfn + map.pagesToRam(firstPfn);
    while (pfn <= last) {
      FrameChunk chunk = FreeFrames.madeOrNull(freeFrames.chunkOrNull(pfn));
      if (chunk != null) {
        setCachePolicy(chunk, pfn, policy);
      }
      long next = chunk == null ? (pfn | FrameChunk.INDEX) + 1 : pfn + 1;
      pfn = next + map.pagesToRam(next);
    }
    return true;
  }

  private static void setCachePolicy(FrameChunk chunk, long pfn, @Nullable CachePolicy policy) {
    int place = FrameChunk.place(pfn);
    long state;
    do {
      state = (long) LONGS.getAcquire(chunk.states, place);
    } while (!LONGS.compareAndSet(chunk.states, place, state, FrameState.withCache(state, policy)));
  }

  @Override
  public void forEachCachePolicyOutsideRam(CachePolicyVisitor visitor) {
    outside.forEach(visitor);
  }

  @Override
  public int node(long pfn) {
    RamRange range = map.ramAt(pfn);
    if (range == null) {
      throw notRam(pfn);
    }
    return range.node();
  }

  @Override
  public int nodes() {
    return map.nodes();
  }

  @Override
  public long zeroFrame() {
    long known = zeroFrame;
    return known != NONE ? known : makeZeroFrame();
  }

  private synchronized long makeZeroFrame() {
    if (zeroFrame == NONE) {
      zeroFrame = allocate(FrameOwner.ZERO, 0);
    }
    return zeroFrame;
  }

  @Override
  public long free() {
    FrameMagazines ready = magazines;
    return total - allocated.get() - (ready == null ? 0 : ready.out());
  }

  @Override
  public long total() {
    return total;
  }

  @Override
  public void forEachAllocated(FrameVisitor visitor) {
    for (int number = 0; number < freeFrames.chunks(); number++) {
      FrameChunk chunk =
          FreeFrames.madeOrNull(freeFrames.chunkOrNull((long) number << FrameChunk.LOG2_FRAMES));
      for (int index = 0; chunk != null && index < FrameChunk.FRAMES; index++) {
        int place = FrameChunk.place(index);
        long state = (long) LONGS.getAcquire(chunk.states, place);
        if (!FrameState.free(state)) {
          visitor.visit(
              ((long) number << FrameChunk.LOG2_FRAMES) + index,
              FrameState.owner(state),
              (long) LONGS.getOpaque(chunk.tags, place));
        }
      }
    }
  }

  @Override
  public void forEachNoted(FrameVisitor visitor) {
    for (int number = freeFrames.nextChunk(0);
        number >= 0;
        number = freeFrames.nextChunk(number + 1)) {
      long first = (long) number << FrameChunk.LOG2_FRAMES;
      FrameChunk chunk = freeFrames.chunkOrNull(first);
      for (int index = 0; chunk != null && index < FrameChunk.FRAMES; index++) {
        int place = FrameChunk.place(index);
        if (chunk.states[place] == 0) {
          continue; // most are: in a process that has just started, the handle takes longer than
          // all else
        }
        long state = (long) LONGS.getAcquire(chunk.states, place);
        if (FrameState.noted(state) && map.isRam(first + index)) {
          visitor.visit(
              first + index, FrameState.owner(state), (long) LONGS.getOpaque(chunk.tags, place));
        }
      }
    }
  }

  /**
   * A word that the owner of a frame keeps beside it; 0 for a frame just allocated as TABLE. Not
   * atomic: the owner guards it.
   */
  public long note(long pfn) {
    FrameChunk chunk = freeFrames.chunkOrNull(pfn);
    long[] notes = chunk == null ? null : chunk.notes;
    return notes == null ? 0 : notes[FrameChunk.place(pfn)];
  }

  /** Writes the word of {@link #note}. */
  public void setNote(long pfn, long note) {
    FrameChunk chunk = allocatedChunk(pfn);
    long[] notes = chunk.notes;
    if (notes == null) {
      synchronized (chunk) {
        notes = chunk.notes;
        if (notes == null) {
          notes = FrameChunk.newNotes();
          chunk.notes = notes;
        }
      }
    }
    notes[FrameChunk.place(pfn)] = note;
  }

  /** Sees to it that all frames of a range have chunks; false when there is no memory for them. */
  private boolean makeChunks(long first, long last) {
    boolean asked = false;
    long pfn = first + map.pagesToRam(first);
    while (pfn <= last) {
      if (!freeFrames.isMade(pfn)) {
        if (!asked && failures.refuses(AllocationPoint.FRAME_RECORD)) {
          return false;
        }
        asked = true;
        try {
          makeChunk(pfn);
        } catch (OutOfMemoryError e) {
          return false;
        }
      }
      long next = (pfn | FrameChunk.INDEX) + 1;
      pfn = next + map.pagesToRam(next);
    }
    return true;
  }

  private void makeChunk(long pfn) {
    lock.lock();
    try {
      freeFrames.makeChunk(pfn);
    } finally {
      lock.unlock();
    }
  }

  long state(long pfn) {
    requireRam(pfn);
    FrameChunk chunk = freeFrames.chunkOrNull(pfn);
    return chunk == null ? 0 : (long) LONGS.getAcquire(chunk.states, FrameChunk.place(pfn));
  }

  private void requireRam(long pfn) {
    if (!map.isRam(pfn)) {
      throw notRam(pfn);
    }
  }

  /** Pages that a translation can lead to, whatever is there. */
  static void requirePages(long firstPfn, long pages) {
    if (firstPfn < 0 || pages < 1 || firstPfn > LAST_PFN || pages > LAST_PFN - firstPfn + 1) {
      throw new IllegalArgumentException(
          pages + " pages at pfn 0x" + Long.toHexString(firstPfn) + " are beyond all machines");
    }
  }

  private static IllegalArgumentException notRam(long pfn) {
    return new IllegalArgumentException("pfn 0x" + Long.toHexString(pfn) + " is not RAM");
  }

  /** The chunk of a frame that this table handed out. */
  private FrameChunk chunk(long pfn) {
    FrameChunk chunk = FreeFrames.madeOrNull(freeFrames.chunkOrNull(pfn));
    if (chunk == null) {
      throw new IllegalStateException("pfn 0x" + Long.toHexString(pfn) + " was never allocated");
    }
    return chunk;
  }

  FrameChunk allocatedChunk(long pfn) {
    requireRam(pfn);
    return chunk(pfn);
  }
}
