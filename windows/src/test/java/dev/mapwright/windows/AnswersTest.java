package dev.mapwright.windows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.windows.answer.Answer;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.Effect;
import dev.mapwright.windows.answer.Routine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * Compares the documented answers with those that were observed at the call faces while the tests
 * of this package ran. It runs last.
 */
@Order(Integer.MAX_VALUE)
class AnswersTest {
  private static final Path TABLE =
      Path.of(System.getProperty("mapwright.root", ".."), "docs", "answers-windows.md");

  /** In place of a test, for answers of other machines. */
  private static final String ELSEWHERE = "nothing: the machine is an x64";

  /** Explains the table, in front of it. */
  private static final String HEAD =
      """
      # The answers of the Windows routines

      Every documented answer of every routine, in the order in which a routine checks, with the test of its name. What can be short at several points of a call (memory,
      system PTEs) has one row, and may decide earlier or later than it stands.
      The rows are the constants of the enums in `dev.mapwright.windows.answer`. The test in the last column makes a call in which one thing is
      wrong, and this is the answer that was observed at the call face; an image of the system before and after shows that a call which was not carried out has changed
      nothing. The file is made by the test run (`./mvnw test -pl windows -am -Dmapwright.answers=write`), and the build fails when an answer was not observed under
      its name or when the file is out of date.

      A source is a page of Microsoft's documentation of the driver interface and a section of it ("MmUnlockPages, Remarks"), the page of a bug check and the row of its
      table ("Bug Check 0xDA, 0x104"), or a header of the Windows Driver Kit. "This library" marks rules for what all of these leave open.

      What an answer does: **bug check** stops the system, or is recorded; **bug check under the verifier** does so while Driver Verifier is on, and is a misuse event with the
      call's failure otherwise; **bug check under DMA verification** does so while that is on, and is never given while it
      is off; **misuse** has no code of its own: an event, and the call's failure; **returns NULL** stands for returning nothing or FALSE, too.

      An answer that only an ARM64 gives says so, and is never observed: the machine is an x64.

      """;

  @Test
  void every_documented_answer_was_observed_in_the_test_of_its_name() throws IOException {
    List<String> missing = new ArrayList<>();
    StringBuilder table = new StringBuilder(HEAD);
    for (Routine routine : Routine.values()) {
      if (routine.conditions().isEmpty()) {
        missing.add(routine.documentedName() + " has no answers");
      }
      table.append("## ").append(routine.callable() ? "`" : "");
      table.append(routine.documentedName()).append(routine.callable() ? "`" : "").append("\n\n");
      table.append("| answer | condition | in words | source | provoked by |\n");
      table.append("|---|---|---|---|---|\n");
      for (Condition condition : routine.conditions()) {
        String test = elsewhere(condition) ? ELSEWHERE : testNamedAfter(routine, condition);
        if (test.isEmpty()) {
          missing.add(routine.documentedName() + ": " + condition);
        }
        table.append("| ").append(effect(condition.answer()));
        table.append(" | ").append(name(routine, condition));
        table.append(" | ").append(condition.answer().sentence());
        table.append(" | ").append(condition.answer().source());
        table.append(" | ").append(test).append(" |\n");
      }
      table.append('\n');
    }
    assertThat(missing).as("documented answers that no test of their name provoked").isEmpty();
    if ("write".equals(System.getProperty("mapwright.answers"))) {
      Files.createDirectories(TABLE.getParent());
      Files.writeString(TABLE, table);
    }
    assertThat(Files.readString(TABLE)).isEqualTo(table.toString());
  }

  /** Whether only another kind of machine can answer so; such an answer is never observed. */
  private static boolean elsewhere(Condition condition) {
    boolean arm64 = condition.answer().sentence().endsWith("(only on ARM64)");
    assertThat(arm64 && ObservedAnswers.SEEN.containsKey(condition)).isFalse();
    return arm64;
  }

  private static String effect(Answer answer) {
    String code = answer.codeText();
    boolean said = code.isEmpty() || answer.effect() == Effect.NULL;
    return answer.effect().words() + (said ? "" : " `" + code + "`");
  }

  /** The name of an answer; routines whose only one it is share an enum. */
  private static String name(Routine routine, Condition condition) {
    return condition.name().equals(routine.name()) ? "DONE" : condition.name();
  }

  /** The test with the name of an answer, if it has provoked it. */
  private static String testNamedAfter(Routine routine, Condition condition) {
    String name = ": " + routine.documentedName() + " " + name(routine, condition);
    for (String test : ObservedAnswers.SEEN.getOrDefault(condition, new TreeSet<>())) {
      if (test.endsWith(name)) {
        return test;
      }
    }
    return "";
  }
}
