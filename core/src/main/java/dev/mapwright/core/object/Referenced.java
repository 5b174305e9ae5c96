package dev.mapwright.core.object;

import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.failure.FailurePoints;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * What is ended when its last reference goes: how many there are, and how many of them are
 * mappings'.
 *
 * <p><b>What is stored where.</b> Everything that decides is in one {@link #word}: nothing is left
 * when it is 0, nothing is mapped when its mappings are 0. Mappings from several parts of a divided
 * space would all change it, and its line would go to and fro between their processors. So once a
 * second part maps the object it gets {@link #cells}, each in a line of its own, and a part counts
 * its mappings in the cell with its number. A cell that is not 0 <em>holds</em> the object: the
 * word counts the first mapping of the cell, and the cell also the further ones. Only the first
 * mapping in a cell and the last one write the word.
 *
 * <p><b>Counts are anonymous.</b> A mapping that was counted in the word, or in another cell before
 * it came to another part, is given back wherever there is one: in its part's cell if that counts
 * several, else in the word if that counts more mappings than cells, else in the part's cell or any
 * other. So nobody has to know where a mapping was counted, and moving it from part to part changes
 * nothing here.
 *
 * <p><b>Who publishes what.</b> All of it is atomic. A cell that becomes 0, or more, is {@link
 * #CHANGING} until the word says so; who finds it so counts in the word and does not wait. A cell
 * that counts something has a hold as long as it does, since a compare-and-swap from one count to
 * the next is the proof that it was never 0 in between. So the object can't end while a cell
 * counts, and it ends exactly once.
 *
 * <p><b>Sums.</b> {@link #mappings} and {@link #references} add cells up one after the other: exact
 * while nothing changes, and else with each change that happens meanwhile seen or not. Whether
 * anything is left, and whether anything is mapped, is exact at every moment.
 */
abstract class Referenced {
  // The word: bits 0-28 references that are no mappings', 29-58 mappings, 59-63 cells that hold.

  private static final long ONE_REFERENCE = 1;
  private static final int MAPPINGS_SHIFT = 29;
  private static final long ONE_MAPPING = 1L << MAPPINGS_SHIFT;
  private static final int CELLS_SHIFT = 59;
  private static final long ONE_CELL = 1L << CELLS_SHIFT;
  private static final long REFERENCES = ONE_MAPPING - 1;
  private static final long MAPPINGS = ONE_CELL - ONE_MAPPING;

  /** How many cells; fewer than the word can count. */
  private static final int MOST_CELLS = 16;

  /** From one cell to the next: a line. Before the first there is one, and behind the last. */
  private static final int STRIDE = 8;

  /** What stands in a cell while the word is told that it begins to hold, or ends. */
  private static final long CHANGING = -1;

  // What was found where a mapping's reference is to be taken.

  private static final int NOTHING = 0;
  private static final int ONE = 1;

  /** And it was the last of all references. */
  private static final int LAST = 2;

  private static final VarHandle WORD;
  private static final VarHandle CELLS;
  private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      WORD = lookup.findVarHandle(Referenced.class, "word", long.class);
      CELLS = lookup.findVarHandle(Referenced.class, "cells", long[].class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final FailurePoints failures;

  /** Nothing, so that no other object's thread uses the line of the word. */
  @SuppressWarnings("unused")
  private long before1, before2, before3, before4, before5, before6;

  private volatile long word = ONE_REFERENCE;

  /** The counts of parts; null while no second part has mapped this. */
  private volatile long @Nullable [] cells;

  /** The first part that mapped this, and 1; 0 for none. An old value costs cells too early. */
  private int home;

  Referenced(FailurePoints failures) {
    this.failures = failures;
  }

  // ---- references

  public void retain() {
    if (!tryRetain()) {
      throw new IllegalStateException(this + " has ended");
    }
  }

  public boolean tryRetain() {
    return added(ONE_REFERENCE);
  }

  /** Gives a reference back; true when it was the last, and this has to be ended. */
  final boolean drop() {
    long before = word;
    while ((before & REFERENCES) != 0) {
      long witness = (long) WORD.compareAndExchange(this, before, before - ONE_REFERENCE);
      if (witness == before) {
        return before == ONE_REFERENCE;
      }
      before = witness;
    }
    throw releasedTooOften();
  }

  private IllegalStateException releasedTooOften() {
    return new IllegalStateException(this + " has ended, and is released once more");
  }

  /**
   * Adds to the word unless it is 0: what has ended stays ended. More mappings than there is room
   * for would take 19 GB of records; references take none, so those are looked at.
   */
  private boolean added(long amount) {
    long before = word;
    while (before != 0) {
      if (amount == ONE_REFERENCE && (before & REFERENCES) == REFERENCES) {
        throw new IllegalStateException(
            this + " has " + REFERENCES + " references, and no more fit");
      }
      long witness = (long) WORD.compareAndExchange(this, before, before + amount);
      if (witness == before) {
        return true;
      }
      before = witness;
    }
    return false;
  }

  // ---- mappings

  /**
   * Adds a mapping's reference.
   *
   * @param part the number of the part of a divided space that it is in; negative in a whole one
   * @return false when this has ended
   */
  public final boolean tryRetainForMapping(int part) {
    return retainedForMapping(part < 0 ? null : cellsFor(part), part);
  }

  /** Adds a mapping's reference to what the caller keeps from ending. Acquires nothing. */
  public final void retainForMapping(int part) {
    boolean added = retainedForMapping(part < 0 ? null : cells, part);
    assert added : this + " has ended";
  }

  private boolean retainedForMapping(long @Nullable [] counts, int part) {
    if (counts == null) {
      return added(ONE_MAPPING);
    }
    int at = at(part);
    long count = (long) CELL.getVolatile(counts, at);
    while (count != CHANGING) {
      long witness =
          (long) CELL.compareAndExchange(counts, at, count, count == 0 ? CHANGING : count + 1);
      if (witness == count) {
        return count != 0 || begins(counts, at);
      }
      count = witness;
    }
    return added(ONE_MAPPING);
  }

  private boolean begins(long[] counts, int at) {
    boolean added = added(ONE_CELL + ONE_MAPPING);
    CELL.setVolatile(counts, at, added ? 1L : 0L);
    return added;
  }

  /**
   * Gives a mapping's reference back.
   *
   * @param part the number of the part that it is in now; negative for a whole space
   * @return whether it was the last, and this has to be ended
   */
  final boolean dropMapping(int part) {
    int taken = NOTHING;
    while (taken == NOTHING) {
      long[] counts = cells;
      taken = counts == null ? takeFromWord() : take(counts, part);
    }
    return taken == LAST;
  }

  /** Takes a mapping's reference from wherever there is one. */
  private int take(long[] counts, int part) {
    int own = part < 0 ? 0 : at(part); // there is always 0 at 0
    if (takeOfSeveral(counts, own)) {
      return ONE;
    }
    // What was mapped before there were cells goes before the cell's last: so the part comes to
    // have a mapping in its cell.
    int taken = takeFromWord();
    if (taken == NOTHING) {
      taken = takeLast(counts, own);
    }
    for (int at = STRIDE; taken == NOTHING && at <= MOST_CELLS * STRIDE; at += STRIDE) {
      taken = takeOfSeveral(counts, at) ? ONE : takeLast(counts, at);
    }
    return taken;
  }

  /** Takes a mapping's reference of which no cell knows. */
  private int takeFromWord() {
    long before = word;
    while ((before & MAPPINGS) >>> MAPPINGS_SHIFT > before >>> CELLS_SHIFT) {
      long witness = (long) WORD.compareAndExchange(this, before, before - ONE_MAPPING);
      if (witness == before) {
        return before == ONE_MAPPING ? LAST : ONE;
      }
      before = witness;
    }
    if ((before & MAPPINGS) == 0) {
      throw releasedTooOften();
    }
    return NOTHING;
  }

  private static boolean takeOfSeveral(long[] counts, int at) {
    long count = (long) CELL.getVolatile(counts, at);
    while (count > 1) {
      long witness = (long) CELL.compareAndExchange(counts, at, count, count - 1);
      if (witness == count) {
        return true;
      }
      count = witness;
    }
    return false;
  }

  /** Takes the one that is left in a cell, which holds nothing then. */
  private int takeLast(long[] counts, int at) {
    if ((long) CELL.getVolatile(counts, at) != 1 || !CELL.compareAndSet(counts, at, 1L, CHANGING)) {
      return NOTHING;
    }
    long before = (long) WORD.getAndAdd(this, -(ONE_CELL + ONE_MAPPING));
    CELL.setVolatile(counts, at, 0L);
    return before == ONE_CELL + ONE_MAPPING ? LAST : ONE;
  }

  /** The cells, made for a second part; null where there are none, and the word counts. */
  private long @Nullable [] cellsFor(int part) {
    long[] counts = cells;
    if (counts != null || home == part + 1) {
      return counts;
    }
    if (home == 0) {
      home = part + 1;
      return null;
    }
    if (failures.refuses(AllocationPoint.OBJECT)) {
      return null;
    }
    try {
      CELLS.compareAndSet(this, (long[]) null, new long[(MOST_CELLS + 2) * STRIDE]);
    } catch (OutOfMemoryError e) {
      return null; // counting together is slower, and as right
    }
    return cells;
  }

  private static int at(int part) {
    return (1 + part % MOST_CELLS) * STRIDE;
  }

  // ---- questions

  /** Whether the last reference is gone; nothing may be given to it any more. */
  final boolean ended() {
    return word == 0;
  }

  /** Whether there is a mapping. */
  final boolean mapped() {
    return (word & MAPPINGS) != 0;
  }

  public long mappings() {
    return ((word & MAPPINGS) >>> MAPPINGS_SHIFT) + inCells();
  }

  public long references() {
    long now = word;
    return (now & REFERENCES) + ((now & MAPPINGS) >>> MAPPINGS_SHIFT) + inCells();
  }

  /** How many mappings cells count that the word does not. */
  private long inCells() {
    long[] counts = cells;
    long more = 0;
    for (int at = STRIDE; counts != null && at < counts.length; at += STRIDE) {
      more += Math.max(0, (long) CELL.getVolatile(counts, at) - 1);
    }
    return more;
  }
}
