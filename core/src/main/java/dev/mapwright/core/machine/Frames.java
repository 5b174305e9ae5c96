package dev.mapwright.core.machine;

import dev.mapwright.core.CachePolicy;

/**
 * The frames of RAM: allocation, owners, and the counts that keep a frame from being reused.
 *
 * <p>A frame is named by its page frame number (pfn): its physical address divided by the page
 * size. Frames of RAM have pfns below 2^30, so that one fits into an {@code int} with two bits to
 * spare; pfns of device ranges may be any up to {@link #LAST_PFN} and are unknown here.
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

  /** The node argument that accepts every node. */
  int ANY_NODE = -1;

  /**
   * Allocates one frame, filled with zeros.
   *
   * @param owner whose it becomes, not FREE
   * @param tag a number that the owner chooses, for reports and checks
   * @return its pfn, or {@link #NONE}
   */
  long allocate(FrameOwner owner, long tag);

  /**
   * Allocates one frame whose contents the caller will overwrite whole.
   *
   * @param owner whose it becomes, not FREE
   * @param tag a number that the owner chooses
   * @return its pfn, or {@link #NONE}; the contents are unspecified
   */
  long allocateUncleared(FrameOwner owner, long tag);

  /**
   * Allocates adjacent frames, filled with zeros.
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
   * Gives a frame back. If it is pinned or held, its owner becomes {@link FrameOwner#HELD_BACK}
   * until the last of them is gone.
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
   * Notes that a mapping of physical addresses shows this frame. The mapping does not own it, but
   * freeing it then holds it back.
   *
   * @param pfn a frame of RAM
   * @return false when the count is at its largest value; nothing changed then
   */
  boolean hold(long pfn);

  /**
   * Takes one hold back.
   *
   * @param pfn a held frame
   * @throws IllegalStateException when it is not held
   */
  void unhold(long pfn);

  /**
   * {@return how often a frame is held}
   *
   * @param pfn a frame of RAM
   */
  int holds(long pfn);

  /**
   * Adds to or takes from a frame's lock count, which the engine only keeps: page locking belongs
   * to the personalities.
   *
   * @param pfn an allocated frame
   * @param delta 1 or -1
   * @return the new count, or -1 when it would leave 0 .. its largest value; nothing changed then
   */
  int addLocks(long pfn, int delta);

  /**
   * {@return the cache attribute that mappings of this frame agree on}
   *
   * @param pfn a frame of RAM
   */
  CachePolicy cachePolicy(long pfn);

  /**
   * Sets the cache attribute.
   *
   * @param pfn a frame of RAM
   * @param policy the new attribute
   */
  void setCachePolicy(long pfn, CachePolicy policy);

  /**
   * {@return the number, from 0 on, of the node whose memory the frame is}
   *
   * @param pfn a frame of RAM
   */
  int node(long pfn);

  /**
   * {@return the pfn of the one frame of zeros that absent pages are read from, which is never
   * written; {@link #NONE} when no frame was left for it}
   */
  long zeroFrame();

  /** {@return how many frames can be allocated now} */
  long free();

  /** {@return how many frames of RAM there are} */
  long total();

  /**
   * Visits every allocated frame, in ascending order. Meant for checks: its cost is the size of
   * what was ever allocated.
   *
   * @param visitor told of each
   */
  void forEachAllocated(FrameVisitor visitor);

  /** Told of allocated frames. */
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
