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

  private static long small(long array, long address) {
    return array + (address >>> HostTlbArray.SMALL_SHIFT & HostTlbArray.SMALL_MASK);
  }

  private static long large(long array, long address) {
    return array
        + HostTlbArray.LARGE_FIRST
        + (address >>> HostTlbArray.LARGE_SHIFT & HostTlbArray.LARGE_MASK);
  }

  // The compiler does not learn from a comparison how large an offset is; hence the masks.

  @Override
  public long load(long address, int bytes) {
    long array = HostTlbArray.at((int) READ.getOpaque(this));
    long pair = small(array, address);
    long offset = address - key - HostTlbArray.tagAt(pair);
    if (Long.compareUnsigned(offset, Pages.BYTES - bytes) > 0) {
      return loadElsewhere(address, bytes);
    }
    long place = HostTlbArray.placeAt(pair);
    long value = HostMemory.get(place + (offset & Pages.BYTES - 1), bytes);
    Reference.reachabilityFence(this);
    return value;
  }

  @Override
  public long fetch(long address, int bytes) {
    long array = HostTlbArray.at((int) FETCH.getOpaque(this));
    long pair = small(array, address);
    long offset = address - key - HostTlbArray.tagAt(pair);
    if (Long.compareUnsigned(offset, Pages.BYTES - bytes) > 0) {
      return fetchElsewhere(address, bytes);
    }
    long place = HostTlbArray.placeAt(pair);
    long value = HostMemory.get(place + (offset & Pages.BYTES - 1), bytes);
    Reference.reachabilityFence(this);
    return value;
  }

  // What is no small entry of memory looks at the pair once more: what a hit had to keep for it
  // would cost each hit. A CPU that has met no device yet goes to the large entries at once.

  private long loadElsewhere(long address, int bytes) {
    if (!registersCached) {
      return loadFromLarge(address, bytes);
    }
    long pair = small(HostTlbArray.at((int) READ.getOpaque(this)), address);
    return isRegister(address - key - HostTlbArray.tagAt(pair), bytes)
        ? loadRegister(word(pair), address, bytes, Access.READ)
        : loadFromLarge(address, bytes);
  }

  private long fetchElsewhere(long address, int bytes) {
    if (!registersCached) {
      return fetchFromLarge(address, bytes);
    }
    long pair = small(HostTlbArray.at((int) FETCH.getOpaque(this)), address);
    return isRegister(address - key - HostTlbArray.tagAt(pair), bytes)
        ? loadRegister(word(pair), address, bytes, Access.FETCH)
        : fetchFromLarge(address, bytes);
  }

  private void storeElsewhere(long address, int bytes, long value) {
    if (!registersCached) {
      storeToLarge(address, bytes, value);
      return;
    }
    long pair = small(HostTlbArray.at((int) WRITE.getOpaque(this)), address);
    if (isRegister(address - key - HostTlbArray.tagAt(pair), bytes)) {
      storeRegister(word(pair), address, bytes, value);
    } else {
      storeToLarge(address, bytes, value);
    }
  }

  /** The register word of a small pair that a device's page was found in. */
  private long word(long pair) {
    long word = HostTlbArray.wordAt(pair);
    Reference.reachabilityFence(this);
    return word;
  }

  private long loadFromLarge(long address, int bytes) {
    long pair = large(HostTlbArray.at((int) READ.getOpaque(this)), address);
    long offset = address - largeKey - HostTlbArray.tagAt(pair);
    if (Long.compareUnsigned(offset, TlbArray.LARGE_BYTES - bytes) > 0) {
      return loadSlowly(address, bytes, Access.READ);
    }
    long place = HostTlbArray.placeAt(pair);
    long value = HostMemory.get(place + (offset & TlbArray.LARGE_BYTES - 1), bytes);
    Reference.reachabilityFence(this);
    return value;
  }

  private long fetchFromLarge(long address, int bytes) {
    long pair = large(HostTlbArray.at((int) FETCH.getOpaque(this)), address);
    long offset = address - largeKey - HostTlbArray.tagAt(pair);
    if (Long.compareUnsigned(offset, TlbArray.LARGE_BYTES - bytes) > 0) {
      return loadSlowly(address, bytes, Access.FETCH);
    }
    long place = HostTlbArray.placeAt(pair);
    long value = HostMemory.get(place + (offset & TlbArray.LARGE_BYTES - 1), bytes);
    Reference.reachabilityFence(this);
    return value;
  }

  @Override
  public void store(long address, int bytes, long value) {
    long array = HostTlbArray.at((int) WRITE.getOpaque(this));
    long pair = small(array, address);
    long offset = address - key - HostTlbArray.tagAt(pair);
    if (Long.compareUnsigned(offset, Pages.BYTES - bytes) > 0) {
      storeElsewhere(address, bytes, value);
      return;
    }
    long place = HostTlbArray.placeAt(pair);
    HostMemory.set(place + (offset & Pages.BYTES - 1), bytes, value);
    Reference.reachabilityFence(this);
  }

  private void storeToLarge(long address, int bytes, long value) {
    long pair = large(HostTlbArray.at((int) WRITE.getOpaque(this)), address);
    long offset = address - largeKey - HostTlbArray.tagAt(pair);
    if (Long.compareUnsigned(offset, TlbArray.LARGE_BYTES - bytes) > 0) {
      storeSlowly(address, bytes, value);
      return;
    }
    long place = HostTlbArray.placeAt(pair);
    HostMemory.set(place + (offset & TlbArray.LARGE_BYTES - 1), bytes, value);
    Reference.reachabilityFence(this);
  }

  @Override
  boolean hits(long address, long bytes, Access access) {
    long array = HostTlbArray.at(shownHandle(access));
    long offset = address - key - HostTlbArray.tagAt(small(array, address));
    boolean hit = Long.compareUnsigned(offset, Pages.BYTES - bytes) <= 0;
    if (!hit) {
      offset = address - largeKey - HostTlbArray.tagAt(large(array, address));
      hit = Long.compareUnsigned(offset, TlbArray.LARGE_BYTES - bytes) <= 0;
    }
    Reference.reachabilityFence(this);
    return hit;
  }
}
