package dev.mapwright.core.space;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.engine.EngineReservation;
import dev.mapwright.core.event.Event;
import java.util.List;

/**
 * A range in which mapping acquires nothing and cannot fail for want of memory.
 *
 * <p>It is a region whose page tables and books exist from the beginning and stay as long as it
 * lives: 8 bytes and two bits a page. {@link #map} writes entries and counts, {@link #unmap} clears
 * them; neither asks any allocator, which is what lets a driver go on when memory is short. What is
 * mapped are frames, which belong to somebody else: each is held, so that it is not reused while it
 * is shown. (Holds of RAM of which nothing was ever allocated stick, unless it was {@linkplain
 * dev.mapwright.core.machine.Frames#prepareHolds prepared}.)
 *
 * <p>The range can't be mapped, unmapped or protected in any other way; destroying its region
 * releases it.
 *
 * <p><b>Threads.</b> All methods may be called from any thread. A reservation has a lock of its
 * own: mappings in two of them do not wait for each other, nor for changes elsewhere in the space.
 * Mapping against destroying: when destroying has returned, mapping answers {@code DEAD}, and no
 * entry of the reservation is left.
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
   * Changes what a mapping allows. Acquires nothing. When this returns, no access gets through with
   * a permission that was taken away. With none, no access gets through at all, and the frames stay
   * mapped and held.
   *
   * @param first the first page that was given to {@link #map}
   * @param permissions what is allowed from now on, nothing included
   * @return {@code DEAD}; {@code INVALID} for unknown permissions; {@code NOT_MAPPED} when no
   *     mapping begins there; {@code EXCEEDS_MAXIMUM} (the region's capability)
   */
  Outcome protect(long first, int permissions);

  /**
   * Removes the mapping that begins at a page. Acquires nothing and cannot fail.
   *
   * @param first the first page that was given to {@link #map}
   * @return {@code DEAD}; {@code NOT_MAPPED} when no mapping begins there
   */
  Outcome unmap(long first);

  /**
   * Removes the mapping that begins at a page, if it is of a size. Acquires nothing and cannot
   * fail.
   *
   * @param first the first page that was given to {@link #map}
   * @param pages how many pages it has to have
   * @return {@code DEAD}; {@code NOT_MAPPED} when no mapping begins there; {@code INVALID} when one
   *     of another size does
   */
  Outcome unmap(long first, long pages);

  /**
   * {@return how many pages the mapping has that begins at a page; 0 when none begins there}
   *
   * @param first any page
   */
  long mappedFrom(long first);

  /** {@return the first page of the mapping with the lowest pages; -1 when nothing is mapped} */
  long firstMapped();

  /** {@return how many mappings exist now} */
  int mappings();

  /** {@return the last events of its mappings, oldest first; they are not among the space's} */
  List<Event> events();

  /**
   * Removes what is still mapped and gives everything back: the region is destroyed.
   *
   * @return {@code DEAD} when it was released before
   */
  Outcome release();
}
