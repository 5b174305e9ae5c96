package dev.mapwright.sim.device;

import dev.mapwright.core.machine.Clock;
import dev.mapwright.core.machine.DeviceState;
import dev.mapwright.core.machine.DmaFault;
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
 * <tr><td>0x80</td><td>both</td><td>source of a transfer: an address of memory, or 0x40000 and the
 * offset in the device's buffer of 4096 bytes</td></tr>
 * <tr><td>0x88</td><td>both</td><td>destination of a transfer, likewise</td></tr>
 * <tr><td>0x90</td><td>both</td><td>how many bytes are transferred</td></tr>
 * <tr><td>0x98</td><td>both</td><td>command: bit 0 starts a transfer, and reads as 1 until it is
 * over; bit 1 is 0 from memory to the buffer, 1 from the buffer to memory; bit 2 raises 0x100 in the
 * interrupt status when it is over. Without bit 0 nothing is written</td></tr>
 * </table>
 *
 * <p><b>DMA.</b> Made without a requester number the device has no DMA engine: its registers, 0x80
 * to 0x9F, read as 0 and ignore writes. With one, a transfer takes the steps of the device's {@link
 * DmaPolicy}; until it is over, writes to the four registers are ignored. The buffer can't be seen
 * through the BAR. Where the documentation is silent, this is what QEMU 11.1.3 does:
 *
 * <ul>
 *   <li>An address of memory has as many bits as the device's mask, and loses all others. Only
 *       where a transfer begins is masked.
 *   <li>One that does not lie in the buffer as a whole transfers nothing; it takes its time, ends
 *       as others do, and is counted by {@link #transfersOutOfRange}.
 *   <li>Where memory refuses the access, what would have been written is dropped, and the buffer
 *       gets zeros for what would have been read; other pages of the transfer are transferred. It
 *       ends as others do, for there is no register that could tell; {@link #lastFault} does.
 * </ul>
 *
 * <p><b>Widths.</b> Below 0x80 registers are accessed by 4 bytes, from 0x80 on by 4 or 8, at
 * multiples of the width. Everything else is not answered ({@link RegisterBank}): another width or
 * alignment. Where there is no register, and where one is only written, reads give all ones; writes
 * there, and to one that is only read, are ignored.
 *
 * <p><b>Time.</b> A factorial takes as many steps of the machine's clock as its maker says, the
 * interrupt included. Nothing is computed unless the clock is advanced.
 *
 * <p><b>Snapshots.</b> It takes part, unless a transfer is under way. A factorial is saved with the
 * steps that it still takes. Going back, it forgets a transfer that is under way.
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

  /** How long a transfer takes where nobody says otherwise. */
  public static final long DMA_STEPS = 100;

  /** The bits of an address of memory where nobody says otherwise: 28. */
  public static final long DMA_MASK = (1L << 28) - 1;

  /** The bit of the interrupt status that a factorial raises. */
  public static final int FACTORIAL_INTERRUPT = 1;

  /** The bit of the interrupt status that a transfer raises. */
  public static final int DMA_INTERRUPT = 0x100;

  private static final int NO_REQUESTER = -1;

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

  /** Whose transfers they are; {@link #NO_REQUESTER} for no DMA engine. */
  private final int requester;

  private final DmaPolicy policy;
  private final long dmaMask;

  // This object's monitor guards what follows.

  private int written;

  /** What was written to be computed, or the result. */
  private int factorial;

  private int status;
  private int interrupts;

  /** When the result is there; null while it is not plugged in. */
  private Clock.@Nullable Alarm done;

  /** That of the machine where it is, or was at last. */
  private @Nullable Clock clock;

  /** Null while it is not plugged in, and for none. */
  private @Nullable EduDma dma;

  private long transfersOutOfRange;

  /** The last access that memory has refused; null for none. */
  private @Nullable DmaFault lastFault;

  /**
   * Makes one whose factorials take {@value #FACTORIAL_STEPS} steps.
   *
   * @param name its name, for reports
   */
  public EduDevice(String name) {
    this(name, FACTORIAL_STEPS);
  }

  /**
   * Makes one without a DMA engine.
   *
   * @param name its name, for reports
   * @param factorialSteps how many steps of the clock a factorial takes, 1 or more
   * @throws IllegalArgumentException when it is less
   */
  public EduDevice(String name, long factorialSteps) {
    this(name, factorialSteps, DmaPolicy.inOrder(DMA_STEPS), DMA_MASK, NO_REQUESTER);
  }

  /**
   * Makes one that does DMA, with addresses of 28 bits, in {@value #DMA_STEPS} steps a transfer.
   *
   * @param name its name, for reports
   * @param factorialSteps how many steps of the clock a factorial takes, 1 or more
   * @param requester whose its accesses to memory are, 0 .. 0xFFFF
   * @throws IllegalArgumentException when one is not possible
   */
  public EduDevice(String name, long factorialSteps, int requester) {
    this(name, factorialSteps, requester, DmaPolicy.inOrder(DMA_STEPS), DMA_MASK);
  }

  /**
   * Makes one that does DMA.
   *
   * @param name its name, for reports
   * @param factorialSteps how many steps of the clock a factorial takes, 1 or more
   * @param requester whose its accesses to memory are, 0 .. 0xFFFF
   * @param policy how long a transfer takes, and whether what memory refuses is tried again
   * @param dmaMask the bits that an address of memory can have, any
   * @throws IllegalArgumentException when one is not possible
   */
  public EduDevice(
      String name, long factorialSteps, int requester, DmaPolicy policy, long dmaMask) {
    this(name, factorialSteps, policy, dmaMask, requester);
    if (requester >>> 16 != 0) {
      throw new IllegalArgumentException("a requester is 0 to 0xFFFF, not " + requester);
    }
  }

  private EduDevice(
      String name, long factorialSteps, DmaPolicy policy, long dmaMask, int requester) {
    if (factorialSteps < 1) {
      throw new IllegalArgumentException("a factorial can't take " + factorialSteps + " steps");
    }
    this.name = name;
    this.factorialSteps = factorialSteps;
    this.requester = requester;
    this.policy = policy;
    this.dmaMask = dmaMask;
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
    EduDma engine =
        requester == NO_REQUESTER
            ? null
            : new EduDma(
                new DmaEngine(machine, requester, DmaFault.NO_PASID, policy, this::transferred),
                dmaMask);
    synchronized (this) {
      transfersOutOfRange = 0;
      lastFault = null;
      dma = engine;
      written = 0;
      factorial = 0;
      status = 0;
      interrupts = 0;
      done = alarm;
      clock = machine.clock();
    }
  }

  @Override
  public void unplugged() {
    synchronized (this) {
      if (done != null) {
        done.cancel();
        done = null;
      }
      if (dma != null) {
        dma.close();
        dma = null;
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
      if (offsetBytes >= DMA_END) {
        return NOTHING;
      }
      return dma == null ? 0 : dma.read((int) offsetBytes);
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
    if (offsetBytes >= DMA_END) {
      return;
    }
    if (offsetBytes >= DMA) {
      writeDma((int) offsetBytes, value);
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

  // ---- DMA

  private synchronized void writeDma(int offset, long value) {
    if (dma != null && !dma.write(offset, value)) {
      transfersOutOfRange++;
    }
  }

  /** A request of the transfer is over; nothing is held. */
  private void transferred(DmaRequest request, boolean moved) {
    synchronized (this) {
      EduDma engine = dma;
      if (engine == null || request.forgotten()) {
        return;
      }
      if (!moved) {
        lastFault = request.fault();
      }
      if (engine.ended(request, moved) && engine.wantsInterrupt()) {
        interrupts |= DMA_INTERRUPT;
      }
    }
    driveLine();
  }

  /**
   * {@return how many transfers did not lie in the buffer, since it was plugged in; QEMU calls them
   * errors of the guest}
   */
  public synchronized long transfersOutOfRange() {
    return transfersOutOfRange;
  }

  /**
   * {@return the last access that memory has refused since it was plugged in; null for none, and
   * when a listener of the fault has thrown}
   */
  public synchronized @Nullable DmaFault lastFault() {
    return lastFault;
  }

  // ---- snapshots

  /** All that it keeps; stepsLeft is how long a factorial still takes. */
  private record Saved(
      int written,
      int factorial,
      int status,
      int interrupts,
      long stepsLeft,
      long transfersOutOfRange,
      @Nullable DmaFault lastFault,
      EduDma.@Nullable Saved dma) {}

  @Override
  public synchronized @Nullable DeviceState saveState() {
    boolean transferring = dma != null && dma.running();
    return done == null || transferring ? null : DeviceState.of(this::save, this::goBack);
  }

  private synchronized Saved save() {
    return new Saved(
        written,
        factorial,
        status,
        interrupts,
        stepsLeft(),
        transfersOutOfRange,
        lastFault,
        dma == null ? null : dma.save());
  }

  /** How long a factorial still takes; 0 also for none, and when the alarm just goes off. */
  private long stepsLeft() {
    assert Thread.holdsLock(this);
    long step = done == null ? Clock.NEVER : done.step();
    return clock == null || step == Clock.NEVER ? 0 : step - clock.now();
  }

  private void goBack(Saved saved) {
    synchronized (this) {
      Clock.Alarm alarm = done;
      Clock time = clock;
      if (alarm == null || time == null) {
        return; // pulled out meanwhile
      }
      if ((saved.status & COMPUTING) != 0) {
        alarm.setAfter(Math.min(saved.stepsLeft, Clock.NEVER - 1 - time.now()));
      } else {
        alarm.cancel();
      }
      written = saved.written;
      factorial = saved.factorial;
      status = saved.status;
      interrupts = saved.interrupts;
      transfersOutOfRange = saved.transfersOutOfRange;
      lastFault = saved.lastFault;
      if (dma != null && saved.dma != null) {
        dma.goBack(saved.dma);
      }
    }
    driveLine();
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
