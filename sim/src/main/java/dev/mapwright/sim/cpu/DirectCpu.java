package dev.mapwright.sim.cpu;

import dev.mapwright.core.Access;
import dev.mapwright.core.Pages;
import dev.mapwright.sim.memory.DeviceMap;
import dev.mapwright.sim.memory.HostMemory;
import dev.mapwright.sim.memory.PhysicalMap;
import dev.mapwright.sim.memory.Ram;
import dev.mapwright.sim.memory.ThreadGuard;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;

/**
 * A CPU whose accesses go to RAM by the host's addresses, where native access was granted. Nothing
 * checks them but the TLB; see {@link HostMemory}, and the end of the machine in {@link Bracket}.
 *
 * <p>An array is published by its handle, which keeps nothing alive: each hit says that the CPU has
 * to be reachable to its end.
 *
 * <p><b>Which entries first.</b> A hit of a large entry that has looked among the small ones before
 * takes half as long again, and where loads wait for memory, the longer they are the fewer wait at
 * the same time. So a CPU looks first where it has hit of late. To ask which that is would cost
 * each hit a branch, and the compiler the registers around it. Nothing is asked: where the pair is,
 * and how far an entry reaches, are numbers of the CPU's ({@link #turn}), as the published handle
 * is. {@link CheckedCpu} always begins with the small ones.
 *
 * <p><b>As little as possible</b> is handed to what does not hit at once: a value that the compiler
 * has to keep for it takes a register from the loop around.
 */
