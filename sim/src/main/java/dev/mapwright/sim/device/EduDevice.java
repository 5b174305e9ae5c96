package dev.mapwright.sim.device;

import dev.mapwright.core.machine.Clock;
import dev.mapwright.core.machine.InterruptLine;
import dev.mapwright.core.machine.Machine;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * QEMU's {@code edu} device, made for people who learn to write drivers, by the rules of "EDU
 * device" in QEMU's documentation ("Specifications", docs/specs/edu). One BAR of 1 MiB and one
 * interrupt line, which is raised as long as the interrupt status is not 0.
 *
 * <table border="1">
 * <caption>Its registers</caption>
 * <tr><th>offset</th><th></th><th>what it does</th></tr>
 * <tr><td>0x00</td><td>read</td><td>identification, {@code 0x010000ED}: version 1.0, and
 * {@code 0xED}</td></tr>
 * <tr><td>0x04</td><td>both</td><td>liveness: reads as the inverse of what was written</td></tr>
 * <tr><td>0x08</td><td>both</td><td>factorial: computes that of what is written, modulo 2^32, and
 * shows it when it is done. While it computes, it shows the number, and writes are ignored</td></tr>
 * <tr><td>0x20</td><td>both</td><td>status: bit 0 (only to be read) while it computes; bit 7, set by
 * the driver, asks for an interrupt when it is done</td></tr>
 * <tr><td>0x24</td><td>read</td><td>interrupt status: the bits raised and not acknowledged; bit 0
 * for a factorial</td></tr>
 * <tr><td>0x60</td><td>write</td><td>raises the bits of the interrupt status that are written</td></tr>
 * <tr><td>0x64</td><td>write</td><td>acknowledges, and so clears, the bits that are written</td></tr>
 * <tr><td>0x80 to 0x9F</td><td>both</td><td>the DMA engine, which is not built: reads as 0, ignores
 * writes</td></tr>
 * </table>
 *
 * <p><b>Widths.</b> Below 0x80 registers are accessed by 4 bytes, from 0x80 on by 4 or 8, at
 * multiples of the width. Everything else is not answered ({@link RegisterBank}): another width or
 * alignment. Where there is no register, and where one is only written, reads give all ones; writes
 * there, and to one that is only read, are ignored.
 *
 * <p><b>Time.</b> A factorial takes as many steps of the machine's clock as its maker says, the
 * interrupt included. Nothing is computed unless the clock is advanced.
 *
 * <p>Thread-safe. Plugged in, it begins anew: no interrupt, nothing computed, nothing written.
 */
public final class EduDevice extends RegisterBank implements Device {
  /** What the identification register reads as. */
  public static final int IDENTIFICATION = 0x010000ED;

  /** The size of its BAR. */
  public static final long BAR_BYTES = 1 << 20;

  /** How long a factorial takes where nobody says otherwise. */
  public static final long FACTORIAL_STEPS = 100;

  /** The bit of the interrupt status that a factorial raises. */
  public static final int FACTORIAL_INTERRUPT = 1;

  /** What reads where there is no register to be read. */
  private static final long NOTHING = -1;

  private static final int COMPUTING = 0x01;
  private static final int INTERRUPT_WHEN_DONE = 0x80;

  /** Where the registers of the DMA engine begin. */
  private static final long DMA = 0x80;

  /** Where they end, exclusive. */
  private static final long DMA_END = 0xA0;

  private final String name;
  private final long factorialSteps;
  private final List<Bar> bars = List.of(new Bar(0, BAR_BYTES, false, this));
  private final InterruptLine line;

  // This object's monitor guards what follows.

  private int written;

  /** What was written to be computed, or the result. */
  private int factorial;

  private int status;
  private int interrupts;

  /** When the result is there; null while it is not plugged in. */
  private Clock.@Nullable Alarm done;

  /**
   * Makes one whose factorials take {@value #FACTORIAL_STEPS} steps.
   *
   * @param name its name, for reports
   */
  public EduDevice(String name) {
    this(name, FACTORIAL_STEPS);
  }

