package dev.mapwright.core.engine;

import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.core.machine.DeviceState;
import dev.mapwright.core.machine.Devices;
import dev.mapwright.core.memory.ObjectKind;
import dev.mapwright.core.object.EngineObject;
import dev.mapwright.core.space.MappingInfo;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The devices that mappings show, asked for their states by who takes a snapshot.
 *
 * <p><b>Why in rounds.</b> A handler is somebody else's code. It may wait for a lock under which
 * another thread calls the engine, so no lock is held while it is asked. Who takes a snapshot looks
 * under the locks of the space which devices are shown ({@link #savedOf}), lets them go to {@link
 * #ask} those that were not asked yet, and looks again. What was asked in vain is dropped. Each
 * round asks a handler that no earlier one knew.
 *
 * <p>A handler is itself, whatever its author says of equality, and is asked once, however many
 * ranges it answers for. A device takes part as a whole: when one of its handlers has nothing to go
 * back to, the others don't go back either.
 */
final class ShownDevices {
  private final Devices devices;

  /** What the handlers that were asked have answered. */
  private final Map<DeviceHandler, @Nullable DeviceState> answers = new IdentityHashMap<>();

  /** All ranges of the devices that are shown, device by device. */
  private List<Devices.Range> shown = List.of();

  /** No device yet. */
  ShownDevices(Devices devices) {
    this.devices = devices;
  }

  /** What was saved of the devices that some mappings show; null when one was not asked yet. */
  @Nullable SavedDevices savedOf(List<MappingInfo> mappings) {
    List<Devices.Range> there = devices.ranges();
    boolean[] seen = new boolean[there.size()];
    if (seen.length != 0) {
      for (MappingInfo mapping : mappings) {
        see(there, seen, mapping);
      }
    }
    shown = wholeDevices(there, seen);
    for (Devices.Range range : shown) {
      if (!answers.containsKey(range.handler())) {
        return null;
      }
    }
    return saved();
  }

  /** Marks the ranges that a mapping shows; they are ascending and disjoint. */
  private static void see(List<Devices.Range> there, boolean[] seen, MappingInfo mapping) {
    EngineObject object = (EngineObject) mapping.object();
    if (object == null || object.kind() != ObjectKind.PHYSICAL) {
      return;
    }
    long pages = Math.min(mapping.pages(), object.pages() - mapping.objectPage());
    if (pages <= 0) {
      return;
    }
    long first = object.physicalFrame(mapping.objectPage());
    for (int i = firstEndingFrom(there, first);
        i < seen.length && there.get(i).firstPfn() - first < pages;
        i++) {
      seen[i] = true;
    }
  }

  /** Which of some ranges is the first that ends at or behind a page; their number for none. */
  private static int firstEndingFrom(List<Devices.Range> there, long pfn) {
    int low = 0;
    int high = there.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (there.get(middle).lastPfn() < pfn) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static List<Devices.Range> wholeDevices(List<Devices.Range> there, boolean[] seen) {
    Set<Devices.Range> entered = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Devices.Range> all = new ArrayList<>();
    for (int i = 0; i < seen.length; i++) {
      if (seen[i]) {
        for (Devices.Range range : there.get(i).ofDevice()) {
          if (entered.add(range)) {
            all.add(range);
          }
        }
      }
    }
    return all;
  }

  /** Asks the handlers that were not asked yet. No lock is held. */
  void ask() {
    for (Devices.Range range : shown) {
      DeviceHandler handler = range.handler();
      if (!answers.containsKey(handler)) {
        answers.put(handler, handler.saveState());
      }
    }
  }

  private SavedDevices saved() {
    Map<DeviceHandler, List<Devices.Range>> ranges = new IdentityHashMap<>();
    List<SavedDevices.Saved> saved = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    for (Devices.Range range : shown) {
      DeviceState state = answers.get(range.handler());
      if (state == null) {
        leftOut.add(range.name());
      } else if (takesPart(range)) {
        List<Devices.Range> same = ranges.get(range.handler());
        if (same == null) {
          same = new ArrayList<>();
          ranges.put(range.handler(), same);
          saved.add(new SavedDevices.Saved(state, same));
        }
        same.add(range);
      }
    }
    return new SavedDevices(devices, saved, leftOut);
  }

  private boolean takesPart(Devices.Range range) {
    for (Devices.Range each : range.ofDevice()) {
      if (answers.get(each.handler()) == null) {
        return false;
      }
    }
    return true;
  }
}
