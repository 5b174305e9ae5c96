package dev.mapwright.bench;

import org.jspecify.annotations.Nullable;

/**
 * One row of the table.
 *
 * @param name the row's name in the table of targets, for example {@code A1 n=10}
 * @param what what is done
 * @param baseline what it is compared with
 * @param unit what target and measured value are: {@link #RATIO}, or a unit such as bytes
 * @param target at most this; null when the row only informs
 * @param measured null when it could not be measured; {@link #remark} then says why
 * @param remark absolute figures, or why there are none
 */
record Row(
    String name,
    String what,
    String baseline,
    String unit,
    @Nullable Double target,
    @Nullable Quartiles measured,
    String remark) {

  static final String RATIO = "ratio";

  static Row ratio(
      String name,
      String what,
      String baseline,
      @Nullable Double target,
      Quartiles measured,
      String remark) {
    return new Row(name, what, baseline, RATIO, target, measured, remark);
  }

  static Row amount(
      String name,
      String what,
      String unit,
      @Nullable Double target,
      double measured,
      String remark) {
    Quartiles exact = new Quartiles(measured, measured, measured);
    return new Row(name, what, "-", unit, target, exact, remark);
  }

  static Row notMeasurable(
      String name, String what, String baseline, @Nullable Double target, String why) {
    return new Row(name, what, baseline, RATIO, target, null, "not measurable here: " + why);
  }

  /** Whether the median meets the target; null when there is no target or no measurement. */
  @Nullable Boolean held() {
    return target == null || measured == null ? null : measured.median() <= target;
  }

  boolean noisy() {
    return measured != null && unit.equals(RATIO) && measured.noisy();
  }
}
