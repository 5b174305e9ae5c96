package dev.mapwright.proof.concurrency;

import dev.mapwright.core.failure.FailurePoints;
import dev.mapwright.core.machine.SeedBook;
import dev.mapwright.zircon.handle.Ending;
import dev.mapwright.zircon.handle.Handle;
import dev.mapwright.zircon.handle.HandleTable;
import dev.mapwright.zircon.handle.KernelObject;
import dev.mapwright.zircon.handle.ObjectType;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/**
 * A process's handles are linearizable: three that are there from the beginning are looked up and
 * closed while others come and the process ends. The table is arrays, so Lincheck's model checker
 * sees every access and tries the interleavings itself.
 */
@Param(name = "which", gen = IntGen.class, conf = "0:2")
public class HandleTableLincheckTest {
  private static final int RIGHTS = 7;

  private final HandleTable table =
      new HandleTable(new FailurePoints(), new SeedBook(1).stream("handles", 0));
  private final Thing thing = new Thing();
  private final int[] values = new int[3];

  /** Lives as long as anybody. */
  private static final class Thing extends KernelObject {
    Thing() {
      super(ObjectType.VMO, 1);
    }

    @Override
    protected boolean endsWithLastHandle() {
      return false;
    }

    @Override
    protected void end(Fallen fallen) {}
  }

  /** The table that every execution begins with. */
  public HandleTableLincheckTest() {
    for (int i = 0; i < values.length; i++) {
      Handle handle = table.reserve(thing, RIGHTS);
      if (handle == null || !table.publish(handle)) {
        throw new AssertionError("an empty table has room");
      }
      values[i] = handle.value();
    }
  }

  /** Looks one of the three up. */
  @Operation
  public boolean find(@Param(name = "which") int which) {
    Handle handle = table.find(values[which]);
    return handle != null && handle.rights() == RIGHTS;
  }

  /** Closes one of the three. */
  @Operation
  public boolean close(@Param(name = "which") int which) {
    return table.close(values[which]);
  }

  /** Opens another one. */
  @Operation
  public boolean open() {
    Handle handle = table.reserve(thing, RIGHTS);
    if (handle == null) {
      return false;
    }
    if (table.publish(handle)) {
      return true;
    }
    table.cancel(handle);
    return false;
  }

  /** Counts. */
  @Operation
  public int size() {
    return table.size();
  }

  /** The process ends. */
  @Operation
  public void end() {
    Ending.closeAll(table);
  }

  /** All interleavings that fit into the budget. */
  @Test
  void handles_are_linearizable_in_every_interleaving() {
    new ModelCheckingOptions()
        .iterations(8)
        .invocationsPerIteration(100)
        .threads(2)
        .actorsPerThread(3)
        .actorsBefore(1)
        .actorsAfter(1)
        .check(HandleTableLincheckTest.class);
  }

  /** Real threads. */
  @Test
  void handles_are_linearizable_under_stress() {
    new StressOptions()
        .iterations(6)
        .invocationsPerIteration(150)
        .threads(2)
        .actorsPerThread(4)
        .check(HandleTableLincheckTest.class);
  }
}
