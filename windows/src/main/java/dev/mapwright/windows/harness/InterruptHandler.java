package dev.mapwright.windows.harness;

import dev.mapwright.windows.context.NtContext;

/** A driver's interrupt service routine. */
@FunctionalInterface
public interface InterruptHandler {
  /**
   * The device asks for attention. Called at the device's IRQL, on the thread that advances the
   * machine's clock; it should tell the device that it was heard, or it is called again at the next
   * step.
   *
   * @param c the context that was connected, whose processor was interrupted
   */
  void service(NtContext c);
}
