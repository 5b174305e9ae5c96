package dev.mapwright.proof.lines;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Pairs of pieces of code, one of each kind of write: which lines do both write? Loaded by {@link
 * WritesLoader}.
 */
public final class Samples implements Function<String, List<SharedLines.Line>> {
  private static final VarHandle FIELD;
  private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);
  private static final VarHandle BUFFER =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle();

  static {
    try {
      FIELD = MethodHandles.lookup().findVarHandle(Samples.class, "field", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static long ofClass;

  private long field;
  private final long[] longs = new long[64];
  private final byte[] bytes = new byte[256];
  private final Object[] references = new Object[64];
  private final AtomicLong atomic = new AtomicLong();
  private final ReentrantLock lock = new ReentrantLock();
  private final Object monitor = new Object();
  private final List<Integer> list = new ArrayList<>(List.of(1));
  private final MemorySegment memory = Arena.global().allocate(4096, 64);
  private final ByteBuffer buffer = memory.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  private final Map<String, Runnable[]> pairs = new TreeMap<>();

  /** Makes them for {@link WritesLoader}. */
  public Samples() {
    both("a field", () -> field = 1, () -> field = 2);
    both("a field of a class", () -> ofClass = 1, () -> ofClass = 2);
    both("a field by a handle", () -> field = 1, () -> FIELD.setRelease(this, 2L));
    both("an exchange that fails", () -> field = 1, () -> FIELD.compareAndSet(this, 7L, 8L));
    both("a synchronized method", this::exclude, this::exclude);
    both("a monitor", () -> excludeBy(monitor), () -> excludeBy(monitor));
    both("a lock", this::underLock, this::underLock);
    both("an atomic", () -> atomic.set(1), () -> atomic.addAndGet(1));
    both("a list", () -> list.set(0, 1), () -> list.set(0, 2));
    both("longs 56 bytes apart", () -> longs[0] = 1, () -> longs[7] = 1);
    both("longs 64 bytes apart", () -> longs[0] = 1, () -> longs[8] = 1);
    both("bytes 63 apart", () -> bytes[1] = 1, () -> bytes[64] = 1);
    both("bytes 64 apart", () -> bytes[1] = 1, () -> bytes[65] = 1);
    both("references 60 bytes apart", () -> references[0] = this, () -> references[15] = this);
    both("references 64 bytes apart", () -> references[0] = this, () -> references[16] = this);
    both("an element by a handle", () -> longs[3] = 1, () -> ELEMENT.getAndAdd(longs, 9, 1L));
    both("a copied range", () -> longs[30] = 1, () -> System.arraycopy(longs, 0, longs, 20, 20));
    both("a filled range", () -> longs[30] = 1, () -> Arrays.fill(longs, 38, 40, 1));
    both("memory of one line", () -> memory.set(LONG, 0, 1), () -> memory.set(LONG, 56, 1));
    both("memory of two lines", () -> memory.set(LONG, 56, 1), () -> memory.set(LONG, 64, 1));
    both("memory by a handle", () -> memory.set(LONG, 0, 1), () -> WORD.setOpaque(memory, 8L, 1L));
    both("filled memory", () -> memory.set(LONG, 1000, 1), () -> memory.fill((byte) 0));
    both("copied memory", () -> memory.set(LONG, 1000, 1), this::copy);
    both("a buffer's memory", () -> memory.set(LONG, 8, 1), () -> buffer.putLong(16, 1));
    both(
        "a buffer by a handle",
        () -> memory.set(LONG, 8, 1),
        () -> BUFFER.getAndAdd(buffer, 16, 1L));
    both("reads", this::read, this::read);
    both("objects of one's own", this::work, this::work);
  }

  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  private void both(String name, Runnable one, Runnable other) {
    pairs.put(name, new Runnable[] {one, other});
  }

  private synchronized void exclude() {}

  private static void excludeBy(Object object) {
    synchronized (object) {
      if (!Thread.holdsLock(object)) {
        throw new AssertionError();
      }
    }
  }

  private void underLock() {
    lock.lock();
    try {
      read();
    } finally {
      lock.unlock();
    }
  }

  private void copy() {
    MemorySegment.copy(memory, 0, memory, 960, 64);
  }

  private void read() {
    long sum = field + longs[0] + atomic.get() + list.get(0) + memory.get(LONG, 0);
    sum += (long) FIELD.getVolatile(this) + (long) ELEMENT.getAcquire(longs, 0);
    if (sum == Long.MIN_VALUE || lock.isFair()) {
      throw new AssertionError();
    }
  }

  private void work() {
    long[] own = new long[1];
    own[0] = new Samples.Own(1).value;
    List<Long> all = new ArrayList<>();
    all.add(own[0]);
    if (all.isEmpty()) {
      throw new AssertionError();
    }
  }

  private static final class Own {
    long value;

    Own(long value) {
      this.value = value;
    }
  }

  @Override
  public List<SharedLines.Line> apply(String name) {
    Runnable[] pair = pairs.get(name);
    if (pair == null) {
      throw new IllegalArgumentException(name);
    }
    WriteLog one = new WriteLog();
    WriteLog other = new WriteLog();
    Writes.noteIn(one);
    pair[0].run();
    Writes.noteIn(other);
    pair[1].run();
    Writes.noteIn(null);
    return SharedLines.of(one, other, this);
  }
}
