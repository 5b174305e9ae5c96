package dev.mapwright.core.space;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.engine.EngineReservation;

/**
 * A range in which mapping acquires nothing and cannot fail for want of memory.
 *
 * <p>It is a region whose page tables, index nodes and mapping records exist from the beginning and
 * stay as long as it lives. {@link #map} writes entries and counts, {@link #unmap} clears them;
 * neither asks any allocator, which is what lets a driver go on when memory is short. What is
 * mapped are frames, which belong to somebody else: each is held, so that it is not reused while it
 * is shown.
 *
 * <p>The range can't be mapped, unmapped or protected in any other way; destroying its region
 * releases it. All methods may be called from any thread.
 */
public sealed interface Reservation permits EngineReservation {
  /** {@return the region that it is: it holds nothing but this reservation's mappings} */
  Region region();

  /** {@return how many mappings may exist at a time} */
  int mostMappings();

  /**
   * Maps frames. Acquires nothing.
   *
   * <p>The source is asked once for each page, in ascending order, before anything is changed. What
   * it throws is passed on, and nothing has changed.
   *
   * @param first the first page, in the space's numbers
   * @param pages how many
   * @param frames what they show
   * @param permissions what is allowed, not empty
   * @param cache how it is accessed
   * @return {@code DEAD}; {@code INVALID} (no pages, no or unknown permissions; last of all, a
   *     frame that no entry can lead to); {@code OUTSIDE}; {@code EXCEEDS_MAXIMUM} (the region's
   *     capability); {@code OCCUPIED}; {@code IN_USE} when all records are in use. Nothing else
   */
  Outcome map(long first, long pages, PfnSource frames, int permissions, CachePolicy cache);

  /**
   * Removes the mapping that begins at a page. Acquires nothing and cannot fail.
   *
   * @param first the first page that was given to {@link #map}
   * @return {@code DEAD}; {@code NOT_MAPPED} when no mapping begins there
   */
  Outcome unmap(long first);

  /** {@return how many mappings exist now} */
  int mappings();

  /**
   * Removes what is still mapped and gives everything back: the region is destroyed.
   *
   * @return {@code DEAD} when it was released before
   */
  Outcome release();
}
