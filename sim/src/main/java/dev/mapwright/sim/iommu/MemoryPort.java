package dev.mapwright.sim.iommu;

import dev.mapwright.core.Access;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.core.machine.DmaPort;
import dev.mapwright.sim.memory.PhysicalMap;
import dev.mapwright.sim.memory.Ram;
import dev.mapwright.sim.memory.Scalars;
import dev.mapwright.sim.memory.ThreadGuard;
import dev.mapwright.sim.quiescence.Quiescent;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A device's port to memory: the accesses. How an address is translated is the subclass's.
 *
 * <p>An access is inside, as {@link Quiescent} calls it, from its beginning to its end, and all the
 * time in a bracket; nothing that is not ours is called in there, and before each page the port
 * looks for mail. Listeners are told of a fault when it is outside again, in a bracket, too: so
 * they may use the port, and throw.
 *
 * <p><b>The published array.</b> In a bracket the array of what is remembered of pages is published
 * before the port goes inside, and a word looks there first, with no other question asked; what is
 * not found, or not allowed, goes the other way, which is right for everything. Each access reads
 * the reference anew. Going outside withdraws the array, and so does a remover after he has said
 * that there is mail. So the port finds out: its next access reads either an empty array, or that
 * there is mail. An array that was published before going inside can't hide that: if it came after
 * the remover's withdrawal, then the mail was announced and fenced before it, and the look for mail
 * that ends going inside sees it. Nothing is published while nothing may be used without a further
 * look ({@link #remembered}).
 *
 * <p>All other fields belong to the thread that drives the port.
 */
// Threads are compared by identity; one field is read through its handle only.
@SuppressWarnings({"ReferenceEquality", "UnusedVariable"})
abstract class MemoryPort extends Quiescent implements DmaPort {
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

  private static final VarHandle PUBLISHED;
  private static final int SLOT_MASK = (2 << Iotlb.LOG2_PAGES) - 2;
  private static final long PAGE_MASK = -1L << Pages.SHIFT;

  static {
    try {
      PUBLISHED = MethodHandles.lookup().findVarHandle(MemoryPort.class, "published", long[].class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
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

  /** What a word may be found in without a further look; written by removers to nothing. */
  private long[] published = Iotlb.NOTHING;

  /** The generation of its tags that count. */
  long generation;

  /** Whether it has ended. */
  private boolean closed;

  /** Whose bracket is open; null for none, and while it is suspended. */
  private @Nullable Thread bracket;

  /** Whether listeners are told of an access. */
  private boolean telling;

  /** The same as {@link #ram} in pieces; see {@link Ram#buffers}. */
  private ByteBuffer[] buffers = {};

  /** The physical address that the last {@link #translate} found, in RAM. */
  long found;

  /** Of a word across pages: where its second part is. */
  private long foundNext;

  /**
   * How often what was translated before may have been forgotten: raised with each mail, and
   * whenever something was done that may block.
   */
  long forgettings;

  /**
   * The frame that the access reached by a translation that no longer stands, the first of them; -1
   * for none.
   */
  long stalePfn = -1;

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
      Thread owner = bracket;
      if (owner != null) {
        requireOwn(owner);
        suspend();
      }
      closed = true;
      leave();
    }
  }

  // ---- brackets

  @Override
  public final void enter() {
    requireNotTelling();
    requireOpen();
    if (bracket != null) {
      throw new IllegalStateException("brackets of a port do not nest");
    }
    guard.check();
    open(Thread.currentThread());
  }

  @Override
  public final void exit() {
    requireNotTelling();
    Thread owner = bracket;
    if (owner == null) {
      throw new IllegalStateException("the port is in no bracket");
    }
    requireOwn(owner);
    suspend();
  }

  @Override
  public final void poll() {
    Thread owner = bracket;
    if (owner != null) {
      requireOwn(owner);
      if (anythingPending()) {
        emptyMail();
      }
    }
  }

  private void open(Thread owner) {
    bracket = owner;
    publish();
    if (concurrent) {
      driveFromHere();
      if (enterInside()) {
        emptyMail();
      }
    }
  }

  private void suspend() {
    bracket = null;
    withdraw();
    if (concurrent) {
      leaveInside();
    }
  }

  /** Publishes what is remembered, if a bracket is open. */
  final void publish() {
    if (bracket != null) {
      PUBLISHED.setOpaque(this, remembered());
    }
  }

  final void withdraw() {
    PUBLISHED.setOpaque(this, Iotlb.NOTHING);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this port was closed");
    }
  }

  private void requireNotTelling() {
    if (telling) {
      throw new IllegalStateException(
          "a listener can't begin or end a bracket of the port that it is told of");
    }
  }

  private static void requireOwn(Thread owner) {
    if (owner != Thread.currentThread()) {
      throw new IllegalStateException("a bracket is open, and belongs to another thread");
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

  /**
   * The array of what is remembered of pages, as far as it may be used by whoever is inside; {@link
   * Iotlb#NOTHING} when another look is needed before.
   */
  abstract long[] remembered();

  /** Before something is remembered: a word that is found there asks no more where RAM is. */
  final void knowRam() {
    ram();
  }

  abstract void emptyMail();

  abstract DmaFault faultOf(long address, Access access, VtdReason reason);

  /** Tells the listeners. */
  abstract void tell(DmaFault fault);

  /** Tells the watchers that the access used a translation that no longer stands. */
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
    refusal = null;
    Thread owner = bracket;
    if (owner != null) {
      requireOwn(owner);
      return;
    }
    requireOpen();
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
    if (concurrent && bracket == null) {
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
    VtdReason reason = refusal;
    if (reason == null && stalePfn < 0) {
      return null;
    }
    Thread owner = bracket;
    if (owner != null) {
      suspend();
    }
    boolean told = telling;
    telling = true;
    try {
      return tellOf(address, access, reason);
    } finally {
      telling = told;
      if (owner != null && !closed) {
        open(owner);
      }
    }
  }

  private @Nullable DmaFault tellOf(long address, Access access, @Nullable VtdReason reason) {
    if (stalePfn >= 0) {
      tellStale(access);
    }
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

  // ---- words

  @Override
  public final @Nullable DmaFault load(long address, int bytes, long[] value) {
    long[] pairs = (long[]) PUBLISHED.getOpaque(this);
    int slot = (int) (address >>> Pages.SHIFT - 1) & SLOT_MASK;
    long word = pairs[slot + 1];
    if (pairs[slot] == (address + (bytes - 1) & PAGE_MASK | generation)
        && (word & Permissions.READ) != 0) {
      value[0] = Scalars.get(ram, at(word, address), bytes);
      return null;
    }
    return loadSlowly(address, bytes, value);
  }

  /** Where an address is whose page is remembered. */
  private static long at(long word, long address) {
    return word >>> Iotlb.PFN_SHIFT << Pages.SHIFT | address & ~PAGE_MASK;
  }

  private @Nullable DmaFault loadSlowly(long address, int bytes, long[] value) {
    Scalars.requireWidth(bytes);
    Objects.checkIndex(0, value.length);
    int reached;
    begin();
    try {
      reached = translateWord(address, bytes, Permissions.READ);
      if (reached == bytes) {
        int low = (int) piece(address, bytes);
        value[0] = low == bytes ? Scalars.get(ram(), found, bytes) : getAcross(low, bytes);
      }
    } finally {
      end();
    }
    return ended(address + reached, Access.READ);
  }

  @Override
  public final @Nullable DmaFault store(long address, int bytes, long value) {
    long[] pairs = (long[]) PUBLISHED.getOpaque(this);
    int slot = (int) (address >>> Pages.SHIFT - 1) & SLOT_MASK;
    long word = pairs[slot + 1];
    if (pairs[slot] == (address + (bytes - 1) & PAGE_MASK | generation)
        && (word & Permissions.WRITE) != 0) {
      Scalars.set(ram, at(word, address), bytes, value);
      return null;
    }
    return storeSlowly(address, bytes, value);
  }

  private @Nullable DmaFault storeSlowly(long address, int bytes, long value) {
    Scalars.requireWidth(bytes);
    int reached;
    begin();
    try {
      reached = translateWord(address, bytes, Permissions.WRITE);
      if (reached == bytes) {
        int low = (int) piece(address, bytes);
        if (low == bytes) {
          Scalars.set(ram(), found, bytes, value);
        } else {
          setAcross(low, bytes, value);
        }
      }
    } finally {
      end();
    }
    return ended(address + reached, Access.WRITE);
  }

  /**
   * Translates the one or two pages of a word, both before anything is done.
   *
   * @return {@code bytes} when {@link #found} and {@link #foundNext} say where it is; otherwise how
   *     many bytes lie before the one that was refused
   */
  private int translateWord(long address, int bytes, int permission) {
    int low = (int) piece(address, bytes);
    while (true) {
      if (!translate(address, permission)) {
        return 0;
      }
      if (low == bytes) {
        return bytes;
      }
      long first = found;
      long before = forgettings;
      if (!translate(address + low, permission)) {
        stalePfn = -1; // nothing was reached by it
        return low;
      }
      if (forgettings == before) {
        foundNext = found;
        found = first;
        return bytes;
      }
      stalePfn = -1;
    }
  }

  private long getAcross(int low, int bytes) {
    MemorySegment all = ram();
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      long at = i < low ? found + i : foundNext + (i - low);
      value |= Scalars.get(all, at, 1) << 8 * i;
    }
    return value;
  }

  private void setAcross(int low, int bytes, long value) {
    MemorySegment all = ram();
    for (int i = 0; i < bytes; i++) {
      Scalars.set(all, i < low ? found + i : foundNext + (i - low), 1, value >>> 8 * i);
    }
  }

  // ---- buffers

  @Override
  public final @Nullable DmaFault read(
      long address, MemorySegment into, long intoBytes, long bytes) {
    Objects.checkFromIndexSize(intoBytes, bytes, into.byteSize());
    return bytes == 8 && (address & 7) == 0
        ? readWord(address, into, intoBytes)
        : readPieces(address, into, intoBytes, bytes);
  }

  /** An aligned word, by itself because it is short enough to be compiled into its caller. */
  private @Nullable DmaFault readWord(long address, MemorySegment into, long intoBytes) {
    boolean done;
    begin();
    try {
      done = translate(address, Permissions.READ);
      if (done) {
        into.set(LONG, intoBytes, buffer().getLong(Ram.index(found)));
      }
    } finally {
      end();
    }
    return done && stalePfn < 0 ? null : ended(address, Access.READ);
  }

  private @Nullable DmaFault readPieces(
      long address, MemorySegment into, long intoBytes, long bytes) {
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
    return bytes == 8 && (address & 7) == 0
        ? writeWord(address, from, fromBytes)
        : writePieces(address, from, fromBytes, bytes);
  }

  private @Nullable DmaFault writeWord(long address, MemorySegment from, long fromBytes) {
    boolean done;
    begin();
    try {
      done = translate(address, Permissions.WRITE);
      if (done) {
        buffer().putLong(Ram.index(found), from.get(LONG, fromBytes));
      }
    } finally {
      end();
    }
    return done && stalePfn < 0 ? null : ended(address, Access.WRITE);
  }

  private @Nullable DmaFault writePieces(
      long address, MemorySegment from, long fromBytes, long bytes) {
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
    ByteBuffer[] all = buffers;
    if (all.length == 0) {
      all = allRam.buffers();
      buffers = all;
    }
    return Ram.buffer(all, found);
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