// The published handles are read through VarHandles only. What throws throws before it reads
// memory.
@SuppressWarnings({"UnusedVariable", "ReachabilityFenceUsage"})
public final class DirectCpu extends SimulatedCpu {
  private static final VarHandle READ;
  private static final VarHandle WRITE;
  private static final VarHandle FETCH;
  private static final int NOTHING = HostTlbArray.NOTHING.handle(false);

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      READ = lookup.findVarHandle(DirectCpu.class, "readHandle", int.class);
      WRITE = lookup.findVarHandle(DirectCpu.class, "writeHandle", int.class);
      FETCH = lookup.findVarHandle(DirectCpu.class, "fetchHandle", int.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  /** The published arrays; written by the driver, and by removers to {@link #NOTHING}. */
  private int readHandle = NOTHING;

  private int writeHandle = NOTHING;
  private int fetchHandle = NOTHING;

  /** So many hits of the entries that are looked at second make them the first. */
  static final int SECONDS = 1 << 12;

  private static final int LARGE_BYTES = TlbArray.LARGE_BYTES;

  /** How often the second look has hit since the order changed. Driver only. */
  private int seconds;

  // What depends on which entries are looked at first; the keys are the bracket's. Driver only.

  /** By how much an address is shifted right for its pair. */
  private int firstShift = HostTlbArray.SMALL_SHIFT;

  private int secondShift = HostTlbArray.LARGE_SHIFT;

  /** The last offset in an entry at which an access of 8 bytes lies within. */
  private long firstLastOf8 = Pages.BYTES - 8;

  private long firstLastOf4 = Pages.BYTES - 4;
  private long firstLastOf2 = Pages.BYTES - 2;
  private long firstLastOf1 = Pages.BYTES - 1;

  /** How many bytes an entry covers. */
  private long secondBytes = LARGE_BYTES;

  public DirectCpu(int number, PhysicalMap map, DeviceMap devices, Ram ram, ThreadGuard guard) {
    super(number, map, devices, ram, guard, HostTlbArray.NOTHING);
  }

  @Override
  long addressOf(MemorySegment allRam) {
    return HostMemory.addressOf(allRam);
  }

  @Override
  long tableWord(long offset) {
    long word = HostMemory.get(tlb.ramAddress + offset, Long.BYTES);
    VarHandle.acquireFence();
    return word;
  }

  @Override
  long readRam(long offset, int bytes) {
    return HostMemory.get(tlb.ramAddress + offset, bytes);
  }

  @Override
  void writeRam(long offset, int bytes, long value) {
    HostMemory.set(tlb.ramAddress + offset, bytes, value);
  }

  private int handle(Access access) {
    return ((HostTlbArray) tlb.array(access)).handle(tlb.largeFirst());
  }

  @Override
  void showArrays() {
    READ.setOpaque(this, handle(Access.READ));
    WRITE.setOpaque(this, handle(Access.WRITE));
    FETCH.setOpaque(this, handle(Access.FETCH));
  }

  @Override
  void hideArrays() {
    READ.setOpaque(this, NOTHING);
    WRITE.setOpaque(this, NOTHING);
    FETCH.setOpaque(this, NOTHING);
  }

  private int shownHandle(Access access) {
    return switch (access) {
      case READ -> (int) READ.getOpaque(this);
      case WRITE -> (int) WRITE.getOpaque(this);
      case FETCH -> (int) FETCH.getOpaque(this);
    };
  }

  /** Notes that the second look has hit; before the access, which a stack that overflows ends. */
  private void foundSecond() {
    if (++seconds >= SECONDS) {
      turn();
    }
  }

  /**
   * Makes the entries the first that have been the second. Until the new order is complete, nothing
   * is published: handle and numbers have to fit each other.
   */
  void turn() {
    hideArrays();
    tlb.turn();
    seconds = 0;
    firstKey = tlb.firstKey;
    secondKey = tlb.secondKey;
    boolean large = firstShift == HostTlbArray.SMALL_SHIFT;
    firstShift = large ? HostTlbArray.LARGE_SHIFT : HostTlbArray.SMALL_SHIFT;
    secondShift = large ? HostTlbArray.SMALL_SHIFT : HostTlbArray.LARGE_SHIFT;
    long first = large ? LARGE_BYTES : Pages.BYTES;
    firstLastOf8 = first - 8;
    firstLastOf4 = first - 4;
    firstLastOf2 = first - 2;
    firstLastOf1 = first - 1;
    secondBytes = large ? Pages.BYTES : LARGE_BYTES;
    arraysChanged();
  }

  /** The last offset at which an access lies within; of a wrong width all do, and it is refused. */
  private long firstLast(int bytes) {
    return switch (bytes) {
      case 8 -> firstLastOf8;
      case 4 -> firstLastOf4;
      case 2 -> firstLastOf2;
      case 1 -> firstLastOf1;
      default -> -1;
    };
  }

  private long secondPair(long half, long address) {
    return HostTlbArray.pair(HostTlbArray.otherHalf(half), address, secondShift);
  }

  private static long smallPair(long half, long address) {
    return HostTlbArray.pair(HostTlbArray.smallHalf(half), address, HostTlbArray.SMALL_SHIFT);
  }

  private long firstOffset(long pair, long address) {
    return address - firstKey - HostTlbArray.tagAt(pair);
  }

  private long secondOffset(long pair, long address) {
    return address - secondKey - HostTlbArray.tagAt(pair);
  }

  // The compiler does not learn from a comparison how large an offset is; hence the masks, which
  // are those of large entries.

  private long read(long pair, long offset, int bytes) {
    long place = HostTlbArray.placeAt(pair);
    long value = HostMemory.get(place + (offset & LARGE_BYTES - 1), bytes);
    Reference.reachabilityFence(this);
    return value;
  }

  private void write(long pair, long offset, int bytes, long value) {
    long place = HostTlbArray.placeAt(pair);
    HostMemory.set(place + (offset & LARGE_BYTES - 1), bytes, value);
    Reference.reachabilityFence(this);
  }

  // ---- loads and fetches

  @Override
  public long load(long address, int bytes) {
    long half = HostTlbArray.at((int) READ.getOpaque(this));
    long pair = HostTlbArray.pair(half, address, firstShift);
    long offset = firstOffset(pair, address);
    return Long.compareUnsigned(offset, firstLast(bytes)) <= 0
        ? read(pair, offset, bytes)
        : loadSecond(address, bytes);
  }

  private long loadSecond(long address, int bytes) {
    long half = HostTlbArray.at((int) READ.getOpaque(this));
    long pair = secondPair(half, address);
    long offset = secondOffset(pair, address);
    return Long.compareUnsigned(offset, secondBytes - bytes) <= 0
        ? readSecond(pair, offset, bytes)
        : loadElsewhere(address, bytes, half, Access.READ);
  }

  @Override
  public long fetch(long address, int bytes) {
    long half = HostTlbArray.at((int) FETCH.getOpaque(this));
    long pair = HostTlbArray.pair(half, address, firstShift);
    long offset = firstOffset(pair, address);
    return Long.compareUnsigned(offset, firstLast(bytes)) <= 0
        ? read(pair, offset, bytes)
        : fetchSecond(address, bytes);
  }

  private long fetchSecond(long address, int bytes) {
    long half = HostTlbArray.at((int) FETCH.getOpaque(this));
    long pair = secondPair(half, address);
    long offset = secondOffset(pair, address);
    return Long.compareUnsigned(offset, secondBytes - bytes) <= 0
        ? readSecond(pair, offset, bytes)
        : loadElsewhere(address, bytes, half, Access.FETCH);
  }

  private long readSecond(long pair, long offset, int bytes) {
    foundSecond();
    return read(pair, offset, bytes);
  }

  private long loadElsewhere(long address, int bytes, long half, Access access) {
    long small = smallPair(half, address);
    return isRegister(address - tlb.key - HostTlbArray.tagAt(small), bytes)
        ? loadRegister(word(small), address, bytes, access)
        : loadSlowly(address, bytes, access);
  }

  /** The register word of a small pair that a device's page was found in. */
  private long word(long pair) {
    long word = HostTlbArray.wordAt(pair);
    Reference.reachabilityFence(this);
    return word;
  }

  // ---- stores

  @Override
  public void store(long address, int bytes, long value) {
    long half = HostTlbArray.at((int) WRITE.getOpaque(this));
    long pair = HostTlbArray.pair(half, address, firstShift);
    long offset = firstOffset(pair, address);
    if (Long.compareUnsigned(offset, firstLast(bytes)) <= 0) {
      write(pair, offset, bytes, value);
    } else {
      storeSecond(address, bytes, value);
    }
  }

  private void storeSecond(long address, int bytes, long value) {
    long half = HostTlbArray.at((int) WRITE.getOpaque(this));
    long pair = secondPair(half, address);
    long offset = secondOffset(pair, address);
    if (Long.compareUnsigned(offset, secondBytes - bytes) <= 0) {
      foundSecond();
      write(pair, offset, bytes, value);
    } else {
      storeElsewhere(address, bytes, value, half);
    }
  }

  private void storeElsewhere(long address, int bytes, long value, long half) {
    long small = smallPair(half, address);
    if (isRegister(address - tlb.key - HostTlbArray.tagAt(small), bytes)) {
      storeRegister(word(small), address, bytes, value);
    } else {
      storeSlowly(address, bytes, value);
    }
  }

  @Override
  boolean hits(long address, long bytes, Access access) {
    long half = HostTlbArray.at(shownHandle(access));
    long pair = HostTlbArray.pair(half, address, firstShift);
    long firstBytes = firstLastOf1 + 1;
    boolean hit = Long.compareUnsigned(firstOffset(pair, address), firstBytes - bytes) <= 0;
    if (!hit) {
      pair = secondPair(half, address);
      hit = Long.compareUnsigned(secondOffset(pair, address), secondBytes - bytes) <= 0;
    }
    Reference.reachabilityFence(this);
    return hit;
  }
}
