package dev.mapwright.zircon.handle;

import java.util.ArrayDeque;

/**
 * Ends objects whose last handle is gone, and what falls with them, one after the other: a process
 * that held the last handle of a process that held the last handle of a third may go on for long,
 * so there is no recursion.
 */
public final class Ending {
  private Ending() {}

  /** A handle is out of its table: takes its count from the object. */
  static void dropped(Handle handle) {
    KernelObject object = handle.object();
    if (object.dropHandle()) {
      end(object);
    }
  }

  /** The last handle of an object is gone. */
  static void end(KernelObject object) {
    ArrayDeque<KernelObject> fallen = new ArrayDeque<>();
    fallen.add(object);
    drain(fallen);
  }

  /**
   * Closes a whole table, and ends what falls with it.
   *
   * @param table the handles of a process that has ended
   */
  public static void closeAll(HandleTable table) {
    ArrayDeque<KernelObject> fallen = new ArrayDeque<>();
    table.closeAll(fallen::add);
    drain(fallen);
  }

  private static void drain(ArrayDeque<KernelObject> fallen) {
    Throughout throughout = new Throughout();
    for (KernelObject next = fallen.poll(); next != null; next = fallen.poll()) {
      KernelObject ending = next;
      throughout.run(() -> ending.end(fallen::add));
    }
    throughout.rethrow();
  }

  /**
   * Closes a whole table from inside {@link KernelObject#end}.
   *
   * @param table the handles of the process that ends
   * @param fallen where those go that fall with it
   */
  public static void closeAll(HandleTable table, KernelObject.Fallen fallen) {
    table.closeAll(fallen);
  }
}
