package dev.mapwright.windows.memory.mdl;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.failure.FailurePoints;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.space.PfnSource;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The pages that a call is about: what an MDL says, read once, and then how each of them is
 * accessed. A context keeps one and uses it again, so that a call allocates nothing once the list
 * has room. Not thread-safe.
 *
 * <p>Each element is a PFN, with the ordinal of a cache policy above it once that is decided.
 */
public final class FrameList implements PfnSource {
  private static final int CACHE_SHIFT = 56;
  private static final long PFN_MASK = (1L << 55) - 1;

  /** A mark between the PFN and the policy, for whoever works on the list. */
  private static final long MARK = 1L << 55;

  /** Room for one page is there from the beginning. */
  private long[] words = new long[16];

  private int count;

  /** Where the last decision has found something wrong: an index; -1 for nowhere. */
  private int problem = -1;

  /** How many elements are marked. */
  private int marked;

  /** How all pages are accessed, if that is known of all at once; null when each has its own. */
  private @Nullable CachePolicy alike;

  /** How many pages have another cache policy than was asked for. */
  private int overridden;

  /** The words as a segment, for copying into them. */
  private MemorySegment segment = MemorySegment.ofArray(words);

  /** Room that somebody else has provided; taken when it is needed. Null for none. */
  private volatile long @Nullable [] offered;

  /** Asked before the list grows; null for a list that never fails on purpose. */
  private final @Nullable FailurePoints failures;

  /** Makes an empty list. */
  public FrameList() {
    failures = null;
  }

  /**
   * Makes an empty list whose growth can be made to fail.
   *
   * @param failures asked before the list grows
   */
  public FrameList(FailurePoints failures) {
    this.failures = failures;
  }

  /**
   * Provides room, from any thread, so that a later {@link #begin} allocates nothing.
   *
   * @param pages for how many pages
   * @return false when there is no memory
   */
  public boolean offerRoom(int pages) {
    long[] now = offered;
    if (now == null || now.length < pages) {
      try {
        offered = new long[pages];
      } catch (OutOfMemoryError full) {
        return false;
      }
    }
    return true;
  }

  /**
   * Empties the list, and makes room.
   *
   * @param pages how many pages will be put into it
   * @return false when there is no memory
   */
  public boolean begin(int pages) {
    count = 0;
    problem = -1;
    overridden = 0;
    marked = 0;
    alike = null;
    if (words.length < pages) {
      long[] provided = offered;
      boolean enough = provided != null && provided.length >= pages;
      if (!enough && failures != null && failures.refuses(AllocationPoint.INDEX_NODE)) {
        return false;
      }
      try {
        words =
            provided != null && enough
                ? provided
                : new long[Math.max(pages, Math.min(2 * words.length, 1 << 20))];
        segment = MemorySegment.ofArray(words);
      } catch (OutOfMemoryError full) {
        return false;
      }
    }
    count = pages;
    return true;
  }

  /** {@return how many pages there are} */
  public int count() {
    return count;
  }

  /**
   * Drops the last elements.
   *
   * @param pages how many stay
   */
  public void shorten(int pages) {
    count = Math.min(count, pages);
  }

  /** {@return the elements as memory} */
  public MemorySegment segment() {
    return segment;
  }

  /** {@return the elements, of which the first {@link #count} mean something} */
  public long[] words() {
    return words;
  }

  /**
   * {@return a PFN, as it was read: any number below 2^55; what is larger is not {@link #possible}}
   *
   * @param index which one
   */
  @Override
  public long pfn(long index) {
    return words[(int) index] & PFN_MASK;
  }

  /**
   * {@return whether a PFN can be that of a page at all}
   *
   * @param index which one
   */
  public boolean possible(int index) {
    return words[index] >= 0 && words[index] <= Frames.LAST_PFN;
  }

  @Override
  public CachePolicy cache(long index, CachePolicy mapping) {
    CachePolicy all = alike;
    return all != null ? all : policyOf((int) index);
  }

  private CachePolicy policyOf(int index) {
    return CachePolicy.of((int) (words[index] >>> CACHE_SHIFT));
  }

  /**
   * Notes that all pages are accessed in the same way; the words keep their PFNs alone.
   *
   * @param policy how
   */
  public void decideAll(CachePolicy policy) {
    alike = policy;
  }

  /**
   * Notes how a page is accessed.
   *
   * @param index which page
   * @param policy the ordinal of a cache policy
   */
  public void decide(int index, int policy) {
    words[index] = words[index] & PFN_MASK | (long) policy << CACHE_SHIFT;
  }

  /**
   * Takes decisions back.
   *
   * @param pages of how many pages, from the first on; each of them is possible
   */
  public void undecide(int pages) {
    for (int i = 0; i < pages; i++) {
      words[i] &= PFN_MASK;
    }
  }

  /** {@return where the last decision has found something wrong: an index; -1 for nowhere} */
  public int problem() {
    return problem;
  }

  /** {@return how many pages have another cache policy than was asked for} */
  public int overridden() {
    return overridden;
  }

  /**
   * Marks an element.
   *
   * @param index which one
   */
  public void mark(int index) {
    words[index] |= MARK;
    marked++;
  }

  /** {@return whether an element is marked} */
  public boolean anyMarked() {
    return marked != 0;
  }

  /**
   * Takes an element's mark away.
   *
   * @param index which one
   * @return false when it has none
   */
  public boolean unmark(int index) {
    if ((words[index] & MARK) == 0) {
      return false;
    }
    words[index] &= ~MARK;
    marked--;
    return true;
  }

  /**
   * Notes where something is wrong.
   *
   * @param index which page; -1 for nowhere
   */
  public void setProblem(int index) {
    problem = index;
  }

  /**
   * Notes that pages have another cache policy than was asked for.
   *
   * @param pages how many
   */
  public void setOverridden(int pages) {
    overridden = pages;
  }
}
