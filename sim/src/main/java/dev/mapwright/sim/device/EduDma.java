package dev.mapwright.sim.device;

import dev.mapwright.core.Pages;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The DMA engine of the edu device: its registers, its buffer, and the transfer that is under way.
 *
 * <p>A transfer is at most two requests, one for each page that it touches: a page that is refused
 * keeps no other from being transferred. Both are due at the same step, so with a policy that does
 * not retry they are one event. Everything is guarded by the device's monitor.
 */
final class EduDma {
  static final int RUN = 1;
  static final int TO_MEMORY = 2;
  static final int INTERRUPT_WHEN_DONE = 4;

  /** What the registers call the first byte of the buffer. */
  private static final long BUFFER_AT = 0x40000;

  private static final int BUFFER_BYTES = 4096;

  /** The tag of the request that stands for a transfer that is none. */
  private static final long NOTHING = -1;

  private final DmaEngine engine;
  private final long mask;

  /** Also written by the requests, on the thread that advances the clock. */
  private final byte[] buffer = new byte[BUFFER_BYTES];

  private long source;
  private long destination;
  private long count;
  private long command;

  /** How many requests of the transfer are in flight. */
  private int left;

  EduDma(DmaEngine engine, long mask) {
    this.engine = engine;
    this.mask = mask;
  }

  /** All ones where there is no register. */
  long read(int offset) {
    return switch (offset) {
      case 0x80 -> source;
      case 0x88 -> destination;
      case 0x90 -> count;
      case 0x98 -> command;
      default -> -1;
    };
  }

  /** While a transfer is under way, nothing is changed; false for one that is out of range. */
  boolean write(int offset, long value) {
    if (running()) {
      return true;
    }
    switch (offset) {
      case 0x80 -> source = value;
      case 0x88 -> destination = value;
      case 0x90 -> count = value;
      case 0x98 -> {
        if ((value & RUN) != 0) {
          command = value;
          return begin();
        }
      }
      default -> {}
    }
    return true;
  }

  private boolean begin() {
    boolean out = (command & TO_MEMORY) != 0;
    long inside = (out ? source : destination) - BUFFER_AT;
    boolean fits =
        inside >= 0 && inside <= BUFFER_BYTES && count >= 0 && count <= BUFFER_BYTES - inside;
    if (!fits || count == 0) {
      left = 1;
      engine.submit(DmaRequest.read(0, buffer, 0, 0, NOTHING));
      return fits;
    }
    long address = (out ? destination : source) & mask;
    int first = (int) Math.min(count, Pages.BYTES - Pages.offset(address));
    left = first < count ? 2 : 1;
    submit(out, address, (int) inside, first);
    if (first < count) {
      submit(out, address + first, (int) inside + first, (int) count - first);
    }
    return true;
  }

  private void submit(boolean out, long address, int at, int bytes) {
    engine.submit(
        out
            ? DmaRequest.write(address, buffer, at, bytes, at)
            : DmaRequest.read(address, buffer, at, bytes, at));
  }

  /** True when the transfer is over; what could not be read are zeros. */
  boolean ended(DmaRequest request, boolean done) {
    if (!done && request.kind() == DmaRequest.Kind.READ) {
      int at = (int) request.tag();
      Arrays.fill(buffer, at + request.done(), at + request.bytes(), (byte) 0);
    }
    if (--left > 0) {
      return false;
    }
    command &= ~RUN;
    return true;
  }

  boolean wantsInterrupt() {
    return (command & INTERRUPT_WHEN_DONE) != 0;
  }

  /** What it keeps while no transfer is under way; nothing of the buffer's contents changes. */
  record Saved(long source, long destination, long count, long command, ByteBuffer buffer) {}

  Saved save() {
    return new Saved(source, destination, count, command, ByteBuffer.wrap(buffer.clone()));
  }

  /** What is in flight is forgotten. */
  void goBack(Saved saved) {
    forget();
    source = saved.source;
    destination = saved.destination;
    count = saved.count;
    command = saved.command;
    saved.buffer.get(0, buffer);
  }

  /** Whether a transfer is under way. */
  boolean running() {
    return (command & RUN) != 0;
  }

  void forget() {
    engine.forget();
  }

  /** The device was pulled out: nothing is transferred any more. */
  void close() {
    forget();
    engine.close();
  }
}
