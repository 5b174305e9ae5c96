package dev.mapwright.core.space;

/** The frames that a reservation is to show, one a page. */
@FunctionalInterface
public interface PfnSource {
  /**
   * The frame of a page; asked once a page, while the space is locked. It may ask objects for their
   * frames. It must not call a space: the one that asks refuses with {@link IllegalStateException},
   * and with another one two threads could wait for each other.
   *
   * @param index the page, counted from the first that is mapped
   * @return its pfn, of RAM or of a device
   */
  long pfn(long index);
}
