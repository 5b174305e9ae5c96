package dev.mapwright.sim.cpu;

import dev.mapwright.core.Access;
import dev.mapwright.core.Fault;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.BusError;
import dev.mapwright.core.machine.FaultResolver;
import dev.mapwright.sim.memory.DeviceMap;
import dev.mapwright.sim.memory.PhysicalMap;
import dev.mapwright.sim.memory.Ram;
import dev.mapwright.sim.memory.Scalars;
import dev.mapwright.sim.memory.ThreadGuard;
import dev.mapwright.sim.tables.PlacedHook;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A CPU of the simulated machine: the accesses. How it translates is in {@link Translator}, how it
 * gets along with those who remove translations is in {@link Bracket}.
 *
 * <p>An access first looks into the TLB array that the bracket has published: for its page, then
 * for the 2 MiB around it, or the other way round. That is the subclass's, because it depends on
 * how arrays and RAM are read ({@link CheckedCpu}, {@link DirectCpu}). It is as short as can be,
 * and what does not hit there comes here: it may be a device's register. Everything else (a miss, a
 * page border, a hole, no bracket, something to forget) takes the slow way, which is correct for
 * everything.
 *
 * <p><b>Devices.</b> An access translates everything it needs before it calls the first handler, so
 * that no register is read or written for an access that faults anyway. After a handler has
 * returned, an access of several bytes goes on with what it has translated only if nothing changed
 * meanwhile; otherwise it translates the rest anew, where it may fault half-way.
 *
 * <p><b>Hooks</b> are told after an access has translated everything it needs, and it translates
 * anew when they have returned: see {@link HookedAccess}.
 */
@SuppressWarnings("ReferenceEquality") // of arrays and segments
public abstract sealed class SimulatedCpu extends DeviceAccess permits CheckedCpu, DirectCpu {
  /** A bulk copy polls at least this often. */
  private static final long MOST_BYTES_AT_ONCE = 256 << 10;

  private final int number;

  SimulatedCpu(
      int number,
      PhysicalMap map,
      DeviceMap devices,
      Ram ram,
      ThreadGuard guard,
      TlbArray nothing) {
    super(map, devices, ram, guard, nothing);
    this.number = number;
  }

  @Override
  public final int number() {
    return number;
  }

  // RAM as the fast path reads and writes it.

  abstract long readRam(long offset, int bytes);

  abstract void writeRam(long offset, int bytes, long value);

  // ---- loads and fetches

  private static boolean crosses(long address, int bytes) {
    return Pages.offset(address) + bytes > Pages.BYTES;
  }

  /**
   * Whether an access that found no memory in a small pair of the published array has found a
   * device's page there, and may go to it at once: then the pair's place is its register word. That
   * the array is published says that the driver is inside and had nothing to forget.
   *
   * @param offset what the address is more than the pair's tag and the key
   */
  final boolean isRegister(long offset, int bytes) {
    return Long.compareUnsigned(offset + Tlb.DEVICE, Pages.BYTES - bytes) <= 0
        && devicesUnchanged();
  }

  /** What a load or fetch does that has found nothing in the published array. */
  final long loadSlowly(long address, int bytes, Access access) {
    Scalars.requireWidth(bytes);
    if (!crosses(address, bytes) && insideAndQuiet()) {
      long at = byLastTable(address, access);
      if (at >= 0) {
        return readRam(at, bytes);
      }
    }
    int position = position();
    try {
      begin();
      if (!crosses(address, bytes)) {
        requirePassed(access, address, bytes, 0);
        return readFound(address, bytes, access, address, bytes);
      }
      // Both pages are resolved before anything is read: a device's register is not read in vain.
      int low = Pages.BYTES - Pages.offset(address);
      requireBoth(address, bytes, low, access, 0);
      return loadPieces(address, low, access, address, bytes)
          | loadPieces(address + low, bytes - low, access, address, bytes) << 8 * low;
    } finally {
      end(position);
    }
  }

