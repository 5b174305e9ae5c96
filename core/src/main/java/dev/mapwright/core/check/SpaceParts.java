package dev.mapwright.core.check;

import dev.mapwright.core.engine.EngineSpace;
import dev.mapwright.core.space.AddressSpace;

/**
 * The parts into which the engine divides an address space where threads meet, for tests and
 * measurements. Nobody who uses a space sees them: dividing one changes no answer.
 *
 * <p>Thread-safe.
 */
public final class SpaceParts {
  private SpaceParts() {}

  /**
   * Divides a space as if two threads had met again and again: one working in a range of pages, the
   * other in another one.
   *
   * @param space the space
   * @param first the first page of the one's range
   * @param last its last page, inclusive
   * @param otherFirst the first page of the other one's range
   * @param otherLast its last page, inclusive
   * @return false when nothing was divided: the ranges meet, a mapping lies across, or they are in
   *     different parts already
   * @throws IllegalArgumentException unless both are ranges of the space
   */
  public static boolean divide(
      AddressSpace space, long first, long last, long otherFirst, long otherLast) {
    if (first > last
        || otherFirst > otherLast
        || Math.min(first, otherFirst) < space.firstPage()
        || Math.max(last, otherLast) > space.lastPage()) {
      throw new IllegalArgumentException("not two ranges of the space");
    }
    boolean apart = last < otherFirst || otherLast < first;
    return apart && ((EngineSpace) space).divide(first, last, otherFirst, otherLast);
  }

  /**
   * {@return how many parts a space has, 1 for an undivided one}
   *
   * @param space the space
   */
  public static int count(AddressSpace space) {
    return ((EngineSpace) space).parts();
  }
}
