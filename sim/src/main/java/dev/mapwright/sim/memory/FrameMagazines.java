package dev.mapwright.sim.memory;

import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.Frames.RunRequest;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Free frames that lie ready beside the threads that take and free them, so that two threads meet
 * at the frame table's lock once for many frames. There are none until threads have met there.
 *
 * <p>A thread has one magazine, by its number; more threads than magazines share some. One that is
 * empty is filled with the free frames of one word of the table, which are adjacent, so what is
 * beside a frame is mostly written by the same thread; one that is full gives half of them back.
 *
 * <p><b>Nothing is refused that is there.</b> When the table has no more, all magazines are taken
 * and emptied into it, and only what is missing then is missing. So it is for a run. What is free
 * is told exactly, too: it is counted between two looks at the magazines that say the same.
 *
 * <p>A frame in a magazine is free for everybody who asks for its state; its bit in its chunk is
 * clear. Magazines come before the table's lock, in ascending order when all are taken.
 */
final class FrameMagazines {
  static final int COUNT = 16;
  private static final int CAPACITY = 128;
  private static final VarHandle TAKEN;
  private static final VarHandle GIVEN;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      TAKEN = lookup.findVarHandle(Magazine.class, "taken", long.class);
      GIVEN = lookup.findVarHandle(Magazine.class, "given", long.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  /** All fields are guarded by its lock; how often it changed is read without it. */
  private static final class Magazine {
    final ReentrantLock lock = new ReentrantLock();
    final int[] frames = new int[CAPACITY];
    int count;

    /** How many frames were taken from here, and how many given back to here: both only grow. */
    long taken;

    long given;

    void oneTaken() {
      TAKEN.setRelease(this, taken + 1);
    }

    void oneGiven() {
      GIVEN.setRelease(this, given + 1);
    }
  }

  private final FreeFrames freeFrames;
  private final FrameLock tableLock;
  private final Magazine[] magazines = new Magazine[COUNT];

  FrameMagazines(FreeFrames freeFrames, FrameLock tableLock) {
    this.freeFrames = freeFrames;
    this.tableLock = tableLock;
    for (int i = 0; i < COUNT; i++) {
      magazines[i] = new Magazine();
    }
  }

  private Magazine mine() {
    return magazines[(int) Thread.currentThread().threadId() & COUNT - 1];
  }

  /** A free frame; NONE when there is none anywhere. */
  long take() {
    Magazine mine = mine();
    mine.lock.lock();
    try {
      if (mine.count != 0 || fill(mine)) {
        mine.oneTaken();
        return mine.frames[--mine.count];
      }
    } finally {
      mine.lock.unlock();
    }
    return takeLast(mine);
  }

  private boolean fill(Magazine mine) {
    tableLock.lock();
    try {
      mine.count = freeFrames.takeWord(mine.frames);
    } finally {
      tableLock.unlock();
    }
    return mine.count != 0;
  }

  private long takeLast(Magazine mine) {
    lockAndEmptyAll();
    try {
      long pfn = freeFrames.takeLowest();
      if (pfn != Frames.NONE) {
        mine.oneTaken();
      }
      return pfn;
    } finally {
      unlockAll();
    }
  }

  /**
   * A run of free frames, also of those that lay in magazines. Of who has taken them, elsewhere.
   */
  long takeRun(RunRequest request) {
    lockAndEmptyAll();
    try {
      return freeFrames.takeRun(request);
    } finally {
      unlockAll();
    }
  }

  /** Takes all locks, and has the table know of all free frames. */
  private void lockAndEmptyAll() {
    for (Magazine magazine : magazines) {
      magazine.lock.lock();
    }
    tableLock.lock();
    for (Magazine magazine : magazines) {
      empty(magazine, magazine.count);
    }
  }

  private void unlockAll() {
    tableLock.unlock();
    for (Magazine magazine : magazines) {
      magazine.lock.unlock();
    }
  }

  /** Takes a frame that is free by its state. */
  void giveBack(long pfn) {
    Magazine mine = mine();
    mine.lock.lock();
    try {
      if (mine.count == CAPACITY) {
        tableLock.lock();
        try {
          empty(mine, CAPACITY / 2);
        } finally {
          tableLock.unlock();
        }
      }
      mine.frames[mine.count++] = (int) pfn;
      mine.oneGiven();
    } finally {
      mine.lock.unlock();
    }
  }

  /** Gives the table those that have lain longest. */
  private void empty(Magazine magazine, int frames) {
    for (int i = 0; i < frames; i++) {
      freeFrames.giveBack(magazine.frames[i]);
    }
    magazine.count -= frames;
    System.arraycopy(magazine.frames, frames, magazine.frames, 0, magazine.count);
  }

  /** How many frames have been taken and not given back, through magazines, at one moment. */
  long out() {
    long taken = sum(TAKEN);
    long given = sum(GIVEN);
    for (int look = 0; look < COUNT; look++) {
      long takenBefore = taken;
      long givenBefore = given;
      taken = sum(TAKEN);
      given = sum(GIVEN);
      if (taken == takenBefore && given == givenBefore) {
        return taken - given;
      }
    }
    lockAndEmptyAll();
    try {
      return sum(TAKEN) - sum(GIVEN);
    } finally {
      unlockAll();
    }
  }

  private long sum(VarHandle count) {
    long sum = 0;
    for (Magazine magazine : magazines) {
      sum += (long) count.getAcquire(magazine);
    }
    return sum;
  }
}
