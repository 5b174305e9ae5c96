package dev.mapwright.linux.input;

import java.lang.ref.WeakReference;
import java.util.function.LongSupplier;

/**
 * Whether the heap has room for what is about to be made, so that input made by others ends with an
 * error that names its line, and not with an {@link OutOfMemoryError} anywhere in this process.
 *
 * <p>The heap itself is asked. An estimate would have to know what a record takes, and that differs
 * by a factor of two hundred: a further piece of a mapping that was split takes 46 bytes, a mapping
 * with an object of its own a thousand, and the events that one object remembers up to ten thousand
 * more.
 *
 * <p><b>Two marks.</b> What is in use includes garbage. So nothing is decided below the upper mark;
 * above it the garbage is collected, and what is left counts: above the lower mark there is no
 * room. At least the distance between the marks, an eighth of the heap, has to be filled between
 * two collections, which keeps their cost in proportion to what is read. The quarter above the
 * upper mark is for whatever is made between two questions.
 *
 * <p>What was in use when this object was made belongs to others: both marks divide what was left
 * then. If it was more than a quarter of the heap, garbage is collected first, lest it be taken for
 * theirs. If the JVM does not collect when it is asked to, nothing is refused.
 *
 * <p>For one thread.
 */
public final class HeapRoom {

  private final LongSupplier used;
  private final Runnable collect;
  private final long upperMark;
  private final long lowerMark;

  /** The room that the heap of this process has now. */
  public HeapRoom() {
    Runtime runtime = Runtime.getRuntime();
    this(runtime.maxMemory(), () -> runtime.totalMemory() - runtime.freeMemory(), runtime::gc);
  }

  HeapRoom(long most, LongSupplier used, Runnable collect) {
    if (used.getAsLong() > most / 4) {
      collect.run();
    }
    long others = Math.min(used.getAsLong(), most);
    this.used = used;
    this.collect = collect;
    this.upperMark = others + (most - others) / 4 * 3;
    this.lowerMark = others + (most - others) / 8 * 5;
  }

  /**
   * Asks for room. Cheap enough to be asked for each line of a file.
   *
   * @param bytes what is about to be made, at most; not negative
   * @return whether there is room for it
   */
  public boolean has(long bytes) {
    if (bytes <= upperMark - used.getAsLong()) {
      return true;
    }
    WeakReference<Object> garbage = new WeakReference<>(new Object());
    collect.run();
    boolean collected = garbage.refersTo(null);
    return !collected || bytes <= lowerMark - used.getAsLong();
  }

  /**
   * How much can be made before {@link #has} collects garbage.
   *
   * @return the bytes; not positive when it would do so now
   */
  public long untilCollected() {
    return upperMark - used.getAsLong();
  }
}
