package dev.mapwright.linux.replay;

import dev.mapwright.linux.SavedAreas;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Calls of one process that overlap in time, and the order in which they took effect.
 *
 * <p>A recorded call takes effect somewhere between the line where it begins and the line where it
 * returns. A call that overlaps no other is made when its line is read. Calls that overlap are
 * collected until none is open; then the rule is:
 *
 * <ol>
 *   <li>a call that returned before another began comes before it;
 *   <li>calls that cannot influence each other (different addresses) are made in the order in which
 *       they returned;
 *   <li>among the others, that order is tried first; where the engine's answer is not the recorded
 *       one, other orders are tried, depth first, and the first one is taken in which every call is
 *       answered as recorded;
 *   <li>in the same way an order is looked for first, with at most {@value #MAX_PLACE_TRIES} calls,
 *       in which also every place that can be computed is the recorded one; if there is none,
 *       places are taken from the recording;
 *   <li>if there is no order, the order in which they returned stands, and the calls that are
 *       answered differently are divergences; if none is found with {@value #MAX_TRIES} calls, that
 *       order stands likewise, but nobody knows what is mapped where it matters.
 * </ol>
 *
 * <p>A window holds at most {@value #MAX_CALLS} calls; when it is full, or its process begins to
 * exit, it is made although calls are still open, which then count as coming later.
 */
final class OverlapWindow {

  static final int MAX_CALLS = 2048;
  private static final int MAX_TRIES = 20_000;
  private static final int MAX_PLACE_TRIES = 2_000;

  private final Verifier verifier;
  private final List<CallAtWork> calls = new ArrayList<>();

  OverlapWindow(Verifier verifier) {
    this.verifier = verifier;
  }

  boolean isEmpty() {
    return calls.isEmpty();
  }

  boolean isFull() {
    return calls.size() >= MAX_CALLS;
  }

  void forEach(Consumer<CallAtWork> visitor) {
    calls.forEach(visitor);
  }

  /** Whether a call of the window may influence one with a footprint, or the other way round. */
  boolean meets(Footprint footprint) {
    for (CallAtWork call : calls) {
      if (call.footprint().touches(footprint)) {
        return true;
      }
    }
    return false;
  }

  /** Adds a call; calls are added in the order in which they returned. */
  void add(CallAtWork call) {
    calls.add(call);
  }

  /**
   * Makes the collected calls.
   *
   * @param closed whether no other call is open, which may have changed what places follow from
   */
  void make(boolean closed) {
    RecordedChoices.Mode mode = closed ? RecordedChoices.Mode.JUDGE : RecordedChoices.Mode.TAKE;
    for (Iterator<CallAtWork> each = calls.iterator(); each.hasNext(); ) {
      CallAtWork call = each.next();
      if (!call.outcome().known() || call.outcome().injected()) {
        each.remove();
        if (meets(call.footprint())) {
          call.process().doubt(call.footprint());
        }
        verifier.verify(call, mode);
      }
    }
    if (calls.size() > 1) {
      Search strict = new Search(calls, RecordedChoices.Mode.COMPARE);
      if (strict.findConflicts()) {
        Search lenient = new Search(calls, RecordedChoices.Mode.TAKE);
        if (strict.run() || lenient.run()) {
          calls.clear();
          return;
        }
        mode = RecordedChoices.Mode.TAKE;
        if (!lenient.isConclusive()) {
          lenient.doubtConflicts();
        }
      }
    }
    for (CallAtWork call : calls) {
      verifier.verify(call, mode);
    }
    calls.clear();
  }

  /**
   * Looks for an order. Only used when two calls conflict; then every step is saved, so that it can
   * be taken back.
   */
  private final class Search {

    private final CallAtWork[] byEnd;
    private final boolean[] made;
    private final boolean[] conflicted;
    private final int[] order;

    /** How many choices each call took from the recording. */
    private final int[] taken;

    private final RecordedChoices.Mode mode;
    private final int maxTries;
    private int tries;
    private boolean tried;

    Search(List<CallAtWork> calls, RecordedChoices.Mode mode) {
      this.mode = mode;
      maxTries = mode == RecordedChoices.Mode.COMPARE ? MAX_PLACE_TRIES : MAX_TRIES;
      byEnd = calls.toArray(CallAtWork[]::new);
      Arrays.sort(byEnd, Comparator.comparingLong(CallAtWork::line));
      made = new boolean[byEnd.length];
      conflicted = new boolean[byEnd.length];
      order = new int[byEnd.length];
      taken = new int[byEnd.length];
    }

    /** Whether every order was looked at, so that there is none if none was found. */
    boolean isConclusive() {
      return tried && tries <= maxTries;
    }

    /** Nobody can say any more what is mapped where the order of calls matters. */
    void doubtConflicts() {
      for (int i = 0; i < byEnd.length; i++) {
        if (conflicted[i]) {
          byEnd[i].process().doubt(byEnd[i].footprint());
        }
      }
    }

    /** True if an order was found; the calls have been made then. Otherwise nothing has changed. */
    boolean run() {
      if (mode == RecordedChoices.Mode.TAKE && !findConflicts() || !certain()) {
        return false;
      }
      tried = true;
      for (CallAtWork call : byEnd) {
        verifier.prepare(call, calls);
      }
      List<SavedAreas> saved = new ArrayList<>(byEnd.length);
      try {
        if (!extend(0, saved)) {
          return false;
        }
        count();
        return true;
      } finally {
        saved.forEach(SavedAreas::close);
      }
    }

    /** Whether the order of any two calls may matter. */
    boolean findConflicts() {
      boolean any = false;
      for (int i = 0; i < byEnd.length; i++) {
        // Calls that began after this one ended come later in any order; ends are sorted, begins
        // are not.
        for (int j = i + 1; j < byEnd.length; j++) {
          if (!byEnd[i].before(byEnd[j]) && conflict(byEnd[i], byEnd[j])) {
            conflicted[i] = true;
            conflicted[j] = true;
            any = true;
          }
        }
      }
      return any;
    }

    private boolean conflict(CallAtWork a, CallAtWork b) {
      return a.conflictsWith(b)
          || mode == RecordedChoices.Mode.COMPARE
              && a.process() == b.process()
              && (a.asksForPlace() && b.changesPlaces() || b.asksForPlace() && a.changesPlaces());
    }

    /** Where a space is a guess, answers do not tell orders apart. */
    private boolean certain() {
      for (CallAtWork call : byEnd) {
        boolean known =
            !call.process().guessed()
                && (mode == RecordedChoices.Mode.TAKE || call.process().layout().certain());
        if (!known) {
          return false;
        }
      }
      return true;
    }

    /**
     * Makes the remaining calls in some order, or takes back what it made. Depth is the number of
     * calls.
     */
    private boolean extend(int depth, List<SavedAreas> saved) {
      if (depth == byEnd.length) {
        return true;
      }
      int lowest = 0;
      while (made[lowest]) {
        lowest++;
      }
      for (int i = lowest; i < byEnd.length; i++) {
        if (made[i] || !enabled(i, lowest) || tries++ > maxTries) {
          continue;
        }
        if (step(i, depth, saved)) {
          return true;
        }
        if (!conflicted[i]) {
          // Its turn does not matter: trying it later would lead to the same.
          return false;
        }
      }
      return false;
    }

    private boolean step(int i, int depth, List<SavedAreas> saved) {
      CallAtWork call = byEnd[i];
      SavedAreas before = verifier.save(call);
      saved.add(before);
      if (verifier.tryCall(call, mode)) {
        made[i] = true;
        taken[i] = verifier.takenByLast();
        order[depth] = i;
        if (extend(depth + 1, saved)) {
          return true;
        }
        made[i] = false;
      }
      before.restore();
      saved.removeLast().close();
      return false;
    }

    /** Whether everything that must come before a call has been made. */
    private boolean enabled(int i, int lowest) {
      for (int j = lowest;
          j < byEnd.length && byEnd[j].line() < byEnd[i].event().startLine();
          j++) {
        if (!made[j]) {
          return false;
        }
      }
      return true;
    }

    private void count() {
      int highest = -1;
      for (int i : order) {
        if (i < highest) {
          continue;
        }
        if (i > highest + 1) {
          verifier.reordered();
        }
        highest = i;
      }
      for (int i = 0; i < byEnd.length; i++) {
        verifier.agreed(byEnd[i], taken[i]);
      }
    }
  }
}
