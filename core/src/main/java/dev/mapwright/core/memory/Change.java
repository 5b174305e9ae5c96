package dev.mapwright.core.memory;

import org.jspecify.annotations.Nullable;

/**
 * Tells everybody who shows pages of an object that they have changed: the object's own views, its
 * children's as far as they see through, and so on down.
 *
 * <p>Chains of children can be long, so this works through a list instead of calling itself. The
 * list is linked through the objects: telling acquires nothing and can't fail. The family's lock
 * guards it.
 */
final class Change {
  private @Nullable MemoryObject pending;

  /** When this returns, no translation of the pages is in use any more, anywhere. */
  static void tell(MemoryObject object, long first, long last) {
    if (object.views.size() != 0) {
      Change change = new Change();
      change.add(object, first, last);
      change.run();
    }
  }

  private void add(MemoryObject object, long first, long last) {
    object.toldFirst = first;
    object.toldLast = last;
    object.nextToTell = pending;
    pending = object;
  }

  private void run() {
    for (MemoryObject object = pending; object != null; object = pending) {
      pending = object.nextToTell;
      object.nextToTell = null;
      long first = object.toldFirst;
      long last = object.toldLast;
      object.views.forEach(
          first,
          last,
          view -> {
            long from = Math.max(first, view.firstPage);
            long to = Math.min(last, view.lastPage);
            if (view instanceof ChildView childView) {
              MemoryObject child = childView.child;
              long childFirst = from - child.parentOffset;
              // A page that the child has itself hides the change from everybody below; a hidden
              // object's does not, since a cleared page is looked for above it.
              if (from < to || child.hidden || !PageList.filled(child.list.get(childFirst))) {
                add(child, childFirst, to - child.parentOffset);
              }
            } else {
              view.pagesChanged(from, to);
            }
          });
    }
  }
}
