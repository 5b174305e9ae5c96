package dev.mapwright.cli.explain;

import dev.mapwright.cli.text.Paragraph;
import java.io.PrintWriter;
import java.util.List;

/** An explanation for people. */
public final class ExplanationText {
  /** With more causes than these, somebody may want to see one routine's only. */
  private static final int MANY_CAUSES = 8;

  private ExplanationText() {}

  /**
   * Prints an explanation: the code and its other names, what it says, when which routine gives it,
   * what to do.
   *
   * @param found what was looked up
   * @param out where to
   */
  public static void print(Finding.Found found, PrintWriter out) {
    Code code = found.code();
    Explanation known = found.explanation();
    String of = found.routine() == null ? "" : " of " + found.routine();
    Paragraph.print("", code.name() + of + " (" + code.book().system() + ")", out);
    if (!code.aliases().isEmpty()) {
      Paragraph.print("Also ", String.join(", ", code.aliases()), out);
    }
    out.println();
    Paragraph.print("", known.meaning(), out);
    out.println();
    causes(code, known, out);
    parts(known.parts(), out);
    out.println();
    out.println("What to do");
    for (String advice : known.advice()) {
      Paragraph.print("  - ", advice, out);
    }
    others(found, out);
  }

  private static void causes(Code code, Explanation known, PrintWriter out) {
    if (!known.given()) {
      Paragraph.print("", "No routine in the table of answers gives it.", out);
      return;
    }
    if (known.causes().isEmpty()) {
      return;
    }
    out.println("Causes");
    String routine = "";
    for (Cause cause : known.causes()) {
      if (!cause.routine().equals(routine)) {
        routine = cause.routine();
        Paragraph.print("  ", routine, out);
      }
      Paragraph.print("    - ", cause.sentence() + " (" + cause.source() + ")", out);
    }
    if (known.causes().size() > MANY_CAUSES && known.routines().size() > 1) {
      out.println();
      String one = RoutineNames.split(known.routines().getFirst()).getFirst();
      Paragraph.print("", "One routine's only: mapwright explain " + code.name() + " " + one, out);
    }
  }

  private static void parts(List<Part> parts, PrintWriter out) {
    if (parts.isEmpty()) {
      return;
    }
    out.println("More exactly");
    for (Part part : parts) {
      Paragraph.print("  ", part.name() + ": " + part.sentence(), out);
    }
  }

  private static void others(Finding.Found found, PrintWriter out) {
    for (Code other : found.others()) {
      out.println();
      Paragraph.print(
          "",
          "Written alike: "
              + other.name()
              + " of "
              + other.book().system()
              + ", which no routine in the table of answers gives.",
          out);
    }
  }
}
