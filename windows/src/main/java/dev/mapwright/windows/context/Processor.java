package dev.mapwright.windows.context;

import dev.mapwright.core.machine.Cpu;
import org.jspecify.annotations.Nullable;

/**
 * A processor: a CPU of the machine with its IRQL and its current process.
 *
 * <p><b>The IRQL</b> is one byte. It changes by KeRaiseIrql and KeLowerIrql, and by {@link
 * #setIrql} without any call, as code that writes the register itself does it. Each routine reads
 * it when it checks it.
 *
 * <p>Driven by one thread at a time, as its CPU is.
 */
public final class Processor {
  private final Cpu cpu;
  private final PagingResolver system;
  private volatile byte irql;

  /** The current process; null for none: addresses below system space fault then. */
  private @Nullable NtProcess process;

  Processor(Cpu cpu, Kernel kernel) {
    this.cpu = cpu;
    system = new PagingResolver(this, kernel.systemSpace().space());
    cpu.attach(null, system);
  }

  /** {@return the machine's CPU} */
  public Cpu cpu() {
    return cpu;
  }

  /** {@return the IRQL now, see {@link dev.mapwright.windows.abi.Irql}} */
  public int irql() {
    return irql;
  }

  /**
   * Writes the IRQL, without a check.
   *
   * @param level 0 .. 15
   */
  public void setIrql(int level) {
    irql = (byte) level;
  }

  /** {@return the current process; null for none} */
  public @Nullable NtProcess process() {
    return process;
  }

  /**
   * Switches to a process.
   *
   * @param next whose addresses are seen below system space from now on; null for nobody's
   */
  public void attach(@Nullable NtProcess next) {
    process = next;
    cpu.attach(next == null ? null : new PagingResolver(this, next.space()), system);
  }
}
