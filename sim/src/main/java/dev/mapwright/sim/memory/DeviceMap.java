package dev.mapwright.sim.memory;

import dev.mapwright.core.Access;
import dev.mapwright.core.Pages;
import dev.mapwright.core.event.Callbacks;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.core.machine.Devices;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The devices of a machine, those that were removed by surprise, and who wants to know of it.
 *
 * <p><b>What is stored where.</b> Three arrays, each replaced whole under the lock of this object
 * and read without it. {@link #present} is ascending and disjoint, and disjoint from RAM. A CPU
 * that has cached where a device is compares the array that it cached it from with the one that is
 * there now ({@link #now}): so a removal is seen by each access that begins after it, as one that
 * has cached nothing sees it. {@link #removed} holds what was pulled out, the last first; what lies
 * wholly under a device that came later is dropped from it, and the first ones are when there are
 * too many.
 *
 * <p>The lock is a leaf: listeners are called without it.
 */
public final class DeviceMap implements Devices {
  private static final DeviceRange[] NONE = {};
  private static final Listener[] NOBODY = {};

  /** Whoever pulls out devices at ever new addresses does not fill the heap by it. */
  private static final int MOST_REMEMBERED = 1024;

  private final PhysicalMap map;
  private final Callbacks callbacks;

  private volatile DeviceRange[] present = NONE;
  private volatile DeviceRange[] removed = NONE;
  private volatile Listener[] listeners = NOBODY;

  /** No device; callbacks know which threads hold locks of the engine. */
  public DeviceMap(PhysicalMap map, Callbacks callbacks) {
    this.map = map;
    this.callbacks = callbacks;
  }

  /** The ranges that are there now, ascending; nobody writes to the array. */
  public DeviceRange[] now() {
    return present;
  }

  @Override
  public @Nullable DeviceRange at(long pfn) {
    DeviceRange[] ranges = present;
    int index = indexIn(ranges, pfn);
    return index < 0 ? null : ranges[index];
  }

  /** Which of some ascending ranges a page belongs to; -1 for none. */
  public static int indexIn(DeviceRange[] ranges, long pfn) {
    int low = 0;
    int high = ranges.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      DeviceRange range = ranges[middle];
      if (pfn < range.firstPfn()) {
        high = middle - 1;
      } else if (pfn > range.lastPfn()) {
        low = middle + 1;
      } else {
        return middle;
      }
    }
    return -1;
  }

  /** The handlers of some ranges, in the same order. */
  public static DeviceHandler[] handlersOf(DeviceRange[] ranges) {
    DeviceHandler[] handlers = new DeviceHandler[ranges.length];
    for (int i = 0; i < handlers.length; i++) {
      handlers[i] = ranges[i].handler();
    }
    return handlers;
  }

  @Override
  public List<Range> ranges() {
    return List.of(present);
  }

  @Override
  public List<String> names() {
    List<String> names = new ArrayList<>();
    for (DeviceRange range : present) {
      names.add(range.name());
    }
    return names;
  }

  /**
   * Adds ranges, all or none.
   *
   * @throws IllegalArgumentException when something else is there already; nothing has changed
   */
  public synchronized void add(List<DeviceRange> added) {
    List<DeviceRange> all = new ArrayList<>(List.of(present));
    for (DeviceRange one : added) {
      for (RamRange range : map.ramRanges()) {
        if (one.meets(range.firstPfn(), range.lastPfn())) {
          throw new IllegalArgumentException("device " + one.name() + " lies over RAM");
        }
      }
      for (DeviceRange other : all) {
        if (one.meets(other.firstPfn(), other.lastPfn())) {
          throw new IllegalArgumentException(
              "device " + one.name() + " lies over device " + other.name());
        }
      }
      all.add(one);
    }
    all.sort(new PhysicalRange.ByPlace());
    removed = notUnder(added);
    present = all.toArray(NONE);
  }

  /** Of the ranges that are gone, those that do not lie wholly under one of some new ones. */
  private DeviceRange[] notUnder(List<DeviceRange> added) {
    List<DeviceRange> seen = new ArrayList<>();
    for (DeviceRange old : removed) {
      boolean under = false;
      for (DeviceRange one : added) {
        under |= one.firstPfn() <= old.firstPfn() && old.lastPfn() <= one.lastPfn();
      }
      if (!under) {
        seen.add(old);
      }
    }
    return seen.toArray(NONE);
  }

  /**
   * Takes ranges out; they become holes. Tells nobody.
   *
   * @return false when one of them is not there; nothing has changed then
   */
  public boolean takeOut(List<DeviceRange> taken) {
    refuseCallbacks();
    return replaceWithout(taken);
  }

  private synchronized boolean replaceWithout(List<DeviceRange> taken) {
    List<DeviceRange> all = new ArrayList<>(List.of(present));
    for (DeviceRange one : taken) {
      if (!all.remove(one)) {
        return false;
      }
    }
    List<DeviceRange> gone = new ArrayList<>(taken);
    gone.addAll(List.of(removed));
    if (gone.size() > MOST_REMEMBERED) {
      gone = gone.subList(0, MOST_REMEMBERED);
    }
    // In this order, so that who finds nothing there any more finds what was there.
    removed = gone.toArray(NONE);
    present = all.toArray(NONE);
    return true;
  }

  /** A listener may call the engine, so none of its locks may be held where one is called. */
  private void refuseCallbacks() {
    callbacks.refuseCalls(0);
    if (callbacks.markAt(callbacks.markPlace()) != 0) {
      throw Callbacks.calledFromSource();
    }
  }

  // ---- listeners

  @Override
  public synchronized void listen(Listener listener) {
    List<Listener> all = new ArrayList<>(List.of(listeners));
    all.add(listener);
    listeners = all.toArray(NOBODY);
  }

  @Override
  public synchronized void ignore(Listener listener) {
    List<Listener> all = new ArrayList<>(List.of(listeners));
    all.remove(listener);
    listeners = all.toArray(NOBODY);
  }

  /** Tells of ranges that were taken out. */
  public void tellRemoved(List<DeviceRange> taken) {
    for (DeviceRange range : taken) {
      for (Listener listener : listeners) {
        try {
          listener.removed(range);
        } catch (Throwable problem) {
          callbacks.note(problem);
        }
      }
    }
    callbacks.passOn();
  }

  /** Tells of an access to a page where nobody answers, if somebody did once. */
  public void tellAccessed(Cpu cpu, long address, long physicalAddress, int bytes, Access access) {
    Listener[] told = listeners;
    DeviceRange range = told.length == 0 ? null : removedAt(Pages.of(physicalAddress));
    if (range == null) {
      return;
    }
    for (Listener listener : told) {
      try {
        listener.accessed(range, cpu, address, physicalAddress, bytes, access);
      } catch (Throwable problem) {
        callbacks.note(problem);
      }
    }
    callbacks.passOn();
  }

  /** How many ranges that are gone are remembered. */
  public int remembered() {
    return removed.length;
  }

  private @Nullable DeviceRange removedAt(long pfn) {
    for (DeviceRange range : removed) {
      if (range.meets(pfn, pfn)) {
        return range;
      }
    }
    return null;
  }
}
