package dev.mapwright.linux.replay;

import dev.mapwright.linux.Choices;
import dev.mapwright.linux.LinuxSpace;
import dev.mapwright.linux.PlaceRule;
import dev.mapwright.linux.WantedPlace;
import java.util.HashMap;
import java.util.Map;

/**
 * By which rules the recorded kernel may have chosen places, as far as its answers have shown. What
 * decides is the kernel's version, for anonymous memory, and the file system, for files: so there
 * is a set of rules that are still possible for each class of requests and for each large file.
 * Each answer takes those out that would have answered otherwise.
 *
 * <p>A class whose answers no rule explains is one that this library does not know: its places are
 * taken from the recording, unless the rules have explained that class before.
 */
final class KnownRules {

  /** Requests that the same rule decides about. */
  enum Kind {
    /** Anonymous memory in which no huge page fits. */
    SMALL(PlaceRule.PLAIN),
    /** Anonymous memory of whole huge pages, anywhere. */
    WHOLE(PlaceRule.PLAIN, PlaceRule.HUGE, PlaceRule.HUGE_LOW),
    /** The same with a hint, which new kernels do not align for. */
    WHOLE_HINT(PlaceRule.PLAIN, PlaceRule.HUGE, PlaceRule.HUGE_LOW),
    /** Anonymous memory that is not whole huge pages, but has room for one. */
    PARTLY(PlaceRule.PLAIN, PlaceRule.HUGE, PlaceRule.HUGE_LOW),
    /** Huge pages themselves. */
    HUGE_PAGES(PlaceRule.PLAIN),
    /** Files and shared memory in which no huge page fits. */
    SMALL_FILE(PlaceRule.PLAIN),
    /** Files and shared memory in which one fits: the rules are known for each file. */
    LARGE_FILE(PlaceRule.values());

    private final int rules;

    Kind(PlaceRule... rules) {
      int set = 0;
      for (PlaceRule rule : rules) {
        set |= 1 << rule.ordinal();
      }
      this.rules = set;
    }
  }

  /** What a request's answer says about the rules. */
  enum Verdict {
    /** It is the only one that was possible. */
    ONLY,
    /** It is one of several that were possible. */
    ONE_OF,
    /** No possible rule answers so. */
    NONE,
    /** Nobody can say what would have been answered. */
    UNKNOWN
  }

  /** A class that was explained so seldom when it is not explained is one that nobody knows. */
  private static final int MAX_MISSES = 3;

  private static final PlaceRule[] RULES = PlaceRule.values();

  /** A hostile recording names files for ever; what is not remembered may be by any rule. */
  private static final int MAX_FILES = 1 << 16;

  private final int[] possible = new int[Kind.values().length];
  private final int[] explained = new int[Kind.values().length];
  private final int[] missed = new int[Kind.values().length];
  private final Map<String, Integer> byFile = new HashMap<>();

  /** The same for each folder: its files are on one file system. */
  private final Map<String, Integer> byFolder = new HashMap<>();

  /** What the rules of the last request chose; the rules that agree with the recorded place. */
  private long computed;

  private int agreeing;
  private boolean doubtful;

  KnownRules() {
    for (Kind kind : Kind.values()) {
      possible[kind.ordinal()] = kind.rules;
    }
  }

  /** The kernel is 6.13 or later. */
  void since6Dot13() {
    possible[Kind.WHOLE.ordinal()] = 1 << PlaceRule.HUGE.ordinal();
    possible[Kind.WHOLE_HINT.ordinal()] = 1 << PlaceRule.PLAIN.ordinal();
    possible[Kind.PARTLY.ordinal()] = 1 << PlaceRule.PLAIN.ordinal();
  }

  static Kind kindOf(WantedPlace wanted) {
    if (wanted.alignment() > 4096) {
      return Kind.HUGE_PAGES;
    }
    boolean large = PlaceRule.holdsHugePage(wanted);
    if (!wanted.object().isEmpty()) {
      return large || wanted.bytes() >= PlaceRule.HUGE_BYTES ? Kind.LARGE_FILE : Kind.SMALL_FILE;
    }
    if (!large) {
      return Kind.SMALL;
    }
    if ((wanted.bytes() & PlaceRule.HUGE_BYTES - 1) != 0) {
      return Kind.PARTLY;
    }
    return wanted.hint() == 0 ? Kind.WHOLE : Kind.WHOLE_HINT;
  }

