package dev.mapwright.sim.cpu;

import dev.mapwright.core.Access;
import dev.mapwright.core.Pages;
import dev.mapwright.sim.memory.DeviceMap;
import dev.mapwright.sim.memory.PhysicalMap;
import dev.mapwright.sim.memory.Ram;
import dev.mapwright.sim.memory.Scalars;
import dev.mapwright.sim.memory.ThreadGuard;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A CPU whose every access is checked by the segment of all RAM: it needs no native access. */
// The published arrays are read through their handles only.
@SuppressWarnings({"UnusedVariable", "ReferenceEquality"})
public final class CheckedCpu extends SimulatedCpu {
  private static final VarHandle READ;
  private static final VarHandle WRITE;
  private static final VarHandle FETCH;
  private static final long[] NOTHING = HeapTlbArray.NOTHING.pairs;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      READ = lookup.findVarHandle(CheckedCpu.class, "readPairs", long[].class);
      WRITE = lookup.findVarHandle(CheckedCpu.class, "writePairs", long[].class);
      FETCH = lookup.findVarHandle(CheckedCpu.class, "fetchPairs", long[].class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  /** The published arrays; written by the driver, and by removers to {@link #NOTHING}. */
  private long[] readPairs = NOTHING;

  private long[] writePairs = NOTHING;
  private long[] fetchPairs = NOTHING;

  public CheckedCpu(int number, PhysicalMap map, DeviceMap devices, Ram ram, ThreadGuard guard) {
    super(number, map, devices, ram, guard, HeapTlbArray.NOTHING);
  }

  @Override
  long addressOf(MemorySegment allRam) {
    return 0; // places are offsets
  }

  @Override
  long tableWord(long offset) {
    return (long) Ram.WORD.getAcquire(Ram.buffer(ramBuffers, offset), Ram.index(offset));
  }

  @Override
  long readRam(long offset, int bytes) {
    return Scalars.get(ram, offset, bytes);
  }

  @Override
  void writeRam(long offset, int bytes, long value) {
    Scalars.set(ram, offset, bytes, value);
  }

  private static long[] pairs(TlbArray array) {
    return ((HeapTlbArray) array).pairs;
  }

  @Override
  void showArrays() {
    READ.setOpaque(this, pairs(tlb.array(Access.READ)));
    WRITE.setOpaque(this, pairs(tlb.array(Access.WRITE)));
    FETCH.setOpaque(this, pairs(tlb.array(Access.FETCH)));
  }

  @Override
  void hideArrays() {
    READ.setOpaque(this, NOTHING);
    WRITE.setOpaque(this, NOTHING);
    FETCH.setOpaque(this, NOTHING);
  }

  private long[] shownPairs(Access access) {
    return switch (access) {
      case READ -> (long[]) READ.getOpaque(this);
      case WRITE -> (long[]) WRITE.getOpaque(this);
      case FETCH -> (long[]) FETCH.getOpaque(this);
    };
  }

  private static int small(long address) {
    return (int) address >>> HeapTlbArray.SMALL_SHIFT & HeapTlbArray.SMALL_MASK;
  }

  private static int large(long address) {
    return HeapTlbArray.LARGE_FIRST
        + ((int) address >>> HeapTlbArray.LARGE_SHIFT & HeapTlbArray.LARGE_MASK);
  }

  @Override
  public long load(long address, int bytes) {
    long[] pairs = (long[]) READ.getOpaque(this);
    int pair = small(address);
    long place = pairs[pair + 1];
    long offset = address - firstKey - pairs[pair];
    return Long.compareUnsigned(offset, Pages.BYTES - bytes) <= 0
        ? Scalars.get(ram, place + offset, bytes)
        : loadFromLarge(address, bytes, pairs);
  }

  private long loadFromLarge(long address, int bytes, long[] pairs) {
    int pair = large(address);
    long place = pairs[pair + 1];
    long offset = address - secondKey - pairs[pair];
    return Long.compareUnsigned(offset, TlbArray.LARGE_BYTES - bytes) <= 0
        ? Scalars.get(ram, place + offset, bytes)
        : loadElsewhere(address, bytes, pairs, Access.READ);
  }

  @Override
  public long fetch(long address, int bytes) {
    long[] pairs = (long[]) FETCH.getOpaque(this);
    int pair = small(address);
    long place = pairs[pair + 1];
    long offset = address - firstKey - pairs[pair];
    return Long.compareUnsigned(offset, Pages.BYTES - bytes) <= 0
        ? Scalars.get(ram, place + offset, bytes)
        : fetchFromLarge(address, bytes, pairs);
  }

  private long fetchFromLarge(long address, int bytes, long[] pairs) {
    int pair = large(address);
    long place = pairs[pair + 1];
    long offset = address - secondKey - pairs[pair];
    return Long.compareUnsigned(offset, TlbArray.LARGE_BYTES - bytes) <= 0
        ? Scalars.get(ram, place + offset, bytes)
        : loadElsewhere(address, bytes, pairs, Access.FETCH);
  }

  // The small pair is looked at once more: what a hit had to keep for it would cost each hit.

  private long loadElsewhere(long address, int bytes, long[] pairs, Access access) {
    int pair = small(address);
    return isRegister(address - firstKey - pairs[pair], bytes)
        ? loadRegister(pairs[pair + 1], address, bytes, access)
        : loadSlowly(address, bytes, access);
  }

  @Override
  public void store(long address, int bytes, long value) {
    long[] pairs = (long[]) WRITE.getOpaque(this);
    int pair = small(address);
    long place = pairs[pair + 1];
    long offset = address - firstKey - pairs[pair];
    if (Long.compareUnsigned(offset, Pages.BYTES - bytes) <= 0) {
      Scalars.set(ram, place + offset, bytes, value);
    } else {
      storeToLarge(address, bytes, value, pairs);
    }
  }

  private void storeToLarge(long address, int bytes, long value, long[] pairs) {
    int pair = large(address);
    long place = pairs[pair + 1];
    long offset = address - secondKey - pairs[pair];
    if (Long.compareUnsigned(offset, TlbArray.LARGE_BYTES - bytes) <= 0) {
      Scalars.set(ram, place + offset, bytes, value);
    } else {
      storeElsewhere(address, bytes, value, pairs);
    }
  }

  private void storeElsewhere(long address, int bytes, long value, long[] pairs) {
    int pair = small(address);
    if (isRegister(address - firstKey - pairs[pair], bytes)) {
      storeRegister(pairs[pair + 1], address, bytes, value);
    } else {
      storeSlowly(address, bytes, value);
    }
  }

  @Override
  boolean hits(long address, long bytes, Access access) {
    long[] pairs = shownPairs(access);
    long offset = address - firstKey - pairs[small(address)];
    if (Long.compareUnsigned(offset, Pages.BYTES - bytes) <= 0) {
      return true;
    }
    long largeOffset = address - secondKey - pairs[large(address)];
    return Long.compareUnsigned(largeOffset, TlbArray.LARGE_BYTES - bytes) <= 0;
  }
}
