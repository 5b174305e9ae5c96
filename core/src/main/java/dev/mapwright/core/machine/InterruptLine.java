package dev.mapwright.core.machine;

import java.util.ArrayList;
import java.util.List;

/**
 * The wire by which a device asks for attention. It is level-triggered: the device raises it, and
 * keeps it raised until whoever serves it has told the device that it was heard. What a raised line
 * leads to is up to those who listen to it; a line by itself interrupts nobody.
 *
 * <p><b>Threads.</b> Any thread may do anything with it. The level changes at once; then the
 * listeners are told, on the thread that changed it and with no lock held. So of two threads that
 * change it one after the other, the first may tell last: a listener asks the line what its level
 * is now, and is told at least once after each change. What a listener throws goes to who changed
 * the level, when all have been told; the level stays.
 *
 * <p>Changing the level allocates nothing.
 */
public final class InterruptLine {
  private static final Listener[] NOBODY = {};

  private final String name;
  private final int number;

  /** Written under this object's monitor, so that each change has one maker; read by anybody. */
  private volatile boolean raised;

  /** Replaced whole under this object's monitor; read by anybody. */
  private volatile Listener[] listeners = NOBODY;

  /** Told of changes of a line's level. */
  @FunctionalInterface
  public interface Listener {
    /**
     * The level has changed, perhaps several times. The caller is often a device's handler, in the
     * middle of a CPU's access: what is allowed there ({@link DeviceHandler}) is allowed here.
     *
     * @param line the line; its level now is to be asked for
     */
    void changed(InterruptLine line);
  }

  /**
   * Makes a line that is not raised.
   *
   * @param name whose it is, for reports, for example {@code edu}
   * @param number which of the device's lines, from 0 on
   */
  public InterruptLine(String name, int number) {
    this.name = name;
    this.number = number;
  }

  /** {@return whose line it is} */
  public String name() {
    return name;
  }

  /** {@return which of its device's lines it is, from 0 on} */
  public int number() {
    return number;
  }

  /** {@return whether the line is raised now} */
  public boolean raised() {
    return raised;
  }

  /** Raises the line; when it is raised already, nothing happens and nobody is told. */
  public void raise() {
    drive(true);
  }

  /** Lowers the line; when it is not raised, nothing happens and nobody is told. */
  public void lower() {
    drive(false);
  }

  /**
   * Raises or lowers the line.
   *
   * @param level true to raise it
   */
  public void drive(boolean level) {
    if (change(level)) {
      tell();
    }
  }

  private synchronized boolean change(boolean level) {
    boolean changes = raised != level;
    raised = level;
    return changes;
  }

  private void tell() {
    Throwable problem = null;
    for (Listener listener : listeners) {
      try {
        listener.changed(this);
      } catch (RuntimeException | Error thrown) {
        if (problem == null) {
          problem = thrown;
        } else if (problem != thrown) {
          problem.addSuppressed(thrown);
        }
      }
    }
    if (problem instanceof Error error) {
      throw error;
    }
    if (problem instanceof RuntimeException exception) {
      throw exception;
    }
  }

  /**
   * Adds a listener. It is not told of the level that the line has already.
   *
   * @param listener told of each change from now on, after those who were added before it
   */
  public synchronized void listen(Listener listener) {
    List<Listener> all = new ArrayList<>(List.of(listeners));
    all.add(listener);
    listeners = all.toArray(NOBODY);
  }

  /**
   * Removes a listener. A change that is being told may still reach it.
   *
   * @param listener one that was added before; others are ignored
   */
  public synchronized void ignore(Listener listener) {
    List<Listener> all = new ArrayList<>(List.of(listeners));
    all.remove(listener);
    listeners = all.toArray(NOBODY);
  }

  @Override
  public String toString() {
    return name + " line " + number + (raised ? ", raised" : ", not raised");
  }
}
