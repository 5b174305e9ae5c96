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
 * the same time. So a CPU looks first where it has hit of late. An entry of either kind is right as
 * long as it is there, so this decides about nothing but time. {@link CheckedCpu} always begins
 * with the small ones: asking would take it longer than it saves.
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
  private static final int NOTHING = HostTlbArray.NOTHING.handle();

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

  /** Not 0 when large entries are looked at before small ones. Driver only. */
  int largeFirst;

  /** How often the second look has hit since the order changed. Driver only. */
  private int seconds;

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

  private static int handle(TlbArray array) {
    return ((HostTlbArray) array).handle();
  }

  @Override
  void showArrays() {
    READ.setOpaque(this, handle(tlb.array(Access.READ)));
    WRITE.setOpaque(this, handle(tlb.array(Access.WRITE)));
    FETCH.setOpaque(this, handle(tlb.array(Access.FETCH)));
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

  /** Notes that the second look has hit. */
  private void foundSecond() {
    if (++seconds == SECONDS) {
      seconds = 0;
      largeFirst ^= 1;
    }
  }

  private static long small(long array, long address) {
    return array + (address >>> HostTlbArray.SMALL_SHIFT & HostTlbArray.SMALL_MASK);
  }

  private static long large(long array, long address) {
    return array
        + HostTlbArray.LARGE_FIRST
        + (address >>> HostTlbArray.LARGE_SHIFT & HostTlbArray.LARGE_MASK);
  }

  private long smallOffset(long pair, long address) {
    return address - key - HostTlbArray.tagAt(pair);
  }

  private long largeOffset(long pair, long address) {
    return address - largeKey - HostTlbArray.tagAt(pair);
  }

  private static boolean inPage(long offset, long bytes) {
    return Long.compareUnsigned(offset, Pages.BYTES - bytes) <= 0;
  }

  private static boolean inLarge(long offset, long bytes) {
    return Long.compareUnsigned(offset, TlbArray.LARGE_BYTES - bytes) <= 0;
  }

  // The compiler does not learn from a comparison how large an offset is; hence the masks.

  private long readPage(long pair, long offset, int bytes) {
    long place = HostTlbArray.placeAt(pair);
    long value = HostMemory.get(place + (offset & Pages.BYTES - 1), bytes);
    Reference.reachabilityFence(this);
    return value;
  }

  private long readLarge(long pair, long offset, int bytes) {
    long place = HostTlbArray.placeAt(pair);
    long value = HostMemory.get(place + (offset & TlbArray.LARGE_BYTES - 1), bytes);
    Reference.reachabilityFence(this);
    return value;
  }

  private void writePage(long pair, long offset, int bytes, long value) {
    long place = HostTlbArray.placeAt(pair);
    HostMemory.set(place + (offset & Pages.BYTES - 1), bytes, value);
    Reference.reachabilityFence(this);
  }

  private void writeLarge(long pair, long offset, int bytes, long value) {
    long place = HostTlbArray.placeAt(pair);
    HostMemory.set(place + (offset & TlbArray.LARGE_BYTES - 1), bytes, value);
    Reference.reachabilityFence(this);
  }

  // ---- loads and fetches

  @Override
  public long load(long address, int bytes) {
    long array = HostTlbArray.at((int) READ.getOpaque(this));
    if (largeFirst != 0) {
      return loadLargeFirst(address, bytes, array);
    }
    long pair = small(array, address);
    long offset = smallOffset(pair, address);
    return inPage(offset, bytes)
        ? readPage(pair, offset, bytes)
        : loadLargeSecond(address, bytes, pair);
  }

  private long loadLargeSecond(long address, int bytes, long small) {
    long pair = large(HostTlbArray.ofSmall(small), address);
    long offset = largeOffset(pair, address);
    return inLarge(offset, bytes)
        ? readLargeSecond(pair, offset, bytes)
        : loadElsewhere(address, bytes, small, Access.READ);
  }

  private long loadLargeFirst(long address, int bytes, long array) {
    long pair = large(array, address);
    long offset = largeOffset(pair, address);
    return inLarge(offset, bytes)
        ? readLarge(pair, offset, bytes)
        : loadSmallSecond(address, bytes, array);
  }

  private long loadSmallSecond(long address, int bytes, long array) {
    long pair = small(array, address);
    long offset = smallOffset(pair, address);
    return inPage(offset, bytes)
        ? readPageSecond(pair, offset, bytes)
        : loadElsewhere(address, bytes, pair, Access.READ);
  }

  @Override
  public long fetch(long address, int bytes) {
    long array = HostTlbArray.at((int) FETCH.getOpaque(this));
    if (largeFirst != 0) {
      return fetchLargeFirst(address, bytes, array);
    }
    long pair = small(array, address);
    long offset = smallOffset(pair, address);
    return inPage(offset, bytes)
        ? readPage(pair, offset, bytes)
        : fetchLargeSecond(address, bytes, pair);
  }

  private long fetchLargeSecond(long address, int bytes, long small) {
    long pair = large(HostTlbArray.ofSmall(small), address);
    long offset = largeOffset(pair, address);
    return inLarge(offset, bytes)
        ? readLargeSecond(pair, offset, bytes)
        : loadElsewhere(address, bytes, small, Access.FETCH);
  }

  private long fetchLargeFirst(long address, int bytes, long array) {
    long pair = large(array, address);
    long offset = largeOffset(pair, address);
    return inLarge(offset, bytes)
        ? readLarge(pair, offset, bytes)
        : fetchSmallSecond(address, bytes, array);
  }

  private long fetchSmallSecond(long address, int bytes, long array) {
    long pair = small(array, address);
    long offset = smallOffset(pair, address);
    return inPage(offset, bytes)
        ? readPageSecond(pair, offset, bytes)
        : loadElsewhere(address, bytes, pair, Access.FETCH);
  }

  private long readPageSecond(long pair, long offset, int bytes) {
    foundSecond();
    return readPage(pair, offset, bytes);
  }

  private long readLargeSecond(long pair, long offset, int bytes) {
    foundSecond();
    return readLarge(pair, offset, bytes);
  }

  private long loadElsewhere(long address, int bytes, long small, Access access) {
    return isRegister(smallOffset(small, address), bytes)
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
    long array = HostTlbArray.at((int) WRITE.getOpaque(this));
    if (largeFirst != 0) {
      storeLargeFirst(address, bytes, value, array);
      return;
    }
    long pair = small(array, address);
    long offset = smallOffset(pair, address);
    if (inPage(offset, bytes)) {
      writePage(pair, offset, bytes, value);
    } else {
      storeLargeSecond(address, bytes, value, pair);
    }
  }

  private void storeLargeSecond(long address, int bytes, long value, long small) {
    long pair = large(HostTlbArray.ofSmall(small), address);
    long offset = largeOffset(pair, address);
    if (inLarge(offset, bytes)) {
      foundSecond();
      writeLarge(pair, offset, bytes, value);
    } else {
      storeElsewhere(address, bytes, value, small);
    }
  }

  private void storeLargeFirst(long address, int bytes, long value, long array) {
    long pair = large(array, address);
    long offset = largeOffset(pair, address);
    if (inLarge(offset, bytes)) {
      writeLarge(pair, offset, bytes, value);
    } else {
      storeSmallSecond(address, bytes, value, array);
    }
  }

  private void storeSmallSecond(long address, int bytes, long value, long array) {
    long pair = small(array, address);
    long offset = smallOffset(pair, address);
    if (inPage(offset, bytes)) {
      foundSecond();
      writePage(pair, offset, bytes, value);
    } else {
      storeElsewhere(address, bytes, value, pair);
    }
  }

  private void storeElsewhere(long address, int bytes, long value, long small) {
    if (isRegister(smallOffset(small, address), bytes)) {
      storeRegister(word(small), address, bytes, value);
    } else {
      storeSlowly(address, bytes, value);
    }
  }

  @Override
  boolean hits(long address, long bytes, Access access) {
    long array = HostTlbArray.at(shownHandle(access));
    boolean hit =
        inPage(smallOffset(small(array, address), address), bytes)
            || inLarge(largeOffset(large(array, address), address), bytes);
    Reference.reachabilityFence(this);
    return hit;
  }
}
