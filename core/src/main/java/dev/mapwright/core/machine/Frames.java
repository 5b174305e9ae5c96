package dev.mapwright.core.machine;

import dev.mapwright.core.CachePolicy;
import org.jspecify.annotations.Nullable;

/**
 * The frames of RAM: allocation, owners, and the counts that keep a frame from being reused.
 *
 * <p>A frame is named by its page frame number (pfn): its physical address divided by the page
 * size. Frames of RAM have pfns below 2^30, so that one fits into an {@code int} with two bits to
 * spare; pages outside RAM (devices and holes) may have any up to {@link #LAST_PFN}. Nothing is
 * known of those but their cache attribute.
 *
 * <p>pfn 0 is special, because a physical address of 0 means "none" to many programs: it is handed
 * out only to {@link #allocateRun} whose limits leave no other place, and {@link #free()} and
 * {@link #total()} do not count it.
 *
 * <p>Thread-safe. A frame that was freed is handed out again at once; whoever frees it has to have
 * made sure that no translation leads to it any more. Every allocation asks the machine's failure
 * points first ({@code TABLE} for the owner TABLE, else {@code FRAME}).
 */
public interface Frames {
  /** The answer of an allocation that found nothing. */
  long NONE = -1;

  /** The largest pfn that a translation can lead to: physical addresses have 52 bits. */
  long LAST_PFN = (1L << 40) - 1;

  /** The hold count that sticks, see {@link #hold}. */
  int MOST_HOLDS = (1 << 20) - 1;

  /** The node argument that accepts every node. */
  int ANY_NODE = -1;

  /**
   * Allocates one frame, filled with zeros. It is never pfn 0.
   *
   * @param owner whose it becomes, not FREE
   * @param tag a number that the owner chooses, for reports and checks
   * @return its pfn, or {@link #NONE}
   */
  long allocate(FrameOwner owner, long tag);

  /**
   * Allocates one frame whose contents the caller will overwrite whole. It is never pfn 0.
   *
   * @param owner whose it becomes, not FREE
   * @param tag a number that the owner chooses
   * @return its pfn, or {@link #NONE}; the contents are unspecified
   */
  long allocateUncleared(FrameOwner owner, long tag);

  /**
   * Allocates adjacent frames, filled with zeros. A run begins at pfn 0 only when its limits leave
   * no other place: the lowest pfn allowed is 0, and the highest the last of as many pages.
   *
   * @param request size and limits
   * @param owner whose they become, not FREE
   * @param tag a number that the owner chooses
   * @return the first pfn, or {@link #NONE}
   */
  long allocateRun(RunRequest request, FrameOwner owner, long tag);

  /**
   * What a contiguous allocation asks for.
   *
   * @param pages how many frames, at least 1
   * @param alignmentLog2Pages the first pfn is a multiple of 2 to this power
   * @param minPfn the lowest pfn allowed
   * @param maxPfn the highest pfn allowed, inclusive
   * @param boundaryPages a multiple of this many pages must not lie strictly inside the run; 0 for
   *     no boundary, else a power of two
   * @param node the node to take from, or {@link #ANY_NODE}
   */
  record RunRequest(
      long pages, int alignmentLog2Pages, long minPfn, long maxPfn, long boundaryPages, int node) {
    /**
     * {@return a request for a run without limits}
     *
     * @param pages how many frames
     * @param alignmentLog2Pages the first pfn is a multiple of 2 to this power
     */
    public static RunRequest of(long pages, int alignmentLog2Pages) {
      return new RunRequest(pages, alignmentLog2Pages, 0, Long.MAX_VALUE, 0, ANY_NODE);
    }
  }

  /**
   * Gives a frame back. If it is pinned, held or locked, its owner becomes {@link
   * FrameOwner#HELD_BACK} until the last of these is gone. A frame that becomes free loses its
   * cache attribute: it is CACHED again.
   *
   * @param pfn an allocated frame
   * @return false when it had to be held back
   * @throws IllegalStateException when the frame is not allocated
   */
  boolean free(long pfn);

  /**
   * {@return whether a pfn names a frame of RAM}
   *
   * @param pfn any number
   */
  boolean isRam(long pfn);

  /**
   * How far away the next frame of RAM is.
   *
   * @param pfn any number
   * @return 0 for a frame of RAM; otherwise a count of pages, none of which is RAM, from {@code
   *     pfn} on (not necessarily the largest)
   */
  default long pagesToRam(long pfn) {
    return isRam(pfn) ? 0 : 1;
  }

