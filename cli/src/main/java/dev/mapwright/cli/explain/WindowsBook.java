package dev.mapwright.cli.explain;

import dev.mapwright.windows.answer.Advice;
import dev.mapwright.windows.answer.Answer;
import dev.mapwright.windows.answer.BugCheckGuide;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.Effect;
import dev.mapwright.windows.answer.Kind;
import dev.mapwright.windows.answer.NtStatusGuide;
import dev.mapwright.windows.answer.Routine;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The statuses and bug checks of Windows. A bug check has a code of its own ({@code 0xDA}) and one
 * for each first parameter that names a kind of misuse ({@code 0xDA/0x104}).
 */
final class WindowsBook implements CodeBook {
  @Override
  public String system() {
    return "Windows";
  }

  @Override
  public List<Code> codes() {
    List<Code> codes = new ArrayList<>();
    List<Answer> kinds = kinds();
    for (BugCheckGuide guide : BugCheckGuide.values()) {
      codes.add(new Code(this, Numbers.hexadecimal(guide.code()), List.of(guide.name())));
      for (Answer answer : kinds) {
        if (answer.code() == guide.code()) {
          String kind = guide.name() + "/" + Numbers.hexadecimal(answer.parameter1());
          codes.add(new Code(this, answer.codeText(), List.of(kind)));
        }
      }
    }
    for (NtStatusGuide guide : NtStatusGuide.values()) {
      codes.add(new Code(this, guide.name(), aliases(guide)));
    }
    return codes;
  }

  /** In hexadecimal, as everybody writes it, and signed, as C prints it. */
  private static List<String> aliases(NtStatusGuide guide) {
    List<String> aliases = new ArrayList<>();
    aliases.add(Numbers.hexadecimal(guide.status() & 0xffff_ffffL));
    aliases.add(Integer.toString(guide.status()));
    if (guide == NtStatusGuide.STATUS_RESOURCE_IN_USE) {
      aliases.add("STATUS_IN_USE");
    }
    return aliases;
  }

  /** One answer for each code of two parts, the first that has it; by their second parts. */
  private static List<Answer> kinds() {
    List<Answer> kinds = new ArrayList<>();
    for (Routine routine : Routine.values()) {
      for (Condition condition : routine.conditions()) {
        Answer answer = condition.answer();
        if (answer.bugCheck() && answer.parameter1() != Answer.NO_PARAMETER) {
          insert(answer, kinds);
        }
      }
    }
    return kinds;
  }

  private static void insert(Answer answer, List<Answer> kinds) {
    int at = kinds.size();
    while (at > 0 && kinds.get(at - 1).parameter1() > answer.parameter1()) {
      at--;
    }
    for (int same = at - 1; same >= 0; same--) {
      if (sameCode(kinds.get(same), answer)) {
        return;
      }
    }
    kinds.add(at, answer);
  }

  /** Whether two answers with bug checks have one code; compared without making texts of them. */
  private static boolean sameCode(Answer one, Answer other) {
    return one.bugCheck()
        && other.bugCheck()
        && one.code() == other.code()
        && one.parameter1() == other.parameter1();
  }

  private static @Nullable Answer with(String code, List<Answer> answers) {
    for (Answer answer : answers) {
      if (answer.codeText().equals(code)) {
        return answer;
      }
    }
    return null;
  }

  @Override
  public Explanation explain(Code code) {
    if (code.name().startsWith("STATUS_")) {
      NtStatusGuide guide = NtStatusGuide.valueOf(code.name());
      return new Explanation(guide.meaning(), causes(code), List.of(), guide.advice());
    }
    // The first other name of a bug check is the documented one.
    String documented = code.aliases().getFirst();
    int slash = documented.indexOf('/');
    BugCheckGuide guide =
        BugCheckGuide.valueOf(slash < 0 ? documented : documented.substring(0, slash));
    List<Answer> kinds = kinds();
    Answer kind = with(code.name(), kinds);
    String advice = kind == null ? "" : Advice.of(kind);
    return new Explanation(
        guide.meaning(),
        causes(code),
        slash < 0 ? parts(guide, kinds) : List.of(),
        advice.isEmpty() ? guide.advice() : List.of(advice));
  }

  private static List<Part> parts(BugCheckGuide guide, List<Answer> kinds) {
    List<Part> parts = new ArrayList<>();
    for (Answer answer : kinds) {
      if (answer.code() == guide.code()) {
        parts.add(new Part(answer.codeText(), answer.sentence(), givers(answer)));
      }
    }
    return parts;
  }

  private static List<String> givers(Answer kind) {
    List<String> givers = new ArrayList<>();
    for (Routine routine : Routine.values()) {
      for (Condition condition : routine.conditions()) {
        boolean gives = sameCode(condition.answer(), kind);
        if (gives && !givers.contains(routine.documentedName())) {
          givers.add(routine.documentedName());
        }
      }
    }
    return givers;
  }

  private static List<Cause> causes(Code code) {
    List<Cause> causes = new ArrayList<>();
    for (Routine routine : Routine.values()) {
      for (Condition condition : routine.conditions()) {
        Answer answer = condition.answer();
        if (code(answer).equals(code.name())) {
          causes.add(new Cause(routine.documentedName(), sentence(answer), answer.source()));
        }
      }
    }
    return causes;
  }

  /** The name of the code that an answer gives; empty when it gives none. */
  private static String code(Answer answer) {
    boolean done = answer.effect() == Effect.DONE || answer.effect() == Effect.NOTED;
    if (done) {
      return answer.routine().result() == Kind.NTSTATUS ? NtStatusGuide.STATUS_SUCCESS.name() : "";
    }
    return answer.codeText();
  }

  /** The condition, when it counts, and what the parameters are that a debugger shows. */
  private static String sentence(Answer answer) {
    String when =
        switch (answer.effect()) {
          case RAISED -> "; the status is raised";
          case VERIFIER -> "; under Driver Verifier only";
          case DMA_VERIFIER -> "; under DMA verification only";
          case DISCOURAGED -> "; under Driver Verifier only, otherwise the call is carried out";
          default -> "";
        };
    boolean kind = answer.parameter1() != Answer.NO_PARAMETER;
    String parameters =
        !answer.bugCheck() || answer.numbers().isEmpty()
            ? ""
            : (kind ? "; parameters from the second on: " : "; parameters: ") + answer.numbers();
    return answer.sentence() + when + parameters;
  }

  @Override
  public List<String> routines() {
    List<String> names = new ArrayList<>();
    for (Routine routine : Routine.values()) {
      names.add(routine.documentedName());
    }
    return names;
  }
}
