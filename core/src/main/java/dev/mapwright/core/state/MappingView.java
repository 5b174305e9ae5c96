package dev.mapwright.core.state;

import dev.mapwright.core.object.ObjectView;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A mapping's translations, as its object sees them: which page of the object is which page of the
 * space.
 *
 * <p>When a mapping is split, its pieces keep the distance between the two and share the view, so
 * splitting makes none and changes none. The view may then stand for pages that are no longer the
 * mapping's; removing a translation there costs another mapping a fault, never a wrong answer.
 */
// The count is read and written through its handle only.
@SuppressWarnings("UnusedVariable")
public final class MappingView extends ObjectView {
  private static final VarHandle SHARERS;

  static {
    try {
      SHARERS = MethodHandles.lookup().findVarHandle(MappingView.class, "sharers", int.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private final Tables tables;

  /** Page of the space minus page of the object. */
  private final long distance;

  /**
   * How many mapping records share this view. They may have come to lie in several parts of the
   * space, each with a lock of its own, so they are counted atomically.
   */
  private int sharers = 1;

  /**
   * Makes the view of a mapping that begins at a page of the space and shows a range of the object.
   */
  public MappingView(Tables tables, long firstPage, long objectFirst, long objectLast) {
    super(objectFirst, objectLast);
    this.tables = tables;
    this.distance = firstPage - objectFirst;
  }

  /** Another record shares the view, which was split off from one that does. */
  public void share() {
    SHARERS.getAndAdd(this, 1);
  }

  /**
   * A record shares the view no longer; true when it was the last, and then the view is nobody's. A
   * record that has it alone need not count: nobody else can share it meanwhile.
   */
  public boolean unshare() {
    return (int) SHARERS.getAcquire(this) == 1 || (int) SHARERS.getAndAdd(this, -1) == 1;
  }

  /** How many records share the view. */
  public int sharers() {
    return (int) SHARERS.getAcquire(this);
  }

  /** Whether a page of the object lies in the view. */
  public boolean shows(long objectPage) {
    return objectPage >= firstPage() && objectPage <= lastPage();
  }

  @Override
  protected void pagesChanged(long first, long last) {
    tables.forget(first + distance, last + distance);
  }

  @Override
  protected void pagesShared(long first, long last) {
    tables.forgetWrites(first + distance, last + distance);
  }
}
