package dev.mapwright.cli.explain;

import dev.mapwright.cli.text.EditDistance;
import dev.mapwright.cli.text.Paragraph;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Why a code was not found, in words, and what else it can have been. */
final class Complaints {
  /** No longer list helps. */
  private static final int MOST = 12;

  private static final String LIST = "'mapwright explain --list' lists all codes.";

  private Complaints() {}

  static String unknown(String typed, String plain, List<Code> codes) {
    List<Nearest.Guess> guesses = Nearest.to(plain, codes);
    StringBuilder text = new StringBuilder("there is no code '" + shortened(typed) + "'");
    text.append(guesses.isEmpty() ? "." : "; the nearest ones are");
    for (Nearest.Guess guess : guesses) {
      String name = guess.code().name();
      text.append(System.lineSeparator()).append("  ").append(name);
      text.append(guess.spelling().equals(name) ? "" : " (" + guess.spelling() + ")");
    }
    return text.append(System.lineSeparator()).append(LIST).toString();
  }

  static String several(String typed, List<Code> codes) {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    out.println("'" + shortened(typed) + "' can be " + codes.size() + " codes; which one is it?");
    for (Code code : codes.subList(0, Math.min(MOST, codes.size()))) {
      String meaning = firstSentence(code.book().explain(code).meaning());
      Paragraph.print("  ", code.name() + " (" + code.book().system() + "): " + meaning, out);
    }
    out.print(codes.size() > MOST ? "  and " + (codes.size() - MOST) + " more; " + LIST : LIST);
    out.flush();
    return text.toString();
  }

  static String unknownRoutine(String routine, List<Code> codes) {
    Code code = codes.getFirst();
    CodeBook book = code.book();
    String close = closest(RoutineNames.plain(routine), codes);
    String what = "no routine '" + shortened(routine) + "' in the table of answers";
    return close != null
        ? what + "; did you mean '" + close + "'?"
        : what
            + (codes.size() == 1 ? " of " + book.system() + "." : ".")
            + System.lineSeparator()
            + "'mapwright explain "
            + code.name()
            + "' names those that give this code.";
  }

  static String neverGiven(String routine, Code code) {
    CodeBook book = code.book();
    List<String> its = new ArrayList<>();
    for (Code other : book.codes()) {
      if (!book.explain(other).of(routine).causes().isEmpty()) {
        its.add(other.name());
      }
    }
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    out.println("no answer of " + routine + " in the table is " + code.name() + ".");
    List<String> givers = book.explain(code).routines();
    if (!givers.isEmpty()) {
      Paragraph.print("  ", "Routines that give it: " + String.join(", ", givers), out);
    }
    Paragraph.print("  ", "What " + routine + " gives: " + String.join(", ", its), out);
    out.print("'mapwright explain " + code.name() + "' says what it means in general.");
    out.flush();
    return text.toString();
  }

  /** The routine that is nearest to what was typed, in the books of some codes. */
  private static @Nullable String closest(String typed, List<Code> codes) {
    String best = null;
    int bestDistance = Math.max(2, typed.length() / 3) + 1;
    for (Code code : codes) {
      for (String routines : code.book().routines()) {
        for (String name : RoutineNames.split(routines)) {
          int distance = distance(typed, RoutineNames.plain(name));
          if (distance < bestDistance) {
            best = name;
            bestDistance = distance;
          }
        }
      }
    }
    return best;
  }

  private static int distance(String typed, String name) {
    int whole = EditDistance.of(typed, name);
    return name.startsWith("mx_")
        ? Math.min(whole, EditDistance.of(typed, name.substring(3)))
        : whole;
  }

  private static String firstSentence(String text) {
    int end = text.indexOf(". ");
    return end < 0 ? text : text.substring(0, end + 1);
  }

  /** Nobody wants to read 100,000 characters again. */
  private static String shortened(String typed) {
    return typed.length() <= 30 ? typed : typed.substring(0, 30) + "...";
  }
}
