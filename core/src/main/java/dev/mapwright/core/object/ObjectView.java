package dev.mapwright.core.object;

import dev.mapwright.core.index.LinkedTree;

/**
 * Somebody who shows a range of an object's pages and holds translations of them: told when a page
 * is no longer where it was.
 *
 * <p>A view's range never changes. It is entered when the first translation is made, not when
 * something is mapped. The family's lock guards its place in the {@link ViewTree}.
 */
public abstract class ObjectView extends LinkedTree.Node<ObjectView> {
  /** The first page of the object that is shown. */
  final long firstPage;

  /** The last page of the object that is shown, inclusive. */
  final long lastPage;

  /** The largest {@link #lastPage} in the subtree below and including this view. */
  long reach;

  /** Where a {@link ViewFilter} has counted it; 0 for nowhere. */
  int counted;

  /** Orders views that begin at the same page. */
  long number;

  /** Makes a view that is not entered yet, of the pages from the first to the last inclusive. */
  protected ObjectView(long firstPage, long lastPage) {
    this.firstPage = firstPage;
    this.lastPage = lastPage;
    this.reach = lastPage;
  }

  /**
   * Pages are being replaced or removed: no translation of them may be in use any more when this
   * returns. Called while the family is locked; it must not lock the address space.
   *
   * @param first the first page of the object concerned, inside the view
   * @param last the last page, inclusive, inside the view
   */
  protected abstract void pagesChanged(long first, long last);

  /**
   * Pages are about to be shared with somebody who must not see later writes: no translation of
   * them may allow writing when this returns. Called while the family is locked.
   *
   * @param first the first page of the object concerned, inside the view
   * @param last the last page, inclusive, inside the view
   */
  protected abstract void pagesShared(long first, long last);

  /** {@return the first page of the object that is shown} */
  public final long firstPage() {
    return firstPage;
  }

  /** {@return the last page of the object that is shown, inclusive} */
  public final long lastPage() {
    return lastPage;
  }
}
