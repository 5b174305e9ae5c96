package dev.mapwright.core.memory;

import java.lang.foreign.MemorySegment;

/** Where the first contents of an object's pages come from, instead of zeros. */
@FunctionalInterface
public interface PageSource {
  /**
   * Fills a frame with a page's first contents, the same each time it is asked for the page. Called
   * while the object is locked, on the thread that needs the page: it must not call the engine,
   * which refuses such calls with {@link IllegalStateException}. When it throws, nobody has got the
   * page, nothing has changed, and the exception goes to whoever needed it.
   *
   * @param page the page's number in the object
   * @param frame the frame, of one page, with unspecified contents
   * @return false when the page can't be had; whoever needs it is refused with {@code
   *     SOURCE_FAILED}
   */
  boolean supply(long page, MemorySegment frame);
}
