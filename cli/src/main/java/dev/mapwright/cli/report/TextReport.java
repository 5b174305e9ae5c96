package dev.mapwright.cli.report;

import dev.mapwright.cli.text.Sizes;
import dev.mapwright.linux.maps.MappedRange;
import dev.mapwright.linux.maps.MapsComparison;
import dev.mapwright.linux.replay.AccessTrial;
import dev.mapwright.linux.replay.Divergence;
import dev.mapwright.linux.replay.ReplayReport;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A replay's report for people: what was replayed, then one line for each thing that was compared,
 * then the first differences.
 *
 * <p>Start-up decides how long a short replay takes, so lines are joined by hand: no formatter, no
 * streams.
 */
public final class TextReport {
  private static final int MOST_LISTED = 10;
  private static final int MOST_NAMES = 6;

  private final ReplayReport report;
  private final PrintWriter out;
  private final int width;

  private TextReport(ReplayReport report, PrintWriter out, int width) {
    this.report = report;
    this.out = out;
    this.width = width;
  }

  /**
   * Prints a report.
   *
   * @param report what was found
   * @param recording what was replayed, as the user called it
   * @param width how many characters fit into a line, for the differences side by side
   * @param out where to
   */
  public static void print(ReplayReport report, String recording, int width, PrintWriter out) {
    TextReport text = new TextReport(report, out, width);
    text.whatWasReplayed(recording);
    out.println();
    text.calls();
    text.ranges();
    text.accesses();
    text.invariants();
    out.println();
    out.println(
        report.agrees() ? "The engine and the kernel agree." : "The engine and the kernel DIFFER.");
  }

  private void whatWasReplayed(String recording) {
    out.println(
        (recording + ": " + Sizes.count(report.lines(), "line"))
            + (", " + Sizes.count(report.callCount(), "call"))
            + (", " + Sizes.count(report.processes(), "address space"))
            + (", " + Sizes.count(report.threads(), "thread")));
    out.println("  " + most(report.calls()));
    if (!report.skippedCalls().isEmpty()) {
      out.println("  skipped, because they map nothing: " + most(report.skippedCalls()));
    }
    List<String> notes = new ArrayList<>();
    if (report.mmapAnswers() > 0) {
      notes.add(
          (Sizes.grouped(report.mmapComputed()) + " of " + Sizes.grouped(report.mmapAnswers()))
              + " addresses that mmap answered were computed");
    }
    note(notes, report.choices(), "choice", " of the kernel taken from the recording");
    note(notes, report.refusals(), "call", " refused by the kernel, and by the engine as well");
    note(notes, report.reordered(), "overlapping call", " put into the order that agrees");
    note(notes, report.stackGrowths(), "growth", " of a stack");
    note(notes, report.unverifiable(), "answer", " that nobody could compute from a recording");
    for (String note : notes) {
      out.println("  " + note);
    }
  }

  private static void note(List<String> notes, long count, String noun, String what) {
    if (count > 0) {
      notes.add(Sizes.count(count, noun) + what);
    }
  }

  /** The most frequent names, each with its count. */
  private static String most(Map<String, Long> counts) {
    List<Map.Entry<String, Long>> entries = new ArrayList<>(counts.entrySet());
    entries.sort(TextReport::byCountThenName);
    StringBuilder text = new StringBuilder();
    int shown = entries.size() <= MOST_NAMES + 1 ? entries.size() : MOST_NAMES;
    for (int i = 0; i < shown; i++) {
      text.append(i == 0 ? "" : ", ").append(Sizes.grouped(entries.get(i).getValue()));
      text.append(' ').append(entries.get(i).getKey());
    }
    if (shown < entries.size()) {
      long rest = 0;
      for (int i = shown; i < entries.size(); i++) {
        rest += entries.get(i).getValue();
      }
      text.append(", ").append(Sizes.grouped(rest)).append(" others");
    }
    return text.toString();
  }

  private static int byCountThenName(Map.Entry<String, Long> a, Map.Entry<String, Long> b) {
    int byCount = Long.compare(b.getValue(), a.getValue());
    return byCount != 0 ? byCount : a.getKey().compareTo(b.getKey());
  }

