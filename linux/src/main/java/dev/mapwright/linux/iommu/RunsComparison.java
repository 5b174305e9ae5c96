package dev.mapwright.linux.iommu;

import dev.mapwright.core.Pages;

/**
 * Compares two sets of runs page by page, and tells a {@link FindingMaker}. Both are in ascending
 * order, so one pass from the lowest page on does it, in steps that are as long as nothing changes.
 */
final class RunsComparison {
  private final FindingMaker into;
  private final PageRuns left;
  private final PageRuns right;
  private final String leftName;
  private final String rightName;
  private final String whose;

  /** Whether permissions are compared, too. */
  private final boolean permissions;

  private RunsComparison(
      FindingMaker into,
      String whose,
      PageRuns left,
      String leftName,
      PageRuns right,
      String rightName,
      boolean permissions) {
    this.into = into;
    this.whose = whose;
    this.left = left;
    this.leftName = leftName;
    this.right = right;
    this.rightName = rightName;
    this.permissions = permissions;
  }

  /**
   * Compares.
   *
   * @param into told of every page
   * @param whose whose addresses they are, in words
   * @param permissions whether those have to be equal, too
   */
  static void compare(
      FindingMaker into,
      String whose,
      PageRuns left,
      String leftName,
      PageRuns right,
      String rightName,
      boolean permissions) {
    new RunsComparison(into, whose, left, leftName, right, rightName, permissions).sweep();
  }

  private void sweep() {
    int l = 0;
    int r = 0;
    long page = 0;
    while (l < left.count() || r < right.count()) {
      long leftFirst = l < left.count() ? Math.max(page, left.first(l)) : Long.MAX_VALUE;
      long rightFirst = r < right.count() ? Math.max(page, right.first(r)) : Long.MAX_VALUE;
      page = Math.min(leftFirst, rightFirst);
      boolean inLeft = leftFirst == page;
      boolean inRight = rightFirst == page;
      long end = inLeft ? left.last(l) : leftFirst - 1;
      end = Math.min(end, inRight ? right.last(r) : rightFirst - 1);
      tell(page, end - page + 1, inLeft ? l : -1, inRight ? r : -1);
      l += inLeft && end == left.last(l) ? 1 : 0;
      r += inRight && end == right.last(r) ? 1 : 0;
      page = end + 1;
    }
  }

  /** So many pages from one on are in one run of each side, or in none for -1. */
  private void tell(long page, long pages, int inLeft, int inRight) {
    boolean same =
        inLeft >= 0
            && inRight >= 0
            && left.pfn(inLeft) != PageRuns.BROKEN
            && left.pfn(inLeft, page) == right.pfn(inRight, page)
            && (!permissions || left.permissions(inLeft) == right.permissions(inRight));
    if (same) {
      into.matches(pages);
      return;
    }
    into.differs(
        pages,
        whose
            + " 0x"
            + Long.toHexString(Pages.address(page))
            + (pages > 1 ? " and the next " + (pages - 1) : "")
            + ": "
            + leftName
            + " "
            + (inLeft < 0 ? "nothing" : left.at(inLeft, page))
            + ", "
            + rightName
            + " "
            + (inRight < 0 ? "nothing" : right.at(inRight, page)));
  }
}
