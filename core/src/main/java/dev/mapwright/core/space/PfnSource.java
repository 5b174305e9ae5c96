package dev.mapwright.core.space;

import dev.mapwright.core.CachePolicy;

/** The frames that a mapping is to show, one a page. */
@FunctionalInterface
public interface PfnSource {
  /**
   * The frame of a page; asked once a page in ascending order, while the reservation or the space
   * is locked. What it would say later moves nothing. It may ask objects for their frames. It must
   * not call a space or a reservation: the one that asks, its space, and the reservations there
   * refuse with {@link IllegalStateException}, and with those of another space two threads could
   * wait for each other.
   *
   * @param index the page, counted from the first that is mapped
   * @return its pfn, of RAM or of a device
   */
  long pfn(long index);

  /**
   * How the frame of a page is accessed; asked for after {@link #pfn} of the same page, by the same
   * rules. Pages of one mapping may differ where each frame has a cache policy of its own.
   *
   * @param index the page, counted from the first that is mapped
   * @param mapping what was said for the whole mapping
   * @return the cache policy of this page's entry; {@code mapping} unless overridden
   */
  default CachePolicy cache(long index, CachePolicy mapping) {
    return mapping;
  }
}
