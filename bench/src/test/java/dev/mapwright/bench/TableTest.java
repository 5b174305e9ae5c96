package dev.mapwright.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class TableTest {
  private static final Quartiles QUIET = new Quartiles(1.9, 2, 2.1);
  private static final Quartiles NOISY = new Quartiles(1.5, 2, 2.5);

  @Test
  void a_row_with_a_target_says_whether_it_is_held() {
    assertThat(json(Row.ratio("A9", "what", "base", 2.0, QUIET, "figures")))
        .isEqualTo(
            """
                {"name": "A9", "what": "what", "baseline": "base", "unit": "ratio",\
             "target": 2.00000, "target_is": "at most", "measured": 2.00000, "p25": 1.90000,\
             "p75": 2.10000, "spread": 0.100000, "held": true, "remark": "figures"}\
            """);
    assertThat(json(Row.ratio("A9", "", "", 1.99, QUIET, ""))).contains("\"held\": false");
  }

  @Test
  void a_row_without_a_target_has_neither_target_nor_verdict() {
    assertThat(json(Row.ratio("A9", "", "", null, QUIET, "")))
        .doesNotContain("target", "held", "noisy")
        .contains("\"measured\": 2.00000");
  }

  @Test
  void a_noisy_row_says_so_and_has_no_verdict() {
    Row row = Row.ratio("A9", "", "", 3.0, NOISY, "");
    assertThat(json(row))
        .contains("\"noisy\": true", "\"spread\": 0.500000")
        .doesNotContain("held");
    assertThat(Table.text(List.of(row))).contains("NOISY").doesNotContain("yes");
  }

  @Test
  void a_noisy_rate_has_no_verdict_either() {
    Row quiet = Row.rate("R9", "", "lines/s", 600, new Quartiles(610, 620, 630), "");
    assertThat(json(quiet)).contains("\"held\": true", "\"unit\": \"lines/s\"");
    Row noisy = Row.rate("R9", "", "lines/s", 600, new Quartiles(500, 620, 630), "");
    assertThat(json(noisy)).contains("\"noisy\": true").doesNotContain("held");
  }

  @Test
  void a_gain_is_held_from_its_target_on() {
    assertThat(json(gain(2.0, null)))
        .contains("\"target_is\": \"at least\"", "\"held\": true")
        .doesNotContain("unjudged");
    assertThat(json(gain(2.01, null))).contains("\"held\": false");
    assertThat(Table.text(List.of(gain(2.0, null)))).contains(">= 2.00", "yes");
  }

  @Test
  void what_the_machine_cannot_show_is_not_judged_and_says_why() {
    Row row = gain(1.7, "two \"machines\" reach 1.20");
    assertThat(json(row))
        .contains("\"unjudged\": \"two \\\"machines\\\" reach 1.20\"", "\"target\": 1.70000")
        .doesNotContain("held");
    assertThat(Table.text(List.of(row))).contains("not judged: two");
  }

  @Test
  void what_was_not_measured_has_no_figures() {
    assertThat(json(Row.notMeasurable("A9", "", "", 2.0, "no kernel")))
        .contains("not measurable here: no kernel", "\"target\": 2.00000")
        .doesNotContain("measured\": ", "spread", "held");
  }

  @Test
  void exact_amounts_have_no_spread_also_when_they_are_nothing() {
    assertThat(json(Row.amount("D9", "", "bytes", 0.0, 0, "")))
        .contains("\"spread\": 0.00000", "\"held\": true");
  }

  @Test
  void two_threads_are_judged_only_where_two_machines_scale() {
    assertThat(Ceiling.goal(1.7, new Quartiles(1.7, 1.8, 1.9)).unjudged()).isNull();
    assertThat(Ceiling.goal(1.7, new Quartiles(1.7, 1.79, 1.9)).unjudged()).contains("1.79");
  }

  private static Row gain(double target, @org.jspecify.annotations.Nullable String unjudged) {
    return Row.gain("F9", "", "", new Row.Goal(target, true, unjudged), QUIET, "");
  }

  /** A row's line. */
  private static String json(Row row) {
    Surroundings nowhere = new Surroundings(List.of(new Surroundings.Fact("load", "none")));
    List<String> lines = Table.json(nowhere, List.of(row)).lines().toList();
    assertThat(lines).hasSize(6).startsWith("{", "  \"load\": \"none\",", "  \"rows\": [");
    return lines.get(3);
  }
}
