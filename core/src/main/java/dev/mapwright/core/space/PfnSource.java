package dev.mapwright.core.space;

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
}
