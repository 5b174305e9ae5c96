package dev.mapwright.core.memory;

import java.lang.foreign.MemorySegment;

/**
 * Where the contents of pages are kept that have no frame. Called while the object is locked: it
 * must not call the engine, which refuses such calls with {@link IllegalStateException}.
 *
 * <p>When {@link #keep} or {@link #fetch} throws, the page is where it was, and the exception goes
 * to the caller. {@link #discard} can't object: what it throws goes to the caller after everything
 * else was done.
 */
public interface PageStore {
  /** The largest token. */
  int MOST_TOKENS = (1 << 30) - 3;

  /**
   * Keeps a page's contents.
   *
   * @param frame the contents, of one page
   * @return a token for them, 0 .. {@link #MOST_TOKENS}, or -1 when there is no room
   */
  int keep(MemorySegment frame);

  /**
   * Gives the contents back and forgets them.
   *
   * @param token what {@link #keep} returned
   * @param frame where they go, of one page
   */
  void fetch(int token, MemorySegment frame);

  /**
   * Forgets the contents.
   *
   * @param token what {@link #keep} returned
   */
  void discard(int token);
}
