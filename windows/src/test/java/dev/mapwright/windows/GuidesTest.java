package dev.mapwright.windows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.answer.Answer;
import dev.mapwright.windows.answer.BugCheckGuide;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.Effect;
import dev.mapwright.windows.answer.NtStatusGuide;
import dev.mapwright.windows.answer.Routine;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GuidesTest {
  @ParameterizedTest
  @EnumSource(Routine.class)
  void every_code_in_the_table_of_answers_has_a_meaning_and_advice(Routine routine) {
    for (Condition condition : routine.conditions()) {
      Answer answer = condition.answer();
      if (answer.bugCheck()) {
        assertThat(BugCheckGuide.of(answer.code())).as(answer.codeText()).isNotNull();
      } else if (answer.effect() == Effect.STATUS || answer.effect() == Effect.RAISED) {
        assertThat(NtStatusGuide.of(answer.code())).as(answer.codeText()).isNotNull();
      }
    }
  }

  @Test
  void every_status_and_every_bug_check_has_a_guide_of_its_name_and_no_other_has_one()
      throws IllegalAccessException {
    List<String> statuses = new ArrayList<>();
    for (NtStatusGuide guide : NtStatusGuide.values()) {
      statuses.add(guide.name() + "=" + guide.status());
      texts(guide.meaning(), guide.advice());
    }
    List<String> named = constants(NtStatus.class);
    named.remove("STATUS_IN_USE=" + NtStatus.STATUS_IN_USE);
    assertThat(statuses).containsExactlyInAnyOrderElementsOf(named);
    List<String> bugChecks = new ArrayList<>();
    for (BugCheckGuide guide : BugCheckGuide.values()) {
      bugChecks.add(guide.name() + "=" + guide.code());
      texts(guide.meaning(), guide.advice());
    }
    assertThat(bugChecks).containsExactlyInAnyOrderElementsOf(constants(BugCheckCode.class));
  }

  private static List<String> constants(Class<?> of) throws IllegalAccessException {
    List<String> names = new ArrayList<>();
    for (Field field : of.getFields()) {
      if (Modifier.isStatic(field.getModifiers()) && field.getType() == int.class) {
        names.add(field.getName() + "=" + field.getInt(null));
      }
    }
    return names;
  }

  private static void texts(String meaning, List<String> advice) {
    assertThat(meaning).matches("[A-Z].*\\.");
    assertThat(advice).isNotEmpty().allMatch(text -> text.matches("[A-Z].*[.?]"));
  }
}
