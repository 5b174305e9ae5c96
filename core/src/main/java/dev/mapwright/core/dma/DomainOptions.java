package dev.mapwright.core.dma;

/**
 * What a {@link Domain} does beyond its contract. Immutable; none of it changes what a call
 * answers.
 *
 * <p><b>Quarantine.</b> Where an allocator chooses addresses, a range that is unmapped or released
 * is not given back to it at once, but waits behind those that came before it. So a device that
 * uses it late meets nothing, and nobody else's memory, and the {@link DomainFault} says so. The
 * oldest ranges are given back as soon as there are more pages than the bound, and before a request
 * is refused for want of room or of memory. A range that is longer than the bound does not wait.
 * Where callers choose addresses they alone decide when one is used again, so nothing waits there.
 *
 * <p><b>Deferred flush.</b> Unmapping removes the entries and returns; whoever remembers them is
 * not told to forget. The logical range, the frames (held on, so that their owner cannot reuse
 * them) and the tables wait for the next flush: {@link Domain#flush}, or when as many ranges wait
 * as are allowed, or when one of them is wanted, or before a request is refused for want of
 * anything. Until then a device may still reach the old frames and nothing else.
 *
 * <p><b>Large leaves.</b> What is mapped with adjacent aligned frames is translated by leaves of 2
 * MiB and 1 GiB, where the IOMMU has such. All tables below exist all the same, so unmapping any
 * part can't fail.
 *
 * @param quarantinePages how many pages wait in quarantine at most; 0 for no quarantine
 * @param deferredRanges how many ranges wait for a flush at most; 0 when each unmapping flushes
 * @param largeLeaves whether large leaves are used
 */
public record DomainOptions(long quarantinePages, int deferredRanges, boolean largeLeaves) {
  /** No quarantine, no deferred flush, large leaves where they fit. */
  public static final DomainOptions USUAL = new DomainOptions(0, 0, true);

  /**
   * Most ranges in quarantine, whatever the pages: its list is made with the domain and takes 16
   * bytes a range.
   */
  public static final int MOST_QUARANTINED_RANGES = 1 << 16;

  /** Most ranges that wait for a flush. */
  public static final int MOST_DEFERRED_RANGES = 1 << 12;

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException when one is negative, or there are too many deferred ranges
   */
  public DomainOptions {
    if (quarantinePages < 0 || deferredRanges < 0 || deferredRanges > MOST_DEFERRED_RANGES) {
      throw new IllegalArgumentException(
          quarantinePages + " pages in quarantine, " + deferredRanges + " ranges deferred");
    }
  }

  /**
   * {@return these options with a quarantine}
   *
   * @param pages how many pages wait at most; 0 for none
   */
  public DomainOptions withQuarantine(long pages) {
    return new DomainOptions(pages, deferredRanges, largeLeaves);
  }

  /**
   * {@return these options with a deferred flush}
   *
   * @param ranges how many ranges wait at most; 0 when each unmapping flushes
   */
  public DomainOptions withDeferredFlush(int ranges) {
    return new DomainOptions(quarantinePages, ranges, largeLeaves);
  }

  /** {@return these options with leaves of single pages only} */
  public DomainOptions withoutLargeLeaves() {
    return new DomainOptions(quarantinePages, deferredRanges, false);
  }
}
