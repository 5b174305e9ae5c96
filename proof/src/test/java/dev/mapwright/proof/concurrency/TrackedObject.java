package dev.mapwright.proof.concurrency;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.memory.MemoryObject;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A memory object with what each of its pages, and its size, have been. */
final class TrackedObject {
  /** The object has a size from now on. */
  static final class Resizing extends Episode {
    final long pages;

    Resizing(AtomicLong clock, long pages) {
      super(clock);
      this.pages = pages;
    }
  }

  final MemoryObject object;
  final String name;

  /** The object whose pages this one shows live; null for none. */
  final @Nullable TrackedObject parent;

  /** Whether absent pages come from a page source. */
  final boolean sourced;

  /** As many as it has at its largest. */
  final PageHistory[] pages;

  final AtomicLong clock;

  /** Whether a snapshot was ever made; set and read by the threads that change the object. */
  volatile boolean snapshotted;

  private final Episodes<Resizing> sizes = new Episodes<>();

  TrackedObject(
      CampaignRun run,
      MemoryObject object,
      String name,
      @Nullable TrackedObject parent,
      boolean sourced,
      int firstIdentity) {
    this.clock = run.clock;
    this.object = object;
    this.name = name;
    this.parent = parent;
    this.sourced = sourced;
    this.pages = new PageHistory[(int) object.pages()];
    for (int page = 0; page < pages.length; page++) {
      PageHistory above = parent == null ? null : parent.pages[page];
      pages[page] = new PageHistory(clock, firstIdentity + page, this, page, above);
    }
    beginResize(pages.length).end(clock, Episode.Fate.DONE);
  }

  /** The words that a page shows that was decommitted, or was beyond the end. */
  Set<Long> cleared(int page) {
    Set<Long> words = new HashSet<>();
    if (parent == null || snapshotted) {
      words.add(0L);
    }
    if (sourced) {
      // From there again, or zero when there was a snapshot; both are documented.
      words.add(pages[page].firstStamp());
    }
    return words;
  }

  /** Reads a page and judges what comes; false when it lies beyond the end. */
  boolean judgeRead(int page, int word) {
    long[] value = new long[1];
    long from = clock.get() + 1;
    Outcome outcome =
        object.read(Pages.address(page) + word, MemorySegment.ofArray(value), 0, Long.BYTES);
    long to = clock.get() + 1;
    boolean beyond = outcome == Outcome.OUTSIDE && smallest(from, to) <= page;
    if (!beyond && outcome != Outcome.OK) {
      throw complaint(page, "a read was refused: " + outcome, from, to);
    }
    if (!beyond) {
      judge(page, value[0], from, to);
    }
    return !beyond;
  }

  /** Complains about a word that was seen at some moment between two. */
  void judge(int page, long word, long from, long to) {
    Set<Long> legal = new HashSet<>();
    pages[page].words(from, to, legal);
    if (!legal.contains(word)) {
      throw complaint(page, "read " + Stamp.text(word), from, to);
    }
  }

  private AssertionError complaint(int page, String what, long from, long to) {
    return new AssertionError(
        "%s between %d and %d: %s".formatted(what, from, to, pages[page].describe(from, to)));
  }

  // ---- sizes

  Resizing beginResize(long newPages) {
    Resizing resizing = new Resizing(clock, newPages);
    sizes.add(resizing);
    return resizing;
  }

  /** The size, for the thread that changes it. */
  int size() {
    return (int) sizes.last().pages;
  }

  /** The smallest size that it may have had between two moments. */
  long smallest(long from, long to) {
    long[] least = {Long.MAX_VALUE};
    sizes.between(from, to, any -> true, resizing -> least[0] = Math.min(least[0], resizing.pages));
    return least[0];
  }

  @Override
  public String toString() {
    return name;
  }
}
