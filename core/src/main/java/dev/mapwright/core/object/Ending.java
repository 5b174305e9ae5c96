package dev.mapwright.core.object;

import dev.mapwright.core.event.EventKind;

/** What happens when the last reference to a member is given back. */
final class Ending {
  private Ending() {}

  /** The last reference is gone: frees the pages, then does the same for parents that follow. */
  static void end(Member member) {
    assert member.family.locked();
    Member at = member;
    while (true) {
      Removal.freeAll(at);
      at.machine.census().leave(at);
      at.events.record(EventKind.OBJECT_DESTROYED, 0, at.pages, 0, 0);
      Member parent = at.parent;
      if (parent == null) {
        return;
      }
      Lineage.detach(at, parent);
      if (!parent.drop()) {
        Snapshots.childGone(parent);
        return;
      }
      at = parent;
    }
  }
}
