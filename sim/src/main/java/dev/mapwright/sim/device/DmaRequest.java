package dev.mapwright.sim.device;

import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.core.machine.DmaPort;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One access to memory that a device asks a {@link DmaEngine} for. It is made, submitted once, and
 * told to the device when it is done or refused; what it has found is to be asked for then. Between
 * the two it and its buffer belong to the engine.
 */
public final class DmaRequest {
  /** What is done. */
  public enum Kind {
    /** Memory is read into the buffer. */
    READ,
    /** The buffer is written to memory. */
    WRITE,
    /** A word in memory is added to, and what was there is kept. */
    FETCH_AND_ADD,
    /** A word in memory is replaced if it is as expected, and what was there is kept. */
    COMPARE_AND_SWAP
  }

  private static final byte[] NO_BYTES = {};

  private final Kind kind;
  private final long address;
  private final int bytes;
  private final long tag;

  /** The device's, of a read or a write; of nothing for an atomic. */
  private final byte[] buffer;

  private final int bufferBytes;
  private final long expected;
  private final long value;

  // What follows is written by the engine: the first three under its lock, the others by the
  // thread that advances the clock, before the device is told.

  /** Where it was submitted, for ever; null before. */
  @Nullable DmaEngine engine;

  /** Its place among all requests of its engine. */
  long number;

  /** When it is due. */
  long step;

  /** How many bytes are done; a later try goes on there. */
  private int done;

  private int tries;
  private long before;

  /** Why it was refused; null while it was not, or when that is not known. */
  private @Nullable DmaFault fault;

  private DmaRequest(
      Kind kind,
      long address,
      int bytes,
      long tag,
      byte[] buffer,
      int bufferBytes,
      long expected,
      long value) {
    this.kind = kind;
    this.address = address;
    this.bytes = bytes;
    this.tag = tag;
    this.buffer = buffer;
    this.bufferBytes = bufferBytes;
    this.expected = expected;
    this.value = value;
  }

  /**
   * {@return a request to read memory}
   *
   * @param address the logical address of the first byte, any
   * @param into where the bytes go
   * @param intoBytes where to start in it
   * @param bytes how many, also 0, which touches nothing and is never refused
   * @param tag the device's own number for it
   * @throws IndexOutOfBoundsException when the buffer has no such range
   */
  public static DmaRequest read(long address, byte[] into, int intoBytes, int bytes, long tag) {
    Objects.checkFromIndexSize(intoBytes, bytes, into.length);
    return new DmaRequest(Kind.READ, address, bytes, tag, into, intoBytes, 0, 0);
  }

  /**
   * {@return a request to write memory}
   *
   * @param address the logical address of the first byte, any
   * @param from the bytes; they are looked at when the access is made
   * @param fromBytes where to start in it
   * @param bytes how many, also 0, which touches nothing and is never refused
   * @param tag the device's own number for it
   * @throws IndexOutOfBoundsException when the buffer has no such range
   */
  public static DmaRequest write(long address, byte[] from, int fromBytes, int bytes, long tag) {
    Objects.checkFromIndexSize(fromBytes, bytes, from.length);
    return new DmaRequest(Kind.WRITE, address, bytes, tag, from, fromBytes, 0, 0);
  }

  /**
   * {@return a request to add to a word atomically}
   *
   * @param address the logical address of the word, a multiple of its size
   * @param bytes 4 or 8
   * @param value what is added
   * @param tag the device's own number for it
   * @throws IllegalArgumentException for another size or alignment
   */
  public static DmaRequest fetchAndAdd(long address, int bytes, long value, long tag) {
    requireWord(address, bytes);
    return new DmaRequest(Kind.FETCH_AND_ADD, address, bytes, tag, NO_BYTES, 0, 0, value);
  }

  /**
   * {@return a request to compare and swap a word atomically}
   *
   * @param address the logical address of the word, a multiple of its size
   * @param bytes 4 or 8
   * @param expected what has to be there
   * @param value what replaces it
   * @param tag the device's own number for it
   * @throws IllegalArgumentException for another size or alignment
   */
  public static DmaRequest compareAndSwap(
      long address, int bytes, long expected, long value, long tag) {
    requireWord(address, bytes);
    return new DmaRequest(Kind.COMPARE_AND_SWAP, address, bytes, tag, NO_BYTES, 0, expected, value);
  }

  private static void requireWord(long address, int bytes) {
    if (bytes != 4 && bytes != 8 || (address & bytes - 1) != 0) {
      throw new IllegalArgumentException(
          "no word of " + bytes + " bytes is at 0x" + Long.toHexString(address));
    }
  }

  // ---- what it is, and what became of it

  /** {@return what is done} */
  public Kind kind() {
    return kind;
  }

  /** {@return the logical address of its first byte} */
  public long address() {
    return address;
  }

  /** {@return how many bytes it is about} */
  public int bytes() {
    return bytes;
  }

  /** {@return the device's own number for it} */
  public long tag() {
    return tag;
  }

  /** {@return how many bytes are done: all, or those before the one that was refused} */
  public int done() {
    return done;
  }

  /** {@return how often it was tried} */
  public int tries() {
    return tries;
  }

  /** {@return what an atomic found, zero-extended; a swap was done when it equals the expected} */
  public long before() {
    return before;
  }

  /**
   * {@return why it was refused; null when it was not, and when that can't be known because a
   * listener of the fault has thrown}
   */
  public @Nullable DmaFault fault() {
    return fault;
  }

  /**
   * {@return whether the engine where it was submitted has been told to {@link DmaEngine#forget}
   * since} What a device makes of a request that has ended, it makes only if not, and asks under
   * the lock under which it resets itself.
   */
  public boolean forgotten() {
    return engine != null && engine.forgets(this);
  }

  // ---- a try

  /** Makes the access, from the first byte on that is not done; true when all is done. */
  boolean perform(DmaPort port) {
    tries++;
    fault = null; // also when the port throws
    DmaFault refused = access(port);
    if (refused == null) {
      done = bytes;
      return true;
    }
    fault = refused;
    if (kind == Kind.READ || kind == Kind.WRITE) {
      long reached = refused.address() - address;
      done = (int) Math.max(done, Math.min(bytes, reached)); // whoever made the port
    }
    return false;
  }

  private @Nullable DmaFault access(DmaPort port) {
    if (kind == Kind.READ) {
      return port.read(
          address + done, MemorySegment.ofArray(buffer), bufferBytes + done, bytes - done);
    }
    if (kind == Kind.WRITE) {
      return port.write(
          address + done, MemorySegment.ofArray(buffer), bufferBytes + done, bytes - done);
    }
    long[] found = new long[1];
    DmaFault refused =
        kind == Kind.FETCH_AND_ADD
            ? port.fetchAndAdd(address, bytes, value, found)
            : port.compareAndSwap(address, bytes, expected, value, found);
    before = found[0];
    return refused;
  }
}
