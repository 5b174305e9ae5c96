package dev.mapwright.windows.memory.pte;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import dev.mapwright.windows.memory.cache.CacheBook;
import dev.mapwright.windows.memory.cache.Showing;
import dev.mapwright.windows.memory.cache.Verdict;
import dev.mapwright.windows.memory.mdl.FrameList;
import org.jspecify.annotations.Nullable;

/**
 * What is to be mapped or unmapped in a reservation. A context keeps one and uses it again. Not
 * thread-safe.
 */
public final class ReservedRequest implements Showing {
  private final FrameList frames;
  private @Nullable ReservedRange range;
  private long page;
  private long pages;
  private boolean removes;
  private Outcome outcome = Outcome.OK;

  /**
   * Makes an empty request.
   *
   * @param frames the list that will say what to map
   */
  public ReservedRequest(FrameList frames) {
    this.frames = frames;
  }

  /**
   * Maps the pages of the list.
   *
   * @param where the reservation
   * @param first the first page there
   * @param book decides how each is accessed
   * @param asked how the caller wants them to be accessed
   * @return what the book says; REFUSED with {@link #outcome}
   */
  public Verdict map(ReservedRange where, long first, CacheBook book, CachePolicy asked) {
    range = where;
    page = first;
    pages = frames.count();
    removes = false;
    Verdict verdict = book.showLocked(frames, asked, this);
    range = null;
    return verdict;
  }

  /**
   * Unmaps what begins at a page, if it has as many pages.
   *
   * @param where the reservation
   * @param first the first page there
   * @param count how many pages it has to have
   * @param book told of pages without a cache attribute of their own
   * @param scratch room for as many pages
   * @return {@code OK}, {@code DEAD}, {@code NOT_MAPPED}, {@code INVALID} for another count, {@code
   *     OUT_OF_RECORDS} when the scratch list has no room
   */
  public Outcome unmap(
      ReservedRange where, long first, long count, CacheBook book, FrameList scratch) {
    if (where.floating() == 0) {
      return where.reservation().unmap(first, count);
    }
    if (where.reservation().mappedFrom(first) != count) {
      return where.reservation().mappedFrom(first) == 0 ? Outcome.NOT_MAPPED : Outcome.INVALID;
    }
    if (!scratch.begin((int) count)) {
      return Outcome.OUT_OF_RECORDS;
    }
    range = where;
    page = first;
    pages = count;
    removes = true;
    book.hide(where.reservation().region().space().translation(), first, scratch, this);
    range = null;
    return outcome;
  }

  @Override
  public boolean carryOut(boolean floating) {
    ReservedRange where = range;
    if (where == null) {
      throw new IllegalStateException("nothing was asked for");
    }
    if (removes) {
      outcome = where.reservation().unmap(page, pages);
    } else {
      if (floating) {
        where.addFloating(1); // before anybody can see the mapping
      }
      outcome =
          where
              .reservation()
              .map(page, pages, frames, Permissions.ALL, CachePolicy.CACHED); // each has its own
    }
    boolean done = outcome == Outcome.OK;
    if (floating && done == removes) {
      where.addFloating(-1);
    }
    return done;
  }

  /** {@return why mapping or unmapping was refused; OK when it was not} */
  public Outcome outcome() {
    return outcome;
  }
}
