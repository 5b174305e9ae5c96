package dev.mapwright.windows.harness;

import dev.mapwright.core.machine.Clock;
import dev.mapwright.core.machine.InterruptLine;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.context.Processor;

/**
 * Connects a device's interrupt line to a driver's service routine: in place of IoConnectInterrupt,
 * which is not modelled.
 *
 * <p><b>When it is called.</b> The line is level-triggered. From the step after it was raised the
 * routine is called at every step of the machine's clock, until the device lowers the line; not
 * while the processor's IRQL is the interrupt's or higher, and at the first step at which it no
 * longer is. Nothing happens between steps: who waits for an interrupt advances the clock.
 *
 * <p><b>Threads.</b> The routine is called on the thread that advances the clock. It uses the
 * context that was connected, so that thread has to be the one that uses this context, or the only
 * one at that time. A line may be raised by any thread.
 */
public final class Interrupt implements InterruptLine.Listener, AutoCloseable {
  private final NtContext context;
  private final InterruptLine line;
  private final int irql;
  private final InterruptHandler handler;
  private final Clock.Alarm alarm;

  private volatile boolean connected = true;

  private Interrupt(NtContext context, InterruptLine line, int irql, InterruptHandler handler) {
    this.context = context;
    this.line = line;
    this.irql = irql;
    this.handler = handler;
    alarm = context.kernel().machine().clock().alarm(this::step);
  }

  /**
   * Connects a line. When it is raised already, the routine is called at the next step.
   *
   * @param context whose processor is interrupted
   * @param line the device's line
   * @param irql at which level, {@link Irql#LOWEST_DEVICE_LEVEL} .. {@link
   *     Irql#HIGHEST_DEVICE_LEVEL}
   * @param handler the driver's routine
   * @return the connection, to be closed when the driver lets go of the device
   * @throws IllegalArgumentException for another level
   */
  public static Interrupt connect(
      NtContext context, InterruptLine line, int irql, InterruptHandler handler) {
    if (irql < Irql.LOWEST_DEVICE_LEVEL || irql > Irql.HIGHEST_DEVICE_LEVEL) {
      throw new IllegalArgumentException("a device does not interrupt at " + Irql.name(irql));
    }
    Interrupt made = new Interrupt(context, line, irql, handler);
    line.listen(made);
    made.changed(line);
    return made;
  }

  @Override
  public void changed(InterruptLine changed) {
    if (connected && line.raised()) {
      alarm.setAfter(1);
    }
  }

  private void step() {
    if (!connected || !line.raised()) {
      return;
    }
    Processor processor = context.processor();
    int before = processor.irql();
    if (before < irql) {
      processor.setIrql(irql);
      try {
        handler.service(context);
      } finally {
        processor.setIrql(before);
      }
    }
    changed(line);
  }

  /** {@return the line} */
  public InterruptLine line() {
    return line;
  }

  /** {@return the IRQL at which the routine is called} */
  public int irql() {
    return irql;
  }

  /**
   * Ends the connection: the routine is not called any more, unless it is under way on another
   * thread. Closing it again does nothing.
   */
  @Override
  public void close() {
    connected = false;
    line.ignore(this);
    alarm.cancel();
  }
}