  /**
   * {@return who owns a frame}
   *
   * @param pfn a frame of RAM
   */
  FrameOwner owner(long pfn);

  /**
   * {@return the tag that the owner gave; 0 for free frames}
   *
   * @param pfn a frame of RAM
   */
  long tag(long pfn);

  /**
   * Hands an allocated frame to another owner.
   *
   * @param pfn an allocated frame
   * @param owner the new owner, not FREE
   * @param tag the new owner's number
   */
  void transfer(long pfn, FrameOwner owner, long tag);

  /**
   * Pins a frame: its owner must neither move nor free it. Pins nest.
   *
   * @param pfn an allocated frame
   * @return false when the count is at its largest value; nothing changed then
   */
  boolean pin(long pfn);

  /**
   * Takes one pin back.
   *
   * @param pfn a pinned frame
   * @throws IllegalStateException when it is not pinned
   */
  void unpin(long pfn);

  /**
   * {@return how often a frame is pinned}
   *
   * @param pfn a frame of RAM
   */
  int pins(long pfn);

  /**
   * Makes room for counting the holds of frames, so that {@link #hold} counts each of them from now
   * on. Frames that were allocated once have room already; RAM of which nothing was ever allocated
   * has not. Who shows any physical addresses and may be refused asks here first.
   *
   * @param firstPfn the first page, at least 0
   * @param pages how many, at least 1; pages outside RAM are passed by
   * @return false when memory is short; nothing visible has changed then, and holds of these frames
   *     may stick
   */
  boolean prepareHolds(long firstPfn, long pages);

  /**
   * Notes that a mapping shows this frame. The mapping does not own it, but freeing it then holds
   * it back.
   *
   * <p>Never fails and acquires nothing. So there is a number, {@link #MOST_HOLDS}, at which the
   * count <i>sticks</i>: nobody knows any more how many holds there are, and a frame that is freed
   * is held back also when all of them are gone, until {@link HoldSettler#settle} has counted them.
   * Holds of RAM of which nothing was ever allocated, and that nobody {@linkplain #prepareHolds
   * prepared}, are not counted at all: a whole block of frames there sticks at once.
   *
   * <p>Whoever holds frames has to be in the machine's census as a {@link FrameUser}: a hold that
   * nobody tells of is lost when the count is settled.
   *
   * @param pfn any page from 0 to {@link #LAST_PFN}; one outside RAM has no count, and nothing
   *     happens
   */
  void hold(long pfn);

  /**
   * Takes one hold back. A count that sticks stays as it is.
   *
   * @param pfn a held frame, or a page outside RAM
   * @throws IllegalStateException when it is not held
   */
  void unhold(long pfn);

  /**
   * {@return how often a frame is held; {@link #MOST_HOLDS} when the count sticks}
   *
   * @param pfn a frame of RAM
   */
  int holds(long pfn);

  /**
   * Begins to settle the counts that stick: notes which they are. For {@link HoldSettler}, which
   * then tells of all holds that there are.
   *
   * @return where to tell them
   */
  HoldCount countHolds();

  /** A count of the holds of all frames whose own counts stick. Used by one thread. */
  interface HoldCount {
    /** {@return whether no count sticks, so that there is nothing to count} */
    boolean empty();

    /**
     * Adds one hold of each page of a run.
     *
     * @param firstPfn the first page
     * @param pages how many; frames whose counts don't stick, and pages outside RAM, are passed by
     */
    void add(long firstPfn, long pages);

    /**
     * Makes what was counted the frames' counts. One of at least {@link #MOST_HOLDS} sticks again.
     * A frame that was held back, and that nobody holds, pins or locks, becomes free.
     *
     * @return false, with nothing changed, when a frame whose count sticks was held or let go since
     *     counting began, so that the count may be wrong
     */
    boolean finish();
  }

  /**
   * Adds to or takes from a frame's lock count, which the engine only keeps: page locking belongs
   * to the personalities. Freeing a locked frame holds it back until the last lock is gone.
   *
   * @param pfn an allocated frame
   * @param delta 1 or -1
   * @return the new count, or -1 when it would leave 0 .. its largest value; nothing changed then
   * @throws IllegalStateException when the frame is free
   */
  int addLocks(long pfn, int delta);

  /**
   * {@return how often a frame is locked}
   *
   * @param pfn a frame of RAM
   */
  int locks(long pfn);

