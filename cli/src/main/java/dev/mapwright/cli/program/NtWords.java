package dev.mapwright.cli.program;

import dev.mapwright.core.event.Event;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.Routine;
import org.jspecify.annotations.Nullable;

/** What the Windows personality records, in words; other personalities number answers otherwise. */
final class NtWords {
  private NtWords() {}

  /** {@return whether an event is the Windows personality's, and is about an answer} */
  static boolean knows(Event event) {
    return event.source().equals("windows") && answer(event) != null;
  }

  /** {@return a refusal as a clause} */
  static String refusal(Event event) {
    return sentence(event, " refused: ");
  }

  /** {@return a misuse that did not stop the system, or a note, as a clause} */
  static String misuse(Event event) {
    return sentence(event, ": ");
  }

  private static String sentence(Event event, String joint) {
    Condition condition = answer(event);
    if (condition == null) {
      throw new IllegalArgumentException(event.toString());
    }
    String code = condition.answer().codeText();
    return condition.routine().documentedName()
        + joint
        + (code.isEmpty() ? "" : code + ", ")
        + condition.answer().sentence();
  }

  private static @Nullable Condition answer(Event event) {
    return Routine.answer(event.detail1());
  }
}
