package dev.mapwright.core.space;

import dev.mapwright.core.memory.ObjectView;

/**
 * A mapping's translations, as its object sees them: which page of the object is which page of the
 * space.
 *
 * <p>When a mapping is split, its pieces keep the distance between the two and share the view, so
 * splitting makes none and changes none. The view may then stand for pages that are no longer the
 * mapping's; removing a translation there costs another mapping a fault, never a wrong answer.
 */
final class MappingView extends ObjectView {
  private final AddressSpace space;

  /** Page of the space minus page of the object. */
  private final long distance;

  /** How many mapping records share this view; the space's lock guards it. */
  int sharers = 1;

  MappingView(AddressSpace space, long firstPage, long objectFirst, long objectLast) {
    super(objectFirst, objectLast);
    this.space = space;
    this.distance = firstPage - objectFirst;
  }

  boolean shows(long objectPage) {
    return objectPage >= firstPage() && objectPage <= lastPage();
  }

  @Override
  protected void pagesChanged(long first, long last) {
    space.tables.forget(first + distance, last + distance);
  }

  @Override
  protected void pagesShared(long first, long last) {
    space.tables.forgetWrites(first + distance, last + distance);
  }
}
