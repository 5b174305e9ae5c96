package dev.mapwright.core.engine;

import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.core.machine.DeviceState;
import dev.mapwright.core.machine.Devices;
import java.util.List;

/** What was saved of the devices that a space shows. Nothing of it changes. */
final class SavedDevices {
  /**
   * What one handler has saved.
   *
   * @param state its own
   * @param ranges those that it answered for, at least one
   */
  record Saved(DeviceState state, List<Devices.Range> ranges) {}

  private final Devices devices;

  /** By ascending addresses of the devices. */
  private final List<Saved> saved;

  private final List<String> leftOut;

  SavedDevices(Devices devices, List<Saved> saved, List<String> leftOut) {
    this.devices = devices;
    this.saved = List.copyOf(saved);
    this.leftOut = List.copyOf(leftOut);
  }

  /** Of no device. */
  static SavedDevices none(Devices devices) {
    return new SavedDevices(devices, List.of(), List.of());
  }

  /** The same without what was saved. */
  SavedDevices letGo() {
    return new SavedDevices(devices, List.of(), leftOut);
  }

  /** The states that go back, in this order. */
  List<DeviceState> states() {
    return saved.stream().map(Saved::state).toList();
  }

  /** The names of the ranges whose handlers took no part. */
  List<String> leftOut() {
    return leftOut;
  }

  /** Whether each handler that has saved answers where it did. */
  boolean allThere() {
    for (Saved one : saved) {
      for (Devices.Range range : one.ranges) {
        if (!isThere(range)) {
          return false;
        }
      }
    }
    return true;
  }

  /** A device that was pulled out and is plugged in there again counts: its handler is the same. */
  private boolean isThere(Devices.Range range) {
    Devices.Range now = devices.at(range.firstPfn());
    return now != null
        && now.firstPfn() == range.firstPfn()
        && now.pages() == range.pages()
        && isSame(now.handler(), range.handler());
  }

  @SuppressWarnings("ReferenceEquality") // of handlers
  private static boolean isSame(DeviceHandler one, DeviceHandler other) {
    return one == other;
  }

  /** Adds a line for each device that is gone or differs. No lock is held. */
  void compare(List<String> lines) {
    for (Saved one : saved) {
      boolean gone = false;
      for (Devices.Range range : one.ranges) {
        if (!isThere(range)) {
          lines.add("device gone: " + range.name());
          gone = true;
        }
      }
      if (!gone && one.state.differs()) {
        lines.add("device " + one.ranges.getFirst().name() + " has another state");
      }
    }
  }

  /** What is to be said of devices in a report, behind other things; nothing for none. */
  String describe() {
    int count = saved.size();
    return (count == 0 ? "" : ", " + count + (count == 1 ? " device" : " devices"))
        + (leftOut.isEmpty() ? "" : ", without " + String.join(", ", leftOut));
  }
}
