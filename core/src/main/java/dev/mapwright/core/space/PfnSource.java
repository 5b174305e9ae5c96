package dev.mapwright.core.space;

/** The frames that a reservation is to show, one a page. */
@FunctionalInterface
public interface PfnSource {
  /**
   * The frame of a page.
   *
   * @param index the page, counted from the first that is mapped
   * @return its pfn, of RAM or of a device; the same each time while the call lasts
   */
  long pfn(long index);
}
