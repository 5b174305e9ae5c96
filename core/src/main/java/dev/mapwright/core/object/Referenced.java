package dev.mapwright.core.object;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * What is ended when its last reference goes: how many there are, and who maps it.
 *
 * <p><b>What is stored where.</b> Everything that decides is in one {@link #word}: references, and
 * how many parts of spaces have mappings of this. How many mappings a part has is counted there,
 * under the part's lock and in the part's own memory; the first of them is told here and the last
 * one ({@link #begin}, {@link #cease}). So who maps and unmaps what his part maps anyway writes
 * nothing here, and two parts that map one object share no line. For their sum, those parts are in
 * a list ({@link #first}).
 *
 * <p><b>Who publishes what.</b> The word is atomic: nothing is left when it is 0, nothing is mapped
 * when no part is counted in it, both exact at every moment; and it becomes 0 once. The list is
 * guarded by a monitor of its own, which no user can have, and inside of which no lock is taken and
 * nobody is asked.
 *
 * <p><b>Sums.</b> {@link #mappings} and {@link #references} add up what parts count: exact while
 * nothing changes, and else with each change that happens meanwhile seen or not.
 */
abstract class Referenced {
  // The word: bits 0-31 references that are no mappings', 32-62 parts of spaces that map this. No
  // more parts fit into any memory; references take none, so those are looked at.

  private static final long ONE_REFERENCE = 1;
  private static final int PARTS_SHIFT = 32;
  private static final long ONE_PART = 1L << PARTS_SHIFT;
  private static final long REFERENCES = ONE_PART - 1;

  private static final VarHandle WORD;

  static {
    try {
      WORD = MethodHandles.lookup().findVarHandle(Referenced.class, "word", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Nothing, so that no other object's thread uses the line of the word. */
  @SuppressWarnings("unused")
  private long before1, before2, before3, before4, before5, before6;

  private volatile long word = ONE_REFERENCE;

  /** The monitor of the list. */
  private final Object list = new Object();

  /** The parts that map this, the latest first. Null for none. */
  @GuardedBy("list")
  private @Nullable Showing first;

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
    throw new IllegalStateException(this + " has ended, and is released once more");
  }

  /** Adds to the word unless it is 0: what has ended stays ended. */
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
   * A part of a space begins to map this.
   *
   * @return false when this has ended, and nothing has changed
   */
  public final boolean begin(Showing part) {
    synchronized (list) {
      if (!added(ONE_PART)) {
        return false;
      }
      part.after = first;
      if (first != null) {
        first.before = part;
      }
      first = part;
      return true;
    }
  }

  /** A part has no mapping of this any more; true when this has to be ended. */
  public final boolean cease(Showing part) {
    synchronized (list) {
      // First: what follows can't overflow the stack.
      boolean ends = (long) WORD.getAndAdd(this, -ONE_PART) == ONE_PART;
      Showing before = part.before;
      Showing after = part.after;
      if (before != null) {
        before.after = after;
      } else {
        first = after;
      }
      if (after != null) {
        after.before = before;
      }
      part.before = null;
      part.after = null;
      return ends;
    }
  }

  // ---- questions

  /** Whether the last reference is gone; nothing may be given to it any more. */
  public final boolean ended() {
    return word == 0;
  }

  /** Whether there is a mapping. */
  final boolean mapped() {
    return word >>> PARTS_SHIFT != 0;
  }

  public long mappings() {
    synchronized (list) {
      long sum = 0;
      for (Showing part = first; part != null; part = part.after) {
        sum += part.mappings();
      }
      return sum;
    }
  }

  /** Whether a part is in the list. */
  public final boolean lists(Showing part) {
    synchronized (list) {
      return part.before == null ? part == first : part.before.after == part;
    }
  }

  public long references() {
    return (word & REFERENCES) + mappings();
  }
}
