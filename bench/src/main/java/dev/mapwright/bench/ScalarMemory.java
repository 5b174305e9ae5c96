package dev.mapwright.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The loops of rows B1 to B4: 8-byte accesses to 8 MiB or more, one after the other, at random, or
 * each at the place that the one before has read. Each kind of memory runs the same loops and
 * differs only in {@link #load} and {@link #store}; each is a class of its own, so that the
 * compiler makes a loop of its own for it.
 *
 * <p>Word i holds {@link #word}(i). All that was loaded is summed and compared afterwards with what
 * the same indexes should have given; stores write what is there already, and the memory is
 * compared whole.
 */
public abstract class ScalarMemory implements AutoCloseable {
  /** How many words 8 MiB are. */
  public static final int WORDS = 1 << 20;

  /** How many words 1 MiB is, which fits into the second level of caches. */
  public static final int FEW_WORDS = 1 << 17;

  /** The distance of places that depend on each other: a line of the caches. */
  private static final int LINE_WORDS = 8;

  private final int words;

  /** Memory that is filled by its maker. */
  protected ScalarMemory(int words) {
    this.words = words;
  }

  private int position;
  private long loaded;
  private long expected;
  private final Loads all = new Loads(1);
  private final Loads few = new Loads(3);
  private final IndexStream stores = new IndexStream(2);

  /** Loads at random, and what they gave. */
  private static final class Loads {
    final long seed;
    final IndexStream stream;
    long done;
    long sum;

    Loads(long seed) {
      this.seed = seed;
      stream = new IndexStream(seed);
    }
  }

  public static long word(int index) {
    return index * 0x2545F4914F6CDD1DL + 1;
  }

  /**
   * Begins a batch of accesses. Not in the loops themselves: the compiler keeps on the stack what
   * lives across a call before a loop, and uses it from there in the loop.
   */
  protected void begin() {}

  /** Ends a batch. */
  protected void end() {}

  /** One pass or a part of it: sums the words of a range. */
  public abstract long sum(int from, int to);

  /** Sums words at random below a bound, and leaves the stream's state behind. */
  public abstract long sumRandom(IndexStream stream, int count, int words);

  /** Loads so many times, each time where the word loaded before says, in bytes. */
  public abstract long chase(long at, int count);

  /** Stores one word. */
  public abstract void put(int index, long value);

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
    begin();
    while (rest > 0) {
      int to = Math.min(words, position + rest);
      span.run(position, to);
      rest -= to - position;
      position = to == words ? 0 : to;
    }
    end();
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

  private void randomLoads(Loads loads, int operations, int below) {
    begin();
    loads.sum += sumRandom(loads.stream, operations, below);
    end();
    loads.done += operations;
  }

  final void randomLoads(int operations) {
    randomLoads(all, operations, words);
  }

  /** Within the first MiB. */
  final void fewLoads(int operations) {
    randomLoads(few, operations, FEW_WORDS);
  }

  final void randomStores(int operations) {
    begin();
    storeRandom(stores, operations);
    end();
  }

  private int @Nullable [] next;
  private long chased;
  private long chases;

  /** Makes one cycle through all lines, at random, of the whole memory. */
  final void weave() {
    int lines = words / LINE_WORDS;
    int[] order = new int[lines];
    for (int i = 0; i < lines; i++) {
      order[i] = i;
    }
    Random random = new Random(4);
    for (int i = lines - 1; i > 0; i--) { // Sattolo
      int j = random.nextInt(i);
      int other = order[i];
      order[i] = order[j];
      order[j] = other;
    }
    for (int i = 0; i < lines; i++) {
      put(i * LINE_WORDS, (long) order[i] * LINE_WORDS << 3);
    }
    next = order;
  }

  /** Goes along the cycle. */
  final void chases(int operations) {
    begin();
    chased = chase(chased, operations);
    end();
    chases += operations;
  }

  /** Fails unless everything that was loaded was right and everything stored is there. */
  final void verify() {
    boolean right = next == null ? rightWords() : rightCycle(next);
    if (!right) {
      throw new IllegalStateException("wrong values were loaded or stored: " + getClass());
    }
  }

  private boolean rightCycle(int[] order) {
    int line = 0;
    for (long i = chases % order.length; i > 0; i--) {
      line = order[line];
    }
    return chased == (long) line * LINE_WORDS << 3;
  }

  private boolean rightWords() {
    boolean right = loaded == expected && right(all, words) && right(few, FEW_WORDS);
    for (int i = 0; i < words; i++) {
      right &= get(i) == word(i);
    }
    return right;
  }

  private static boolean right(Loads loads, int words) {
    long state = loads.seed;
    long sum = 0;
    for (long k = 0; k < loads.done; k++) {
      state += IndexStream.STEP;
      sum += word(IndexStream.below(state, words));
    }
    return sum == loads.sum;
  }

  /** The baseline: a native segment, accessed by the layout that needs no check of alignment. */
  static final class Raw extends ScalarMemory {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment segment;
    private final int words;

    Raw(int words) {
      super(words);
      this.words = words;
      segment = arena.allocate(8L * words, 4096);
      fill(0, words);
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
    public long sumRandom(IndexStream stream, int count, int words) {
      MemorySegment at = segment;
      long state = stream.state;
      long sum = 0;
      for (int k = 0; k < count; k++) {
        state += IndexStream.STEP;
        sum += at.get(LONG, (long) IndexStream.below(state, words) << 3);
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
      int words = this.words;
      long state = stream.state;
      for (int k = 0; k < count; k++) {
        state += IndexStream.STEP;
        int i = IndexStream.below(state, words);
        at.set(LONG, (long) i << 3, word(i));
      }
      stream.state = state;
    }

    @Override
    public long chase(long from, int count) {
      MemorySegment memory = segment;
      long at = from;
      for (int k = 0; k < count; k++) {
        at = memory.get(LONG, at);
      }
      return at;
    }

    @Override
    public void put(int index, long value) {
      segment.set(LONG, (long) index << 3, value);
    }

    @Override
    public void close() {
      arena.close();
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
