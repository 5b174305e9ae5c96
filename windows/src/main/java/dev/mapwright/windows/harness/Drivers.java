package dev.mapwright.windows.harness;

import dev.mapwright.windows.answer.DriverUnload;
import dev.mapwright.windows.answer.Routine;
import dev.mapwright.windows.context.Driver;
import dev.mapwright.windows.context.NtContext;
import java.util.List;

/** The end of a driver. */
public final class Drivers {
  private Drivers() {}

  /**
   * Unloads the driver of a context: its objects are freed, and what it has left behind is
   * reported. What it has left stays where it is. Under Driver Verifier, pool that was not freed is
   * a bug check. The context is not to be used any more.
   *
   * @param c the driver's context, at PASSIVE_LEVEL
   * @return what it has left behind; empty also when the driver was not unloaded
   * @throws dev.mapwright.windows.bugcheck.BugCheck as {@link DriverUnload} says
   * @throws IllegalStateException when the driver was unloaded before
   */
  public static List<Leak> unload(NtContext c) {
    if (!c.kernel().loaded(c.driver())) {
      throw new IllegalStateException(c.driver().name() + " was unloaded before");
    }
    if (!c.enter(Routine.DRIVER_UNLOAD)) {
      return List.of();
    }
    Driver driver = c.driver();
    List<Leak> leaks = Leaks.of(c.kernel(), driver);
    long blocks = leaks.stream().filter(leak -> leak.kind() == Leak.Kind.POOL).count();
    if (blocks != 0 && !c.note(DriverUnload.POOL_LEAKED, driver.driverObject(), 0, blocks)) {
      return List.of();
    }
    if (leaks.size() > blocks) {
      c.note(DriverUnload.LEAKED, driver.driverObject(), leaks.size() - blocks, 0);
    }
    c.kernel().unload(driver);
    if (leaks.isEmpty()) {
      c.done(DriverUnload.DONE);
    }
    return leaks;
  }
}
