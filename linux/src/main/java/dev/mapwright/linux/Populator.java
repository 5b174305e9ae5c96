package dev.mapwright.linux;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.RefusedException;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.linux.maps.MappedRange;
import dev.mapwright.linux.maps.MapsEntry;
import java.util.List;

/** Maps what the kernel had mapped before a program's first call. */
final class Populator {

  private static final String HEAP = "[heap]";

  private Populator() {}

  static void populate(LinuxSpace space, List<MapsEntry> entries) {
    for (MapsEntry entry : entries) {
      if (Long.compareUnsigned(entry.last(), LinuxSpace.TASK_BYTES) >= 0) {
        continue;
      }
      map(space, entry);
      if (entry.name().equals(HEAP)) {
        long start = space.heap().start() == -1 ? entry.first() : space.heap().start();
        space.heap().found(start, entry.last() + 1);
      }
    }
  }

  private static void map(LinuxSpace space, MapsEntry entry) {
    MappedRange facts = entry.facts();
    AreaKind kind = new AreaKind(facts.object(), facts.shared(), flags(entry));
    long first = Pages.of(entry.first());
    long pages = Pages.of(entry.last()) - first + 1;
    if (!entry.kernelsOwn() && !entry.shared()) {
      long objectPage = kind.anonymous() ? first : Pages.of(entry.offset());
      if (space.mapPrivate(first, pages, objectPage, entry.protection(), kind) != 0) {
        throw new RefusedException(Outcome.OUT_OF_RECORDS);
      }
      return;
    }
    MemoryObject object;
    long objectPage = 0;
    // The kernel's own ranges are read-only for good, except the code that it lends to programs.
    int maximum = Permissions.ALL;
    if (entry.kernelsOwn()) {
      object = MemoryObject.paged(space.system().machine(), pages).get();
      maximum =
          (entry.protection() & Permissions.EXECUTE) != 0 ? Permissions.ALL : entry.protection();
    } else {
      object = space.system().file(identity(facts, entry)).object();
      object.retain();
      objectPage = Pages.of(entry.offset());
    }
    Outcome outcome =
        space.areas().map(first, pages, object, objectPage, entry.protection(), maximum, kind);
    object.release();
    outcome.orThrow();
  }

  /** Shared memory without a path of its own is told apart by its inode. */
  private static String identity(MappedRange facts, MapsEntry entry) {
    boolean nameless =
        facts.object().equals(MapCalls.SHARED_ANONYMOUS)
            || facts.object().equals(SegmentCalls.NAME);
    return nameless ? facts.object() + '#' + entry.inode() : facts.object();
  }

  private static int flags(MapsEntry entry) {
    if (entry.kernelsOwn()) {
      return AreaKind.KERNELS_OWN;
    }
    int flags = 0;
    if (entry.name().equals(MapsEntry.STACK)) {
      flags |= AreaKind.GROWS_DOWN;
    }
    if (entry.facts().object().equals(SegmentCalls.NAME)) {
      flags |= AreaKind.SEGMENT;
    }
    if (!entry.shared() && (entry.protection() & Permissions.WRITE) != 0) {
      flags |= AreaKind.ACCOUNTED;
    }
    return flags;
  }
}
