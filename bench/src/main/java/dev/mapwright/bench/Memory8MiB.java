package dev.mapwright.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The loops of rows B1 and B2: 8-byte accesses to 8 MiB, sequentially or at random. Each kind of
 * memory runs the same loops and differs only in {@link #load} and {@link #store}; each is a class
 * of its own, so that the compiler makes a loop of its own for it.
 *
 * <p>Word i holds {@link #word}(i). All that was loaded is summed and compared afterwards with what
 * the same indexes should have given; stores write what is there already, and the memory is
 * compared whole.
 */
public abstract class Memory8MiB implements AutoCloseable {
  public static final int WORDS = 1 << 20;
  public static final long BYTES = 8L * WORDS;

  /** Memory that is filled by its maker. */
  protected Memory8MiB() {}

  private int position;
  private long loaded;
  private long expected;
  private final IndexStream loads = new IndexStream(1);
  private final IndexStream stores = new IndexStream(2);

  public static long word(int index) {
    return index * 0x2545F4914F6CDD1DL + 1;
  }

  /** One pass or a part of it: sums the words of a range. */
  public abstract long sum(int from, int to);

  /** Sums words at random, and leaves the stream's state behind. */
  public abstract long sumRandom(IndexStream stream, int count);

  public abstract void fill(int from, int to);

  public abstract void storeRandom(IndexStream stream, int count);

  public abstract long get(int index);

  /** How often a translation was not cached, since the memory was filled. */
  public abstract long misses();

  @Override
  public void close() {}

  private interface Span {
    void run(int from, int to);
  }

  private void spans(int operations, Span span) {
    int rest = operations;
    while (rest > 0) {
      int to = Math.min(WORDS, position + rest);
      span.run(position, to);
      rest -= to - position;
      position = to == WORDS ? 0 : to;
    }
  }

  final void sequentialLoads(int operations) {
    spans(
        operations,
        (from, to) -> {
          loaded += sum(from, to);
          expected += rangeSum(to) - rangeSum(from);
        });
  }

  /** The sum of the first words, by the formula of arithmetic series. */
  private static long rangeSum(int count) {
    return ((long) count * (count - 1) >> 1) * 0x2545F4914F6CDD1DL + count;
  }

  final void sequentialStores(int operations) {
    spans(operations, this::fill);
  }

  private long randomLoadsDone;
  private long randomSum;

  final void randomLoads(int operations) {
    randomSum += sumRandom(loads, operations);
    randomLoadsDone += operations;
  }

  final void randomStores(int operations) {
    storeRandom(stores, operations);
  }

  /** Fails unless everything that was loaded was right and everything stored is there. */
  final void verify() {
    long state = 1;
    long sum = 0;
    for (long k = 0; k < randomLoadsDone; k++) {
      state += IndexStream.STEP;
      sum += word(IndexStream.below(state, WORDS));
    }
    boolean right = loaded == expected && sum == randomSum;
    for (int i = 0; i < WORDS; i++) {
      right &= get(i) == word(i);
    }
    if (!right) {
      throw new IllegalStateException("wrong values were loaded or stored: " + getClass());
    }
  }

  /** The baseline: a native segment, accessed by the layout that needs no check of alignment. */
  static final class Raw extends Memory8MiB {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private final MemorySegment segment = Arena.ofAuto().allocate(BYTES, 4096);

    Raw() {
      fill(0, WORDS);
    }

    @Override
    public long sum(int from, int to) {
      MemorySegment at = segment;
      long sum = 0;
      for (int i = from; i < to; i++) {
        sum += at.get(LONG, (long) i << 3);
      }
      return sum;
    }

    @Override
    public long sumRandom(IndexStream stream, int count) {
      MemorySegment at = segment;
      long state = stream.state;
      long sum = 0;
      for (int k = 0; k < count; k++) {
        state += IndexStream.STEP;
        sum += at.get(LONG, (long) IndexStream.below(state, WORDS) << 3);
      }
      stream.state = state;
      return sum;
    }

    @Override
    public void fill(int from, int to) {
      MemorySegment at = segment;
      for (int i = from; i < to; i++) {
        at.set(LONG, (long) i << 3, word(i));
      }
    }

    @Override
    public void storeRandom(IndexStream stream, int count) {
      MemorySegment at = segment;
      long state = stream.state;
      for (int k = 0; k < count; k++) {
        state += IndexStream.STEP;
        int i = IndexStream.below(state, WORDS);
        at.set(LONG, (long) i << 3, word(i));
      }
      stream.state = state;
    }

    @Override
    public long misses() {
      return 0;
    }

    @Override
    public long get(int index) {
      return segment.get(LONG, (long) index << 3);
    }
  }
}