  /**
   * Makes one.
   *
   * @param name its name, for reports
   * @param factorialSteps how many steps of the clock a factorial takes, 1 or more
   * @throws IllegalArgumentException when it is less
   */
  public EduDevice(String name, long factorialSteps) {
    if (factorialSteps < 1) {
      throw new IllegalArgumentException("a factorial can't take " + factorialSteps + " steps");
    }
    this.name = name;
    this.factorialSteps = factorialSteps;
    line = new InterruptLine(name, 0);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<Bar> bars() {
    return bars;
  }

  /** {@return its one interrupt line} */
  public InterruptLine line() {
    return line;
  }

  @Override
  public List<InterruptLine> interruptLines() {
    return List.of(line);
  }

  @Override
  public void plugged(Machine machine) {
    Clock.Alarm alarm = machine.clock().alarm(this::finish);
    synchronized (this) {
      written = 0;
      factorial = 0;
      status = 0;
      interrupts = 0;
      done = alarm;
    }
  }

  @Override
  public void unplugged() {
    synchronized (this) {
      if (done != null) {
        done.cancel();
        done = null;
      }
      interrupts = 0;
    }
    driveLine();
  }

  // ---- registers

  @Override
  protected boolean answers(long offsetBytes, int bytes) {
    return bytes == 4 || bytes == 8 && offsetBytes >= DMA;
  }

  @Override
  protected synchronized long readRegister(long offsetBytes, int bytes) {
    if (offsetBytes >= DMA) {
      return offsetBytes < DMA_END ? 0 : NOTHING;
    }
    return switch ((int) offsetBytes) {
      case 0x00 -> IDENTIFICATION;
      case 0x04 -> ~written;
      case 0x08 -> factorial;
      case 0x20 -> status;
      case 0x24 -> interrupts;
      default -> NOTHING;
    };
  }

  @Override
  protected void writeRegister(long offsetBytes, int bytes, long value) {
    if (offsetBytes >= DMA) {
      return;
    }
    synchronized (this) {
      Clock.Alarm alarm = done;
      if (alarm == null) {
        return; // an access that was under way when it was pulled out
      }
      switch ((int) offsetBytes) {
        case 0x04 -> written = (int) value;
        case 0x08 -> compute((int) value, alarm);
        case 0x20 -> status = status & COMPUTING | (int) value & INTERRUPT_WHEN_DONE;
        case 0x60 -> interrupts |= (int) value;
        case 0x64 -> interrupts &= (int) ~value;
        default -> {}
      }
    }
    driveLine();
  }

  // ---- the factorial

  private void compute(int number, Clock.Alarm alarm) {
    assert Thread.holdsLock(this);
    if ((status & COMPUTING) == 0) {
      alarm.setAfter(factorialSteps); // first, for it may throw at the end of all time
      factorial = number;
      status |= COMPUTING;
    }
  }

  /** The clock says that it is time. */
  private void finish() {
    synchronized (this) {
      Clock.Alarm alarm = done;
      if ((status & COMPUTING) == 0 || alarm == null || alarm.step() != Clock.NEVER) {
        return; // an alarm from before it was pulled out and plugged in again
      }
      factorial = factorialOf(factorial);
      status &= ~COMPUTING;
      if ((status & INTERRUPT_WHEN_DONE) != 0) {
        interrupts |= FACTORIAL_INTERRUPT;
      }
    }
    driveLine();
  }

  /** Modulo 2^32, which divides all factorials from that of 34 on. */
  private static int factorialOf(int number) {
    int product = 1;
    for (int factor = number; factor != 0 && product != 0; factor--) {
      product *= factor;
    }
    return product;
  }

  // ---- the interrupt line

  /**
   * Makes the line follow the interrupt status. Listeners are told without a lock, so another
   * thread may change the status meanwhile; whoever drives last has looked again afterwards.
   */
  private void driveLine() {
    boolean wanted;
    do {
      wanted = wantsInterrupt();
      line.drive(wanted);
    } while (wanted != wantsInterrupt());
  }

  private synchronized boolean wantsInterrupt() {
    return interrupts != 0;
  }
}
