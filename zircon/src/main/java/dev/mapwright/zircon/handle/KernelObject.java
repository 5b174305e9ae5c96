package dev.mapwright.zircon.handle;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * An object that handles name. It counts its handles, in all processes together; what its last one
 * means differs: a memory object gives its reference to the engine's object up, a process without
 * threads ends, a region stays where its parent keeps it.
 *
 * <p>The count alone is guarded here, by being atomic. An object that has ended takes no handle any
 * more, so a duplicate that races with the last close finds nothing to duplicate.
 */
public abstract class KernelObject {
  private static final int ENDED = -1;

  /** How many handles name it; {@link #ENDED} after the last one of an object that ends with it. */
  private final AtomicInteger handles = new AtomicInteger();

  private final ObjectType type;
  private final long koid;

  /**
   * Makes an object without handles.
   *
   * @param type its type
   * @param koid a number that no other object of its machine has
   */
  protected KernelObject(ObjectType type, long koid) {
    this.type = type;
    this.koid = koid;
  }

  /** {@return its type} */
  public final ObjectType type() {
    return type;
  }

  /** {@return a number that no other object of its machine has} */
  public final long koid() {
    return koid;
  }

  /** {@return how many handles name it} */
  public final int handles() {
    return Math.max(0, handles.get());
  }

  /** Notes a new handle; false when the object has ended. */
  final boolean addHandle() {
    int count;
    do {
      count = handles.get();
      if (count == ENDED) {
        return false;
      }
    } while (!handles.compareAndSet(count, count + 1));
    return true;
  }

  /**
   * Notes that a handle is gone.
   *
   * @return true when the object ends with it; the caller has to see to {@link #end}
   */
  final boolean dropHandle() {
    int count;
    int next;
    do {
      count = handles.get();
      next = count == 1 && endsWithLastHandle() ? ENDED : count - 1;
    } while (!handles.compareAndSet(count, next));
    return next == ENDED;
  }

  /**
   * Keeps the object from ending while a call uses it; counts as a handle.
   *
   * @return false when its last handle was closed before; {@link #release} must not be called then
   */
  public final boolean hold() {
    return addHandle();
  }

  /** Ends {@link #hold}; the object ends here when its last handle was closed meanwhile. */
  public final void release() {
    if (dropHandle()) {
      Ending.end(this);
    }
  }

  /**
   * {@return whether nobody can reach the object any more when its last handle goes; false for
   * objects that something else keeps}
   */
  protected abstract boolean endsWithLastHandle();

  /**
   * The last handle is gone. Called once, on the thread that closed it, without a lock held.
   *
   * @param fallen where objects go whose last handle falls with this object: they are ended by the
   *     caller, one after the other, since a chain of them may be long
   */
  protected abstract void end(Fallen fallen);

  /** Collects the objects that ended with another one. */
  @FunctionalInterface
  public interface Fallen {
    /**
     * One more object to end.
     *
     * @param object its last handle is gone
     */
    void add(KernelObject object);
  }
}
