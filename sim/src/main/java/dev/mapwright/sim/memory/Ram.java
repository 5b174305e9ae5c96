package dev.mapwright.sim.memory;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.PhysicalMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The contents of RAM: one segment over a sparse file, in which a physical address is its own
 * offset. Holes between ranges of RAM are holes of the file and cost nothing.
 *
 * <p>A block of 64 frames is <em>materialised</em> before one of its frames is handed out or
 * written: the file then has room for it, and touching it can't fail. Reading a frame of a block
 * that is not materialised gives zeros without touching the file.
 *
 * <p>{@link #materialised} is written under the lock of this object and read without it; a bit,
 * once set, stays. {@link #segment} is set once, before the first bit.
 */
public final class Ram implements PhysicalMemory, AutoCloseable {
  /**
   * Words of 8 aligned bytes, little-endian, with the atomic access modes; of {@link #buffers}. The
   * handles of memory layouts do the same, but making the first one costs a process several
   * milliseconds.
   */
  public static final VarHandle WORD =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int BUFFER_LOG2_BYTES = 30;
  private static final MemorySegment ZEROS = MemorySegment.ofArray(new byte[Pages.BYTES]);
  private static final VarHandle BITS = MethodHandles.arrayElementVarHandle(long[].class);
  private static final int BLOCK_LOG2_FRAMES = 6;
  private static final int BLOCK_BYTES = Pages.BYTES << BLOCK_LOG2_FRAMES;

  private final PhysicalMap map;
  private final long bytes;

  @GuardedBy("this")
  private final RamFile file;

  @GuardedBy("this")
  private final Arena arena = Arena.ofShared();

  /** The first frame of the range where most frames are, and how many it has. */
  private final long mostFirst;

  private final long mostFrames;

  /** A bit for each block; null until the first is materialised. */
  private volatile long @Nullable [] materialised;

  /** The whole of RAM; a segment of nothing until the first block is materialised. */
  private volatile MemorySegment segment = MemorySegment.NULL;

  /** The same as {@link #segment}, GiB by GiB; set just before it. */
  private volatile ByteBuffer[] buffers = {};

  /** Set before anything is given back: what begins afterwards is told so, and takes nothing. */
  private volatile boolean closed;

  Ram(PhysicalMap map, RamFile file) {
    this.map = map;
    mostFirst = map.largest().firstPfn();
    mostFrames = map.largest().pages();
    this.file = file;
    bytes = map.ramEndPfn() << Pages.SHIFT;
  }

  /** RAM in a file of its own in a folder; null chooses the folder. */
  public Ram(PhysicalMap map, java.nio.file.@Nullable Path folder) {
    this(map, new SparseRamFile(folder));
  }

  /** All of RAM, for accesses to frames that are materialised. */
  public MemorySegment segment() {
    return segment;
  }

  /**
   * All of RAM as little-endian buffers of a GiB, for {@link #WORD} and for accesses that are not
   * worth more; callers do not write to the array.
   */
  public ByteBuffer[] buffers() {
    return buffers;
  }

  /** The buffer that holds an address. */
  public static ByteBuffer buffer(ByteBuffer[] buffers, long address) {
    return buffers[(int) (address >>> BUFFER_LOG2_BYTES)];
  }

  /** Where in its buffer an address is. */
  public static int index(long address) {
    return (int) address & (1 << BUFFER_LOG2_BYTES) - 1;
  }

  private static ByteBuffer[] cut(MemorySegment whole) {
    long last = whole.byteSize() - 1 >>> BUFFER_LOG2_BYTES;
    ByteBuffer[] made = new ByteBuffer[(int) last + 1];
    for (int i = 0; i < made.length; i++) {
      long start = (long) i << BUFFER_LOG2_BYTES;
      long length = Math.min(1L << BUFFER_LOG2_BYTES, whole.byteSize() - start);
      made[i] = whole.asSlice(start, length).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }
    return made;
  }

  /** Whether a pfn is a frame of RAM. */
  public boolean isRam(long pfn) {
    return map.isRam(pfn);
  }

  /** Whether a frame of RAM can be touched without taking room. */
  public boolean isMaterialised(long pfn) {
    long[] bits = materialised;
    long block = pfn >>> BLOCK_LOG2_FRAMES;
    return bits != null && ((long) BITS.getAcquire(bits, (int) (block >>> 6)) >>> block & 1) != 0;
  }

  /** Whether a pfn is a frame of RAM that can be touched without taking room. */
  public boolean isTouchableRam(long pfn) {
    if (Long.compareUnsigned(pfn - mostFirst, mostFrames) >= 0 && !map.isRam(pfn)) {
      return false;
    }
    return isMaterialised(pfn);
  }

  /**
   * Makes a frame of RAM touchable.
   *
   * @return false when there is no room for it
   * @throws IllegalStateException when the machine was closed
   */
  public boolean materialise(long pfn) {
    requireOpen();
    return isMaterialised(pfn) || materialiseBlock(pfn >>> BLOCK_LOG2_FRAMES);
  }

  /** Makes adjacent frames touchable; false when there is no room for one of them. */
  boolean materialise(long pfn, long pages) {
    long last = pfn + pages - 1;
    for (long at = pfn; at <= last; at = (at | (1 << BLOCK_LOG2_FRAMES) - 1) + 1) {
      if (!materialise(at)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Nothing is handed out of a closed machine, also where its memory need not be touched for it.
   *
   * @throws IllegalStateException when the machine was closed
   */
  void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the machine was closed");
    }
  }

  private synchronized boolean materialiseBlock(long block) {
    requireOpen();
    try {
      long[] bits = materialised;
      if (bits == null) {
        bits = new long[(int) ((bytes - 1 >>> Pages.SHIFT + BLOCK_LOG2_FRAMES) / 64) + 1];
        MemorySegment whole = file.open(bytes, arena);
        buffers = cut(whole);
        segment = whole;
        materialised = bits;
      }
      int word = (int) (block >>> 6);
      if ((bits[word] >>> block & 1) == 0) {
        long offset = block * BLOCK_BYTES;
        file.materialise(offset, (int) Math.min(BLOCK_BYTES, bytes - offset));
        BITS.setRelease(bits, word, bits[word] | 1L << block);
      }
      return true;
    } catch (IOException noRoom) {
      return false;
    }
  }

  /** Checks that a frame is RAM; true when it can be touched. */
  private boolean readable(long pfn) {
    requireOpen();
    if (!map.isRam(pfn)) {
      throw new IllegalArgumentException("pfn 0x" + Long.toHexString(pfn) + " is not RAM");
    }
    return isMaterialised(pfn);
  }

  private void requireWritable(long pfn) {
    if (!readable(pfn) && !materialise(pfn)) {
      throw new UncheckedIOException(
          new IOException("no room left for the contents of pfn 0x" + Long.toHexString(pfn)));
    }
  }

  @Override
  public long readLong(long physicalAddress) {
    return readable(Pages.of(physicalAddress))
        ? (long) WORD.getOpaque(buffer(buffers, physicalAddress), index(physicalAddress))
        : 0;
  }

  @Override
  public void writeLong(long physicalAddress, long value) {
    requireWritable(Pages.of(physicalAddress));
    WORD.setOpaque(buffer(buffers, physicalAddress), index(physicalAddress), value);
  }

  @Override
  public void copyFrame(long fromPfn, long toPfn) {
    requireWritable(toPfn);
    if (readable(fromPfn)) {
      MemorySegment all = segment;
      MemorySegment.copy(all, fromPfn << Pages.SHIFT, all, toPfn << Pages.SHIFT, Pages.BYTES);
    } else {
      zeroFrame(toPfn);
    }
  }

  @Override
  public void zeroFrame(long pfn) {
    if (readable(pfn)) {
      // Filling takes a segment of its own, which the compiler does not always do away with.
      MemorySegment.copy(ZEROS, 0, segment, pfn << Pages.SHIFT, Pages.BYTES);
    }
  }

  @Override
  public void read(long pfn, int offsetBytes, MemorySegment into, long intoBytes, int bytes) {
    Objects.checkFromIndexSize(offsetBytes, bytes, Pages.BYTES);
    if (readable(pfn)) {
      MemorySegment.copy(segment, (pfn << Pages.SHIFT) + offsetBytes, into, intoBytes, bytes);
    } else {
      into.asSlice(intoBytes, bytes).fill((byte) 0);
    }
  }

  @Override
  public void write(long pfn, int offsetBytes, MemorySegment from, long fromBytes, int bytes) {
    Objects.checkFromIndexSize(offsetBytes, bytes, Pages.BYTES);
    requireWritable(pfn);
    MemorySegment.copy(from, fromBytes, segment, (pfn << Pages.SHIFT) + offsetBytes, bytes);
  }

  @Override
  public MemorySegment segment(long pfn, long pages, boolean writable) {
    for (long i = 0; i < pages; i++) {
      requireWritable(pfn + i);
    }
    MemorySegment view = segment.asSlice(pfn << Pages.SHIFT, pages << Pages.SHIFT);
    return writable ? view : view.asReadOnly();
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (arena.scope().isAlive()) {
      arena.close();
      file.close();
    }
  }
}