  /**
   * The cache attribute that mappings of a page agree on.
   *
   * @param pfn any page from 0 to {@link #LAST_PFN}
   * @return the attribute; null when the page has none yet, so that its next mapping decides. RAM
   *     is CACHED and other pages have none until somebody says otherwise
   */
  @Nullable CachePolicy cachePolicy(long pfn);

  /**
   * The cache attribute of a frame that is locked, in one look, for whoever maps many of them.
   *
   * @param pfn any number
   * @return the ordinal of its attribute; -1 when it is no frame of RAM, not locked, or has none
   */
  default int lockedCachePolicy(long pfn) {
    CachePolicy policy = isRam(pfn) && locks(pfn) != 0 ? cachePolicy(pfn) : null;
    return policy == null ? -1 : policy.ordinal();
  }

  /**
   * {@return whether all of some pages are locked RAM with a cache policy} What {@link
   * #lockedCachePolicy} answers for each, in one go.
   *
   * @param pfns the pages, any numbers
   * @param count how many of them
   * @param policy the ordinal of the policy
   */
  default boolean allLocked(long[] pfns, int count, int policy) {
    for (int i = 0; i < count; i++) {
      if (lockedCachePolicy(pfns[i]) != policy) {
        return false;
      }
    }
    return true;
  }

  /**
   * Sets the cache attribute of one page, as {@link #setCachePolicy(long, long, CachePolicy)} does.
   *
   * @param pfn any page from 0 to {@link #LAST_PFN}
   * @param policy the new attribute; null for none
   * @return false when memory is short; nothing changed then
   */
  default boolean setCachePolicy(long pfn, @Nullable CachePolicy policy) {
    return setCachePolicy(pfn, 1, policy);
  }

  /**
   * Sets the cache attribute of adjacent pages, in RAM or outside. Outside RAM, adjacent pages with
   * the same attribute cost one record together (pages with only RAM between them are adjacent).
   *
   * <p>It is refused only where something has to be remembered anew: for pages outside RAM, unless
   * they only take none and are all that had the same attribute, or an end of it; and for RAM of
   * which nothing was ever allocated, unless {@linkplain #prepareHolds prepared}. Setting it for
   * frames that are allocated never fails.
   *
   * @param firstPfn the first page, from 0 to {@link #LAST_PFN}
   * @param pages how many, at least 1; the last is at most {@link #LAST_PFN}
   * @param policy the new attribute; null for none
   * @return false when memory is short; nothing changed then
   */
  boolean setCachePolicy(long firstPfn, long pages, @Nullable CachePolicy policy);

  /**
   * Visits pages outside RAM that have a cache attribute, in ascending order, as runs of the same
   * one.
   *
   * @param visitor told of each run, with no lock held
   */
  void forEachCachePolicyOutsideRam(CachePolicyVisitor visitor);

  /** Told of cache attributes. */
  @FunctionalInterface
  interface CachePolicyVisitor {
    /**
     * Adjacent pages with the same attribute.
     *
     * @param firstPfn the first
     * @param pages how many
     * @param policy the attribute
     */
    void visit(long firstPfn, long pages, CachePolicy policy);
  }

  /**
   * {@return the number, from 0 on, of the node whose memory the frame is}
   *
   * @param pfn a frame of RAM
   */
  int node(long pfn);

  /** {@return how many nodes there are: the numbers of all are below it} */
  int nodes();

  /**
   * {@return the pfn of the one frame of zeros that absent pages are read from, which is never
   * written; {@link #NONE} when no frame was left for it}
   */
  long zeroFrame();

  /** {@return how many frames {@link #allocate} can hand out now, one after the other} */
  long free();

  /** {@return how many frames of RAM there are, without pfn 0} */
  long total();

  /**
   * Visits every allocated frame, in ascending order. Meant for checks: its cost is the size of
   * what was ever allocated.
   *
   * @param visitor told of each
   */
  void forEachAllocated(FrameVisitor visitor);

  /**
   * Visits every frame of which something is to be told: those that are allocated, held, or have
   * another cache attribute than RAM begins with. In ascending order; meant for checks, as {@link
   * #forEachAllocated}.
   *
   * @param visitor told of each
   */
  void forEachNoted(FrameVisitor visitor);

  /** Told of frames. */
  @FunctionalInterface
  interface FrameVisitor {
    /**
     * One frame.
     *
     * @param pfn its number
     * @param owner its owner
     * @param tag the owner's tag
     */
    void visit(long pfn, FrameOwner owner, long tag);
  }
}
