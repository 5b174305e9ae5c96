package dev.mapwright.sim.iommu;

import dev.mapwright.core.Access;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.core.machine.DmaPort;
import dev.mapwright.sim.memory.PhysicalMap;
import dev.mapwright.sim.memory.Ram;
import dev.mapwright.sim.memory.ThreadGuard;
import dev.mapwright.sim.quiescence.Quiescent;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A device's port to memory: the accesses. How an address is translated is the subclass's.
 *
 * <p>An access is inside, as {@link Quiescent} calls it, from its beginning to its end; nothing
 * that is not ours is called in there, and between two pages it looks for mail. Listeners are told
 * of a fault when it is outside again, so they may use the port, and throw.
 *
 * <p>All fields belong to the thread that drives the port.
 */
abstract class MemoryPort extends Quiescent implements DmaPort {
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

  static {
    // Their handles are made here, and not between a translation and its use, where nothing blocks.
    MemorySegment some = MemorySegment.ofArray(new byte[16]);
    some.set(LONG, 8, some.get(LONG, 0));
    some.set(INT, 8, some.get(INT, 0));
    some.set(SHORT, 8, some.get(SHORT, 0));
    some.set(BYTE, 8, some.get(BYTE, 0));
    MemorySegment.copy(some, 0, some, 8, 8);
  }

  private final PhysicalMap map;
  private final Ram allRam;
  private final int requester;
  private final int pasid;

  /** All of RAM; a segment of nothing until something of it was touched. */
  private MemorySegment ram = MemorySegment.NULL;

  /** Whether it has ended. */
  private boolean closed;

  /** The physical address that the last {@link #translate} found, in RAM. */
  long found;

  /** Why the last {@link #translate} failed; null when it did not. */
  private @Nullable VtdReason refusal;

  MemoryPort(PhysicalMap map, Ram ram, ThreadGuard guard, int requester, int pasid) {
    super(guard);
    this.map = map;
    allRam = ram;
    this.requester = requester;
    this.pasid = pasid;
  }

  @Override
  public final int requester() {
    return requester;
  }

  @Override
  public final int pasid() {
    return pasid;
  }

  @Override
  public final void close() {
    if (!closed) {
      closed = true;
      leave();
    }
  }

  // ---- for translating

  /** Has the machine forget this port; it is outside, and makes no access any more. */
  abstract void leave();

  /**
   * Translates the page of an address. True: {@link #found} says where it is, until the next look
   * for mail. False: {@link #refuse} was called.
   *
   * @param permission what the access needs, a set
   */
  abstract boolean translate(long address, int permission);

  abstract void emptyMail();

  abstract DmaFault faultOf(long address, Access access, VtdReason reason);

  /** Tells the listeners. */
  abstract void tell(DmaFault fault);

  /** Tells the watchers that the access used a translation that no longer stands, if it has. */
  abstract void tellStale(Access access);

  /** Whether faults of this port are not to be told. */
  abstract boolean quiet();

  /** Notes why an access is refused; false. */
  final boolean refuse(VtdReason reason) {
    refusal = reason;
    return false;
  }

  final boolean isRam(long pfn) {
    return map.isRam(pfn);
  }

  /** Whether a frame of RAM can be touched without taking room. */
  final boolean touchable(long pfn) {
    return allRam.isMaterialised(pfn);
  }

  final boolean makeTouchable(long pfn) {
    return allRam.materialise(pfn);
  }

  // ---- an access

  private void begin() {
    if (closed) {
      throw new IllegalStateException("this port was closed");
    }
    refusal = null;
    if (!concurrent) {
      guard.check();
      return;
    }
    driveFromHere();
    if (enterInside()) {
      emptyMail();
    }
  }

  private void end() {
    if (concurrent) {
      leaveInside();
    }
  }

  private MemorySegment ram() {
    MemorySegment all = ram;
    if (all.byteSize() == 0) {
      all = allRam.segment();
      ram = all;
    }
    return all;
  }

  /**
   * After an access has ended at an address: nothing, or its fault, of which listeners are told.
   */
  private @Nullable DmaFault ended(long address, Access access) {
    tellStale(access);
    VtdReason reason = refusal;
    if (reason == null) {
      return null;
    }
    DmaFault fault = faultOf(address, access, reason);
    if (!quiet()) {
      tell(fault);
    }
    return fault;
  }

  private static long piece(long address, long left) {
    return Math.min(left, Pages.BYTES - Pages.offset(address));
  }

  @Override
  public final @Nullable DmaFault read(
      long address, MemorySegment into, long intoBytes, long bytes) {
    Objects.checkFromIndexSize(intoBytes, bytes, into.byteSize());
    long done = 0;
    begin();
    try {
      while (done < bytes && translate(address + done, Permissions.READ)) {
        long piece = piece(address + done, bytes - done);
        copyOut(found, into, intoBytes + done, piece);
        done += piece;
      }
    } finally {
      end();
    }
    return ended(address + done, Access.READ);
  }

