package dev.mapwright.sim.device;

import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.DeviceState;
import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.core.machine.InterruptLine;
import dev.mapwright.core.machine.Machine;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A disk that is served through rings in memory, made for people who learn to write drivers for
 * such devices. One BAR of 4096 bytes and one interrupt line, which is raised as long as a bit of
 * the interrupt status is set that the driver has enabled. It is this project's own: the comments
 * of this class are its specification.
 *
 * <table border="1">
 * <caption>Its registers; each is accessed by its own width, at its own offset</caption>
 * <tr><th>offset</th><th>bytes</th><th></th><th>what it does</th></tr>
 * <tr><td>0x00</td><td>4</td><td>read</td><td>identification, {@code 0x0001D15C}</td></tr>
 * <tr><td>0x08</td><td>8</td><td>read</td><td>how many sectors of 512 bytes the disk has</td></tr>
 * <tr><td>0x10</td><td>8</td><td>both</td><td>where the ring of entries is, a multiple of 64</td></tr>
 * <tr><td>0x18</td><td>8</td><td>both</td><td>where the ring of completions is, likewise</td></tr>
 * <tr><td>0x20</td><td>8</td><td>both</td><td>where a word of 8 bytes is to which each completion
 * adds 1 atomically; 0 for none</td></tr>
 * <tr><td>0x28</td><td>4</td><td>both</td><td>how many entries either ring has, a power of two from 2
 * to 256</td></tr>
 * <tr><td>0x2C</td><td>4</td><td>both</td><td>control: bit 0 enables; cleared, what is in flight is
 * forgotten, and the indexes are 0. Bit 1 resets, and reads as 0: everything but the disk is as when
 * it was plugged in</td></tr>
 * <tr><td>0x30</td><td>4</td><td>write</td><td>doorbell: the producer index, which is how many entries
 * the driver has made since it enabled the device, modulo 2^32</td></tr>
 * <tr><td>0x34</td><td>4</td><td>read</td><td>the producer index</td></tr>
 * <tr><td>0x38</td><td>4</td><td>read</td><td>the consumer index: how many entries were taken</td></tr>
 * <tr><td>0x3C</td><td>4</td><td>read</td><td>how many completions were written</td></tr>
 * <tr><td>0x40</td><td>4</td><td>read</td><td>interrupt status: bit 0 a completion was written; bit 1
 * the device has stopped</td></tr>
 * <tr><td>0x44</td><td>4</td><td>write</td><td>acknowledges, and so clears, the bits that are
 * written</td></tr>
 * <tr><td>0x48</td><td>4</td><td>both</td><td>the bits of the interrupt status that raise the
 * line</td></tr>
 * <tr><td>0x4C</td><td>4</td><td>read</td><td>error: {@link RingError#code}</td></tr>
 * <tr><td>0x50</td><td>8</td><td>read</td><td>where the error is, as {@link RingError} says</td></tr>
 * </table>
 *
 * <p>All other accesses are as those to a hole ({@link RegisterBank}). The registers from 0x10 to
 * 0x28 can't be written while the device is enabled.
 *
 * <p><b>In memory</b>, little-endian, at logical addresses:
 *
 * <ul>
 *   <li>An entry has 32 bytes: operation (4 bytes: 1 reads the disk into memory, 2 writes memory to
 *       the disk), the driver's own number (4), first sector (8), address of the first descriptor
 *       (8), 8 bytes of zeros.
 *   <li>A descriptor has 32 bytes: address (8), length (4, from 1 to 65536), flags (4: bit 0 says
 *       that another follows), address of the next (8), 8 bytes of zeros. A list has at most 64 of
 *       them, and is a whole number of sectors, at most 128 KiB.
 *   <li>A completion has 16 bytes: the driver's number (4), status (4: 0 done, 1 memory has refused
 *       an access, 2 the sectors are not on the disk), bytes moved (4, 0 unless done), and its own
 *       number, which counts from 1 (4).
 * </ul>
 *
 * <p><b>What it does.</b> Up to 8 requests are worked at, and all pieces of each are in flight
 * together. So requests end in an order that follows from the machine's seed and the device's
 * {@link DmaPolicy}; completions are written in the order in which requests end. The disk is
 * changed by a request as a whole, when all of its bytes were read, or not at all; memory may have
 * been written in part when a request fails. A driver that wants an order waits for the completion.
 *
 * <p><b>What it does not trust.</b> Whatever can't be stops the device: what is in flight is
 * forgotten, nothing more is done until it is reset, and the error is there to be read. When memory
 * refuses data, only that request fails; when it refuses an entry, a descriptor or a completion,
 * the device stops.
 *
 * <p><b>Snapshots.</b> It takes part, with a copy of the disk, unless it works at a request. Going
 * back, it forgets what it works at; an access that is made just then may still reach memory.
 *
 * <p>Thread-safe. Plugged in, it begins anew, but the disk keeps what is on it.
 */
