package dev.mapwright.core.machine;

/**
 * Something in the census that frames are accounted to besides their owners' pages: it holds the
 * frames that it shows, or owns the frames of page tables, or both. An address space is one; so is
 * whoever else translates, for example an IOMMU.
 *
 * <p>What {@link Frames} counts is compared with what the users tell by {@link
 * dev.mapwright.core.check.Invariants}, and counted anew by {@link HoldSettler}.
 */
public interface FrameUser extends Counted {
  /**
   * Visits what it holds. It takes its own lock to see what that is, so that a hold and the mapping
   * it is for are seen both or neither, and lets it go before the visitor is called.
   *
   * @param visitor told of each run of pages, with no lock held
   * @return false, and nothing was told, when there is no memory to note what is held
   */
  boolean forEachHeld(HeldVisitor visitor);

  /** {@return how many frames its page tables have now, {@link FrameOwner#TABLE} each} */
  long tables();

  /** Told of holds. */
  @FunctionalInterface
  interface HeldVisitor {
    /**
     * Each page of a run is held once more. The same page can be told many times, and pages outside
     * RAM, of which there is no count, can be among them.
     *
     * @param firstPfn the first page
     * @param pages how many, at least 1
     */
    void held(long firstPfn, long pages);
  }
}
