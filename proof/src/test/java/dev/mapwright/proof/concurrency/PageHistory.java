package dev.mapwright.proof.concurrency;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What one page of one object may have shown, and when.
 *
 * <p><b>Two histories.</b> Its <em>stamps</em> are stored by the one thread that writes the page.
 * Its <em>changes</em> are made by the one thread that owns the object: from then on the page shows
 * certain words (zeros, those of a snapshot), or what its live parent shows at every moment. Each
 * history is a sequence, and the two run side by side: a stamp and a decommit that overlap may have
 * come in either order, even word by word.
 *
 * <p><b>A copy on the way.</b> The first store to a page of a live view copies the parent's page;
 * words that are not stored keep what the parent showed <em>then</em>. That is visible while the
 * stamp is under way, and afterwards when it remained partial or the page was uncovered in the
 * middle of it: its {@linkplain Stamping#residue residue}. A commit, a pin and a lease make the
 * same copy without storing anything; they are changes of the kind {@link Freeze}, and hide only
 * the parent, not a stamp.
 */
final class PageHistory {
  /** A store to all words of the page. */
  static final class Stamping extends Episode {
    final long stamp;

    /** Written before the end. What words may show that this has not stored, once it has ended. */
    volatile @Nullable Set<Long> residue;

    Stamping(AtomicLong clock, long stamp) {
      super(clock);
      this.stamp = stamp;
    }
  }

  /** From now on the page shows one of these words, or, if it is live, what the parent shows. */
  static class Change extends Episode {
    final String what;
    final Set<Long> words;
    final boolean live;

    Change(AtomicLong clock, String what, Set<Long> words, boolean live) {
      super(clock);
      this.what = what;
      this.words = words;
      this.live = live;
    }
  }

  /** A page that shows its parent's gets a copy; any other stays what it is. */
  static final class Freeze extends Change {
    /** What the parent showed meanwhile; null as long as it is under way. */
    volatile @Nullable Set<Long> copied;

    Freeze(AtomicLong clock, String what) {
      super(clock, what, Set.of(), false);
    }
  }

  /** How many words a stamp has reached. */
  enum Stored {
    ALL,
    SOME,
    /** The first store was refused, which may have copied the page all the same. */
    NONE
  }

  private final AtomicLong clock;
  private final int identity;
  private final TrackedObject object;
  private final int page;

  /** The live parent's page that is seen where this page has no contents of its own. */
  private final @Nullable PageHistory above;

  private final Episodes<Stamping> stamps = new Episodes<>();
  private final Episodes<Change> changes = new Episodes<>();

  /** Used by the writer only. */
  private long version;

  PageHistory(
      AtomicLong clock, int identity, TrackedObject object, int page, @Nullable PageHistory above) {
    this.clock = clock;
    this.identity = identity;
    this.object = object;
    this.page = page;
    this.above = above;
  }

  /** What it shows from the beginning. */
  void first(Set<Long> words, boolean live) {
    begin("made", words, live).end(clock, Episode.Fate.DONE);
  }

  TrackedObject object() {
    return object;
  }

  int page() {
    return page;
  }

  @Nullable PageHistory above() {
    return above;
  }

  /** What a page source gives: the stamp before all others. */
  long firstStamp() {
    return Stamp.of(identity, 0);
  }

  // ---- the writer

  Stamping beginStamp() {
    Stamping stamping = new Stamping(clock, Stamp.of(identity, ++version));
    stamps.add(stamping);
    return stamping;
  }

  void endStamp(Stamping stamping, Stored stored) {
    try {
      Set<Long> residue = residueOf(stamping, stored == Stored.ALL);
      stamping.residue = residue;
      boolean nothing = stored == Stored.NONE && residue.isEmpty();
      stamping.end(
          clock,
          stored == Stored.ALL
              ? Episode.Fate.DONE
              : nothing ? Episode.Fate.VOID : Episode.Fate.PARTIAL);
    } catch (Episodes.Unjudged unjudged) {
      stamping.end(clock, Episode.Fate.PARTIAL); // and its residue is not known
      throw unjudged;
    }
  }

  private Set<Long> residueOf(Stamping stamping, boolean whole) {
    Set<Long> residue = new HashSet<>();
    long now = clock.get() + 1;
    boolean[] uncovered = {!whole};
    changes.between(
        stamping.begin,
        now,
        PageHistory::hidesStamps,
        change -> uncovered[0] |= change.live && change.end() > stamping.begin);
    if (uncovered[0]) {
      liveWords(stamping.begin, now, residue);
    }
    return residue;
  }

  // ---- the owner

  Change begin(String what, Set<Long> words, boolean live) {
    Change change = new Change(clock, what, words, live);
    changes.add(change);
    return change;
  }

  Freeze beginFreeze(String what) {
    Freeze freeze = new Freeze(clock, what);
    changes.add(freeze);
    return freeze;
  }

  void endFreeze(Freeze freeze, boolean done) {
    if (!done) {
      freeze.end(clock, Episode.Fate.VOID);
      return;
    }
    try {
      Set<Long> copied = new HashSet<>();
      liveWords(freeze.begin, clock.get() + 1, copied);
      freeze.copied = copied;
      // A page that did not show its parent's stays what it was.
      freeze.end(clock, copied.isEmpty() ? Episode.Fate.VOID : Episode.Fate.DONE);
    } catch (Episodes.Unjudged unjudged) {
      freeze.end(clock, Episode.Fate.DONE); // and what was copied is not known
    }
  }

  /** Whether the page may show its parent's between two moments. */
  boolean maybeLive(long from, long to) {
    long stamped = stamps.lastDone(from, any -> true);
    long frozen = changes.lastDone(from, Freeze.class::isInstance);
    boolean[] found = new boolean[1];
    changes.between(
        from,
        to,
        PageHistory::hidesStamps,
        change -> found[0] |= change.live && change.end() >= stamped && change.end() >= frozen);
    return found[0];
  }

  // ---- judging

  private static boolean hidesStamps(Change change) {
    return !(change instanceof Freeze);
  }

  /** Adds every word that the page may have shown at some moment between two. */
  void words(long from, long to, Set<Long> into) {
    if (object.smallest(from, to) <= page) {
      into.add(0L); // a child that sees beyond the end
    }
    long changed = changes.lastDone(from, PageHistory::hidesStamps);
    stamps.between(
        from,
        to,
        any -> true,
        stamping -> {
          if (stamping.end() >= changed) {
            into.add(stamping.stamp);
            addAll(stamping, stamping.residue, into);
          }
        });
    long stamped = stamps.lastDone(from, any -> true);
    changes.between(
        from,
        to,
        PageHistory::hidesStamps,
        change -> {
          if (change.end() >= stamped && change.end() >= changed) {
            into.addAll(change.words);
            if (change instanceof Freeze freeze) {
              addAll(freeze, freeze.copied, into);
            }
          }
        });
    liveWords(from, to, into);
  }

  /** Adds what an episode left behind when it ended; as long as it goes on, the parent tells. */
  private static void addAll(Episode episode, @Nullable Set<Long> left, Set<Long> into) {
    if (left != null) {
      into.addAll(left);
    } else if (episode.end() != Episode.OPEN) {
      throw new Episodes.Unjudged();
    }
  }

  /** Adds what the page may have shown of its parent. */
  private void liveWords(long from, long to, Set<Long> into) {
    long stamped = stamps.lastDone(from, any -> true);
    long changed = changes.lastDone(from, PageHistory::hidesStamps);
    long frozen = changes.lastDone(from, Freeze.class::isInstance);
    long start = Math.min(from, copying(from, to));
    changes.between(
        from,
        to,
        PageHistory::hidesStamps,
        change -> {
          boolean hidden =
              change.end() < stamped || change.end() < changed || change.end() < frozen;
          if (change.live && above != null && !hidden) {
            above.words(Math.max(change.begin, start), to, into);
          }
        });
  }

  /** The earliest moment at which a copy may have been made that is not accounted for yet. */
  private long copying(long from, long to) {
    long[] earliest = {Long.MAX_VALUE};
    stamps.between(
        from,
        to,
        any -> true,
        stamping -> {
          if (stamping.end() >= from) {
            earliest[0] = Math.min(earliest[0], stamping.begin);
          }
        });
    changes.between(
        from,
        to,
        PageHistory::hidesStamps,
        change -> {
          if (change instanceof Freeze && change.end() >= from) {
            earliest[0] = Math.min(earliest[0], change.begin);
          }
        });
    return earliest[0];
  }

  /** For a complaint: what happened to the page around two moments. */
  String describe(long from, long to) {
    StringBuilder text = new StringBuilder("page " + page + " of " + object + ", #" + identity);
    stamps.between(
        from,
        to,
        any -> true,
        one -> text.append("\n  stamp ").append(Stamp.text(one.stamp)).append(one));
    changes.between(
        from,
        to,
        PageHistory::hidesStamps,
        one ->
            text.append("\n  ")
                .append(one.what)
                .append(one.live ? " (live)" : "")
                .append(one)
                .append(one.words.stream().map(Stamp::text).toList()));
    return above == null ? text.toString() : text + "\n  above " + above.describe(from, to);
  }
}
