package dev.mapwright.core.machine;

import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What was saved of a device at one moment ({@link DeviceHandler#saveState}), to go back to as
 * often as wanted, and to compare with.
 *
 * <p>Most devices make one with {@link #of}, from what they keep as one immutable value:
 *
 * <pre>{@code
 * private record Registers(int divisor, int lineControl) {}
 *
 * private Registers registers = new Registers(1, 0);
 *
 * @Override
 * public DeviceState saveState() {
 *   return DeviceState.of(() -> registers, saved -> registers = saved);
 * }
 * }</pre>
 *
 * <p>What is kept must not change any more: arrays are copied, when they are saved and when they go
 * back. Methods are called by any thread, with no lock of the engine or the machine held; a device
 * takes care of its own locking.
 */
public interface DeviceState {
  /** That of a device which remembers nothing: it takes part, and never differs. */
  DeviceState NONE =
      new DeviceState() {
        @Override
        public void restore() {}

        @Override
        public boolean differs() {
          return false;
        }
      };

  /**
   * Makes the device what it was. What it had begun since (alarms that it set, accesses to memory
   * in flight) is forgotten, and its interrupt lines get the levels that follow from its registers.
   *
   * <p>Memory has gone back when this is called, and can't be refused any more: everything that may
   * fail belongs into saving.
   */
  void restore();

  /** {@return whether the device is another one now than when this was saved; nothing changes} */
  boolean differs();

  /**
   * Saves a value.
   *
   * @param <T> what the device keeps; compared by {@code equals}, arrays by what is in them
   * @param now gives the value that it has; called at once, and by each {@link #differs}
   * @param back takes a value that was saved
   * @return the state
   */
  static <T> DeviceState of(Supplier<? extends T> now, Consumer<? super T> back) {
    return new SavedValue<T>(now.get(), now, back);
  }
}
