package dev.mapwright.core.event;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One mark for each of a bounded number of threads, which only its thread reads and writes: to find
 * one's own takes no atomic operation, and to change it touches no line that another thread uses.
 *
 * <p>A mark is a number, 0 for none: a reference would tell the collector of each change.
 *
 * <p>A thread claims a place when it first sets a mark, beginning to look where its number says,
 * and keeps it until it has died and somebody else needs the place. A place that nobody ever
 * claimed ends a search.
 */
@SuppressWarnings("ReferenceEquality") // threads are compared by identity
final class ThreadMarks {
  private static final VarHandle OWNERS = MethodHandles.arrayElementVarHandle(Thread[].class);
  private static final int PLACES = 64;

  /**
   * How many places a thread looks at, so that looking in vain is cheap also when all are taken.
   */
  private static final int PROBES = 8;

  /** Numbers from one mark to the next, so that each has two lines: processors fetch pairs. */
  private static final int STRIDE = 16;

  /** Claimed by compare-and-swap; null for never. */
  private final @Nullable Thread[] owners = new Thread[PLACES];

  private final long[] marks = new long[PLACES * STRIDE];

  private static int start(Thread thread) {
    return (int) thread.threadId() & PLACES - 1;
  }

  /** The place of the current thread; -1 when it has claimed none. */
  int find(Thread current) {
    int start = start(current);
    for (int i = 0; i < PROBES; i++) {
      int place = start + i & PLACES - 1;
      Thread owner = (Thread) OWNERS.getOpaque(owners, place);
      if (owner == current) {
        return place;
      }
      if (owner == null) {
        return -1;
      }
    }
    return -1;
  }

  /** The place of the current thread, claimed if need be; -1 when all it looks at are others'. */
  int place(Thread current) {
    int found = find(current);
    return found >= 0 ? found : claim(current);
  }

  /** The mark at the current thread's place; 0 for none, or for no place. */
  long get(int place) {
    return place < 0 ? 0 : marks[place * STRIDE];
  }

  /** Sets the mark at the current thread's place. */
  void set(int place, long mark) {
    marks[place * STRIDE] = mark;
  }

  private int claim(Thread current) {
    int start = start(current);
    for (int i = 0; i < PROBES; i++) {
      int place = start + i & PLACES - 1;
      Thread owner = (Thread) OWNERS.getAcquire(owners, place);
      boolean claimable = owner == null || !owner.isAlive();
      if (claimable && OWNERS.compareAndSet(owners, place, owner, current)) {
        set(place, 0);
        return place;
      }
    }
    return -1;
  }
}
