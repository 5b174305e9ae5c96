package dev.mapwright.core.space;

import dev.mapwright.core.Pages;

/**
 * Where a new mapping or region is to lie: a rule, and limits for the rules that choose.
 *
 * <p>It is mutable and meant to be used again: setting a rule resets all limits. Not thread-safe.
 */
public final class Placement {
  /** Who decides where it lies. */
  public enum Rule {
    /** Drawn uniformly from all free, aligned places within the limits. */
    RANDOM,
    /** Close before or behind what the region already holds. */
    COMPACT,
    /** The lowest free, aligned place within the limits. */
    FIRST_FIT,
    /** Exactly there, if it is free. */
    AT,
    /** Exactly there, replacing the mappings that are in the way. */
    OVERWRITE
  }

  /** The largest alignment: 4 GiB. */
  public static final int MOST_ALIGNMENT_LOG2_PAGES = 32 - Pages.SHIFT;

  private Rule rule = Rule.RANDOM;
  private long page;
  private long lowest;
  private long highest = Pages.LAST_PAGE;
  private int alignmentLog2Pages;

  Placement() {}

  private Placement set(Rule newRule, long newPage) {
    rule = newRule;
    page = newPage;
    lowest = 0;
    highest = Pages.LAST_PAGE;
    alignmentLog2Pages = 0;
    return this;
  }

  /**
   * Anywhere, at random.
   *
   * @return this
   */
  public Placement anywhere() {
    return set(Rule.RANDOM, 0);
  }

  /**
   * Close to what is there, with a random gap of 1 to 128 pages. Holes between children are not
   * considered, so this can fail although there is room.
   *
   * @return this
   */
  public Placement compact() {
    return set(Rule.COMPACT, 0);
  }

  /**
   * As low as possible.
   *
   * @return this
   */
  public Placement firstFit() {
    return set(Rule.FIRST_FIT, 0);
  }

  /**
   * At a page that has to be free.
   *
   * @param firstPage the page, in the address space's numbers
   * @return this
   */
  public Placement at(long firstPage) {
    return set(Rule.AT, firstPage);
  }

  /**
   * At a page, replacing mappings that are there; only for mappings.
   *
   * @param firstPage the page, in the address space's numbers
   * @return this
   */
  public Placement overwrite(long firstPage) {
    return set(Rule.OVERWRITE, firstPage);
  }

  /**
   * Limits the rules that choose to a window. The whole of what is placed lies in it.
   *
   * @param lowestPage the lowest page allowed
   * @param highestPage the highest page allowed, inclusive (an upper limit alone leaves the lowest
   *     0)
   * @return this
   */
  public Placement within(long lowestPage, long highestPage) {
    lowest = lowestPage;
    highest = highestPage;
    return this;
  }

  /**
   * Asks for an alignment: the first page is a multiple of 2 to this power.
   *
   * @param log2Pages 0 .. {@link #MOST_ALIGNMENT_LOG2_PAGES}
   * @return this
   */
  public Placement aligned(int log2Pages) {
    alignmentLog2Pages = log2Pages;
    return this;
  }

  /** {@return the rule in force} */
  public Rule rule() {
    return rule;
  }

  /** {@return the page asked for, meaningful for an {@link #explicit} rule} */
  public long page() {
    return page;
  }

  /** {@return the lowest page allowed, for the rules that choose} */
  public long lowest() {
    return lowest;
  }

  /** {@return the highest page allowed, inclusive, for the rules that choose} */
  public long highest() {
    return highest;
  }

  /** {@return the power of two, in pages, that the first page is a multiple of} */
  public int alignmentLog2Pages() {
    return alignmentLog2Pages;
  }

  /** {@return whether the alignment is one that can be asked for} */
  public boolean valid() {
    return alignmentLog2Pages >= 0 && alignmentLog2Pages <= MOST_ALIGNMENT_LOG2_PAGES;
  }

  /** {@return whether the rule says where: {@link Rule#AT} and {@link Rule#OVERWRITE}} */
  public boolean explicit() {
    return rule == Rule.AT || rule == Rule.OVERWRITE;
  }
}
