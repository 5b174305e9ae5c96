package dev.mapwright.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SelectionTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "A1 n=60,000",
        "A1 n=100,000",
        "A2 dense",
        "A2 scattered",
        "B1",
        "B1 stores",
        "B2",
        "D1 dense",
        "D5",
        "F1 regions",
        "G1",
        "H1"
      })
  void a_short_run_has(String row) {
    assertThat(Selection.QUICK.wants(row)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "A1 n=10", "A1 n=60,000, events OFF", "A1 n=10,000", "A3 dense", "A4 dense", "A8", "C1",
        "D2", "F0 fault", "F1 regions, one object", "F6 map, shared", "H0", "H2", "R java-g1"
      })
  void a_short_run_leaves_out(String row) {
    assertThat(Selection.QUICK.wants(row)).isFalse();
  }

  @Test
  void names_are_beginnings_in_any_case() {
    Selection selection = Selection.beginningWith("a1,F1 Reg");
    assertThat(selection.wants("A1 n=10")).isTrue();
    assertThat(selection.wants("F1 regions, one object")).isTrue();
    assertThat(selection.wants("F0 fault")).isFalse();
    assertThat(selection.wants("A")).isFalse();
  }

  @Test
  void all_rows_are_wanted_where_none_is_named() {
    assertThat(Selection.ALL.wants("K5")).isTrue();
    assertThat(Selection.ALL.wantsSome("K5")).isTrue();
  }

  @Test
  void every_row_of_a_short_run_has_a_group_that_measures_it() {
    for (String name : Selection.QUICK.names()) {
      Selection one = new Selection(List.of(name), true);
      assertThat(Bench.groups(Plan.QUICK))
          .as(name)
          .anyMatch(group -> group.names().stream().anyMatch(one::wantsSome));
    }
  }

  @Test
  void groups_without_a_wanted_row_are_not_measured() {
    List<String> measured = new ArrayList<>();
    List<Group> groups = new ArrayList<>();
    for (String name : List.of("A1 n=10", "A1 n=10,000", "B1", "H1")) {
      groups.add(
          Group.of(
              name,
              () -> {
                measured.add(name);
                return List.of(row(name), row(name + ", events OFF"));
              }));
    }
    assertThat(Group.measure(groups, Selection.beginningWith("H,A1 n=10")))
        .extracting(Row::name)
        .containsExactly(
            "A1 n=10",
            "A1 n=10, events OFF",
            "A1 n=10,000",
            "A1 n=10,000, events OFF",
            "H1",
            "H1, events OFF");
    assertThat(measured).containsExactly("A1 n=10", "A1 n=10,000", "H1");
    measured.clear();
    assertThat(Group.measure(groups, new Selection(List.of("A1 n=10"), true)))
        .extracting(Row::name)
        .containsExactly("A1 n=10");
    assertThat(measured).containsExactly("A1 n=10");
  }

  private static Row row(String name) {
    return Row.amount(name, "", "ns", null, 1, "");
  }
}
