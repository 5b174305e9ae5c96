package dev.mapwright.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/**
 * Rows that are measured together.
 *
 * @param names how their names begin
 * @param measurement measures them
 */
record Group(List<String> names, Supplier<List<Row>> measurement) {
  static Group of(String name, Supplier<List<Row>> measurement) {
    return new Group(List.of(name), measurement);
  }

  /** Measures what has a wanted row, and gives the wanted rows, ordered by letter and number. */
  static List<Row> measure(List<Group> groups, Selection selection) {
    List<Row> rows = new ArrayList<>();
    for (Group group : groups) {
      if (group.names.stream().anyMatch(selection::wantsSome)) {
        group.measurement.get().stream()
            .filter(row -> selection.wants(row.name()))
            .forEach(rows::add);
      }
    }
    rows.sort(Comparator.comparing(row -> row.name().split("[ ,]", 2)[0]));
    return rows;
  }
}
