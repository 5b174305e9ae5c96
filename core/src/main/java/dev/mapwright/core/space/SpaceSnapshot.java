package dev.mapwright.core.space;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.engine.EngineSnapshot;
import java.util.List;

/**
 * The state of an address space at one moment: to go back to, as often as wanted, and to compare
 * with.
 *
 * <p>Taking one costs what regions, mappings and committed pages there are; no page is copied,
 * since each object's contents are kept by a snapshot child (contiguous objects are copied, their
 * frames can't move). Going back costs the mappings and the pages written since. Regions keep their
 * identity: one that died meanwhile lives again.
 *
 * <p>What a mapped child shows of its parents is a part of the state too: live parents, mapped here
 * or not, are kept and go back with it. An object that another space maps too goes back for both.
 * Methods may be called from any thread; no page of the objects may be pinned while {@link
 * #restore} runs.
 */
public sealed interface SpaceSnapshot extends AutoCloseable permits EngineSnapshot {
  /**
   * Makes the space and the mapped objects what they were. All or nothing.
   *
   * @return {@code DEAD} when the space or this snapshot is closed, {@code LEASED} when a lease is
   *     open, {@code IN_USE} when there is a reservation, {@code PINNED}, {@code OUT_OF_RECORDS},
   *     {@code OUT_OF_FRAMES} (contiguous objects)
   */
  Outcome restore();

  /**
   * Compares the space with this snapshot.
   *
   * <p>It costs the pages written since, and those of a source or parent that a smaller size took
   * away.
   *
   * @return a line for each region, mapping and page that differs or can't be read, in ascending
   *     order (pages by the numbers of their objects); empty when nothing does
   */
  List<String> differences();

  /** Lets the kept contents go. Closing twice does nothing. */
  @Override
  void close();
}
