package dev.mapwright.linux.replay;

import dev.mapwright.linux.LinuxSpace;
import dev.mapwright.linux.PlaceRule;
import dev.mapwright.linux.WantedPlace;
import dev.mapwright.linux.maps.MapsEntry;
import java.util.List;

/**
 * Where the kernel puts what a process maps without an address, and how sure that is.
 *
 * <p>Places are chosen top down below a ceiling (mmap_base), which is random for each process. In
 * what the kernel maps before the first call, the ceiling is the end of the dynamic linker; where
 * nobody recorded that, it is the end of the first place that was chosen. From there on places are
 * computed ({@link KnownRules}). A computed place that differs from the recorded one is a wrong
 * answer only if
 *
 * <ul>
 *   <li>the layout is confirmed: {@value #CONFIRMING} places were computed and agreed, since the
 *       ceiling was fixed;
 *   <li>all that is mapped in the process is known;
 *   <li>the rules for such requests have been seen to hold in this recording.
 * </ul>
 *
 * Otherwise the recorded place is taken, and the ceiling fixed anew. A process in which that
 * happens again and again has a layout that this library does not know (the old one, bottom up,
 * which setarch -L and an unlimited stack choose).
 */
final class Layout {

  /** What is said about a recorded place. */
  enum Verdict {
    /** It is what was computed. */
    COMPUTED,
    /** Nothing could be computed, or nothing certain. */
    TAKEN,
    /** It is not what was computed. */
    DIFFERS
  }

  private static final int CONFIRMING = 2;
  private static final int MAX_MISSES = 4;
  private static final long NONE = -1;

  /**
   * What is below is the program's image and its heap (ELF_ET_DYN_BASE and all that is added at
   * random), or a layout from the bottom up.
   */
  private static final long LOWEST_CEILING = 0x5800_0000_0000L;

  private final KnownRules rules;

  /** Whether all that was mapped at first is known. */
  private final boolean complete;

  /** Whether calls that map may be missing, so that no place can be called wrong. */
  private boolean doubtful;

  private long ceiling;

  /** Whatever is at least so large has no room above the ceiling. */
  private long unfit = Long.MAX_VALUE;

  private int confirmed;
  private int missed;

  private Layout(KnownRules rules, boolean complete, boolean doubtful, long ceiling) {
    this.rules = rules;
    this.complete = complete;
    this.doubtful = doubtful;
    this.ceiling = ceiling;
  }

  /** Of a process that has mapped nothing yet but what the maps say. */
  static Layout of(List<MapsEntry> maps, KnownRules rules) {
    long highest = NONE;
    long stack = stackIn(maps);
    for (MapsEntry entry : maps) {
      if (Long.compareUnsigned(entry.last(), stack) < 0) {
        highest = entry.last() + 1;
      }
      if (entry.name().equals("[vvar_vclock]")) {
        rules.since6Dot13();
      }
    }
    return new Layout(rules, true, false, highest < LOWEST_CEILING ? NONE : highest);
  }

  /**
   * Of a process of which nobody knows what was mapped.
   *
   * @param begun whether it is a program that has just begun, so that it holds nothing below the
   *     first place that is chosen
   */
  static Layout unknown(KnownRules rules, boolean begun) {
    return new Layout(rules, false, !begun, NONE);
  }

  /** Of a copy of the process. */
  Layout copy(boolean guessed) {
    Layout copy = new Layout(rules, complete, doubtful || guessed, ceiling);
    copy.unfit = unfit;
    copy.confirmed = confirmed;
    copy.missed = missed;
    return copy;
  }

  /** Something was mapped, or may have been, that no call shows. */
  void doubt() {
    doubtful = true;
  }

  private boolean isDoubtful() {
    return doubtful || rules.doubtful();
  }

  /** Whether computed places decide in which order calls took effect. */
  boolean certain() {
    return confirmed >= CONFIRMING && !isDoubtful() && missed < MAX_MISSES;
  }

