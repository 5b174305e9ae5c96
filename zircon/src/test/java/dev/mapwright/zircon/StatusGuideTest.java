package dev.mapwright.zircon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.zircon.abi.MxStatus;
import dev.mapwright.zircon.answer.Condition;
import dev.mapwright.zircon.answer.Routine;
import dev.mapwright.zircon.answer.StatusGuide;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StatusGuideTest {
  @ParameterizedTest
  @EnumSource(Routine.class)
  void every_status_in_the_table_of_answers_has_a_meaning_and_advice(Routine routine) {
    for (Condition condition : routine.conditions()) {
      assertThat(StatusGuide.of(condition.status())).as(condition.toString()).isNotNull();
    }
  }

  @Test
  void every_status_that_has_a_name_has_a_guide_of_that_name_and_no_other_has_one()
      throws IllegalAccessException {
    List<String> names = new ArrayList<>();
    for (Field field : MxStatus.class.getFields()) {
      if (Modifier.isStatic(field.getModifiers()) && field.getType() == int.class) {
        names.add(field.getName() + "=" + field.getInt(null));
      }
    }
    List<String> guides = new ArrayList<>();
    for (StatusGuide guide : StatusGuide.values()) {
      guides.add(guide.name() + "=" + guide.status());
      assertThat(guide.name()).isEqualTo(MxStatus.name(guide.status()));
    }
    assertThat(guides).containsExactlyInAnyOrderElementsOf(names);
    assertThat(StatusGuide.of(1)).isNull();
  }

  @ParameterizedTest
  @EnumSource(StatusGuide.class)
  void what_is_said_is_whole_sentences_of_one_line(StatusGuide guide) {
    List<String> texts = new ArrayList<>(guide.advice());
    assertThat(texts).isNotEmpty();
    texts.add(guide.meaning());
    for (String text : texts) {
      assertThat(text).matches("[A-Zm](?s:.*)[.?]").doesNotContain("  ").doesNotContain("\n");
    }
  }
}
