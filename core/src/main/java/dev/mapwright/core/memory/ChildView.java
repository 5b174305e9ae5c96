package dev.mapwright.core.memory;

/** A child's view of its parent: changes go on to the child's own views, see {@link Change}. */
final class ChildView extends ObjectView {
  /** Whose view it is. Another object when a snapshot puts one between; the lock guards it. */
  MemoryObject child;

  ChildView(MemoryObject child, long firstPage, long lastPage) {
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