  private void calls() {
    long diverged = report.divergenceCount();
    if (diverged == 0) {
      out.println(
          "calls    all " + Sizes.grouped(report.callCount()) + " answered as the kernel did");
      return;
    }
    out.println(
        ("calls    " + Sizes.grouped(diverged) + " of " + Sizes.grouped(report.callCount()))
            + (" DIVERGED" + first(diverged, report.divergences().size()) + ":"));
    for (int i = 0; i < Math.min(MOST_LISTED, report.divergences().size()); i++) {
      Divergence divergence = report.divergences().get(i);
      out.println(
          "  line "
              + divergence.line()
              + (divergence.pid() > 0 ? ", thread " + divergence.pid() : "")
              + ": "
              + divergence.call());
      out.println("      engine: " + divergence.computed());
      out.println("      kernel: " + divergence.recorded());
    }
  }

  private static String first(long all, int listed) {
    int shown = Math.min(MOST_LISTED, listed);
    return shown < all ? ", the first " + shown : "";
  }

  private void ranges() {
    MapsComparison comparison = report.comparison();
    if (comparison == null) {
      out.println(
          "ranges   not compared: there are no maps to compare with"
              + (report.pid() > 0 ? " of the end of process " + report.pid() : "")
              + " (--expect MAPS)");
      return;
    }
    String part = report.partial() ? ", as far as it is known what was there at first" : "";
    if (comparison.equal()) {
      out.println(
          ("ranges   all " + Sizes.grouped(comparison.expectedRanges()))
              + (" as the kernel left them" + part));
      return;
    }
    int missing = comparison.expectedRanges() - comparison.matching();
    int more = comparison.differing() - missing;
    out.println(
        ("ranges   " + Sizes.grouped(comparison.matching()) + " of ")
            + (Sizes.grouped(comparison.expectedRanges()) + " as the kernel left them" + part)
            + (missing == 0 ? "" : "; " + Sizes.grouped(missing) + " DIFFER")
            + (more == 0 ? "" : "; " + Sizes.grouped(more) + " more should NOT BE THERE")
            + (first(comparison.differing(), comparison.differences().size()) + ":"));
    differences(
        comparison
            .differences()
            .subList(0, Math.min(MOST_LISTED, comparison.differences().size())));
  }

  /** Side by side where whole ranges fit there, otherwise below each other. */
  private void differences(List<MapsComparison.Difference> differences) {
    int column = Math.max(40, (width - 5) / 2);
    boolean fit = true;
    for (MapsComparison.Difference difference : differences) {
      fit &= fits(difference.actual(), column) && fits(difference.expected(), column);
    }
    if (fit) {
      out.println("  " + padded("engine", column) + " | kernel");
    }
    for (MapsComparison.Difference difference : differences) {
      if (fit) {
        out.println(
            ("  " + padded(text(difference.actual(), column), column))
                + (" | " + text(difference.expected(), column)));
      } else {
        int room = Math.max(column, width - "  engine  ".length());
        out.println("  engine  " + text(difference.actual(), room));
        out.println("  kernel  " + text(difference.expected(), room));
      }
    }
  }

  private static boolean fits(@Nullable MappedRange range, int column) {
    return range == null || range.toString().length() <= column;
  }

  /** A range in so many characters; a long path loses its beginning, which says least. */
  private static String text(@Nullable MappedRange range, int column) {
    if (range == null) {
      return "(nothing)";
    }
    String text = range.toString();
    String object = range.object();
    int facts = text.length() - object.length();
    if (text.length() <= column || object.isEmpty()) {
      return text;
    }
    int room = column - facts - 1;
    return room < 4
        ? text.substring(0, facts).strip()
        : text.substring(0, facts) + "…" + object.substring(object.length() - room);
  }

  private static String padded(String text, int column) {
    return text.length() >= column ? text : text + " ".repeat(column - text.length());
  }

  private void accesses() {
    AccessTrial access = report.access();
    String tried =
        (Sizes.count(access.accesses(), "read") + ", writes and fetches in ")
            + Sizes.count(access.ranges(), "mapping");
    if (access.wrong().isEmpty()) {
      out.println("access   " + tried + " tried by a CPU, all answered as permissions say");
    } else {
      out.println(
          ("access   " + tried + " tried by a CPU, " + access.wrong().size())
              + (" answered WRONGLY" + first(access.wrong().size(), access.wrong().size()) + ":"));
      listed(access.wrong());
    }
    if (access.untried() > 0) {
      out.println("         " + access.untried() + " of them not tried: no frame was left");
    }
  }

  private void invariants() {
    if (report.violations().isEmpty()) {
      out.println("engine   every invariant holds");
    } else {
      out.println("engine   " + Sizes.count(report.violations().size(), "VIOLATION") + ":");
      listed(report.violations());
    }
  }

  private void listed(List<String> lines) {
    for (int i = 0; i < Math.min(MOST_LISTED, lines.size()); i++) {
      out.println("  " + lines.get(i));
    }
  }
}