  /** Loads from where {@link #found} says, which is where an address leads. */
  private long readFound(long address, int bytes, Access access, long wide, int wideBytes) {
    if (foundRam) {
      return Scalars.get(ramBuffers, found, bytes);
    }
    try {
      return readDevice(address, found, bytes, access);
    } catch (BusError refused) {
      throw new MemoryFault(busFault(address, bytes, access).within(wide, wideBytes));
    }
  }

  /** The part of a crossing load that lies in one page, byte by byte. */
  private long loadPieces(long address, int bytes, Access access, long wide, int wideBytes) {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      requireTranslated(address + i, access, wide, wideBytes);
      value |= readFound(address + i, 1, access, wide, wideBytes) << 8 * i;
    }
    return value;
  }

  private void requireTranslated(long address, Access access, long wide, int wideBytes) {
    if (!translate(address, access)) {
      throw new MemoryFault(takeFault().within(wide, wideBytes));
    }
  }

  /** Translates an access that lies in one page, and tells its hooks. */
  private void requirePassed(Access access, long address, int bytes, long value) {
    if (!pass(access, access, address, bytes, value)) {
      throw new MemoryFault(takeFault().within(address, bytes));
    }
  }

  /**
   * Translates both pages of a crossing access with nothing in between that could have changed the
   * first while the second was looked for, and tells its hooks.
   */
  private void requireBoth(long address, int bytes, int low, Access access, long value) {
    Piece piece = null;
    for (int attempt = 0; attempt < attempts(piece); attempt++) {
      requireTranslated(address, access, address, bytes);
      long before = quiescences;
      long first = found;
      boolean firstRam = foundRam;
      requireTranslated(address + low, access, address, bytes);
      if (quiescences != before) {
        continue;
      }
      PlacedHook next = null;
      if (!unhooked(address) || !unhooked(address + low)) {
        if (piece == null) {
          piece = new Piece(access, access, address, bytes, value);
        }
        next = nextHook(piece);
      }
      if (next == null || piece == null) {
        otherFound = first;
        otherFoundRam = firstRam;
        return;
      }
      if (!tell(next, piece)) {
        throw new MemoryFault(takeFault());
      }
    }
    throw new IllegalStateException(
        "the pages of an access at 0x" + Long.toHexString(address) + " keep changing");
  }

  /** Of the first page of a crossing access; {@link #found} is of the second. */
  private long otherFound;

  private boolean otherFoundRam;

  // ---- stores

  /** What a store does that has found nothing in the published array. */
  final void storeSlowly(long address, int bytes, long value) {
    Scalars.requireWidth(bytes);
    if (!crosses(address, bytes) && insideAndQuiet()) {
      long at = byLastTable(address, Access.WRITE);
      if (at >= 0) {
        writeRam(at, bytes, value);
        return;
      }
    }
    int position = position();
    try {
      begin();
      if (crosses(address, bytes)) {
        storeCrossing(address, bytes, value);
        return;
      }
      requirePassed(Access.WRITE, address, bytes, value & mask(bytes));
      storeScalar(address, bytes, value, address, bytes);
    } finally {
      end(position);
    }
  }

  private void storeCrossing(long address, int bytes, long value) {
    int low = Pages.BYTES - Pages.offset(address);
    requireBoth(address, bytes, low, Access.WRITE, value & mask(bytes));
    long first = otherFound;
    boolean firstRam = otherFoundRam;
    long second = found;
    boolean secondRam = foundRam;
    // Memory first: a device's handler may change what is mapped.
    for (int i = 0; i < bytes; i++) {
      if (i < low ? firstRam : secondRam) {
        Scalars.set(ramBuffers, i < low ? first + i : second + (i - low), 1, value >>> 8 * i);
      }
    }
    boolean handlerCalled = false;
    for (int i = 0; i < bytes; i++) {
      if (i < low ? firstRam : secondRam) {
        continue;
      }
      if (handlerCalled) {
        requireTranslated(address + i, Access.WRITE, address, bytes);
      } else {
        found = i < low ? first + i : second + (i - low);
        foundRam = false;
      }
      handlerCalled |= !foundRam;
      storeScalar(address + i, 1, value >>> 8 * i & 0xFF, address, bytes);
    }
  }

  private void storeScalar(long address, int bytes, long value, long wide, int wideBytes) {
    try {
      storeFound(address, bytes, value);
    } catch (BusError refused) {
      throw new MemoryFault(busFault(address, bytes, Access.WRITE).within(wide, wideBytes));
    }
  }

  /** Stores where {@link #found} says, which is where an address leads. */
  private void storeFound(long address, int bytes, long value) {
    if (foundRam) {
      Scalars.set(ramBuffers, found, bytes, value);
    } else {
      writeDevice(address, found, bytes, value);
    }
  }

  // ---- compare and swap

  @Override
  public final long compareAndSwap(long address, int bytes, long expected, long value) {
    Scalars.requireWidth(bytes);
    int position = position();
    try {
      begin();
      if ((address & bytes - 1) != 0) {
        throw notAtomic(address, bytes);
      }
      requireTranslated(address, Access.WRITE, address, bytes);
      if (!foundRam) {
        throw notAtomic(address, bytes);
      }
      if (!unhooked(address)) {
        if (!pass(Access.WRITE, Access.READ, address, bytes, value & mask(bytes))) {
          throw new MemoryFault(takeFault().within(address, bytes));
        }
        if (!foundRam) {
          throw notAtomic(address, bytes);
        }
      }
      return swap(found, bytes, expected, value);
    } finally {
      end(position);
    }
  }

  private static MemoryFault notAtomic(long address, int bytes) {
    return new MemoryFault(
        new Fault(address, bytes, Access.WRITE, address, FaultReason.NOT_ATOMIC, null));
  }

  /** Narrow swaps are made on the 8 bytes around them. */
  private long swap(long at, int bytes, long expected, long value) {
    long mask = bytes == 8 ? -1L : (1L << 8 * bytes) - 1;
    int shift = (int) (at & 7) * 8;
    ByteBuffer buffer = Ram.buffer(ramBuffers, at);
    int word = Ram.index(at) & ~7;
    while (true) {
      long before = (long) Ram.WORD.getVolatile(buffer, word);
      long there = before >>> shift & mask;
      if (there != (expected & mask)) {
        return there;
      }
      long after = before & ~(mask << shift) | (value & mask) << shift;
      if (Ram.WORD.compareAndSet(buffer, word, before, after)) {
        return there;
      }
    }
  }

  // ---- bulk

  @Override
  public final @Nullable Fault read(long address, MemorySegment into, long intoBytes, long bytes) {
    Objects.checkFromIndexSize(intoBytes, bytes, into.byteSize());
    int position = position();
    try {
      begin();
      for (long done = 0; done < bytes; ) {
        long at = address + done;
        long piece = Math.min(bytes - done, Pages.BYTES - Pages.offset(at));
        if (!pass(Access.READ, Access.READ, at, piece, 0)) {
          return takeFault().within(address, bytes);
        }
        if (foundRam) {
          piece = extend(Access.READ, at, piece, bytes - done);
          MemorySegment.copy(ram, found, into, intoBytes + done, piece);
        } else {
          piece = readRegisters(at, into, intoBytes + done, piece);
          if (piece < 0) {
            return takeFault().within(address, bytes);
          }
        }
        done += piece;
        pollInside();
      }
      return null;
    } finally {
      end(position);
    }
  }

  /**
   * Reads registers from {@link #found} on, where an address leads, one by one, until a handler
   * changes what is mapped.
   *
   * @return how many were read, at least 1; less than 0 for a fault
   */
  private long readRegisters(long address, MemorySegment into, long at, long most) {
    long from = found;
    long before = quiescences;
    long done = 0;
    do {
      long value;
      try {
        value = readDevice(address + done, from + done, 1, Access.READ);
      } catch (BusError refused) {
        failWith(busFault(address + done, 1, Access.READ));
        return -1;
      }
      into.set(ValueLayout.JAVA_BYTE, at + done, (byte) value);
      done++;
    } while (done < most && unchangedSince(before));
    return done;
  }

  /** Writes registers as {@link #readRegisters} reads them. */
  private long writeRegisters(long address, MemorySegment from, long at, long most) {
    long to = found;
    long before = quiescences;
    long done = 0;
    do {
      long value = Byte.toUnsignedLong(from.get(ValueLayout.JAVA_BYTE, at + done));
      try {
        writeDevice(address + done, to + done, 1, value);
      } catch (BusError refused) {
        failWith(busFault(address + done, 1, Access.WRITE));
        return -1;
      }
      done++;
    } while (done < most && unchangedSince(before));
    return done;
  }

  /**
   * How far a copy that begins at {@link #found} can go on: over pages that are in the TLB and
   * whose frames follow each other, as far as removers are to wait.
   */
  private long extend(Access access, long address, long piece, long most) {
    long length = piece;
    while (length < most
        && length < MOST_BYTES_AT_ONCE
        && tlb.find(access.ordinal(), address + length) == found + length) {
      length += Math.min(Pages.BYTES, most - length);
    }
    return length;
  }

  @Override
  public final @Nullable Fault write(long address, MemorySegment from, long fromBytes, long bytes) {
    Objects.checkFromIndexSize(fromBytes, bytes, from.byteSize());
    int position = position();
    try {
      begin();
      for (long done = 0; done < bytes; ) {
        long at = address + done;
        long piece = Math.min(bytes - done, Pages.BYTES - Pages.offset(at));
        if (!pass(Access.WRITE, Access.WRITE, at, piece, 0)) {
          return takeFault().within(address, bytes);
        }
        if (foundRam) {
          piece = extend(Access.WRITE, at, piece, bytes - done);
          MemorySegment.copy(from, fromBytes + done, ram, found, piece);
        } else {
          piece = writeRegisters(at, from, fromBytes + done, piece);
          if (piece < 0) {
            return takeFault().within(address, bytes);
          }
        }
        done += piece;
        pollInside();
      }
      return null;
    } finally {
      end(position);
    }
  }

  @Override
  public final @Nullable Fault copy(long from, long to, long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("a range can't have " + bytes + " bytes");
    }
    boolean downwards = Long.compareUnsigned(to - from, bytes) < 0;
    int position = position();
    try {
      begin();
      for (long done = 0; done < bytes; ) {
        // Downwards, what is left is always the beginning of both ranges.
        long start = downwards ? 0 : done;
        int piece = copyPiece(from + start, to + start, bytes - done, downwards);
        if (piece == 0) {
          Fault fault = takeFault();
          return fault.within(fault.access() == Access.READ ? from : to, bytes);
        }
        done += piece;
        pollInside();
      }
      return null;
    } finally {
      end(position);
    }
  }

  /**
   * Copies as much as lies in one page on both sides, from the beginning or the end of what is
   * left.
   *
   * @return how many bytes; 0 for a fault
   */
  private int copyPiece(long from, long to, long left, boolean last) {
    long end = left - 1;
    int room =
        last
            ? 1 + Math.min(Pages.offset(from + end), Pages.offset(to + end))
            : Pages.BYTES - Math.max(Pages.offset(from), Pages.offset(to));
    int piece = (int) Math.min(left, room);
    long skip = last ? left - piece : 0;
    Piece reading = null;
    Piece writing = null;
    for (int attempt = 0; attempt < attempts(reading) + attempts(writing); attempt++) {
      if (!translate(from + skip, Access.READ)) {
        return 0;
      }
      long before = quiescences;
      long source = found;
      boolean sourceRam = foundRam;
      if (!translate(to + skip, Access.WRITE)) {
        return 0;
      }
      if (quiescences != before) {
        continue;
      }
      if (!unhooked(from + skip) || !unhooked(to + skip)) {
        if (reading == null || writing == null) {
          reading = new Piece(Access.READ, Access.READ, from + skip, piece, 0);
          writing = new Piece(Access.WRITE, Access.WRITE, to + skip, piece, 0);
        }
        PlacedHook ofReading = nextHook(reading);
        PlacedHook next = ofReading == null ? nextHook(writing) : ofReading;
        if (next != null) {
          if (!tell(next, ofReading == null ? writing : reading)) {
            return 0;
          }
          continue;
        }
      }
      if (sourceRam && foundRam) {
        MemorySegment.copy(ram, source, ram, found, piece);
        return piece;
      }
      return copyRegisters(from + skip, source, sourceRam, to + skip, piece, last);
    }
    throw new IllegalStateException(
        "the pages of a copy to 0x" + Long.toHexString(to) + " keep changing");
  }

  /**
   * Copies where at least one side is a device's: byte by byte, from the beginning or the end,
   * until a handler changes what is mapped. The target is at {@link #found}.
   *
   * <p>When reading a register changes it, the register is not read once more: its value goes where
   * the target's address leads by then.
   *
   * @return how many bytes, at least 1; 0 for a fault
   */
  private int copyRegisters(
      long from, long source, boolean sourceRam, long to, int piece, boolean last) {
    long target = found;
    boolean targetRam = foundRam;
    long before = quiescences;
    int done = 0;
    boolean unchanged = true;
    while (done < piece && unchanged) {
      int i = last ? piece - 1 - done : done;
      long value;
      try {
        value =
            sourceRam
                ? Scalars.get(ramBuffers, source + i, 1)
                : readDevice(from + i, source + i, 1, Access.READ);
      } catch (BusError refused) {
        failWith(busFault(from + i, 1, Access.READ));
        return 0;
      }
      unchanged = sourceRam || unchangedSince(before);
      if (unchanged) {
        found = target + i;
        foundRam = targetRam;
      } else if (!translate(to + i, Access.WRITE)) {
        return 0;
      }
      boolean handlerCalled = !foundRam;
      try {
        storeFound(to + i, 1, value & 0xFF);
      } catch (BusError refused) {
        failWith(busFault(to + i, 1, Access.WRITE));
        return 0;
      }
      unchanged &= !handlerCalled || unchangedSince(before);
      done++;
    }
    return done;
  }

  @Override
  public final @Nullable Fault probe(long address, long bytes, Access access) {
    if (bytes < 0) {
      throw new IllegalArgumentException("a range can't have " + bytes + " bytes");
    }
    if (bytes - 1 >>> Pages.SHIFT == 0 && hits(address, bytes, access)) {
      return null;
    }
    int position = position();
    try {
      begin();
      for (long done = 0; done < bytes; ) {
        long at = address + done;
        if (!translate(at, access)) {
          return takeFault().within(address, bytes);
        }
        done += Pages.BYTES - Pages.offset(at);
        pollInside();
      }
      return null;
    } finally {
      end(position);
    }
  }

  /** Whether an access of at most a page can be carried out without asking anybody. */
  abstract boolean hits(long address, long bytes, Access access);

  // ---- the rest

  @Override
  public final void attach(@Nullable FaultResolver lower, @Nullable FaultResolver upper) {
    attachTo(lower, upper);
  }

  @Override
  public final @Nullable FaultResolver attached() {
    return lowerNow();
  }

  @Override
  public final @Nullable FaultResolver attachedUpper() {
    return upperNow();
  }

  @Override
  public final void enter() {
    enterBracket();
  }

  @Override
  public final void exit() {
    exitBracket();
  }

  @Override
  public final void poll() {
    pollBracket();
  }

  @Override
  public final void flush() {
    flushTlb();
  }
}
