package dev.mapwright.proof.lincheck;

import dev.mapwright.core.failure.FailurePoints;
import dev.mapwright.core.machine.SeedBook;
import dev.mapwright.zircon.handle.Handle;
import dev.mapwright.zircon.handle.HandleTable;
import dev.mapwright.zircon.handle.KernelObject;
import dev.mapwright.zircon.handle.ObjectType;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The handle table under its model checker: closes, look-ups and duplicates of a few handles to one
 * object, as the calls combine them, behave as if each happened at one moment; the object ends
 * once, and only when its last handle is gone.
 */
@Param(name = "handle", gen = IntGen.class, conf = "0:1")
public class HandleTableLincheckTest {
  private static final class Thing extends KernelObject {
    final AtomicInteger ends = new AtomicInteger();

    Thing() {
      super(ObjectType.VMO, 1);
    }

    @Override
    protected boolean endsWithLastHandle() {
      return true;
    }

    @Override
    protected void end(Fallen fallen) {
      ends.incrementAndGet();
    }
  }

  private final HandleTable table =
      new HandleTable(new FailurePoints(), new SeedBook(1).stream("handles", 1));
  private final Thing thing = new Thing();
  private final int[] values = {open(), open()};

  /** Handles that were made beside the first two. */
  private final AtomicInteger more = new AtomicInteger();

  private int open() {
    Handle handle = table.reserve(thing, 0);
    if (handle == null || !table.publish(handle)) {
      throw new AssertionError("no handle");
    }
    return handle.value();
  }

  /** Closes a handle. */
  @Operation
  public boolean close(@Param(name = "handle") int index) {
    return table.close(values[index]);
  }

  /** Looks a handle up. */
  @Operation
  public boolean find(@Param(name = "handle") int index) {
    return table.find(values[index]) != null;
  }

  /** Looks a handle up and makes another one to its object. */
  @Operation
  public boolean duplicate(@Param(name = "handle") int index) {
    Handle source = table.find(values[index]);
    @Nullable Handle copy = source == null ? null : table.reserve(source.object(), 0);
    if (copy == null) {
      return false;
    }
    more.incrementAndGet();
    return table.publish(copy);
  }

  /** Makes a handle to another object, which may take a slot that was just given back. */
  @Operation
  public boolean openOther() {
    Handle handle = table.reserve(new Thing(), 0);
    return handle != null && table.publish(handle);
  }

  /** The object has ended exactly if it has no handle. */
  @Validate
  public void theObjectEndsOnceWithItsLastHandle() {
    int open = more.get();
    for (int value : values) {
      open += table.find(value) == null ? 0 : 1;
    }
    if (thing.handles() != open || thing.ends.get() != (open == 0 ? 1 : 0)) {
      throw new AssertionError(
          open + " handles, counted " + thing.handles() + ", ended " + thing.ends);
    }
  }

  @Test
  void calls_on_one_handle_table_are_linearizable() {
    new ModelCheckingOptions()
        .iterations(12)
        .invocationsPerIteration(600)
        .threads(3)
        .actorsPerThread(2)
        .actorsBefore(1)
        .actorsAfter(1)
        .check(HandleTableLincheckTest.class);
  }
}