public final class RingDevice extends RegisterBank implements Device {
  /** What the identification register reads as. */
  public static final int IDENTIFICATION = 0x0001D15C;

  /** The bytes of a sector. */
  public static final int SECTOR_BYTES = RingJob.SECTOR_BYTES;

  private static final int ENABLE = 1;
  private static final int RESET = 2;

  private final String name;
  private final int requester;
  private final DmaPolicy policy;
  private final List<Bar> bars = List.of(new Bar(0, Pages.BYTES, false, this));
  private final InterruptLine line;

  // This object's monitor guards what follows.

  private final byte[] disk;

  /** Null while it is not plugged in. */
  private @Nullable RingQueue queue;

  /** What {@link #queue} reaches memory by; null likewise. */
  private @Nullable DmaEngine engine;

  private int enabledInterrupts;

  /**
   * Makes one with a disk of zeros.
   *
   * @param name its name, for reports
   * @param sectors how many sectors the disk has, from 1 to 2^20
   * @param requester whose its accesses to memory are, 0 .. 0xFFFF
   * @param policy how long each access takes, and whether what memory refuses is tried again
   * @throws IllegalArgumentException when one is not possible
   */
  public RingDevice(String name, int sectors, int requester, DmaPolicy policy) {
    if (sectors < 1 || sectors > 1 << 20 || requester >>> 16 != 0) {
      throw new IllegalArgumentException(
          "a disk of " + sectors + " sectors for requester " + requester);
    }
    this.name = name;
    this.requester = requester;
    this.policy = Objects.requireNonNull(policy);
    disk = new byte[sectors * SECTOR_BYTES];
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

  /**
   * {@return a copy of what is in a sector}
   *
   * @param sector which, from 0 on
   * @throws IndexOutOfBoundsException when the disk has no such sector
   */
  public synchronized byte[] sector(int sector) {
    int from = Objects.checkIndex(sector, disk.length / SECTOR_BYTES) * SECTOR_BYTES;
    return Arrays.copyOfRange(disk, from, from + SECTOR_BYTES);
  }

  @Override
  public void plugged(Machine machine) {
    DmaEngine made = new DmaEngine(machine, requester, DmaFault.NO_PASID, policy, this::ended);
    synchronized (this) {
      engine = made;
      queue = new RingQueue(made, disk);
      enabledInterrupts = 0;
    }
  }

  @Override
  public void unplugged() {
    synchronized (this) {
      if (engine != null) {
        engine.close();
        engine = null;
      }
      queue = null;
      enabledInterrupts = 0;
    }
    driveLine();
  }

  /** A request is over; nothing is held. */
  private void ended(DmaRequest request, boolean done) {
    synchronized (this) {
      if (queue == null || request.forgotten()) {
        return;
      }
      queue.ended(request, done);
    }
    driveLine();
  }

  // ---- registers

  @Override
  protected boolean answers(long offsetBytes, int bytes) {
    if (offsetBytes > 0x50) {
      return false;
    }
    return switch ((int) offsetBytes) {
      case 0x08, 0x10, 0x18, 0x20, 0x50 -> bytes == 8;
      case 0x00, 0x28, 0x2C, 0x30, 0x34, 0x38, 0x3C, 0x40, 0x44, 0x48, 0x4C -> bytes == 4;
      default -> false;
    };
  }

  @Override
  protected synchronized long readRegister(long offsetBytes, int bytes) {
    RingQueue rings = queue;
    if (rings == null) {
      return -1; // an access that was under way when it was pulled out
    }
    return switch ((int) offsetBytes) {
      case 0x00 -> IDENTIFICATION;
      case 0x08 -> disk.length / SECTOR_BYTES;
      case 0x10 -> rings.ring;
      case 0x18 -> rings.completions;
      case 0x20 -> rings.counter;
      case 0x28 -> rings.entries;
      case 0x2C -> rings.enabled ? ENABLE : 0;
      case 0x34 -> rings.producer;
      case 0x38 -> rings.consumer;
      case 0x3C -> rings.completed;
      case 0x40 -> rings.interrupts;
      case 0x48 -> enabledInterrupts;
      case 0x4C -> rings.error.code();
      case 0x50 -> rings.errorAt;
      default -> -1;
    };
  }

  @Override
  protected void writeRegister(long offsetBytes, int bytes, long value) {
    synchronized (this) {
      RingQueue rings = queue;
      if (rings == null) {
        return; // likewise
      }
      switch ((int) offsetBytes) {
        case 0x2C -> control(rings, (int) value);
        case 0x30 -> rings.ring((int) value);
        case 0x44 -> rings.interrupts &= (int) ~value;
        case 0x48 -> enabledInterrupts = (int) value;
        default -> place(rings, (int) offsetBytes, value);
      }
    }
    driveLine();
  }

  private void control(RingQueue rings, int value) {
    if ((value & RESET) != 0) {
      rings.disable();
      queue = new RingQueue(Objects.requireNonNull(engine), disk);
      enabledInterrupts = 0;
    } else if ((value & ENABLE) != 0) {
      rings.enable();
    } else {
      rings.disable();
    }
  }

  /** Says where the rings are; not while they are used. */
  private static void place(RingQueue rings, int offset, long value) {
    if (rings.enabled) {
      return;
    }
    switch (offset) {
      case 0x10 -> rings.ring = value;
      case 0x18 -> rings.completions = value;
      case 0x20 -> rings.counter = value;
      case 0x28 -> rings.entries = (int) value;
      default -> {}
    }
  }

  // ---- snapshots

  @Override
  public synchronized @Nullable DeviceState saveState() {
    return queue == null || !queue.idle()
        ? null
        : new Saved(queue.save(), enabledInterrupts, disk.clone());
  }

  /** Its state while nothing is in flight. */
  private final class Saved implements DeviceState {
    private final RingQueue.Saved rings;
    private final int interrupts;
    private final byte[] sectors;

    Saved(RingQueue.Saved rings, int interrupts, byte[] sectors) {
      this.rings = rings;
      this.interrupts = interrupts;
      this.sectors = sectors;
    }

    @Override
    public void restore() {
      goBack(this);
    }

    @Override
    public boolean differs() {
      return differsFrom(this);
    }
  }

  private void goBack(Saved saved) {
    synchronized (this) {
      if (queue == null) {
        return; // pulled out meanwhile
      }
      queue.goBack(saved.rings);
      enabledInterrupts = saved.interrupts;
      System.arraycopy(saved.sectors, 0, disk, 0, disk.length);
    }
    driveLine();
  }

  private synchronized boolean differsFrom(Saved saved) {
    return queue == null
        || enabledInterrupts != saved.interrupts
        || !queue.save().equals(saved.rings)
        || !Arrays.equals(disk, saved.sectors);
  }

  // ---- the interrupt line

  /** Makes the line follow the interrupt status, as {@link EduDevice} does. */
  private void driveLine() {
    boolean wanted;
    do {
      wanted = wantsInterrupt();
      line.drive(wanted);
    } while (wanted != wantsInterrupt());
  }

  private synchronized boolean wantsInterrupt() {
    return queue != null && (queue.interrupts & enabledInterrupts) != 0;
  }
}
