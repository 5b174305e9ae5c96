package dev.mapwright.core.object;

import org.jspecify.annotations.Nullable;

/**
 * What a page of a member shows: the result of {@link Lineage#see}. Exactly one of three: contents
 * that a member has ({@link #holder} is not null), contents that a source would give ({@link
 * #origin} is not null), or zeros (both are null).
 *
 * <p>There is one a family, valid until the next look; the family's lock guards it.
 */
final class Sight {
  /** Who has the contents, or would get them from a source; null for zeros. */
  @Nullable Member holder;

  /** The page in the holder, and its entry there. */
  long page;

  int entry;

  /** Whose source would give the contents, and the page in there; null when there are any. */
  @Nullable Member origin;

  long originPage;

  void zeros() {
    holder = null;
    origin = null;
    entry = PageList.ABSENT;
  }

  void held(Member by, long heldPage, int heldEntry) {
    holder = by;
    page = heldPage;
    entry = heldEntry;
    origin = null;
  }

  /** Contents that a source gives go to a holder that has none yet. */
  void supplied(Member to, long toPage, Member from, long fromPage) {
    holder = to;
    page = toPage;
    entry = PageList.ABSENT;
    origin = from;
    originPage = fromPage;
  }

  /** The frame of the contents, -1 when there is none (absent, out, or not yet supplied). */
  long frame() {
    return PageList.present(entry) ? PageList.pfn(entry) : -1;
  }
}
