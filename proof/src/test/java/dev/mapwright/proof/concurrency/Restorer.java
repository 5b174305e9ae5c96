package dev.mapwright.proof.concurrency;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.space.SpaceSnapshot;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * Takes a snapshot of a space and goes back to it while others go on: readers of the space, and
 * everybody who has nothing to do with its objects. Those who change it or its objects pause, so
 * afterwards every word is what it was.
 */
final class Restorer extends Actor {
  private final TrackedSpace space;
  private @Nullable SpaceSnapshot snapshot;
  private List<AddressHistory.Showing> showings = List.of();
  private List<Saved> saved = List.of();

  /**
   * The words of an object, page by page, and which pages may be the live parent's. An object that
   * is not mapped here goes back only if one that is mapped saw through to it, which nobody tells.
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares it
  private record Saved(
      TrackedObject object, boolean mapped, int size, long[][] words, boolean[] live) {}

  /** What is under way for an object of which nobody knows whether it goes back. */
  private record GoingBack(Saved saved, Episode resizing, List<Episode> pages) {
    /** Everybody else pauses. An object of another size than it had then has not gone back. */
    void end(CampaignRun run, boolean done) {
      boolean perhaps = done && saved.object.object.pages() == saved.size;
      if (done && !perhaps) {
        run.tally.count("restored without an object that is not mapped");
      }
      resizing.end(run.clock, perhaps ? Episode.Fate.DONE : Episode.Fate.VOID);
      pages.forEach(
          page -> page.end(run.clock, perhaps ? Episode.Fate.PARTIAL : Episode.Fate.VOID));
    }
  }

  Restorer(CampaignRun run, TrackedSpace space) {
    super(run);
    this.space = space;
  }

  @Override
  void step() {
    rest();
    List<Lock> locks = new ArrayList<>();
    locks.add(space.pause.writeLock());
    space.families.forEach(family -> locks.add(family.pause.writeLock()));
    locks.forEach(Lock::lock);
    try {
      if (snapshot == null) {
        take();
      } else if (random.chance(75)) {
        restore(snapshot);
      } else {
        snapshot.close();
        snapshot = null;
      }
    } finally {
      locks.forEach(Lock::unlock);
    }
  }

  private void take() {
    var made = space.space.snapshot();
    if (!done("snapshot of a space", made.outcome())) {
      return;
    }
    SpaceSnapshot taken = made.get();
    showings = new ArrayList<>();
    Set<TrackedObject> mapped = new HashSet<>();
    Set<TrackedObject> objects = new HashSet<>();
    space.objects.forEach(object -> object.snapshotted = true);
    for (AddressHistory at : space.at) {
      AddressHistory.Showing now = at.now();
      showings.add(now);
      if (now.page != null) {
        mapped.add(now.page.object());
      }
      for (TrackedObject object = now.page == null ? null : now.page.object();
          object != null;
          object = object.parent) {
        objects.add(object);
      }
    }
    try {
      saved = objects.stream().map(object -> save(object, mapped.contains(object))).toList();
      snapshot = taken;
    } finally {
      if (snapshot == null) {
        taken.close();
      }
    }
  }

  private Saved save(TrackedObject object, boolean mapped) {
    int size = object.size();
    long[][] words = new long[size][Stamp.WORDS.length];
    boolean[] live = new boolean[size];
    long now = run.moment();
    for (int page = 0; page < size; page++) {
      live[page] = object.pages[page].maybeLive(now, now);
      for (int i = 0; i < Stamp.WORDS.length; i++) {
        words[page][i] = word(object, page, i);
        object.judge(page, words[page][i], now, run.moment());
      }
    }
    return new Saved(object, mapped, size, words, live);
  }

  private static long word(TrackedObject object, int page, int i) {
    long[] value = new long[1];
    object
        .object
        .read(Pages.address(page) + Stamp.WORDS[i], MemorySegment.ofArray(value), 0, Long.BYTES)
        .orThrow();
    return value[0];
  }

  private void restore(SpaceSnapshot then) {
    List<Episode> begun = new ArrayList<>();
    for (int index = 0; index < space.at.length; index++) {
      AddressHistory.Showing shown = showings.get(index);
      begun.add(space.at[index].begin(shown.page, shown.permissions, false));
    }
    List<GoingBack> unmapped = new ArrayList<>();
    for (Saved one : saved) {
      List<Episode> to = one.mapped ? begun : new ArrayList<>();
      Episode resizing = one.object.beginResize(one.size);
      if (one.mapped) {
        begun.add(resizing);
      } else {
        unmapped.add(new GoingBack(one, resizing, to));
      }
      for (int page = 0; page < one.object.pages.length; page++) {
        boolean there = page < one.size;
        Set<Long> words = there ? new HashSet<>() : one.object.cleared(page);
        for (int i = 0; there && i < Stamp.WORDS.length; i++) {
          words.add(one.words[page][i]);
        }
        boolean live = there ? one.live[page] : one.object.parent != null;
        to.add(one.object.pages[page].begin("restore", words, live));
      }
    }
    Outcome outcome = then.restore();
    boolean done = done("restore", outcome);
    begun.forEach(episode -> episode.end(run.clock, fate(done)));
    unmapped.forEach(one -> one.end(run, done));
    if (done) {
      saved.stream().filter(Saved::mapped).forEach(Restorer::verify);
    }
  }

  /** Nobody writes here now: every word is exactly what it was. */
  private static void verify(Saved one) {
    for (int page = 0; page < one.size; page++) {
      for (int i = 0; i < Stamp.WORDS.length; i++) {
        long word = word(one.object, page, i);
        if (word != one.words[page][i]) {
          throw new AssertionError(
              "restored page %d of %s shows %s and not %s"
                  .formatted(page, one.object, Stamp.text(word), Stamp.text(one.words[page][i])));
        }
      }
    }
  }

  @Override
  void end() {
    super.end();
    if (snapshot != null) {
      snapshot.close();
    }
  }
}