  /** Compares without learning anything: for a call that may be taken back. */
  Verdict compare(LinuxSpace space, WantedPlace wanted, long recorded) {
    if (ceiling == NONE) {
      return Verdict.TAKEN;
    }
    return switch (rules.judge(space, ceiling, wanted, KnownRules.kindOf(wanted), recorded)) {
      case ONLY -> Verdict.COMPUTED;
      case ONE_OF, UNKNOWN -> Verdict.TAKEN;
      case NONE -> Verdict.DIFFERS;
    };
  }

  /** What was computed last. */
  long computed() {
    return rules.computed();
  }

  /** Compares, and learns from the recorded place. */
  Verdict judge(LinuxSpace space, WantedPlace wanted, long recorded) {
    if (missed >= MAX_MISSES) {
      return Verdict.TAKEN;
    }
    if (space.takeFreed() > ceiling && ceiling != NONE) {
      unfit = Long.MAX_VALUE;
    }
    if (ceiling == NONE) {
      return first(space, wanted, recorded);
    }
    KnownRules.Kind kind = KnownRules.kindOf(wanted);
    return switch (rules.judge(space, ceiling, wanted, kind, recorded)) {
      case ONLY -> agrees(wanted, kind, recorded, Verdict.COMPUTED);
      case ONE_OF -> agrees(wanted, kind, recorded, Verdict.TAKEN);
      case UNKNOWN -> Verdict.TAKEN;
      case NONE -> differs(wanted, kind, recorded);
    };
  }

  private Verdict first(LinuxSpace space, WantedPlace wanted, long recorded) {
    if (recorded == wanted.hint() && PlaceRule.takesHint(space, wanted)) {
      return Verdict.COMPUTED;
    }
    if (!wanted.below2Gib()) {
      fix(wanted, recorded);
    }
    return Verdict.TAKEN;
  }

  private Verdict agrees(WantedPlace wanted, KnownRules.Kind kind, long recorded, Verdict verdict) {
    rules.learn(wanted, kind);
    confirmed += recorded == wanted.hint() ? 0 : 1;
    if (recorded != wanted.hint() && recorded < ceiling) {
      unfit = Math.min(unfit, wanted.bytes());
    }
    return verdict;
  }

  private Verdict differs(WantedPlace wanted, KnownRules.Kind kind, long recorded) {
    boolean above = recorded + wanted.bytes() > ceiling;
    if (above && wanted.bytes() < unfit) {
      // Nobody knew of that room. What is between it and the ceiling is only known if all is.
      if (confirmed < CONFIRMING) {
        fix(wanted, recorded);
      } else if (complete) {
        ceiling = recorded + wanted.bytes();
      }
      return Verdict.TAKEN;
    }
    if (confirmed < CONFIRMING) {
      fix(wanted, recorded);
      return Verdict.TAKEN;
    }
    if (isDoubtful() || !wanted.hintCertain()) {
      return Verdict.TAKEN;
    }
    if (!rules.explain(kind)) {
      rules.miss(kind);
      return Verdict.TAKEN;
    }
    // One wrong answer is not to cause others.
    ceiling = recorded + wanted.bytes();
    unfit = wanted.bytes();
    confirmed = 0;
    return Verdict.DIFFERS;
  }

  private void fix(WantedPlace wanted, long recorded) {
    missed++;
    confirmed = 0;
    boolean topDown = recorded + wanted.bytes() >= LOWEST_CEILING;
    ceiling = topDown ? recorded + wanted.bytes() : NONE;
    unfit = wanted.bytes();
  }

  /** The lowest address of the stack; the end of all addresses if there is none. */
  private static long stackIn(List<MapsEntry> maps) {
    for (MapsEntry entry : maps) {
      if (entry.name().equals(MapsEntry.STACK)) {
        return entry.first();
      }
    }
    return LinuxSpace.TASK_BYTES;
  }
}
