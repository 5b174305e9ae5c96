package dev.mapwright.core.dma;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.domain.EngineDomainReservation;
import dev.mapwright.core.space.PfnSource;
import org.jspecify.annotations.Nullable;

/**
 * A range of a domain in which mapping acquires nothing and cannot fail for want of memory: its
 * tables exist as long as it does. Pages are counted from its first one, 0.
 *
 * <p>Several mappings may be in it, which don't overlap. Each is unmapped as it was mapped:
 * adjacent ones are not merged.
 *
 * <p><b>Threads.</b> All methods may be called from any thread. Of a mapping and a release at the
 * same time one comes first: either the release is refused, since something is mapped, or the
 * mapping finds the reservation dead.
 */
public sealed interface DomainReservation permits EngineDomainReservation {
  /** {@return the domain} */
  Domain domain();

  /** {@return its first page, in the domain's numbers} */
  long firstPage();

  /** {@return how many pages it has} */
  long pages();

  /**
   * Maps frames. Acquires nothing.
   *
   * @param firstPage the first page, counted from the reservation's first
   * @param pages how many
   * @param frames what they show: asked once for each page, in ascending order, before anything is
   *     changed; what it throws is passed on, and nothing has changed
   * @param permissions reading and writing, either, both or none
   * @return {@code DEAD}; {@code INVALID} (no pages, unknown permissions; last of all a frame that
   *     no entry can lead to); {@code OUTSIDE}; {@code OCCUPIED}. Nothing else
   */
  default Outcome map(long firstPage, long pages, PfnSource frames, int permissions) {
    return map(firstPage, pages, frames, permissions, null);
  }

  /**
   * Maps frames, and says who does. Acquires nothing.
   *
   * @param firstPage the first page, counted from the reservation's first
   * @param pages how many
   * @param frames what they show
   * @param permissions reading and writing, either, both or none
   * @param by who does it, in the words of a {@link DomainFault}; null to say nothing
   * @return as {@link #map(long, long, PfnSource, int)}
   */
  Outcome map(long firstPage, long pages, PfnSource frames, int permissions, @Nullable String by);

  /**
   * Removes a mapping. Acquires nothing and cannot fail.
   *
   * @param firstPage the first page that was given to {@link #map}
   * @param pages how many were
   * @return {@code DEAD}; {@code NOT_MAPPED} when no mapping begins there; {@code INVALID} when one
   *     of another size does
   */
  default Outcome unmap(long firstPage, long pages) {
    return unmap(firstPage, pages, null);
  }

  /**
   * Removes a mapping, and says who does.
   *
   * @param firstPage the first page that was given to {@link #map}
   * @param pages how many were
   * @param by who does it, in the words of a {@link DomainFault}; null to say nothing
   * @return as {@link #unmap(long, long)}
   */
  Outcome unmap(long firstPage, long pages, @Nullable String by);

  /** {@return how many pages are mapped} */
  long mappedPages();

  /**
   * Gives the range back.
   *
   * @return {@code DEAD} when it was released before; {@code IN_USE} while something is mapped:
   *     nothing has changed then
   */
  default Outcome release() {
    return release(null);
  }

  /**
   * Gives the range back, and says who does.
   *
   * @param by who does it, in the words of a {@link DomainFault}; null to say nothing
   * @return as {@link #release()}
   */
  Outcome release(@Nullable String by);
}