  @Override
  public final @Nullable DmaFault write(
      long address, MemorySegment from, long fromBytes, long bytes) {
    Objects.checkFromIndexSize(fromBytes, bytes, from.byteSize());
    long done = 0;
    begin();
    try {
      while (done < bytes && translate(address + done, Permissions.WRITE)) {
        long piece = piece(address + done, bytes - done);
        copyIn(from, fromBytes + done, found, piece);
        done += piece;
      }
    } finally {
      end();
    }
    return ended(address + done, Access.WRITE);
  }

  /** Words that are aligned in memory are copied whole, wherever they go. */
  private void copyOut(long at, MemorySegment into, long to, long bytes) {
    MemorySegment all = ram();
    if (bytes == 8 && (at & 7) == 0) {
      into.set(LONG, to, all.get(LONG, at));
    } else if (bytes == 4 && (at & 3) == 0) {
      into.set(INT, to, all.get(INT, at));
    } else if (bytes == 2 && (at & 1) == 0) {
      into.set(SHORT, to, all.get(SHORT, at));
    } else if (bytes == 1) {
      into.set(BYTE, to, all.get(BYTE, at));
    } else {
      MemorySegment.copy(all, at, into, to, bytes);
    }
  }

  private void copyIn(MemorySegment from, long source, long at, long bytes) {
    MemorySegment all = ram();
    if (bytes == 8 && (at & 7) == 0) {
      all.set(LONG, at, from.get(LONG, source));
    } else if (bytes == 4 && (at & 3) == 0) {
      all.set(INT, at, from.get(INT, source));
    } else if (bytes == 2 && (at & 1) == 0) {
      all.set(SHORT, at, from.get(SHORT, source));
    } else if (bytes == 1) {
      all.set(BYTE, at, from.get(BYTE, source));
    } else {
      MemorySegment.copy(from, source, all, at, bytes);
    }
  }

  // ---- atomics

  private static void requireAtomic(long address, int bytes, long[] before) {
    if (bytes != 4 && bytes != 8 || (address & bytes - 1) != 0) {
      throw new IllegalArgumentException(
          "an atomic access has 4 or 8 bytes at a multiple of its size, not "
              + bytes
              + " at 0x"
              + Long.toHexString(address));
    }
    Objects.checkIndex(0, before.length);
  }

  @Override
  public final @Nullable DmaFault fetchAndAdd(long address, int bytes, long value, long[] before) {
    requireAtomic(address, bytes, before);
    begin();
    try {
      if (translate(address, Permissions.READ_WRITE)) {
        long there;
        do {
          there = peek(bytes);
        } while (!swap(bytes, there, there + value));
        before[0] = there;
      }
    } finally {
      end();
    }
    return ended(address, lackedAccess());
  }

  @Override
  public final @Nullable DmaFault compareAndSwap(
      long address, int bytes, long expected, long value, long[] before) {
    requireAtomic(address, bytes, before);
    long mask = mask(bytes);
    begin();
    try {
      if (translate(address, Permissions.READ_WRITE)) {
        long there;
        do {
          there = peek(bytes);
        } while (there == (expected & mask) && !swap(bytes, there, value));
        before[0] = there;
      }
    } finally {
      end();
    }
    return ended(address, lackedAccess());
  }

  /** An atomic is a write, unless it was only reading that was denied. */
  private Access lackedAccess() {
    return refusal == VtdReason.READ_DENIED ? Access.READ : Access.WRITE;
  }

  private static long mask(int bytes) {
    return bytes == 8 ? -1L : (1L << 8 * bytes) - 1;
  }

  private ByteBuffer buffer() {
    return Ram.buffer(allRam.buffers(), found);
  }

  /** The word at {@link #found}, which is narrow in the 8 bytes around it. */
  private long peek(int bytes) {
    int index = Ram.index(found);
    long around = (long) Ram.WORD.getVolatile(buffer(), index & ~7);
    return around >>> 8 * (index & 7) & mask(bytes);
  }

  /**
   * Writes the word at {@link #found} if it is as expected; false also when its neighbour changed.
   */
  private boolean swap(int bytes, long expected, long next) {
    int index = Ram.index(found);
    int shift = 8 * (index & 7);
    long mask = mask(bytes);
    long around = (long) Ram.WORD.getVolatile(buffer(), index & ~7);
    return (around >>> shift & mask) == expected
        && Ram.WORD.compareAndSet(
            buffer(), index & ~7, around, around & ~(mask << shift) | (next & mask) << shift);
  }
}
