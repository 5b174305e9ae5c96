package dev.mapwright.linux;

import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.core.memory.MemoryObject;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * fork's copy of an address space ({@code dup_mmap}). Shared memory shows the same object in both;
 * private memory shows a snapshot in the child, one for each object of the parent however often it
 * is mapped, so that pieces that were one mapping stay views of one object.
 */
final class Fork {

  private Fork() {}

  static LinuxSpace copy(LinuxSpace parent) {
    LinuxSpace child = parent.system().newSpace();
    Map<MemoryObject, MemoryObject> snapshots = new IdentityHashMap<>();
    try {
      List<Area> pieces = new ArrayList<>();
      parent.areas().forEach(pieces::add);
      for (Area piece : pieces) {
        copy(piece, child, snapshots);
      }
      child.heap().set(parent.heap().start(), parent.heap().end());
      child.protectCalls().inherit(parent.protectCalls());
      child.flags().inherit(parent.flags());
      return child;
    } catch (RuntimeException e) {
      child.close();
      throw e;
    } finally {
      snapshots.values().forEach(MemoryObject::release);
    }
  }

  private static void copy(
      Area piece, LinuxSpace child, Map<MemoryObject, MemoryObject> snapshots) {
    AreaKind kind = piece.kind();
    if (kind.has(AreaKind.DONT_FORK)) {
      return;
    }
    AreaKind inherited = kind.without(AreaKind.LOCKS);
    MemoryObject object = piece.object();
    if (!kind.shared()) {
      object = kind.has(AreaKind.WIPE_ON_FORK) ? null : snapshots.get(object);
      if (object == null) {
        object = privateCopy(piece, child, snapshots);
      }
    }
    child
        .areas()
        .map(
            piece.first(),
            piece.pages(),
            object,
            piece.objectPage(),
            piece.permissions(),
            piece.maximum(),
            inherited)
        .orThrow();
  }

  /**
   * A snapshot of the piece's object, or an empty object of its size for a child that is to find
   * zeros.
   */
  private static MemoryObject privateCopy(
      Area piece, LinuxSpace child, Map<MemoryObject, MemoryObject> snapshots) {
    MemoryObject original = piece.object();
    if (piece.kind().has(AreaKind.WIPE_ON_FORK)) {
      MemoryObject empty = MemoryObject.paged(child.system().machine(), original.pages()).get();
      snapshots.put(empty, empty);
      return empty;
    }
    MemoryObject snapshot = original.child(ChildKind.SNAPSHOT, 0, original.pages()).get();
    snapshots.put(original, snapshot);
    return snapshot;
  }
}
