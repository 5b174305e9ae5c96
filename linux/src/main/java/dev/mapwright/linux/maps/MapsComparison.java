package dev.mapwright.linux.maps;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Two address spaces side by side, after merging neighbours that agree.
 *
 * @param expectedRanges how many ranges were expected
 * @param actualRanges how many there are
 * @param matching how many are on both sides, equal in everything
 * @param differing how many pairs differ, those that are not listed included
 * @param differences the first pairs that differ, in ascending order
 */
public record MapsComparison(
    int expectedRanges,
    int actualRanges,
    int matching,
    int differing,
    List<Difference> differences) {

  /**
   * Where the two sides differ. At least one of the two is there.
   *
   * @param actual the range that is there; null if the other has no counterpart
   * @param expected the range that was expected; null if the other has no counterpart
   */
  public record Difference(@Nullable MappedRange actual, @Nullable MappedRange expected) {}

  /**
   * Compares.
   *
   * @param actual the ranges that are there, disjoint and ascending
   * @param expected the ranges that were expected, disjoint and ascending
   * @param maxDifferences how many differences to list
   * @return the result
   */
  public static MapsComparison of(
      List<MappedRange> actual, List<MappedRange> expected, int maxDifferences) {
    List<MappedRange> left = MappedRange.merge(actual);
    List<MappedRange> right = MappedRange.merge(expected);
    List<Difference> differences = new ArrayList<>();
    int matching = 0;
    int differing = 0;
    int i = 0;
    int j = 0;
    while (i < left.size() || j < right.size()) {
      MappedRange a = i < left.size() ? left.get(i) : null;
      MappedRange e = j < right.size() ? right.get(j) : null;
      if (a != null && a.equals(e)) {
        matching++;
        i++;
        j++;
        continue;
      }
      boolean onlyActual = e == null || a != null && Long.compareUnsigned(a.last(), e.first()) < 0;
      boolean onlyExpected =
          a == null || e != null && Long.compareUnsigned(e.last(), a.first()) < 0;
      differing++;
      if (differences.size() < maxDifferences) {
        differences.add(new Difference(onlyExpected ? null : a, onlyActual ? null : e));
      }
      if (!onlyExpected) {
        i++;
      }
      if (!onlyActual) {
        j++;
      }
    }
    return new MapsComparison(
        right.size(), left.size(), matching, differing, List.copyOf(differences));
  }

  /**
   * Whether both sides are equal.
   *
   * @return true if nothing differs
   */
  public boolean equal() {
    return differing == 0;
  }
}
