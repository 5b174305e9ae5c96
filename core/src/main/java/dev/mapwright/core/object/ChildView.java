package dev.mapwright.core.object;

/**
 * A child's view of its parent. It is entered in the parent while the child itself has views, so a
 * child that nobody shows costs its parent nothing; changes go on to the child's views, see {@link
 * Change}.
 */
final class ChildView extends ObjectView {
  /** Whose view it is. Another member when a snapshot puts one between; the lock guards it. */
  Member child;

  ChildView(Member child, long firstPage, long lastPage) {
    super(firstPage, lastPage);
    this.child = child;
  }

  @Override
  protected void pagesChanged(long first, long last) {
    throw new AssertionError("children are told by Change");
  }

  @Override
  protected void pagesShared(long first, long last) {
    // A child's translations of its parent's pages are never writable.
  }
}
