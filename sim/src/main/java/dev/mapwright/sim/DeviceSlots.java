package dev.mapwright.sim;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.mapwright.core.machine.InterruptLine;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.sim.device.Bar;
import dev.mapwright.sim.device.Device;
import dev.mapwright.sim.memory.DeviceMap;
import dev.mapwright.sim.memory.DeviceRange;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which devices are plugged in, and with which ranges. A device is entered here before its ranges
 * are in the map, and leaves after them, so it is never in two places. Who takes the ranges out of
 * the map is the one who pulls it out. The lock is this object's monitor; nobody is called while it
 * is held, but the map, whose lock is taken inside.
 */
final class DeviceSlots {
  /** One device. */
  private record Slot(Device device, List<DeviceRange> ranges) {}

  private final DeviceMap map;

  @GuardedBy("this")
  private final List<Slot> slots = new ArrayList<>();

  DeviceSlots(DeviceMap map) {
    this.map = map;
  }

  void plug(Machine machine, Device device, long[] firstPfns) {
    List<DeviceRange> ranges = ranges(device, firstPfns);
    Slot slot = new Slot(device, ranges);
    enter(slot);
    boolean there = false;
    try {
      device.plugged(machine);
      map.add(ranges);
      there = true;
    } finally {
      if (!there) {
        leave(slot);
        device.unplugged();
      }
    }
  }

  private static List<DeviceRange> ranges(Device device, long[] firstPfns) {
    List<Bar> bars = device.bars();
    if (bars.size() != firstPfns.length) {
      throw new IllegalArgumentException(
          device.name() + " has " + bars.size() + " BARs, not " + firstPfns.length);
    }
    List<DeviceRange> ranges = new ArrayList<>();
    int seen = 0;
    for (int i = 0; i < firstPfns.length; i++) {
      Bar bar = bars.get(i);
      String name = bars.size() == 1 ? device.name() : device.name() + " BAR " + bar.index();
      if ((seen >>> bar.index() & 1) != 0) {
        throw new IllegalArgumentException("there are two of " + name);
      }
      seen |= 1 << bar.index();
      if ((firstPfns[i] & bar.pages() - 1) != 0) {
        throw new IllegalArgumentException(
            name
                + " of 0x"
                + Long.toHexString(bar.bytes())
                + " bytes can't begin at pfn 0x"
                + Long.toHexString(firstPfns[i])
                + ", which is no multiple of its size");
      }
      ranges.add(
          new DeviceRange(name, firstPfns[i], bar.pages(), bar.prefetchable(), bar.handler()));
    }
    return DeviceRange.together(ranges);
  }

  private synchronized void enter(Slot slot) {
    if (slotOf(slot.device) != null) {
      throw new IllegalArgumentException(slot.device.name() + " is plugged in already");
    }
    slots.add(slot);
  }

  private synchronized void leave(Slot slot) {
    slots.remove(slot);
  }

  @SuppressWarnings("ReferenceEquality") // a device is itself, whatever its author says of equality
  private synchronized @Nullable Slot slotOf(Device device) {
    for (Slot slot : slots) {
      if (slot.device == device) {
        return slot;
      }
    }
    return null;
  }

  private synchronized @Nullable Slot slotOf(DeviceRange range) {
    for (Slot slot : slots) {
      if (slot.ranges.contains(range)) {
        return slot;
      }
    }
    return null;
  }

  void unplug(Device device) {
    Slot slot = slotOf(device);
    if (slot == null || !map.takeOut(slot.ranges)) {
      throw new IllegalArgumentException(device.name() + " is not plugged in");
    }
    finish(slot);
  }

  /** Takes the device out that a range belongs to, or the range alone. */
  void remove(DeviceRange range) {
    Slot slot = slotOf(range);
    if (!map.takeOut(slot == null ? List.of(range) : slot.ranges)) {
      throw new IllegalArgumentException("there is no such device: " + range.name());
    }
    if (slot == null) {
      map.tellRemoved(List.of(range));
    } else {
      finish(slot);
    }
  }

  /** The ranges are out: whatever is thrown on the way, the rest is done. */
  private void finish(Slot slot) {
    leave(slot);
    try {
      slot.device.unplugged();
    } finally {
      try {
        lower(slot.device.interruptLines(), 0);
      } finally {
        map.tellRemoved(slot.ranges);
      }
    }
  }

  /** Lowers lines from one on. */
  private static void lower(List<InterruptLine> lines, int from) {
    for (int i = from; i < lines.size(); i++) {
      boolean lowered = false;
      try {
        lines.get(i).lower();
        lowered = true;
      } finally {
        if (!lowered) {
          lower(lines, i + 1);
        }
      }
    }
  }
}
