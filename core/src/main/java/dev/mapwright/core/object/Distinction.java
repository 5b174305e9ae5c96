package dev.mapwright.core.object;

import dev.mapwright.core.Pages;

/** Where two members of a family may show different contents. The family's lock is held. */
final class Distinction {
  private Distinction() {}

  /**
   * The first page from one on where two members may differ, judged by who has contents or would
   * get them; -1 when there is none.
   */
  static long next(Member one, Member other, long page) {
    long from = Math.max(page, bothInherit(one, other));
    long nearest = nearer(one.list.next(page), other.list.next(page));
    nearest = nearer(nearest, Lineage.nextContents(one, from, Pages.LAST_PAGE));
    nearest = nearer(nearest, Lineage.nextContents(other, from, Pages.LAST_PAGE));
    return nearer(nearest, nextSourced(one, other, page));
  }

  /** How many pages, from 0 on, both get from the same place when they have not written them. */
  private static long bothInherit(Member one, Member other) {
    boolean siblings =
        one.parent != null
            && one.parent == other.parent
            && one.parentOffset == other.parentOffset
            && one.source == null
            && other.source == null;
    return siblings ? Math.min(one.parentLimit, other.parentLimit) : 0;
  }

  /** A family has one source; it gives both the same, but as far as both see it. */
  private static long nextSourced(Member one, Member other, long page) {
    long here = Lineage.sourced(one);
    long there = Lineage.sourced(other);
    long next = Math.max(page, Math.min(here, there));
    return next < Math.max(here, there) ? next : -1;
  }

  private static long nearer(long one, long other) {
    return one < 0 ? other : other < 0 ? one : Math.min(one, other);
  }
}
