package dev.mapwright.core.memory;

import org.jspecify.annotations.Nullable;

/**
 * Somebody who shows a range of an object's pages and holds translations of them: told when a page
 * is no longer where it was.
 *
 * <p>A view's range never changes. It is entered with {@link MemoryObject#enter} when the first
 * translation is made, not when something is mapped, and left with {@link MemoryObject#leave}. The
 * object's lock guards the links.
 */
public abstract class ObjectView {
  /** The first page of the object that is shown. */
  final long firstPage;

  /** The last page of the object that is shown, inclusive. */
  final long lastPage;

  /** Links of {@link ViewTree}; null where there is none. */
  @Nullable ObjectView left;

  @Nullable ObjectView right;

  /** The largest {@link #lastPage} in the subtree below and including this view. */
  long reach;

  /** Breaks ties between views of the same range, and shapes the tree. */
  long number;

  /**
   * Makes a view that is not entered yet.
   *
   * @param firstPage the first page of the object that is shown
   * @param lastPage the last page, inclusive
   */
  protected ObjectView(long firstPage, long lastPage) {
    this.firstPage = firstPage;
    this.lastPage = lastPage;
    this.reach = lastPage;
  }

  /**
   * Pages are being replaced or removed: no translation of them may be in use any more when this
   * returns. Called while the object is locked; it must not lock the address space.
   *
   * @param first the first page of the object concerned, inside the view
   * @param last the last page, inclusive, inside the view
   */
  protected abstract void pagesChanged(long first, long last);

  /**
   * Pages are about to be shared with somebody who must not see later writes: no translation of
   * them may allow writing when this returns. Called while the object is locked.
   *
   * @param first the first page of the object concerned, inside the view
   * @param last the last page, inclusive, inside the view
   */
  protected abstract void pagesShared(long first, long last);

  /**
   * The first page of the object that is shown.
   *
   * @return a page number in the object
   */
  public final long firstPage() {
    return firstPage;
  }

  /**
   * The last page of the object that is shown.
   *
   * @return a page number in the object, inclusive
   */
  public final long lastPage() {
    return lastPage;
  }
}