  /** Asks every possible rule. What they say is compared with the recorded place. */
  Verdict judge(LinuxSpace space, long ceiling, WantedPlace wanted, Kind kind, long recorded) {
    int rules = rulesFor(wanted, kind);
    agreeing = 0;
    computed = Choices.NO_PLACE;
    int asked = 0;
    boolean several = false;
    for (PlaceRule rule : RULES) {
      if ((rules & 1 << rule.ordinal()) == 0 || !fits(rule, wanted)) {
        continue;
      }
      long place = rule.place(space, ceiling, wanted);
      if (place < 0) {
        return Verdict.UNKNOWN;
      }
      asked |= 1 << rule.ordinal();
      several |= computed >= 0 && place != computed;
      computed = computed >= 0 ? computed : place;
      agreeing |= place == recorded ? 1 << rule.ordinal() : 0;
    }
    if (computed < 0) {
      return Verdict.UNKNOWN;
    }
    if (agreeing == 0) {
      return Verdict.NONE;
    }
    return several && !isExpected(wanted, kind, asked) ? Verdict.ONE_OF : Verdict.ONLY;
  }

  /**
   * Whether the recorded place is the one that follows from the rules of the file's folder. Where
   * it is not, nothing is wrong: another file system may be mounted there.
   */
  private boolean isExpected(WantedPlace wanted, Kind kind, int asked) {
    Integer known = kind == Kind.LARGE_FILE ? byFolder.get(folder(wanted.object())) : null;
    int expected = known == null ? 0 : known & asked;
    return expected != 0 && (expected & ~agreeing) == 0;
  }

  /** The folder of a file; memfds have one of their own. */
  private static String folder(String file) {
    return file.substring(0, file.lastIndexOf('/') + 1);
  }

  /** What the first possible rule has chosen when they were asked last. */
  long computed() {
    return computed;
  }

  /** The last answer was explained: the rules that would have answered otherwise are out. */
  void learn(WantedPlace wanted, Kind kind) {
    explained[kind.ordinal()]++;
    if (kind != Kind.LARGE_FILE) {
      possible[kind.ordinal()] &= agreeing;
    } else if (byFile.size() < MAX_FILES || byFile.containsKey(wanted.object())) {
      byFile.put(wanted.object(), rulesFor(wanted, kind) & agreeing);
      byFolder.merge(
          folder(wanted.object()),
          agreeing,
          (known, now) -> (known & now) == 0 ? now : (Integer) (known & now));
    }
  }

  /**
   * Whether the rules have explained requests of a kind. One file's place may be right by chance
   * where files are aligned as processors like it.
   */
  boolean explain(Kind kind) {
    return explained[kind.ordinal()] > (kind == Kind.SMALL_FILE ? 1 : 0);
  }

  /** Others may have mapped without a line, in any process. */
  void doubt() {
    doubtful = true;
  }

  boolean doubtful() {
    return doubtful;
  }

  /** The last answer was not explained, in a process whose others are. */
  void miss(Kind kind) {
    if (++missed[kind.ordinal()] >= MAX_MISSES) {
      possible[kind.ordinal()] = 0;
    }
  }

  private int rulesFor(WantedPlace wanted, Kind kind) {
    int all = possible[kind.ordinal()];
    if (kind != Kind.LARGE_FILE) {
      return all;
    }
    Integer known = byFile.get(wanted.object());
    return known == null ? all : all & known;
  }

  /** Files on hugetlbfs are mapped in whole huge pages only. */
  private static boolean fits(PlaceRule rule, WantedPlace wanted) {
    return switch (rule) {
      case ALIGNED_2M -> (wanted.bytes() & PlaceRule.HUGE_BYTES - 1) == 0;
      case ALIGNED_1G -> (wanted.bytes() & (1L << 30) - 1) == 0;
      default -> true;
    };
  }
}
