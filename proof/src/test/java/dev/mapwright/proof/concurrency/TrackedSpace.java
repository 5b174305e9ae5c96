package dev.mapwright.proof.concurrency;

import dev.mapwright.core.Pages;
import dev.mapwright.core.space.AddressSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * An address space with what each of its pages has shown.
 *
 * <p>Each object of the families that it shows has two <em>homes</em>, windows where its pages
 * appear in their order or not at all, so whoever stores there knows which page he stores to. Each
 * family has a window for snapshots, which are mapped without the permission to write; and the last
 * window is a reservation's.
 */
final class TrackedSpace {
  /** Just below where a page table ends, so that windows lie in two of them. */
  private static final long BASE = 0x2000 - 5;

  /** How many reservations there may be, side by side. */
  static final int RESERVATIONS = 2;

  final AddressSpace space;
  final List<TrackedObject> objects = new ArrayList<>();
  final List<TrackedFamily> families;
  final AddressHistory[] at;

  /** Shared by whoever changes mappings, exclusive for who takes the space back in time. */
  final ReadWriteLock pause = new ReentrantReadWriteLock();

  private final int pages;

  TrackedSpace(CampaignRun run, int number, Set<TrackedFamily> shown) {
    pages = run.shape.pages();
    space = AddressSpace.create(run.machine, "space " + number, 0x1000, 0x7_FFFF_FFFEL).get();
    space.trackDirty(run.shape.tracked());
    families = run.families.stream().filter(shown::contains).toList();
    families.forEach(family -> objects.addAll(family.objects));
    at = new AddressHistory[pages * (2 * objects.size() + families.size() + 1 + RESERVATIONS)];
    for (int index = 0; index < at.length; index++) {
      at[index] = new AddressHistory(run.clock, Pages.address(page(index)));
    }
  }

  /** The page of the space that an index stands for. */
  long page(int index) {
    return BASE + index;
  }

  /** The index where a home of an object begins. */
  int home(TrackedObject object, int which) {
    return pages * (2 * objects.indexOf(object) + which);
  }

  /** The index where the window for a family's snapshots begins. */
  int window(TrackedFamily family) {
    return pages * (2 * objects.size() + families.indexOf(family));
  }

  /** The index where a reservation begins. */
  int reservation(int which) {
    return at.length - pages * (1 + which);
  }

  /** The index where frames begin that are mapped without one. */
  int frames() {
    return at.length - pages * (1 + RESERVATIONS);
  }
}
