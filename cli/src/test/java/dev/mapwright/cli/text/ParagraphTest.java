package dev.mapwright.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParagraphTest {
  private static List<String> lines(String first, String text) {
    StringWriter written = new StringWriter();
    try (PrintWriter out = new PrintWriter(written)) {
      Paragraph.print(first, text, out);
    }
    return written.toString().lines().toList();
  }

  @Test
  void a_line_of_eighty_characters_is_kept_and_of_eighty_one_broken() {
    String eighty = "a".repeat(70) + " " + "b".repeat(9);
    assertThat(lines("", eighty)).containsExactly(eighty);
    assertThat(lines("", eighty + "b")).containsExactly("a".repeat(70), "b".repeat(10));
  }

  @Test
  void further_lines_stand_below_the_text_of_the_first() {
    assertThat(lines("  - ", "a".repeat(70) + " bb cc dd"))
        .containsExactly("  - " + "a".repeat(70) + " bb cc", "    dd");
  }

  @Test
  void a_longer_word_stays_whole_and_leaves_no_empty_line() {
    String word = "w".repeat(90);
    assertThat(lines("  ", word + " a " + word)).containsExactly("  " + word, "  a", "  " + word);
  }

  @Test
  void spaces_and_line_ends_are_one_space() {
    assertThat(lines("", "a  b\nc \n d")).containsExactly("a b c d");
  }
}
