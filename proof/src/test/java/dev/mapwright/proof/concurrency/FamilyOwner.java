package dev.mapwright.proof.concurrency;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.space.Lease;
import dev.mapwright.core.space.MapRequest;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Takes pages of one family away and gives them back: decommit, commit, pin, put out, resize,
 * lease; takes snapshots, shows them, writes them, goes back to them, and forks.
 */
final class FamilyOwner extends Actor {
  private static final int MOST_SNAPSHOTS = 3;

  private final TrackedFamily family;
  private final List<TrackedSpace> spaces;
  private final MapRequest request = new MapRequest();

  /** A snapshot that is kept. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares it
  private record Kept(TrackedObject snapshot, TrackedObject of, boolean[] written) {}

  private final List<Kept> kept = new ArrayList<>();

  FamilyOwner(CampaignRun run, TrackedFamily family) {
    super(run);
    this.family = family;
    spaces = run.spaces.stream().filter(space -> space.families.contains(family)).toList();
  }

  @Override
  void step() {
    family.pause.readLock().lock();
    try {
      TrackedObject object = family.objects.get(random.below(family.objects.size()));
      switch (random.below(22)) {
        case 0, 1, 2 -> decommit(object);
        case 3, 4 -> commit(object);
        case 5, 6, 7 -> putOut(object);
        case 8, 9 -> resize(object, random.below(object.pages.length + 1));
        case 10 -> resize(object, object.pages.length);
        case 11, 12 -> lease(object);
        case 13 -> snapshot(object);
        case 14, 15, 16 -> show();
        case 17, 18 -> writeSnapshot();
        case 19 -> revert();
        case 20 -> releaseSnapshot();
        default -> new Fork(run, cpu, random, family).run();
      }
    } finally {
      family.pause.readLock().unlock();
    }
  }

  private void decommit(TrackedObject object) {
    int size = object.size();
    int first = random.below(size + 1);
    int count = random.below(size - first + 1);
    List<PageHistory.Change> begun = beginClearing("decommit", object, first, first + count);
    finish(begun, done("decommit", object.object.decommit(first, count)));
  }

  private static List<PageHistory.Change> beginClearing(
      String what, TrackedObject object, int from, int end) {
    List<PageHistory.Change> begun = new ArrayList<>();
    for (int page = from; page < end; page++) {
      begun.add(object.pages[page].begin(what, object.cleared(page), object.parent != null));
    }
    return begun;
  }

  private void finish(List<PageHistory.Change> begun, boolean done) {
    begun.forEach(change -> change.end(run.clock, fate(done)));
  }

  private void resize(TrackedObject object, int newPages) {
    int size = object.size();
    TrackedObject.Resizing resizing = object.beginResize(newPages);
    // What a live view shows where it grows is its parent's again.
    List<PageHistory.Change> begun =
        beginClearing("resize", object, Math.min(size, newPages), Math.max(size, newPages));
    boolean done = done("resize", object.object.resize(newPages));
    finish(begun, done);
    resizing.end(run.clock, fate(done));
  }

  private void commit(TrackedObject object) {
    int size = object.size();
    int first = random.below(size + 1);
    int count = random.below(size - first + 1);
    List<PageHistory.Freeze> begun = beginFreezing(object, first, count);
    boolean pin = random.chance(50);
    Outcome outcome = pin ? object.object.pin(first, count) : object.object.commit(first, count);
    boolean done = done(pin ? "pin" : "commit", outcome);
    if (done && pin) {
      object.object.unpin(first, count);
    }
    endFreezing(object, first, begun, done);
  }

  private static List<PageHistory.Freeze> beginFreezing(
      TrackedObject object, int first, int count) {
    List<PageHistory.Freeze> begun = new ArrayList<>();
    for (int page = first; page < first + count; page++) {
      begun.add(object.pages[page].beginFreeze("copy"));
    }
    return begun;
  }

  private static void endFreezing(
      TrackedObject object, int first, List<PageHistory.Freeze> begun, boolean done) {
    for (int i = 0; i < begun.size(); i++) {
      object.pages[first + i].endFreeze(begun.get(i), done);
    }
  }

  private void putOut(TrackedObject object) {
    done("put out", object.object.putOut(0, object.pages.length, family.store));
  }

  private void lease(TrackedObject object) {
    if (spaces.isEmpty()) {
      return;
    }
    TrackedSpace space = spaces.get(random.below(spaces.size()));
    int page = random.below(object.pages.length);
    int count = Math.min(object.pages.length - page, 1 + random.below(3));
    int index = space.home(object, random.below(2)) + page;
    List<PageHistory.Freeze> begun = beginFreezing(object, page, count);
    var made = space.space.lease(space.page(index), count, false);
    boolean done = done("lease", made.outcome());
    endFreezing(object, page, begun, done);
    Lease lease = made.made();
    if (lease == null) {
      return;
    }
    try (lease) {
      for (int i = 0; i < 3 * count; i++) {
        int word = random.oneOf(Stamp.WORDS);
        long from = run.moment();
        long value = lease.segment(i % count, 1).get(ValueLayout.JAVA_LONG, word);
        object.judge(page + i % count, value, from, run.moment());
      }
      int taken = random.below(count);
      if (object.object.decommit(page + taken, 1) != Outcome.PINNED) {
        throw new AssertionError("a leased page was decommitted");
      }
    }
  }

  private void snapshot(TrackedObject object) {
    if (kept.size() == MOST_SNAPSHOTS) {
      releaseSnapshot();
    }
    TrackedObject snapshot = run.snapshot(object);
    run.tally.count(snapshot == null ? "snapshot refused" : "snapshot");
    if (snapshot != null) {
      kept.add(new Kept(snapshot, object, new boolean[1]));
    }
  }

  /** Shows a part of a snapshot in the family's window of a space, or nothing. */
  private void show() {
    if (spaces.isEmpty()) {
      return;
    }
    TrackedSpace space = spaces.get(random.below(spaces.size()));
    int window = space.window(family);
    if (kept.isEmpty() || random.chance(30)) {
      List<AddressHistory.Showing> begun = new ArrayList<>();
      for (int i = 0; i < run.shape.pages(); i++) {
        begun.add(space.at[window + i].begin(null, Permissions.NONE, false));
      }
      Outcome outcome = space.space.root().unmap(space.page(window), begun.size());
      boolean done = done("hide a snapshot", outcome);
      begun.forEach(showing -> showing.end(run.clock, fate(done)));
      return;
    }
    TrackedObject snapshot = kept.get(random.below(kept.size())).snapshot();
    if (snapshot.pages.length == 0) {
      return;
    }
    int page = random.below(snapshot.pages.length);
    int count = 1 + random.below(snapshot.pages.length - page);
    int at = window + random.below(run.shape.pages() - count + 1);
    List<AddressHistory.Showing> begun = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      begun.add(space.at[at + i].begin(snapshot.pages[page + i], Permissions.READ, false));
    }
    request.clear().object(snapshot.object, page).pages(count).permissions(Permissions.READ);
    request.where().overwrite(space.page(at));
    boolean done = done("show a snapshot", space.space.root().map(request));
    begun.forEach(showing -> showing.end(run.clock, fate(done)));
  }

  private void writeSnapshot() {
    if (kept.isEmpty()) {
      return;
    }
    Kept one = kept.get(random.below(kept.size()));
    if (one.snapshot().pages.length == 0) {
      return;
    }
    int page = random.below(one.snapshot().pages.length);
    for (int i = 0; i < 4; i++) {
      one.snapshot().judgeRead(page, random.oneOf(Stamp.WORDS));
    }
    if (random.chance(20)) {
      PageHistory history = one.snapshot().pages[page];
      PageHistory.Stamping stamping = history.beginStamp();
      one.written()[0] = true;
      history.endStamp(stamping, Stamp.write(one.snapshot().object, page, stamping.stamp));
      run.tally.count("write of a snapshot");
    }
  }

  /** Goes back to a snapshot that was never written. */
  private void revert() {
    Kept one = kept.isEmpty() ? null : kept.get(random.below(kept.size()));
    if (one == null || one.written()[0]) {
      return;
    }
    TrackedObject object = one.of();
    TrackedObject snapshot = one.snapshot();
    long now = run.moment();
    List<Set<Long>> words = new ArrayList<>();
    for (PageHistory page : snapshot.pages) {
      words.add(new HashSet<>());
      page.words(now, now, words.getLast());
    }
    TrackedObject.Resizing resizing = object.beginResize(snapshot.pages.length);
    List<PageHistory.Change> begun =
        beginClearing("revert", object, snapshot.pages.length, object.pages.length);
    for (int page = 0; page < snapshot.pages.length; page++) {
      boolean live = snapshot.pages[page].maybeLive(now, now);
      begun.add(object.pages[page].begin("revert", words.get(page), live));
    }
    boolean done = done("revert", object.object.revertTo(snapshot.object));
    finish(begun, done);
    resizing.end(run.clock, fate(done));
  }

  private void releaseSnapshot() {
    if (!kept.isEmpty()) {
      kept.remove(random.below(kept.size())).snapshot().object.release();
    }
  }

  @Override
  void end() {
    super.end();
    while (!kept.isEmpty()) {
      releaseSnapshot();
    }
  }
}
