package dev.mapwright.core.machine;

import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A device's state that is one value. */
record SavedValue<T>(T saved, Supplier<? extends T> now, Consumer<? super T> back)
    implements DeviceState {
  @Override
  public void restore() {
    back.accept(saved);
  }

  @Override
  public boolean differs() {
    return !Objects.deepEquals(saved, now.get());
  }
}
