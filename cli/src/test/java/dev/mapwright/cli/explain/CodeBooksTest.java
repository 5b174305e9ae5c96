package dev.mapwright.cli.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.linux.answer.LinuxCall;
import dev.mapwright.linux.answer.Refusal;
import dev.mapwright.zircon.abi.MxStatus;
import dev.mapwright.zircon.answer.Condition;
import dev.mapwright.zircon.answer.Routine;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the books say, code by code. A further book is tested here by being on the shelf. */
class CodeBooksTest {
  static Stream<Code> codes() {
    return Shelf.ALL.codes().stream();
  }

  @ParameterizedTest
  @MethodSource("codes")
  void every_code_of_every_table_has_a_meaning_and_advice(Code code) {
    Explanation known = code.book().explain(code);
    assertThat(known.meaning()).endsWith(".").hasSizeGreaterThan(10);
    assertThat(known.advice()).isNotEmpty();
    for (String advice : known.advice()) {
      assertThat(advice).matches(".*[.?]").hasSizeGreaterThan(10);
    }
    for (Cause cause : known.causes()) {
      assertThat(code.book().routines()).contains(cause.routine());
      assertThat(cause.sentence()).isNotEmpty().doesNotEndWith(".");
      assertThat(cause.source()).isNotEmpty();
    }
    for (Part part : known.parts()) {
      assertThat(part.name()).startsWith(code.name() + "/");
      assertThat(part.sentence()).isNotEmpty().doesNotEndWith(".");
      assertThat(part.routines()).isNotEmpty();
      assertThat(code.book().routines()).containsAll(part.routines());
    }
  }

  @ParameterizedTest
  @MethodSource("codes")
  void every_code_is_found_under_its_name_and_in_small_letters(Code code) {
    for (String name : List.of(code.name(), code.name().toLowerCase(Locale.ROOT))) {
      assertThat(Shelf.ALL.find(name, null))
          .isInstanceOfSatisfying(
              Finding.Found.class, found -> assertThat(found.code()).isEqualTo(code));
    }
  }

  @ParameterizedTest
  @MethodSource("codes")
  void every_other_name_or_number_finds_the_code_or_lists_it(Code code) {
    for (String alias : code.aliases()) {
      String listed =
          switch (Shelf.ALL.find(alias, null)) {
            case Finding.Found found -> found.code().name() + " " + found.others();
            case Finding.Refused refused -> refused.complaint();
          };
      assertThat(listed).contains(code.name());
    }
  }

  @Test
  void no_two_codes_have_one_name() {
    Set<String> names = new HashSet<>();
    codes().forEach(code -> assertThat(names.add(code.name())).as(code.name()).isTrue());
  }

  @Test
  void the_part_of_a_code_is_a_code() {
    List<String> names = codes().map(Code::name).toList();
    codes()
        .flatMap(code -> code.book().explain(code).parts().stream())
        .forEach(part -> assertThat(names).contains(part.name()));
  }

  @Test
  void every_condition_of_every_magenta_routine_is_a_cause_of_its_status() {
    CodeBook book = new MagentaBook();
    for (Routine routine : Routine.values()) {
      for (Condition condition : routine.conditions()) {
        assertThat(causes(book, MxStatus.name(condition.status())))
            .contains(
                new Cause(routine.documentedName(), condition.sentence(), condition.source()));
      }
    }
  }

  @Test
  void every_refusal_of_every_linux_call_is_a_cause_of_its_error() {
    CodeBook book = new LinuxBook();
    for (LinuxCall call : LinuxCall.values()) {
      for (Refusal refusal : call.refusals()) {
        assertThat(causes(book, refusal.errno().name()))
            .contains(
                new Cause(String.join(", ", call.names()), refusal.sentence(), refusal.source()));
      }
    }
  }

  @Test
  void every_windows_answer_that_has_a_code_is_a_cause_of_it() {
    CodeBook book = new WindowsBook();
    for (dev.mapwright.windows.answer.Routine routine :
        dev.mapwright.windows.answer.Routine.values()) {
      for (dev.mapwright.windows.answer.Condition condition : routine.conditions()) {
        String code = condition.answer().codeText();
        if (!code.isEmpty() && !code.equals("NULL")) {
          assertThat(causes(book, code))
              .anySatisfy(cause -> {
                assertThat(cause.routine()).isEqualTo(routine.documentedName());
                assertThat(cause.sentence()).startsWith(condition.answer().sentence());
                assertThat(cause.source()).isEqualTo(condition.answer().source());
              });
        }
      }
    }
  }

  private static List<Cause> causes(CodeBook book, String name) {
    for (Code code : book.codes()) {
      if (code.name().equals(name)) {
        return book.explain(code).causes();
      }
    }
    throw new AssertionError("there is no code " + name);
  }
}
